import type { AlertKind, ChannelAlarm } from '@parley/schema/vocabulary'
import { sql } from 'drizzle-orm'
import { check, index, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { channels } from './channel.ts'
import { chats } from './chat.ts'
import { id, moment, within, workspaceId } from './columns.ts'
import { comments } from './comment.ts'
import { operators } from './operator.ts'

/** What calls an operator to a chat or a channel, kept until he has seen it. */
export const alerts = pgTable(
  'alerts',
  {
    workspaceId: workspaceId(),
    id: id(),
    /** Who is called. */
    operatorId: uuid('operator_id').notNull(),
    kind: text('kind').$type<AlertKind>().notNull(),
    chatId: uuid('chat_id'),
    channelId: uuid('channel_id'),
    /** What was wrong with the channel. */
    alarm: text('alarm').$type<ChannelAlarm>(),
    commentId: uuid('comment_id'),
    /** Who called him. */
    byId: uuid('by_id'),
    at: moment('at').notNull(),
    readAt: moment('read_at'),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    index('alerts_of').on(t.workspaceId, t.operatorId, t.at, t.id),
    index('alerts_unread').on(t.workspaceId, t.operatorId, t.chatId).where(sql`${t.readAt} is null`),
    check('alerts_one_place', sql`num_nonnulls(${t.chatId}, ${t.channelId}) = 1`),
    within([t.workspaceId, t.channelId], [channels.workspaceId, channels.id]),
    within([t.workspaceId, t.operatorId], [operators.workspaceId, operators.id]),
    within([t.workspaceId, t.chatId], [chats.workspaceId, chats.id]),
    within([t.workspaceId, t.commentId], [comments.workspaceId, comments.id]),
    within([t.workspaceId, t.byId], [operators.workspaceId, operators.id]),
  ],
)
