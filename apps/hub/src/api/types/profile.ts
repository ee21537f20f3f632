import type { Operator as OperatorRow } from '../../domain/operator.ts'
import { type NoticeChoice as Choice, noticesOf, removeAvatar, updateProfile } from '../../domain/profile.ts'
import { asks, builder, command, operatorOf } from '../builder.ts'
import { must } from './message.ts'
import { Operator } from './operator.ts'
import { NoticeKind, VisitColumn } from './scalars.ts'

const NoticeChoice = builder.objectRef<Choice>('NoticeChoice').implement({
  description: 'How you wish to be called by one kind of event.',
  fields: (t) => ({
    kind: t.field({ type: NoticeKind, resolve: (choice) => choice.kind }),
    sound: t.exposeBoolean('sound'),
    visual: t.exposeBoolean('visual', { description: 'Inside the console.' }),
    desktop: t.exposeBoolean('desktop', { description: 'By the computer, where the browser was allowed to.' }),
  }),
})

const Profile = builder.objectRef<OperatorRow>('Profile').implement({
  description: 'What is yours alone of the operator you are.',
  fields: (t) => ({
    operator: t.field({ type: Operator, resolve: (operator) => operator }),
    signature: t.exposeString('signature', { nullable: true }),
    signs: t.exposeBoolean('signs', {
      description: 'Whether the signature stands below your messages on channels that do not show who writes: all but websites.',
    }),
    visitColumns: t.field({
      type: [VisitColumn],
      nullable: true,
      description: 'What your list of visitors shows, in this order; null: the usual.',
      resolve: (operator) => operator.visitColumns,
    }),
    notices: t.field({ type: [NoticeChoice], complexity: { field: 1, multiplier: 1 }, description: 'Every kind.', resolve: noticesOf }),
  }),
})

builder.queryField('profile', (t) =>
  t.field({
    ...asks('profile.own'),
    type: Profile,
    resolve: async (_, _args, context) => must(await context.loaders.operator.load(operatorOf(context).operatorId)),
  }),
)

const NoticeChoiceInput = builder.inputType('NoticeChoiceInput', {
  fields: (t) => ({
    kind: t.field({ type: NoticeKind, required: true }),
    sound: t.boolean({ required: true }),
    visual: t.boolean({ required: true }),
    desktop: t.boolean({ required: true }),
  }),
})
const UpdateProfileInput = builder.inputType('UpdateProfileInput', {
  fields: (t) => ({
    name: t.string({ description: 'As colleagues and customers of this workspace read it.' }),
    languages: t.stringList({ description: 'Languages you speak with customers, as BCP 47 tags, at most twelve.' }),
    signature: t.string({ description: 'An empty text takes it away.' }),
    signs: t.boolean(),
    visitColumns: t.field({ type: [VisitColumn], description: 'None: the usual ones.' }),
    notices: t.field({ type: [NoticeChoiceInput], description: 'Kinds that are left out stay as they are.' }),
  }),
})

builder.mutationFields((t) => ({
  updateProfile: t.field({
    ...asks('profile.own'),
    type: Profile,
    errors: {},
    args: { input: t.arg({ type: UpdateProfileInput, required: true }) },
    description: 'What is left out stays. The picture is given with `POST /files/avatar`.',
    resolve: (_, { input }, context) => command(context, (work) => updateProfile(work, input)),
  }),
  removeAvatar: t.field({
    ...asks('profile.own'),
    type: Profile,
    errors: {},
    resolve: (_, _args, context) => command(context, removeAvatar),
  }),
}))
