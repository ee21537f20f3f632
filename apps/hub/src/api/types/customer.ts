import { and, desc, eq, sql } from 'drizzle-orm'
import { chats } from '../../db/tables/chat.ts'
import {
  blockIdentity,
  type Customer as CustomerRow,
  findCustomer,
  type Identity as IdentityRow,
  updateCustomer,
} from '../../domain/customer.ts'
import { idOf } from '../../domain/ids.ts'
import { visibleChats } from '../../domain/sight.ts'
import { asks, builder, command, look, operatorOf } from '../builder.ts'
import { fromCursor, pageOf, sizeOf, toCursor } from '../connection.ts'
import { Channel } from './channel.ts'
import { Chat, ChatConnection } from './chat.ts'
import { must } from './message.ts'

export const Identity = builder.objectRef<IdentityRow>('Identity').implement({
  description: 'One account of a customer on one channel.',
  fields: (t) => ({
    id: t.exposeID('id'),
    channel: t.field({ type: Channel, resolve: async (identity, _, { loaders }) => must(await loaders.channel.load(identity.channelId)) }),
    handle: t.string({
      description: 'How the platform names the account.',
      resolve: (identity) => identity.username ?? identity.phone ?? identity.email ?? identity.externalId,
    }),
    name: t.exposeString('name', { nullable: true }),
    username: t.exposeString('username', { nullable: true }),
    reachable: t.exposeBoolean('reachable', { description: 'False once the customer blocked or left the channel.' }),
  }),
})

export const Customer = builder.objectRef<CustomerRow>('Customer').implement({
  description: 'The person who writes.',
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name', { nullable: true }),
    email: t.exposeString('email', { nullable: true }),
    phone: t.exposeString('phone', { nullable: true }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    identities: t.field({ type: [Identity], complexity: 3, resolve: (customer, _, { loaders }) => loaders.identitiesOf.load(customer.id) }),
    chats: t.field({
      type: ChatConnection,
      description: 'Chats of this customer that you may see, the newest first.',
      complexity: ({ first }) => ({ field: 1, multiplier: first ?? 10 }),
      args: { first: t.arg.int(), after: t.arg.string() },
      resolve: (customer, { first, after }, context) =>
        look(context, async (work) => {
          const size = sizeOf(first, 'first')
          const [number] = after ? fromCursor(after, ['number'], 'after') : []
          const rows = await work.db
            .select()
            .from(chats)
            .where(
              and(
                eq(chats.workspaceId, work.workspaceId),
                eq(chats.customerId, customer.id),
                visibleChats(operatorOf(context)),
                number ? sql`${chats.number} < ${number}::bigint` : undefined,
              ),
            )
            .orderBy(desc(chats.number))
            .limit(size + 1)
          return pageOf(rows, size, { cursor: (row) => toCursor(row.number), node: (row) => row, within: after != null })
        }),
    }),
  }),
})

builder.objectField(Chat, 'customer', (t) =>
  t.field({ type: Customer, resolve: async (chat, _, { loaders }) => must(await loaders.customer.load(chat.customerId)) }),
)

builder.queryFields((t) => ({
  customer: t.field({
    ...asks('chat.read'),
    type: Customer,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    description: 'Null when you see none of his chats.',
    resolve: (_, { id }, context) => look(context, async (work) => (await findCustomer(work, idOf(id))) ?? null),
  }),
}))

builder.mutationFields((t) => ({
  updateCustomer: t.field({
    ...asks('customer.edit'),
    type: Customer,
    errors: {},
    description: 'An empty text takes a value away; what is left out stays.',
    args: { customerId: t.arg.id({ required: true }), name: t.arg.string(), email: t.arg.string(), phone: t.arg.string() },
    resolve: (_, { customerId, ...change }, context) => command(context, (work) => updateCustomer(work, idOf(customerId), change)),
  }),
  blockIdentity: t.field({
    ...asks('customer.block'),
    type: Identity,
    errors: {},
    description: 'What this identity sends from now on is counted and opens no chat.',
    args: { identityId: t.arg.id({ required: true }), reason: t.arg.string() },
    resolve: (_, { identityId, reason }, context) => command(context, (work) => blockIdentity(work, idOf(identityId), reason)),
  }),
}))
