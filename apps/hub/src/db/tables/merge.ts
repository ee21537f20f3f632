import { sql } from 'drizzle-orm'
import { check, index, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { channels } from './channel.ts'
import { id, moment, within, workspaceId } from './columns.ts'
import { customers } from './customer.ts'
import { operators } from './operator.ts'

/** What a chat was and what it became: of its columns those that were written, as PostgreSQL says them in JSON. */
export interface ChatChange {
  id: string
  before: Record<string, unknown>
  after: Record<string, unknown>
}

/** What a visitor brought along when he signed in as somebody known. */
export interface Brought {
  /** The stranger he was, and who he is: account and thread of each. */
  from: { identityId: string; threadId: string }
  into: { identityId: string; threadId: string }
  chatIds: string[]
  messageIds: string[]
  /** Keys that these had and could not keep. */
  keys: { id: string; clientId: string | null; externalId: string | null }[]
  fileIds: string[]
  /** Of two open chats, for a thread has one: that which ended, that which stayed, and what went from the one to the other. */
  joined: { ended: ChatChange; stayed: ChatChange; messageIds: string[] } | null
  /** Whether his profile went along. */
  profile: boolean
}

/** What a merge moved, and what it wrote over: all that is needed to take it back. */
export interface Moved {
  identityIds: string[]
  noteIds: string[]
  /** Fields of who stayed, as lists of values. */
  fields: Record<string, { before: string[]; after: string[] }>
  phoneE164: string | null
  /** Whether who stayed was registered before. */
  registered: boolean
  /** Of who stayed, right after. */
  version: number
  /** Of a merge that a sign-in brought. */
  brought?: Brought
}

export const customerMerges = pgTable(
  'customer_merges',
  {
    workspaceId: workspaceId(),
    id: id(),
    fromId: uuid('from_id').notNull(),
    intoId: uuid('into_id').notNull(),
    reason: text('reason').notNull(),
    /** Who found them to be one … */
    operatorId: uuid('operator_id'),
    /** … or the website on which the one signed in as the other. */
    channelId: uuid('channel_id'),
    moved: jsonb('moved').$type<Moved>().notNull(),
    at: moment('at').notNull().defaultNow(),
    undoneAt: moment('undone_at'),
    undoneBy: uuid('undone_by'),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    index('merges_into').on(t.workspaceId, t.intoId, t.id),
    index('merges_from').on(t.workspaceId, t.fromId, t.id),
    within([t.workspaceId, t.fromId], [customers.workspaceId, customers.id]),
    within([t.workspaceId, t.intoId], [customers.workspaceId, customers.id]),
    within([t.workspaceId, t.operatorId], [operators.workspaceId, operators.id]),
    within([t.workspaceId, t.channelId], [channels.workspaceId, channels.id]),
    within([t.workspaceId, t.undoneBy], [operators.workspaceId, operators.id]),
    check('customer_merges_one_reason', sql`num_nonnulls(${t.operatorId}, ${t.channelId}) = 1`),
  ],
)

/** Two customers who look like one and are not. */
export const distinctCustomers = pgTable(
  'distinct_customers',
  {
    workspaceId: workspaceId(),
    customerId: uuid('customer_id').notNull(),
    otherId: uuid('other_id').notNull(),
    operatorId: uuid('operator_id').notNull(),
    at: moment('at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.customerId, t.otherId] }),
    check('distinct_customers_order', sql`${t.customerId} < ${t.otherId}`),
    within([t.workspaceId, t.customerId], [customers.workspaceId, customers.id]),
    within([t.workspaceId, t.otherId], [customers.workspaceId, customers.id]),
    within([t.workspaceId, t.operatorId], [operators.workspaceId, operators.id]),
  ],
)
