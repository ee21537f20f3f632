import { sql } from 'drizzle-orm'
import { check, pgTable, primaryKey, smallint, text, uuid } from 'drizzle-orm/pg-core'
import { chats } from './chat.ts'
import { moment, within, workspaceId } from './columns.ts'

/** What a visitor thinks of a chat that is over: one mark for each chat. */
export const ratings = pgTable(
  'ratings',
  {
    workspaceId: workspaceId(),
    chatId: uuid('chat_id').notNull(),
    /** From 1, the worst, to 5. */
    score: smallint('score').notNull(),
    comment: text('comment'),
    ratedAt: moment('rated_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.chatId] }),
    check('ratings_score', sql`${t.score} between 1 and 5`),
    within([t.workspaceId, t.chatId], [chats.workspaceId, chats.id]),
  ],
)
