import { sql } from 'drizzle-orm'
import type { OperatorActor, Work } from '../../work.ts'
import { groupsInSight, seesAll } from '../sight.ts'
import { type Asked, inPeriod } from './asked.ts'
import { onlyOf } from './cohort.ts'
import type { Times } from './figures.ts'
import { patiently } from './patience.ts'

/** Where visitors came from, by one kind of source. */
export interface Origin {
  name: string
  visitors: number
  /** How many of them have ever written. */
  wrote: number
}
export interface VisitorFigures {
  visitors: number
  wrote: number
  /** How long they stayed, at their last visit. */
  stay: Times
  referrers: Origin[]
  campaigns: Origin[]
  searches: Origin[]
}

const mostOrigins = 50

/**
 * Browsers whose last visit began in the period, on the websites in the actor's sight. Null for an operator, whose figures these are not. Nobody
 * holds a visit, so of the filters the channel alone counts, and a group by its websites.
 */
export async function countVisitors(work: Work<OperatorActor>, asked: Asked): Promise<VisitorFigures | null> {
  if (onlyOf(work.actor)) return null
  const { workspaceId, actor } = work
  const seen = seesAll(actor)
    ? sql`true`
    : sql`exists (select from channels c where c.workspace_id = ${workspaceId} and c.id = v.channel_id
        and (c.group_id is null or c.group_id = any(${sql.param([...groupsInSight(actor)])}::uuid[])))`
  const conditions = [
    sql`v.workspace_id = ${workspaceId}`,
    seen,
    inPeriod(asked, sql`v.started_at`),
    sql`v.last_at >= ${asked.from}::timestamp at time zone ${asked.timeZone}::text`,
    ...(asked.channelId ? [sql`v.channel_id = ${asked.channelId}`] : []),
    ...(asked.groupId
      ? [
          sql`exists (select from channels c where c.workspace_id = ${workspaceId} and c.id = v.channel_id and c.group_id = ${asked.groupId})`,
        ]
      : []),
  ]
  const rows = await patiently<{ by: number; referrer: string | null; campaign: string | null; search: string | null } & Counted>(
    work,
    sql`with seen as (select (regexp_match(v.referrer, '^[a-z]+://([^/?#:]+)'))[1] as referrer, v.campaign, v.search, v.identity_id,
        extract(epoch from v.last_at - v.started_at)::float8 as stayed from visits v where ${sql.join(conditions, sql` and `)})
    select grouping(referrer, campaign, search) as by, referrer, campaign, search, count(*)::int as visitors, count(identity_id)::int as wrote,
      count(stayed)::int as stays, avg(stayed) as average, percentile_cont(array[0.5, 0.9]) within group (order by stayed) as stayed_at
    from seen group by grouping sets ((), (referrer), (campaign), (search)) order by visitors desc, referrer, campaign, search`,
  )
  const total = rows.find(({ by }) => by === 0b111)
  const originsBy = (by: number, name: 'referrer' | 'campaign' | 'search'): Origin[] =>
    rows
      .flatMap((row) => (row.by === by && row[name] ? [{ name: row[name], visitors: row.visitors, wrote: row.wrote }] : []))
      .slice(0, mostOrigins)
  return {
    visitors: total?.visitors ?? 0,
    wrote: total?.wrote ?? 0,
    stay: {
      count: total?.stays ?? 0,
      average: total?.average ?? null,
      median: total?.stayed_at?.[0] ?? null,
      p90: total?.stayed_at?.[1] ?? null,
    },
    referrers: originsBy(0b011, 'referrer'),
    campaigns: originsBy(0b101, 'campaign'),
    searches: originsBy(0b110, 'search'),
  }
}
interface Counted {
  visitors: number
  wrote: number
  stays: number
  average: number | null
  stayed_at: number[] | null
}
