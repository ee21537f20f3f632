import type { SQL } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'
import { searchRole } from '../db/client.ts'
import { HubError } from '../errors.ts'
import type { Work } from '../work.ts'

/** No statement of a search waits longer than this; ms. */
export const patienceMs = 5_000

export const tooSlow = () => new HubError('search_slow', { field: 'query' })

const dialect = new PgDialect()

/**
 * One statement in the role that may use the indexes of words; see db/client.ts. Where the account may not take it, as it is.
 * `byIndex`: PostgreSQL takes a rare word of millions for a common one, and would rather read them all; it may not.
 */
export async function asSearcher<Row>({ sql: q }: Work, statement: SQL, byIndex = false): Promise<Row[]> {
  const { sql: text, params } = dialect.sqlToQuery(statement)
  const plans = byIndex ? 'off' : 'on'
  const [before] = await q<
    { role: string }[]
  >`select current_setting('role') as role, set_config('statement_timeout', ${String(patienceMs)}, true),
    set_config('enable_seqscan', ${plans}, true), set_config('enable_indexscan', ${plans}, true)`
  await q`select set_config('role', rolname, true) from pg_roles where rolname = ${searchRole} and pg_has_role(session_user, oid, 'member')`
  try {
    // Planned for its own words and not kept.
    const found = (await q.unsafe(text, params as never[], { prepare: false })) as unknown as Row[]
    await q`select set_config('role', ${before?.role ?? 'none'}, true), set_config('enable_seqscan', 'on', true), set_config('enable_indexscan', 'on', true)`
    return found
  } catch (error) {
    throw (error as { code?: string }).code === '57014' ? tooSlow() : error
  }
}
