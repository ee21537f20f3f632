import type { ChatState } from '@parley/schema/vocabulary'
import { sql } from 'drizzle-orm'
import { bigint, check, index, integer, pgTable, primaryKey, text, unique, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
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

export const chats = pgTable(
  'chats',
  {
    workspaceId: workspaceId(),
    id: id(),
    number: bigint('number', { mode: 'number' }).notNull(),
    threadId: uuid('thread_id').notNull(),
    channelId: uuid('channel_id').notNull(),
    customerId: uuid('customer_id').notNull(),
    state: text('state').$type<ChatState>().notNull(),
    operatorId: uuid('operator_id'),
    groupId: uuid('group_id'),
    openedAt: moment('opened_at').notNull().defaultNow(),
    closedAt: moment('closed_at'),
    lastMessageAt: moment('last_message_at').notNull().defaultNow(),
    lastMessageId: uuid('last_message_id'),
    /** When the customer last wrote, on the platform; the reply window counts from here. */
    customerWroteAt: moment('customer_wrote_at'),
    /** Since when the customer waits for an answer. */
    waitingSince: moment('waiting_since'),
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
    index('chats_operator').on(t.workspaceId, t.operatorId, t.state, t.lastMessageAt),
    index('chats_group').on(t.workspaceId, t.groupId, t.state, t.lastMessageAt),
    index('chats_customer').on(t.workspaceId, t.customerId, t.openedAt),
    index('chats_thread').on(t.workspaceId, t.threadId, t.openedAt),
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
