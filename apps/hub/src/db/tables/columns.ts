import { type AnyPgColumn, foreignKey, timestamp, uuid } from 'drizzle-orm/pg-core'

/** The column every table begins with, and every key of it. */
export const workspaceId = () => uuid('workspace_id').notNull()
export const id = () => uuid('id').notNull()
/** A moment by the database's clock. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 6, mode: 'date' })

type Column = AnyPgColumn
/** A reference that stays inside one workspace. */
export const within = (columns: [Column, Column], foreignColumns: [Column, Column]) => foreignKey({ columns, foreignColumns })
