import type { FieldType } from '@parley/schema/vocabulary'
import { boolean, integer, jsonb, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core'
import { id, moment, workspaceId } from './columns.ts'

/** What a company wants to know of its customers beside what everybody does. An archived one is kept for what it holds. */
export const customerFields = pgTable(
  'customer_fields',
  {
    workspaceId: workspaceId(),
    id: id(),
    /** How templates name it; stays whatever it is called. */
    key: text('key').notNull(),
    label: text('label').notNull(),
    type: text('type').$type<FieldType>().notNull(),
    options: jsonb('options').$type<string[]>().notNull().default([]),
    required: boolean('required').notNull().default(false),
    position: integer('position').notNull(),
    archivedAt: moment('archived_at'),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.workspaceId, t.id] }), unique('customer_fields_key').on(t.workspaceId, t.key)],
)
