import type { ApproachState as State } from '@parley/schema/vocabulary'
import { type Approach as ApproachRow, approachState, approachVisitors, type Skipped } from '../../domain/approach.ts'
import { idOf } from '../../domain/ids.ts'
import { notFound } from '../../errors.ts'
import { asks, builder, command, operatorOf } from '../builder.ts'
import { ApproachKind, ApproachSkip, ApproachState } from './scalars.ts'
import { Visit } from './visit.ts'

export const Approach = builder.objectRef<ApproachRow & { state?: State }>('Approach').implement({
  description: 'Once that somebody on a website was turned to.',
  fields: (t) => ({
    id: t.exposeID('id'),
    visitId: t.exposeID('visitId'),
    kind: t.field({ type: ApproachKind, resolve: (approach) => approach.kind }),
    state: t.field({ type: ApproachState, resolve: (approach) => approach.state ?? approachState(approach, Date.now()) }),
    operatorName: t.string({
      nullable: true,
      description: 'Who did it; null: the hub, by a rule.',
      resolve: async ({ operatorId }, _, { loaders }) => (operatorId ? ((await loaders.operator.load(operatorId))?.name ?? null) : null),
    }),
    text: t.exposeString('text', { nullable: true }),
    url: t.exposeString('url', { nullable: true, description: 'Where it leads.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    shownAt: t.expose('shownAt', { type: 'DateTime', nullable: true }),
    answeredAt: t.expose('answeredAt', { type: 'DateTime', nullable: true }),
  }),
})
builder.objectField(Visit, 'approach', (t) =>
  t.field({
    type: Approach,
    nullable: true,
    description: 'The last of this visit.',
    resolve: ({ approach, approached }) => approach && { ...approach, state: approached ?? approachState(approach, Date.now()) },
  }),
)

const SkippedVisitor = builder.objectRef<Skipped>('SkippedVisitor').implement({
  fields: (t) => ({ visitId: t.exposeID('visitId'), why: t.field({ type: ApproachSkip, resolve: ({ why }) => why }) }),
})
const Approached = builder.objectRef<{ approaches: ApproachRow[]; skipped: Skipped[] }>('ApproachVisitorsSuccess').implement({
  fields: (t) => ({
    approaches: t.field({ type: [Approach], resolve: ({ approaches }) => approaches }),
    skipped: t.field({ type: [SkippedVisitor], resolve: ({ skipped }) => skipped }),
  }),
})
const ApproachInput = builder.inputType('ApproachInput', {
  fields: (t) => ({
    visitIds: t.idList({ required: true, description: 'At most a hundred.' }),
    kind: t.field({ type: ApproachKind, required: true }),
    text: t.string({ description: 'What is said; a redirect may do without.' }),
    textId: t.id({ description: 'One that was written beforehand, of this kind; text, url and picture are its own then.' }),
    url: t.string({
      description: 'Where a promotion or a redirect leads: to one of the websites of the channel, or to a domain of the list.',
    }),
    imageId: t.id({ description: 'Of a promotion: a picture of the library.' }),
  }),
})
builder.mutationField('approachVisitors', (t) =>
  t.field({
    ...asks('visit.approach'),
    type: Approached,
    errors: {},
    args: { input: t.arg({ type: ApproachInput, required: true }) },
    description:
      'Turns to visitors, once: each sees who asks and may refuse. What comes of it is told with the visits. Whoever accepts a `chat` talks with the one who spoke first.',
    resolve: async (_, { input: { visitIds, textId, imageId, ...said } }, context) => {
      const given = { ...said, textId: textId == null ? null : idOf(textId), imageId: imageId == null ? null : idOf(imageId) }
      const { visits } = context.services
      const actor = operatorOf(context)
      const known = [...new Set(visitIds.map(idOf))].flatMap((id) => visits.find(actor, id) ?? [])
      if (known.length === 0) throw notFound()
      const here = known.filter(({ leftAt }) => !leftAt).map(({ id }) => id)
      const left = [...new Set(visitIds.map(idOf))].filter((id) => !here.includes(id)).map((visitId) => ({ visitId, why: 'left' as const }))
      if (here.length === 0) return { approaches: [], skipped: left }
      const { made, skipped } = await command(context, (work) => approachVisitors(work, here, given))
      visits.approached(made)
      return { approaches: made, skipped: [...left, ...skipped] }
    },
  }),
)
