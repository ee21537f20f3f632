import { plain } from '../../domain/access.ts'
import { type Block as BlockRow, blockAddress, blockIdentity, liftBlock, listBlocks } from '../../domain/block.ts'
import { idOf } from '../../domain/ids.ts'
import { asks, builder, command, look } from '../builder.ts'
import { fromCursor, oncePerPage, type Page, pageOf, sizeOf, toCursor } from '../connection.ts'
import { Customer, Identity } from './customer.ts'
import { Operator } from './operator.ts'
import { PageInfo } from './page.ts'

const Block = builder.objectRef<BlockRow>('Block')
Block.implement({
  description: 'Keeps an identity, or everybody at an address, from writing: what they send is counted and goes nowhere.',
  fields: (t) => ({
    id: t.exposeID('id'),
    identity: t.field({
      type: Identity,
      nullable: true,
      description: 'Null where an address is blocked.',
      resolve: (block, _, { loaders }) => (block.identityId ? loaders.identity.load(block.identityId) : null),
    }),
    address: t.string({
      nullable: true,
      description: 'The range, such as 203.0.113.7/32; null where an identity is blocked, and for those who do not manage blocks.',
      resolve: (block, _, { actor }) => (actor && plain['block.manage'](actor) ? block.address : null),
    }),
    byAddress: t.boolean({ resolve: (block) => block.identityId === null }),
    reason: t.exposeString('reason', { nullable: true }),
    until: t.expose('until', { type: 'DateTime', nullable: true, description: 'Null: for good.' }),
    over: t.boolean({ description: '`until` has passed: it hinders nobody any more.', resolve: isOver }),
    hits: t.exposeInt('hits', { description: 'How many messages it kept away.' }),
    lastHitAt: t.expose('lastHitAt', { type: 'DateTime', nullable: true }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    createdBy: t.field({
      type: Operator,
      nullable: true,
      resolve: (block, _, { loaders }) => (block.operatorId ? loaders.operator.load(block.operatorId) : null),
    }),
  }),
})
const isOver = (block: BlockRow): boolean => block.until !== null && block.until.getTime() <= Date.now()

const BlockEdge = builder.objectRef<{ node: BlockRow; cursor: string }>('BlockEdge').implement({
  fields: (t) => ({ node: t.field({ type: Block, resolve: (edge) => edge.node }), cursor: t.exposeString('cursor') }),
})
const BlockConnection = builder.objectRef<Page<BlockRow>>('BlockConnection').implement({
  fields: (t) => ({
    edges: t.field({ type: [BlockEdge], complexity: oncePerPage, resolve: (page) => page.edges }),
    pageInfo: t.field({ type: PageInfo, resolve: (page) => page.pageInfo }),
  }),
})

builder.objectFields(Identity, (t) => ({
  customer: t.field({ type: Customer, nullable: true, resolve: (identity, _, { loaders }) => loaders.customer.load(identity.customerId) }),
  block: t.field({
    type: Block,
    nullable: true,
    description: 'What keeps it from writing now.',
    resolve: (identity, _, { loaders }) => loaders.blockOf.load(identity.id),
  }),
  address: t.string({
    nullable: true,
    description: 'Where a visitor of a website last wrote from; null on other channels, and for those who do not manage blocks.',
    resolve: (identity, _, { actor }) => (actor && plain['block.manage'](actor) ? identity.address : null),
  }),
  neighbours: t.int({
    description: 'How many other identities last wrote from its address, and would be blocked with it; 0 where `address` is null.',
    complexity: 3,
    resolve: (identity, _, { actor, loaders }) =>
      actor && plain['block.manage'](actor) && identity.address ? loaders.neighboursOf.load(identity.address) : 0,
  }),
}))

builder.queryField('blocks', (t) =>
  t.field({
    ...asks('block.manage'),
    type: BlockConnection,
    description: 'All blocks, those that are over too; the newest first. `search`: in reasons, addresses and names.',
    args: { search: t.arg.string(), first: t.arg.int(), after: t.arg.string() },
    complexity: ({ first }) => ({ field: 1, multiplier: first ?? 50 }),
    resolve: (_, { search, first, after }, context) =>
      look(context, async (work) => {
        const size = sizeOf(first, 'first')
        const [before] = after ? fromCursor(after, ['text'], 'after') : []
        const rows = await listBlocks(work, { search, beforeId: before && idOf(before), limit: size + 1 })
        return pageOf(rows, size, { cursor: (row) => toCursor(row.id), node: (row) => row, within: after != null })
      }),
  }),
)

builder.mutationFields((t) => {
  const terms = { reason: t.arg.string(), until: t.arg({ type: 'DateTime' }) }
  return {
    blockIdentity: t.field({
      ...asks('customer.block'),
      type: Identity,
      errors: {},
      description:
        'What this identity sends is counted and opens no chat, until a moment or for good. Blocking what is blocked changes the terms. A visitor of a website can come back as somebody new.',
      args: { identityId: t.arg.id({ required: true }), ...terms },
      resolve: (_, { identityId, ...given }, context) => command(context, (work) => blockIdentity(work, idOf(identityId), given)),
    }),
    blockAddress: t.field({
      ...asks('block.manage'),
      type: Block,
      errors: {},
      description:
        'The same for every visitor of a website who writes from this address or range (CIDR; an IPv4 range of /16 or smaller, an IPv6 range of /32 or smaller).',
      args: { address: t.arg.string({ required: true }), ...terms },
      resolve: (_, { address, ...given }, context) => command(context, (work) => blockAddress(work, address, given)),
    }),
    liftBlock: t.field({
      ...asks('customer.block'),
      type: Block,
      errors: {},
      description: 'Whoever was blocked may write again. Answers with what the block was.',
      args: { blockId: t.arg.id({ required: true }) },
      resolve: (_, { blockId }, context) => command(context, (work) => liftBlock(work, idOf(blockId))),
    }),
  }
})
