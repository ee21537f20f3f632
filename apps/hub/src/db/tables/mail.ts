import type { MailState } from '@parley/schema/vocabulary'
import { sql } from 'drizzle-orm'
import { index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { id, moment, within, workspaceId } from './columns.ts'
import { messages } from './message.ts'

/** Mails to customers. The row is the job: `queued` waits, `sending` was handed to the server and is not handed over again unasked. */
export const mails = pgTable(
  'mails',
  {
    workspaceId: workspaceId(),
    id: id(),
    /** The message it carries. */
    messageId: uuid('message_id').notNull(),
    to: text('to').notNull(),
    subject: text('subject').notNull(),
    text: text('text').notNull(),
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
    within([t.workspaceId, t.messageId], [messages.workspaceId, messages.id]),
  ],
)
