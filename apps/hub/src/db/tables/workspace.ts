import { bigint, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { moment, workspaceId } from './columns.ts'

/** The directory of workspaces: the one table of the hub that is read before a workspace is chosen. */
export const workspaces = pgTable('workspaces', {
  id: uuid('workspace_id').primaryKey(),
  slug: text('slug').notNull().unique(),
  name: text('name').notNull(),
  language: text('language').notNull(),
  waitingAfterMinutes: integer('waiting_after_minutes').notNull().default(10),
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
