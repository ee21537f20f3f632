import {
  countByRule,
  createApproachRule,
  deleteApproachRule,
  listApproachRules,
  type ApproachRule as RuleRow,
  updateApproachRule,
} from '../../domain/approach-rule.ts'
import { idOf } from '../../domain/ids.ts'
import { asks, builder, command, look } from '../builder.ts'

const none = { made: 0, shown: 0, accepted: 0 }
const ApproachRule = builder.objectRef<RuleRow & Partial<typeof none>>('ApproachRule').implement({
  description: 'Whom the hub turns to by itself. A condition that is null, or an empty list, asks nothing.',
  fields: (t) => ({
    id: t.exposeID('id'),
    textId: t.exposeID('textId'),
    active: t.exposeBoolean('active'),
    channelId: t.exposeID('channelId', { nullable: true }),
    page: t.exposeString('page', {
      nullable: true,
      description: 'With `*` for anything; what begins with a slash is held against the path, all else against host and path.',
    }),
    seconds: t.exposeInt('seconds', { nullable: true, description: 'So long on the page.' }),
    visits: t.exposeInt('visits', { nullable: true, description: 'At least so many visits, this one included.' }),
    campaign: t.exposeString('campaign', { nullable: true, description: 'Stands in the name of the campaign.' }),
    countries: t.exposeStringList('countries', { description: 'Of two letters each, such as BR.' }),
    online: t.exposeBoolean('online', { description: 'Only while somebody is there to answer.' }),
    days: t.exposeInt('days', { description: 'Not again within so many days.' }),
    made: t.int({ description: 'How often it was done.', resolve: ({ made }) => made ?? 0 }),
    shown: t.int({ resolve: ({ shown }) => shown ?? 0 }),
    accepted: t.int({ resolve: ({ accepted }) => accepted ?? 0 }),
  }),
})

builder.queryField('approachRules', (t) =>
  t.field({
    ...asks('approach.manage'),
    type: [ApproachRule],
    complexity: { field: 10, multiplier: 20 },
    resolve: (_, _args, context) =>
      look(context, async (work) => {
        const figures = new Map((await countByRule(work)).map((each) => [each.ruleId, each]))
        return (await listApproachRules(work)).map((rule) => ({ ...rule, ...(figures.get(rule.id) ?? none) }))
      }),
  }),
)

const ApproachRuleInput = builder.inputType('ApproachRuleInput', {
  fields: (t) => ({
    textId: t.id({ required: true, description: 'One of everybody’s; not of a `chat`.' }),
    active: t.boolean({ required: true }),
    channelId: t.id(),
    page: t.string(),
    seconds: t.int(),
    visits: t.int(),
    campaign: t.string(),
    countries: t.stringList(),
    online: t.boolean({ required: true }),
    days: t.int({ required: true }),
  }),
})
const inputOf = ({ textId, channelId, ...input }: typeof ApproachRuleInput.$inferInput) => ({
  ...input,
  textId: idOf(textId),
  channelId: channelId == null ? null : idOf(channelId),
})

builder.mutationFields((t) => ({
  createApproachRule: t.field({
    ...asks('approach.manage'),
    type: ApproachRule,
    errors: {},
    args: { input: t.arg({ type: ApproachRuleInput, required: true }) },
    description: 'Holds within a few seconds, for whoever is there.',
    resolve: (_, { input }, context) => command(context, (work) => createApproachRule(work, inputOf(input))),
  }),
  updateApproachRule: t.field({
    ...asks('approach.manage'),
    type: ApproachRule,
    errors: {},
    args: { ruleId: t.arg.id({ required: true }), input: t.arg({ type: ApproachRuleInput, required: true }) },
    resolve: (_, { ruleId, input }, context) => command(context, (work) => updateApproachRule(work, idOf(ruleId), inputOf(input))),
  }),
  deleteApproachRule: t.field({
    ...asks('approach.manage'),
    type: ApproachRule,
    errors: {},
    args: { ruleId: t.arg.id({ required: true }) },
    resolve: (_, { ruleId }, context) => command(context, (work) => deleteApproachRule(work, idOf(ruleId))),
  }),
}))
