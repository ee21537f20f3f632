import type { SQL } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'
import { HubError } from '../../errors.ts'
import type { Work } from '../../work.ts'

/** Nobody waits longer than this for a report; ms. */
const patienceMs = 10_000
const dialect = new PgDialect()

/** A statement of a report: planned for its own values, and given up when it takes too long. */
export async function patiently<Row>(work: Work, statement: SQL): Promise<Row[]> {
  const { sql: text, params } = dialect.sqlToQuery(statement)
  // Room to keep the chats of a year; compiling such a statement costs more than it saves.
  await work.sql`select set_config('statement_timeout', ${String(patienceMs)}, true), set_config('work_mem', '64MB', true), set_config('jit', 'off', true)`
  try {
    return (await work.sql.unsafe(text, params as never[], { prepare: false })) as unknown as Row[]
  } catch (error) {
    throw (error as { code?: string }).code === '57014' ? new HubError('report_slow', { field: 'to' }) : error
  }
}
