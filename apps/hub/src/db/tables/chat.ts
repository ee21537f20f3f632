import type { SendFailure } from '@parley/schema/connector'
import type { ChatState, HandOverTarget, ThreadKind } from '@parley/schema/vocabulary'
import { sql } from 'drizzle-orm'
import { bigint, boolean, check, index, integer, jsonb, pgTable, primaryKey, text, unique, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { channels } from './channel.ts'
import { id, moment, within, workspaceId } from './columns.ts'
import { customers, identities } from './customer.ts'
import { groups } from './group.ts'
import { operators } from './operator.ts'

/** The conversation as the channel knows it; outlives chats. */
export const threads = pgTable(
  'threads',
  {
    workspaceId: workspaceId(),
    id: id(),
    channelId: uuid('channel_id').notNull(),
    externalId: text('external_id').notNull(),
    kind: text('kind').$type<'direct' | 'group' | 'broadcast'>().notNull(),
    title: text('title'),
    identityId: uuid('identity_id').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    unique('threads_external').on(t.workspaceId, t.channelId, t.externalId),
    index('threads_identity').on(t.workspaceId, t.identityId),
    within([t.workspaceId, t.channelId], [channels.workspaceId, channels.id]),
    within([t.workspaceId, t.identityId], [identities.workspaceId, identities.id]),
  ],
)

/** A job in the lane of the thread, until there is a `failure`. */
export interface HandOver {
  to: HandOverTarget
  operatorId: string
  /** Its place in the lane, ISO 8601; tells it from another. */
  at: string
  attempt: number
  /** Milliseconds since 1970. */
  firstTriedAt?: number
  failure?: SendFailure
}

export const chats = pgTable(
  'chats',
  {
    workspaceId: workspaceId(),
    id: id(),
    number: bigint('number', { mode: 'number' }).notNull(),
    threadId: uuid('thread_id').notNull(),
    channelId: uuid('channel_id').notNull(),
    customerId: uuid('customer_id').notNull(),
    /** As its thread, which never changes it. Kept here so that a row tells. */
    threadKind: text('thread_kind').$type<ThreadKind>().notNull().default('direct'),
    state: text('state').$type<ChatState>().notNull(),
    operatorId: uuid('operator_id'),
    groupId: uuid('group_id'),
    openedAt: moment('opened_at').notNull().defaultNow(),
    closedAt: moment('closed_at'),
    /** Nobody but the customer can open it again. */
    closedFully: boolean('closed_fully').notNull().default(false),
    /** Put off by its operator: comes back at `snoozedUntil`, or, where that is null, with the customer's next message. */
    snoozedAt: moment('snoozed_at'),
    snoozedUntil: moment('snoozed_until'),
    /** The operator said that the customer waits for nothing; true until he writes again. */
    calmedAt: moment('calmed_at'),
    lastMessageAt: moment('last_message_at').notNull().defaultNow(),
    lastMessageId: uuid('last_message_id'),
    /** When the customer last wrote, on the platform; the reply window counts from here. */
    customerWroteAt: moment('customer_wrote_at'),
    /** Since when the customer waits for an answer. */
    waitingSince: moment('waiting_since'),
    /** Further operators who take part, beside the one who holds it. Kept here so that a row tells who may see the chat. */
    participantIds: uuid('participant_ids').array().notNull().default(sql`'{}'::uuid[]`),
    /** Since when the present operator holds it, and whether he has opened it since. */
    heldSince: moment('held_since'),
    heldSeen: boolean('held_seen').notNull().default(false),
    /** Who let it lie, so that it came back to the queue: the hub does not give it to him again. */
    returnedFrom: uuid('returned_from'),
    /** Since when a visitor who was never answered is gone from the website; null: he is there, or was answered. */
    missedAt: moment('missed_at'),
    /** Since when another program of the platform has the conversation, where several share an account. */
    elsewhereSince: moment('elsewhere_since'),
    /** That the conversation passes to another, or comes back: asked of the platform, or refused by it. */
    handOver: jsonb('hand_over').$type<HandOver>(),
    unread: integer('unread').notNull().default(0),
    firstUnreadId: uuid('first_unread_id'),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    unique('chats_number').on(t.workspaceId, t.number),
    uniqueIndex('chats_one_open').on(t.workspaceId, t.threadId).where(sql`${t.state} <> 'closed'`),
    index('chats_queued').on(t.workspaceId, t.openedAt, t.id).where(sql`${t.state} = 'queued'`),
    index('chats_serving').on(t.workspaceId, t.lastMessageAt, t.id).where(sql`${t.state} = 'serving'`),
    index('chats_closed').on(t.workspaceId, t.closedAt, t.id).where(sql`${t.state} = 'closed'`),
    // What filters ask for: the newest activity of all, of a channel, who waits and what is unread.
    index('chats_activity').on(t.workspaceId, t.lastMessageAt, t.id),
    index('chats_channel').on(t.workspaceId, t.channelId, t.lastMessageAt),
    index('chats_opened').on(t.workspaceId, t.openedAt),
    index('chats_waiting').on(t.workspaceId, t.waitingSince).where(sql`${t.waitingSince} is not null`),
    index('chats_unread').on(t.workspaceId, t.lastMessageAt).where(sql`${t.unread} > 0`),
    index('chats_operator').on(t.workspaceId, t.operatorId, t.state, t.lastMessageAt),
    index('chats_group').on(t.workspaceId, t.groupId, t.state, t.lastMessageAt),
    index('chats_customer').on(t.workspaceId, t.customerId, t.openedAt),
    index('chats_thread').on(t.workspaceId, t.threadId, t.openedAt),
    index('chats_shared').on(t.workspaceId, t.state, t.lastMessageAt).where(sql`${t.participantIds} <> '{}'`),
    index('chats_snoozed').on(t.workspaceId, t.snoozedUntil).where(sql`${t.snoozedUntil} is not null`),
    index('chats_hand_over').on(t.workspaceId, t.threadId).where(sql`${t.handOver} is not null`),
    index('chats_elsewhere').on(t.workspaceId, t.lastMessageAt).where(sql`${t.elsewhereSince} is not null`),
    index('chats_missed').on(t.workspaceId, t.missedAt).where(sql`${t.missedAt} is not null`),
    check('chats_state', sql`${t.state} in ('queued', 'serving', 'closed')`),
    check('chats_held', sql`${t.state} <> 'serving' or ${t.operatorId} is not null`),
    check('chats_free', sql`${t.state} <> 'queued' or ${t.operatorId} is null`),
    within([t.workspaceId, t.threadId], [threads.workspaceId, threads.id]),
    within([t.workspaceId, t.channelId], [channels.workspaceId, channels.id]),
    within([t.workspaceId, t.customerId], [customers.workspaceId, customers.id]),
    within([t.workspaceId, t.operatorId], [operators.workspaceId, operators.id]),
    within([t.workspaceId, t.groupId], [groups.workspaceId, groups.id]),
  ],
)
