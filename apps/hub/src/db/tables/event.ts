import type { EventType } from '@parley/schema/vocabulary'
import { sql } from 'drizzle-orm'
import { bigint, index, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { id, moment, workspaceId } from './columns.ts'

/** Who could see a chat at a moment; enough to evaluate rights without the chat. */
export interface Sight {
  operatorId: string | null
  groupId: string | null
  channelId: string
  customerId: string
  threadId: string
  state: 'queued' | 'serving' | 'closed'
}
export interface EventData {
  /** Set by events that change who may see the chat. */
  before?: Sight
  /** The chat's sight right after the event. */
  after?: Sight
  toOperatorId?: string | null
  toGroupId?: string | null
  comment?: string
}

/** The feed. `seq` is gapless per workspace and in commit order. */
export const events = pgTable(
  'events',
  {
    workspaceId: workspaceId(),
    seq: bigint('seq', { mode: 'number' }).notNull(),
    at: moment('at').notNull().defaultNow(),
    type: text('type').$type<EventType>().notNull(),
    operatorId: uuid('operator_id'),
    chatId: uuid('chat_id'),
    /** The message, customer, operator, group, channel or file the event tells of. */
    subjectId: uuid('subject_id'),
    data: jsonb('data').$type<EventData>(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.seq] }),
    index('events_activities')
      .on(t.workspaceId, t.chatId, t.at, t.seq)
      .where(sql`${t.type} in ('chat.opened', 'chat.taken', 'chat.transferred', 'chat.closed', 'chat.reopened')`),
  ],
)

/** What the platform handed over, as it was, for thirty days. */
export const rawDeliveries = pgTable(
  'raw_deliveries',
  {
    workspaceId: workspaceId(),
    id: id(),
    channelId: uuid('channel_id').notNull(),
    body: text('body').notNull(),
    note: text('note'),
    receivedAt: moment('received_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.workspaceId, t.id] }), index('raw_deliveries_age').on(t.workspaceId, t.receivedAt)],
)

/** Keys of inbound events already taken in. */
export const inboundKeys = pgTable(
  'inbound_keys',
  {
    workspaceId: workspaceId(),
    channelId: uuid('channel_id').notNull(),
    key: text('key').notNull(),
    receivedAt: moment('received_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.workspaceId, t.channelId, t.key] }), index('inbound_keys_age').on(t.workspaceId, t.receivedAt)],
)

/** Edits, removals, reactions and receipts that came before the message they speak of. */
export const parkedEvents = pgTable(
  'parked_events',
  {
    workspaceId: workspaceId(),
    id: id(),
    threadId: uuid('thread_id').notNull(),
    externalId: text('external_id').notNull(),
    event: jsonb('event').notNull(),
    parkedAt: moment('parked_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.workspaceId, t.id] }), index('parked_events_target').on(t.workspaceId, t.threadId, t.externalId)],
)
