import type { Sql } from '../db/client.ts'
import { HubError } from '../errors.ts'

/** At most `max` tries under `key` within `seconds` of the first. */
export interface Limit {
  key: string
  max: number
  seconds: number
}

export interface Tries {
  /** Counts one try under each limit, in order. Refuses with `rate_limited` at the first that is used up. */
  take(limits: readonly Limit[]): Promise<void>
  /** Takes the try back: it was a good one. */
  giveBack(limits: readonly Limit[]): Promise<void>
}

interface Window {
  count: number
  until: number
}

const sweepEvery = 500
const longestWindowMs = 24 * 3600 * 1000

/**
 * Tries counted in the database, so that all hubs share them, by one statement each: parallel tries cannot slip through
 * between reading and writing. What this process knows to be used up costs no query.
 */
export function triesOn(sql: Sql): Tries {
  const known = new Map<string, Window>()
  let taken = 0

  const windowOf = ({ key, seconds }: Limit): Window => {
    const window = known.get(key)
    if (window && window.until > Date.now()) return window
    const fresh = { count: 0, until: Date.now() + seconds * 1000 }
    known.set(key, fresh)
    return fresh
  }
  const take = async (limit: Limit): Promise<void> => {
    const window = windowOf(limit)
    if (window.count >= limit.max) throw tooMany(window)
    window.count += 1
    const { count, leftMs } = await countIn(sql, limit)
    window.until = Date.now() + leftMs
    if (count <= limit.max) return
    window.count = limit.max
    throw tooMany(window)
  }
  const sweep = async (): Promise<void> => {
    for (const [key, window] of known) if (window.until <= Date.now()) known.delete(key)
    await sql`delete from account_rate_limits where last_request < ${Date.now() - longestWindowMs}`
  }
  return {
    take: async (limits) => {
      for (const limit of limits) await take(limit)
      if (++taken % sweepEvery === 0) await sweep()
    },
    giveBack: async (limits) => {
      for (const { key } of limits) {
        const window = known.get(key)
        if (window) window.count = Math.max(0, window.count - 1)
      }
      await sql`update account_rate_limits set count = greatest(count - 1, 0) where key = any(${limits.map(({ key }) => key)})`
    },
  }
}

const tooMany = (window: Window): HubError =>
  new HubError('rate_limited', { seconds: Math.max(1, Math.ceil((window.until - Date.now()) / 1000)) })

/** Many tries at once wait for one row: what a crash of the database may forget of them is worth less than a disk's turn for each. */
async function countIn(sql: Sql, { key, seconds }: Limit): Promise<{ count: number; leftMs: number }> {
  const windowMs = seconds * 1000
  const [row] = await sql<{ count: number; left_ms: number }[]>`
    with clock as materialized (
      select (extract(epoch from clock_timestamp()) * 1000)::bigint as now, set_config('synchronous_commit', 'off', true)
    )
    insert into account_rate_limits as known (id, key, count, last_request) select ${key}, ${key}, 1, clock.now from clock
    on conflict (key) do update set
      count = case when known.last_request <= excluded.last_request - ${windowMs}::bigint then 1 else known.count + 1 end,
      last_request = case when known.last_request <= excluded.last_request - ${windowMs}::bigint then excluded.last_request else known.last_request end
    returning count, (last_request + ${windowMs}::bigint - (select now from clock))::int as left_ms`
  return { count: row?.count ?? 1, leftMs: row?.left_ms ?? windowMs }
}
