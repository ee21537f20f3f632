import type { EventType, ReasonCode, WakeReason } from '@parley/schema/vocabulary'
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
  /** Events of before there were participants have none. */
  participantIds?: string[]
}
/** Why the hub gave a chat to an operator or took it back; the words are made for the reader. */
export interface Reason {
  code: ReasonCode
  /** Operators who could have been given it. */
  free?: number
  /** Chats he holds, this one included, and how many he is given at most. */
  load?: number
  capacity?: number
  /** The limit that was passed. */
  minutes?: number
}
export interface EventData {
  /** Set by events that change who may see the chat. */
  before?: Sight
  /** The chat's sight right after the event. */
  after?: Sight
  toOperatorId?: string | null
  toGroupId?: string | null
  /** Under which whoever handed it on asked for it. */
  clientId?: string
  /** Who no longer takes part, or holds it no longer. */
  leaverId?: string | null
  reason?: Reason
  /** What a supervisor said when taking over, or the customer when rating. */
  comment?: string
  /** The customer's mark for the chat, from 1 to 5. */
  score?: number
  /** Set where not all who see the chat may hear of it: an internal comment for its operator. */
  audience?: { authorId: string; toOperatorId: string | null }
  /** Set where it concerns one operator alone: an alert. */
  forOperatorId?: string
  /** Who held the chat that a supervisor took over. */
  fromOperatorId?: string | null
  /** What took the place of the tag that is gone; null: nothing did. */
  intoId?: string | null
  tagId?: string
  /** Until when a chat was put off; null: until the customer writes. */
  until?: string | null
  wakeReason?: WakeReason
  /** Of a closing: nobody but the customer can open it again. */
  full?: boolean
  /** Of a visitor who signed in where he had an open chat already: the number of the one he goes on in. */
  continuesIn?: number
  /** Reopened by the customer's message, or closed by himself. */
  byCustomer?: boolean
  /** Whether it was put on or taken off. */
  on?: boolean
}

/**
 * The events shown in a chat's timeline, as SQL. Said by what they are not, so that a further kind of activity needs no other
 * index; whoever reads them by the index says these very words.
 */
export const activitiesOnly = "type like 'chat.%' and type not in ('chat.read', 'chat.tagged', 'chat.form')"

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
    index('events_activities').on(t.workspaceId, t.chatId, t.at, t.seq).where(sql.raw(activitiesOnly)),
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
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    index('raw_deliveries_age').on(t.workspaceId, t.receivedAt),
    index('raw_deliveries_unread').on(t.workspaceId, t.channelId, t.receivedAt).where(sql`${t.note} is not null`),
  ],
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
