import type { PlannedPart, SendFailure } from '@parley/schema/connector'
import type {
  AttemptOutcome,
  AuthorKind,
  Delivery,
  Direction,
  MessageChangeKind,
  MessageChangeState,
  WidgetNotice,
} from '@parley/schema/vocabulary'
import { sql } from 'drizzle-orm'
import { bigint, boolean, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { chats, threads } from './chat.ts'
import { id, moment, within, workspaceId } from './columns.ts'

export interface MessageReaction {
  /** As he was called when he reacted. */
  by: string
  emoji: string
  /** Who reacted at the platform, by its id … */
  from?: string
  /** … or the operator. */
  operatorId?: string
}

/** What few messages carry. */
export interface MessageExtra {
  /** Which of many wrote it, where the customer is a group. */
  author?: { id: string; name: string | null }
  location?: { latitude: number; longitude: number; title?: string }
  contacts?: { name: string; phones: string[] }[]
  reactions?: MessageReaction[]
  referral?: Record<string, string>
  letter?: { subject?: string; quoted?: string; automatic?: boolean; references?: string[] }
  /** What is written on the buttons below the text … */
  buttons?: string[]
  /** … and which of them was pressed last, from 0. */
  chosen?: number
  /** What the hub said by itself. */
  notice?: WidgetNotice
}

export const messages = pgTable(
  'messages',
  {
    workspaceId: workspaceId(),
    id: id(),
    chatId: uuid('chat_id').notNull(),
    threadId: uuid('thread_id').notNull(),
    channelId: uuid('channel_id').notNull(),
    direction: text('direction').$type<Direction>().notNull(),
    authorKind: text('author_kind').$type<AuthorKind>().notNull(),
    /** The operator or the identity who wrote it; null for the hub itself. */
    authorId: uuid('author_id'),
    text: text('text'),
    /** The place in the chat. A late message takes the `at` of the one it belongs before, and `position` decides between them. */
    at: moment('at').notNull(),
    position: bigint('position', { mode: 'number' }).notNull().default(0),
    platformAt: moment('platform_at'),
    late: boolean('late').notNull().default(false),
    editedAt: moment('edited_at'),
    editVersion: bigint('edit_version', { mode: 'number' }).notNull().default(0),
    removedAt: moment('removed_at'),
    replyToId: uuid('reply_to_id'),
    albumId: text('album_id'),
    unsupported: text('unsupported'),
    extra: jsonb('extra').$type<MessageExtra>(),
    delivery: text('delivery').$type<Delivery>(),
    failure: jsonb('failure').$type<SendFailure>(),
    /** A person will not have it sent again: it stands on no list of what is to be settled. */
    givenUpAt: moment('given_up_at'),
    clientId: text('client_id'),
    /** What stands below the text for the customer, where the channel does not show who writes. */
    signature: text('signature'),
    externalId: text('external_id'),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    uniqueIndex('messages_external').on(t.workspaceId, t.channelId, t.threadId, t.externalId).where(sql`${t.externalId} is not null`),
    uniqueIndex('messages_client').on(t.workspaceId, t.authorId, t.clientId).where(sql`${t.clientId} is not null`),
    index('messages_undelivered')
      .on(t.workspaceId, t.at, t.id)
      .where(sql`${t.delivery} in ('failed', 'unknown') and ${t.direction} = 'out' and ${t.givenUpAt} is null`),
    index('messages_timeline').on(t.workspaceId, t.chatId, t.at, t.position, t.id),
    index('messages_thread').on(t.workspaceId, t.threadId, t.position).where(sql`${t.direction} = 'in'`),
    within([t.workspaceId, t.chatId], [chats.workspaceId, chats.id]),
    within([t.workspaceId, t.threadId], [threads.workspaceId, threads.id]),
  ],
)

/** A planned part as it is stored: its files by their ids. */
export type StoredContent =
  | Extract<PlannedPart['content'], { type: 'text' | 'template' }>
  | {
      type: 'media'
      kind: Extract<PlannedPart['content'], { type: 'media' }>['kind']
      fileId: string
      moreFileIds?: string[]
      caption?: string
    }

/** One part = one message of the platform. The row is the job: `queued` waits, `sending` was handed to the platform. */
export const parts = pgTable(
  'outgoing_parts',
  {
    workspaceId: workspaceId(),
    messageId: uuid('message_id').notNull(),
    n: integer('n').notNull(),
    threadId: uuid('thread_id').notNull(),
    content: jsonb('content').$type<StoredContent>().notNull(),
    replyTo: text('reply_to'),
    state: text('state').$type<Delivery>().notNull().default('queued'),
    attempt: integer('attempt').notNull().default(0),
    firstTriedAt: moment('first_tried_at'),
    externalId: text('external_id'),
    failure: jsonb('failure').$type<SendFailure>(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.messageId, t.n] }),
    index('parts_waiting').on(t.workspaceId, t.threadId, t.messageId, t.n).where(sql`${t.state} in ('queued', 'sending')`),
    uniqueIndex('parts_external').on(t.workspaceId, t.threadId, t.externalId).where(sql`${t.externalId} is not null`),
    within([t.workspaceId, t.messageId], [messages.workspaceId, messages.id]),
  ],
)

/**
 * What was done to a message after it was written, by operators and on the platform's side. One under way is a job in the
 * lane of its thread; those that are done are the message's history.
 */
export const messageChanges = pgTable(
  'message_changes',
  {
    workspaceId: workspaceId(),
    id: id(),
    messageId: uuid('message_id').notNull(),
    threadId: uuid('thread_id').notNull(),
    kind: text('kind').$type<MessageChangeKind>().notNull(),
    /** Null: the customer, or another of the company's devices. */
    operatorId: uuid('operator_id'),
    /** What an edit makes of the text. */
    text: text('text'),
    /** What stood there before, once it is done. */
    before: text('before'),
    /** Null takes the reaction away. */
    emoji: text('emoji'),
    /** What is asked of the platform, one call each. */
    steps: jsonb('steps').$type<ChangeStep[]>().notNull().default([]),
    /** The next of `steps`. */
    step: integer('step').notNull().default(0),
    state: text('state').$type<MessageChangeState>().notNull(),
    attempt: integer('attempt').notNull().default(0),
    firstTriedAt: moment('first_tried_at'),
    failure: jsonb('failure').$type<SendFailure>(),
    /** Its place in the lane. */
    at: moment('at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    index('message_changes_message').on(t.workspaceId, t.messageId, t.at, t.id),
    index('message_changes_waiting').on(t.workspaceId, t.threadId, t.at, t.id).where(sql`${t.state} in ('queued', 'sending')`),
    within([t.workspaceId, t.messageId], [messages.workspaceId, messages.id]),
  ],
)

/** The part of the message it concerns; null: the message itself, which came from the platform. `text`: the part's new one. */
export interface ChangeStep {
  n: number | null
  text?: string
}

/** The ledger of deliveries: every attempt and what settled it, never changed. */
export const attempts = pgTable(
  'delivery_attempts',
  {
    workspaceId: workspaceId(),
    id: id(),
    messageId: uuid('message_id').notNull(),
    /** The part of the message, from 0. */
    n: integer('n').notNull(),
    outcome: text('outcome').$type<AttemptOutcome>().notNull(),
    failure: jsonb('failure').$type<SendFailure>(),
    /** The person who decided; null: the hub or the platform. */
    operatorId: uuid('operator_id'),
    begunAt: moment('begun_at'),
    at: moment('at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    index('attempts_message').on(t.workspaceId, t.messageId, t.at, t.id),
    within([t.workspaceId, t.messageId], [messages.workspaceId, messages.id]),
  ],
)

/** One lane per thread: at most one part in flight, in the order of writing. */
export const lanes = pgTable(
  'outgoing_lanes',
  {
    workspaceId: workspaceId(),
    threadId: uuid('thread_id').notNull(),
    channelId: uuid('channel_id').notNull(),
    dueAt: moment('due_at').notNull(),
    owner: text('owner'),
    leaseUntil: moment('lease_until'),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.threadId] }),
    index('lanes_due').on(t.workspaceId, t.channelId, t.dueAt),
    within([t.workspaceId, t.threadId], [threads.workspaceId, threads.id]),
  ],
)
