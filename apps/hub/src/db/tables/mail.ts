import type { MailState } from '@parley/schema/vocabulary'
import { sql } from 'drizzle-orm'
import { check, index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { chats } from './chat.ts'
import { id, moment, within, workspaceId } from './columns.ts'
import { messages } from './message.ts'

/** Mails to customers. The row is the job: `queued` waits, `sending` was handed to the server and is not handed over again unasked. */
export const mails = pgTable(
  'mails',
  {
    workspaceId: workspaceId(),
    id: id(),
    /** The message it carries; null: a transcript. */
    messageId: uuid('message_id'),
    /** The chat whose transcript it is; null: it carries one message. */
    chatId: uuid('chat_id'),
    to: text('to').notNull(),
    subject: text('subject').notNull(),
    text: text('text').notNull(),
    /** The same for who reads HTML; null: plain text alone. */
    html: text('html'),
    state: text('state').$type<MailState>().notNull().default('queued'),
    /** How many browsers its link has let in. */
    returns: integer('returns').notNull().default(0),
    attempt: integer('attempt').notNull().default(0),
    dueAt: moment('due_at').notNull().defaultNow(),
    /** What the mail server said. */
    failure: text('failure'),
    createdAt: moment('created_at').notNull().defaultNow(),
    sentAt: moment('sent_at'),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    index('mails_due').on(t.workspaceId, t.dueAt).where(sql`${t.state} in ('queued', 'sending')`),
    index('mails_message').on(t.workspaceId, t.messageId),
    index('mails_chat').on(t.workspaceId, t.chatId).where(sql`${t.chatId} is not null`),
    within([t.workspaceId, t.messageId], [messages.workspaceId, messages.id]),
    within([t.workspaceId, t.chatId], [chats.workspaceId, chats.id]),
    check('mails_one', sql`num_nonnulls(${t.messageId}, ${t.chatId}) = 1`),
  ],
)
