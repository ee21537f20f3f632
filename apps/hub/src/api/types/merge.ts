import { mayOnOne } from '../../domain/customer.ts'
import {
  type Duplicate as DuplicateRow,
  dismissDuplicate,
  duplicateReasons,
  listDuplicates,
  listDuplicatesOf,
} from '../../domain/duplicate.ts'
import { idOf } from '../../domain/ids.ts'
import { listMerges, type CustomerMerge as MergeRow, mergeCustomers, undoMerge } from '../../domain/merge.ts'
import { asks, builder, command, look } from '../builder.ts'
import { fromCursor, oncePerPage, type Page, pageOf, sizeOf, toCursor } from '../connection.ts'
import { Channel } from './channel.ts'
import { Customer } from './customer.ts'
import { must } from './message.ts'
import { Operator } from './operator.ts'
import { PageInfo } from './page.ts'

const DuplicateReason = builder.enumType('DuplicateReason', {
  description: 'What two customers have in common.',
  values: duplicateReasons,
})
const Duplicate = builder.objectRef<DuplicateRow>('Duplicate').implement({
  description: 'Two customers who may be one person. Nobody is merged but by hand.',
  fields: (t) => ({
    customer: t.field({ type: Customer, resolve: async (pair, _, { loaders }) => must(await loaders.customer.load(pair.customerId)) }),
    other: t.field({ type: Customer, resolve: async (pair, _, { loaders }) => must(await loaders.customer.load(pair.otherId)) }),
    reasons: t.field({ type: [DuplicateReason], resolve: (pair) => pair.reasons }),
  }),
})
const DuplicateEdge = builder.objectRef<{ node: DuplicateRow; cursor: string }>('DuplicateEdge').implement({
  fields: (t) => ({ node: t.field({ type: Duplicate, resolve: (edge) => edge.node }), cursor: t.exposeString('cursor') }),
})
const DuplicateConnection = builder.objectRef<Page<DuplicateRow>>('DuplicateConnection').implement({
  fields: (t) => ({
    edges: t.field({ type: [DuplicateEdge], complexity: oncePerPage, resolve: (page) => page.edges }),
    pageInfo: t.field({ type: PageInfo, resolve: (page) => page.pageInfo }),
  }),
})

const CustomerMerge = builder.objectRef<MergeRow>('CustomerMerge').implement({
  description: 'Two customers found to be one person: by an operator, or because the one signed in on a website as the other.',
  fields: (t) => ({
    id: t.exposeID('id'),
    reason: t.exposeString('reason', { description: 'Empty where he signed in.' }),
    at: t.expose('at', { type: 'DateTime' }),
    operator: t.field({
      type: Operator,
      nullable: true,
      description: 'Who found it; null where he signed in.',
      resolve: (merge, _, { loaders }) => (merge.operatorId ? loaders.operator.load(merge.operatorId) : null),
    }),
    channel: t.field({
      type: Channel,
      nullable: true,
      description: 'The website on which he, who had just written there as a stranger, signed in.',
      resolve: (merge, _, { loaders }) => (merge.channelId ? loaders.channel.load(merge.channelId) : null),
    }),
    from: t.field({
      type: Customer,
      description: 'Who went, as he was then.',
      resolve: async (merge, _, { loaders }) => must(await loaders.customer.load(merge.fromId)),
    }),
    into: t.field({ type: Customer, resolve: async (merge, _, { loaders }) => must(await loaders.customer.load(merge.intoId)) }),
    undoneAt: t.expose('undoneAt', { type: 'DateTime', nullable: true }),
    undoneBy: t.field({
      type: Operator,
      nullable: true,
      resolve: (merge, _, { loaders }) => (merge.undoneBy ? loaders.operator.load(merge.undoneBy) : null),
    }),
  }),
})

builder.objectFields(Customer, (t) => ({
  merges: t.field({
    type: [CustomerMerge],
    complexity: { field: 5, multiplier: 5 },
    description: 'Who was merged into him, the newest first; those undone too. In a feed, asking for it costs the shared execution.',
    resolve: (customer, _, context) => look(context, (work) => listMerges(work, customer.id)),
  }),
  duplicates: t.field({
    type: [Duplicate],
    complexity: { field: 10, multiplier: 5 },
    description: 'Who may be the same person, of those you see, at most ten. In a feed, asking for it costs the shared execution.',
    resolve: (customer, _, context) => look(context, (work) => listDuplicatesOf(work, customer.id)),
  }),
  mayMerge: t.boolean({
    complexity: 5,
    description: 'Whether you may merge him with another of whom the same holds. In a feed, asking for it costs the shared execution.',
    resolve: (customer, _, context) => look(context, (work) => mayOnOne(work, 'customer.merge', customer.id)),
  }),
}))

builder.queryField('duplicates', (t) =>
  t.field({
    ...asks('customer.list'),
    type: DuplicateConnection,
    description: 'Customers you see who may be one person, those who came last first.',
    complexity: ({ first }) => ({ field: 10, multiplier: first ?? 50 }),
    args: { first: t.arg.int(), after: t.arg.string() },
    resolve: (_, { first, after }, context) =>
      look(context, async (work) => {
        const limit = sizeOf(first, 'first')
        const [other = '', one = ''] = after ? fromCursor(after, ['text', 'text'], 'after') : []
        const rows = await listDuplicates(work, { after: after ? [idOf(other), idOf(one)] : undefined, limit: limit + 1 })
        return pageOf(rows, limit, { cursor: (row) => toCursor(row.otherId, row.customerId), node: (row) => row, within: after != null })
      }),
  }),
)

const MergeCustomersInput = builder.inputType('MergeCustomersInput', {
  fields: (t) => ({
    customerId: t.id({ required: true, description: 'Who goes.' }),
    intoCustomerId: t.id({ required: true, description: 'Who stays.' }),
    reason: t.string({ required: true }),
    take: t.stringList({
      description:
        "Fields whose value is taken from the one who goes: `name`, `email`, `phone`, `taxId`, or ids of the company's own. Of others what the one who stays has not filled in is taken.",
    }),
  }),
})

builder.mutationFields((t) => ({
  mergeCustomers: t.field({
    ...asks('customer.merge'),
    type: Customer,
    errors: {},
    description: "Everything of the one is the other's from now on. Answers with who stays.",
    args: { input: t.arg({ type: MergeCustomersInput, required: true }) },
    resolve: (_, { input }, context) =>
      command(context, (work) =>
        mergeCustomers(work, { ...input, customerId: idOf(input.customerId), intoCustomerId: idOf(input.intoCustomerId) }),
      ),
  }),
  undoMerge: t.field({
    ...asks('customer.merge'),
    type: CustomerMerge,
    errors: {},
    description:
      'Takes the two apart again: what each had is his, what came meanwhile is his on whose account it came, and what was edited since stays with who stayed. After a sign-in the chats he brought along are the stranger’s again; what was said there since goes on with who signed in. Merges are undone the last one first.',
    args: { mergeId: t.arg.id({ required: true }) },
    resolve: (_, { mergeId }, context) => command(context, (work) => undoMerge(work, idOf(mergeId))),
  }),
  dismissDuplicate: t.field({
    ...asks('customer.edit'),
    type: Duplicate,
    errors: {},
    description: 'The two are two: they are not suggested again.',
    args: { customerId: t.arg.id({ required: true }), otherCustomerId: t.arg.id({ required: true }) },
    resolve: (_, { customerId, otherCustomerId }, context) =>
      command(context, (work) => dismissDuplicate(work, idOf(customerId), idOf(otherCustomerId))),
  }),
}))
