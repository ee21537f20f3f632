import { sql } from 'drizzle-orm'
import { index, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { chats } from './chat.ts'
import { id, moment, within, workspaceId } from './columns.ts'
import { operators } from './operator.ts'

/** Written for colleagues in a chat. No visitor and no connector ever meets this table. */
export const comments = pgTable(
  'comments',
  {
    workspaceId: workspaceId(),
    id: id(),
    chatId: uuid('chat_id').notNull(),
    authorId: uuid('author_id').notNull(),
    /** Null: for all who see the chat. Else for its author and this operator alone. */
    toOperatorId: uuid('to_operator_id'),
    text: text('text'),
    /** Colleagues it names. */
    mentions: uuid('mentions').array().notNull().default([]),
    at: moment('at').notNull(),
    editedAt: moment('edited_at'),
    removedAt: moment('removed_at'),
    clientId: text('client_id'),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    uniqueIndex('comments_client').on(t.workspaceId, t.authorId, t.clientId).where(sql`${t.clientId} is not null`),
    index('comments_timeline').on(t.workspaceId, t.chatId, t.at, t.id),
    within([t.workspaceId, t.chatId], [chats.workspaceId, chats.id]),
    within([t.workspaceId, t.authorId], [operators.workspaceId, operators.id]),
    within([t.workspaceId, t.toOperatorId], [operators.workspaceId, operators.id]),
  ],
)
