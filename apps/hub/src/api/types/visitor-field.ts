import { fieldTypes, visitorFields } from '@parley/schema/vocabulary'
import { describeVisitor, findVisitorChat } from '../../domain/visitor.ts'
import { type VisitorField as FieldRow, isAsked, listUnknown, listVisitorFields } from '../../domain/visitor-field.ts'
import { systemOf } from '../../work.ts'
import { asks, visitorBuilder as builder, visitorOf } from '../builder.ts'
import { Site, Visitor, VisitorValueInput } from './visitor.ts'

const Kind = builder.enumType('VisitorFieldKind', {
  description: 'What it is, or what it takes.',
  values: Object.fromEntries([...visitorFields, ...fieldTypes].map((value) => [value.replace('-', '_'), { value }])) as Record<
    string,
    { value: FieldRow['kind'] }
  >,
})
const VisitorField = builder.objectRef<FieldRow>('VisitorField').implement({
  description: 'What a visitor is asked before his first message.',
  fields: (t) => ({
    name: t.exposeString('name'),
    kind: t.field({ type: Kind, resolve: ({ kind }) => kind }),
    label: t.string({ nullable: true, description: 'Of one of the company’s own.', resolve: ({ own }) => own?.label ?? null }),
    options: t.stringList({ description: 'Of a choice.', resolve: ({ own }) => own?.options ?? [] }),
    required: t.boolean({ resolve: ({ asked }) => asked === 'required' }),
  }),
})

builder.objectField(Site, 'asks', (t) =>
  t.field({
    type: [VisitorField],
    complexity: 3,
    description: 'What whoever is not known is asked before his first message; empty: nothing.',
    resolve: (site, _, { services }) =>
      services.works.read(systemOf(site.workspaceId), async (work) => (await listVisitorFields(work, site.channelId)).filter(isAsked)),
  }),
)
builder.objectField(Visitor, 'asks', (t) =>
  t.field({
    type: [VisitorField],
    complexity: 3,
    description: 'What he is still asked before his first message, of whom the website said who he is.',
    resolve: (actor, _, { services }) =>
      services.works.read(actor, async (work) =>
        (await findVisitorChat(work)) ? [] : listUnknown(work, actor.channelId, actor.identityId),
      ),
  }),
)

const DescribeVisitorInput = builder.inputType('DescribeVisitorInput', {
  fields: (t) => ({
    values: t.field({ type: [VisitorValueInput], required: true }),
    bySite: t.boolean({ required: true, description: 'The page says it, not he: of fields that an admin lets it tell.' }),
  }),
})
builder.mutationField('describeVisitor', (t) =>
  t.field({
    ...asks('visitor'),
    type: Visitor,
    errors: {},
    args: { input: t.arg({ type: DescribeVisitorInput, required: true }) },
    description: 'What you say of yourself, or the page of you. It takes the place of nothing that an operator wrote.',
    resolve: async (_, { input }, context) => {
      const actor = visitorOf(context)
      context.limits.take(`describe ${actor.identityId}`)
      await context.services.works.work(actor, (work) => describeVisitor(work, input.values, input.bySite))
      return actor
    },
  }),
)
