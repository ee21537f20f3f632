import type { Language } from '@parley/schema/vocabulary'
import { bigint, boolean, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { moment, workspaceId } from './columns.ts'

/** The directory of workspaces: the one table of the hub that is read before a workspace is chosen. */
export const workspaces = pgTable('workspaces', {
  id: uuid('workspace_id').primaryKey(),
  slug: text('slug').notNull().unique(),
  name: text('name').notNull(),
  language: text('language').notNull(),
  /** ISO 3166: whose phone numbers are written without a country; null: the country the language suggests. */
  country: text('country'),
  waitingAfterMinutes: integer('waiting_after_minutes').notNull().default(10),
  /** Chats an operator is given by the hub at most, where he has no figure of his own. */
  capacity: integer('capacity').notNull().default(5),
  /** A chat returns to the queue when its operator leaves the customer without an answer for so long; null: never. */
  returnSilentMinutes: integer('return_silent_minutes'),
  /** … when its operator has been offline for so long while the customer waits. */
  returnOfflineMinutes: integer('return_offline_minutes'),
  /** … when its operator has not opened it for so long. */
  returnUnopenedMinutes: integer('return_unopened_minutes'),
  /** Whether a chat may be transferred to an operator who is offline. */
  transferOffline: boolean('transfer_offline').notNull().default(false),
  /** What a customer is told when his chat is closed, by language; empty: nothing. */
  closingTexts: jsonb('closing_texts').$type<Partial<Record<Language, string>>>().notNull().default({}),
  /** For this long after closing a new message opens the same chat again; 0: always a new one. */
  reopenMinutes: integer('reopen_minutes').notNull().default(0),
  /** For this long after closing its operator may correct the attendance form. */
  formEditableHours: integer('form_editable_hours').notNull().default(24),
  createdAt: moment('created_at').notNull().defaultNow(),
})

/** Numbers counted per workspace: `event` (taken as the last statement of a work, so gapless in commit order) and `chat`. */
export const counters = pgTable(
  'counters',
  {
    workspaceId: workspaceId(),
    name: text('name').notNull(),
    value: bigint('value', { mode: 'number' }).notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.workspaceId, t.name] })],
)
