import { bigint, boolean, index, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core'
import { channels } from './channel.ts'
import { id, moment, within, workspaceId } from './columns.ts'

export const customers = pgTable(
  'customers',
  {
    workspaceId: workspaceId(),
    id: id(),
    name: text('name'),
    email: text('email'),
    phone: text('phone'),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.workspaceId, t.id] })],
)

export const identities = pgTable(
  'identities',
  {
    workspaceId: workspaceId(),
    id: id(),
    channelId: uuid('channel_id').notNull(),
    customerId: uuid('customer_id').notNull(),
    /** The platform's id of the account. */
    externalId: text('external_id').notNull(),
    name: text('name'),
    username: text('username'),
    phone: text('phone'),
    email: text('email'),
    language: text('language'),
    /** False once the platform said that this person blocked or left the channel. */
    reachable: boolean('reachable').notNull().default(true),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    unique('identities_external').on(t.workspaceId, t.channelId, t.externalId),
    index('identities_customer').on(t.workspaceId, t.customerId),
    within([t.workspaceId, t.channelId], [channels.workspaceId, channels.id]),
    within([t.workspaceId, t.customerId], [customers.workspaceId, customers.id]),
  ],
)

/** What a visitor's browser shows to be himself again; only its hash is kept. */
export const visitorTokens = pgTable(
  'visitor_tokens',
  {
    workspaceId: workspaceId(),
    tokenHash: text('token_hash').notNull(),
    channelId: uuid('channel_id').notNull(),
    identityId: uuid('identity_id').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
    seenAt: moment('seen_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.tokenHash] }),
    within([t.workspaceId, t.identityId], [identities.workspaceId, identities.id]),
  ],
)

/** What a blocked identity sends is counted and never opens a chat. */
export const blocks = pgTable(
  'blocks',
  {
    workspaceId: workspaceId(),
    id: id(),
    identityId: uuid('identity_id').notNull(),
    reason: text('reason'),
    operatorId: uuid('operator_id'),
    until: moment('until'),
    hits: bigint('hits', { mode: 'number' }).notNull().default(0),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    unique('blocks_identity').on(t.workspaceId, t.identityId),
    within([t.workspaceId, t.identityId], [identities.workspaceId, identities.id]),
  ],
)
