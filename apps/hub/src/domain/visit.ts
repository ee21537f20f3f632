import type { DeviceKind } from '@parley/schema/vocabulary'
import { limits } from '@parley/schema/vocabulary'
import { and, eq, type SQL, sql } from 'drizzle-orm'
import { chats } from '../db/tables/chat.ts'
import { type VisitPage, visits } from '../db/tables/visit.ts'
import type { Actor, OperatorActor, VisitorActor, Work } from '../work.ts'
import { newId } from './ids.ts'
import { groupsInSight, seesAll, visibleChats } from './sight.ts'
import { isAnswered, isGivenUp } from './unanswered.ts'
import { holdToken } from './visitor-token.ts'

/** Somebody on a website, as his browser tells and the hub remembers. Moments are milliseconds since 1970. */
export interface Visit {
  id: string
  channelId: string
  /** A hash of what the browser names itself by; never told to anybody. */
  browser: string
  identityId: string | null
  /** His name on this website, once he gave one. */
  name: string | null
  count: number
  firstAt: number
  startedAt: number
  seenAt: number
  referrer: string | null
  campaign: string | null
  search: string | null
  language: string | null
  device: DeviceKind
  system: string | null
  agent: string | null
  /** Where he is, of two letters, and the city by its English name, as far as this hub can tell. Never stored. */
  country: string | null
  city: string | null
  trail: VisitPage[]
}
/** Where visitors with an identity stand in their chats now. */
export interface VisitChat {
  chatId: string
  state: 'queued' | 'serving'
}
export interface LiveFigures {
  queued: number
  serving: number
  finished: number
  givenUp: number
}

/** Whoever was away for so long comes for another visit. */
export const visitGapMs = 30 * 60_000
const keptDays = 90

/** An operator sees who is on the websites of his groups, and on those that belong to no group. */
export const seesWebsite = (actor: Actor, groupId: string | null): boolean =>
  actor.kind === 'operator' && (seesAll(actor) || groupId === null || groupsInSight(actor).has(groupId))
/** Those who see the same websites share a name. */
export const websitesInSight = (actor: OperatorActor): string => (seesAll(actor) ? '*' : [...groupsInSight(actor)].sort().join(' '))

/**
 * Keeps what was seen and answers with it as it stands, joined with what was known of these browsers. Whoever is blocked is
 * missing in the answer, and nothing of him is kept.
 */
export async function keepVisits(work: Work, seen: readonly (Visit & { address: string | null })[]): Promise<Visit[]> {
  const known = await findKnown(work, seen)
  const kept = seen.filter((visit) => !known.get(keyOf(visit))?.blocked).map((visit) => joined(visit, known.get(keyOf(visit))))
  if (kept.length === 0) return []
  await work.sql`
    insert into visits as v (workspace_id, id, channel_id, browser, identity_id, count, first_at, started_at, last_at, referrer, campaign, search, language, device, system, agent, trail)
    select ${work.workspaceId}, r.id, r."channelId", r.browser, r."identityId", r.count, to_timestamp(r."firstAt" / 1000), to_timestamp(r."startedAt" / 1000), to_timestamp(r."seenAt" / 1000),
      r.referrer, r.campaign, r.search, r.language, r.device, r.system, r.agent, r.trail
    from jsonb_to_recordset(${JSON.stringify(kept)}::text::jsonb) as r(id uuid, "channelId" uuid, browser text, "identityId" uuid, count int, "firstAt" float8, "startedAt" float8, "seenAt" float8,
      referrer text, campaign text, search text, language text, device text, system text, agent text, trail jsonb)
    order by r."channelId", r.browser
    on conflict (workspace_id, channel_id, browser) do update set identity_id = coalesce(excluded.identity_id, v.identity_id), count = excluded.count, started_at = excluded.started_at,
      last_at = excluded.last_at, referrer = excluded.referrer, campaign = excluded.campaign, search = excluded.search, language = excluded.language,
      device = excluded.device, system = excluded.system, agent = excluded.agent, trail = excluded.trail`
  return kept
}

interface Known {
  id: string | null
  channel_id: string
  browser: string
  identity_id: string | null
  name: string | null
  count: number | null
  first_at: Date | null
  started_at: Date | null
  last_at: Date | null
  referrer: string | null
  campaign: string | null
  search: string | null
  trail: VisitPage[] | null
  blocked: boolean
}
const keyOf = (visit: { channelId: string; browser: string }): string => `${visit.channelId} ${visit.browser}`

async function findKnown(work: Work, seen: readonly (Visit & { address: string | null })[]): Promise<Map<string, Known>> {
  const asked = seen.map(({ channelId, browser, identityId, address }) => ({ channelId, browser, identityId, address }))
  const rows = await work.sql<Known[]>`
    select v.id, r."channelId" as channel_id, r.browser, i.id as identity_id, i.name, v.count, v.first_at, v.started_at, v.last_at, v.referrer, v.campaign, v.search, v.trail,
      exists (select from blocks b where b.workspace_id = ${work.workspaceId} and (b.until is null or b.until > clock_timestamp())
        and (b.identity_id = i.id or b.address >>= r.address or b.address >>= i.address)) as blocked
    from jsonb_to_recordset(${JSON.stringify(asked)}::text::jsonb) as r("channelId" uuid, browser text, "identityId" uuid, address inet)
    left join visits v on v.workspace_id = ${work.workspaceId} and v.channel_id = r."channelId" and v.browser = r.browser
    left join identities i on i.workspace_id = ${work.workspaceId} and i.id = coalesce(r."identityId", v.identity_id)`
  return new Map(rows.map((row) => [keyOf({ channelId: row.channel_id, browser: row.browser }), row]))
}

function joined({ address: _, ...visit }: Visit & { address: string | null }, known: Known | undefined): Visit {
  const named = { ...visit, identityId: known?.identity_id ?? null, name: known?.name ?? null }
  if (!known?.id) return named
  const met = { ...named, id: known.id, count: known.count ?? 1, firstAt: known.first_at?.getTime() ?? visit.firstAt }
  // The same browser as before: kept in memory all the while, or met again by a hub that knew nothing of it.
  if (visit.id === known.id) return met
  if (visit.startedAt - (known.last_at?.getTime() ?? 0) > visitGapMs) return { ...met, count: met.count + 1 }
  return {
    ...met,
    startedAt: known.started_at?.getTime() ?? visit.startedAt,
    referrer: known.referrer ?? visit.referrer,
    campaign: known.campaign ?? visit.campaign,
    search: known.search ?? visit.search,
    trail: trailWith(known.trail ?? [], visit.trail),
  }
}

/** The later pages behind the earlier ones; staying on a page is no new one. */
export function trailWith(trail: VisitPage[], pages: VisitPage[]): VisitPage[] {
  const all = [...trail]
  for (const page of pages) {
    if (all.at(-1)?.url === page.url) all[all.length - 1] = { ...page, at: all.at(-1)?.at ?? page.at }
    else all.push(page)
  }
  return all.slice(-limits.visitTrail)
}

/** This browser turned out to be the visitor's. False: it has not been seen on this website. */
export async function joinVisit(work: Work<VisitorActor>, browser: string): Promise<boolean> {
  const { channelId, identityId } = work.actor
  await holdToken(work, work.actor)
  const rows = await work.db
    .update(visits)
    .set({ identityId })
    .where(and(eq(visits.workspaceId, work.workspaceId), eq(visits.channelId, channelId), eq(visits.browser, browser)))
    .returning({ id: visits.id })
  return rows.length > 0
}

/** The open chats of these visitors. */
export async function openChatsOf(work: Work, identityIds: string[]): Promise<Map<string, VisitChat>> {
  if (identityIds.length === 0) return new Map()
  const rows = await work.sql<{ identity_id: string; id: string; state: VisitChat['state'] }[]>`
    select t.identity_id, c.id, c.state from threads t join chats c on c.workspace_id = t.workspace_id and c.thread_id = t.id
    where t.workspace_id = ${work.workspaceId} and t.identity_id = any(${identityIds}::uuid[]) and c.state <> 'closed'`
  return new Map(rows.map((row) => [row.identity_id, { chatId: row.id, state: row.state }]))
}

/** Of the chats in sight: how many wait and are served now; how many were closed since, after and without an operator's answer. */
export async function countLive(work: Work<OperatorActor>, since: Date): Promise<LiveFigures> {
  const workspace = sql`${work.workspaceId}::uuid`
  const sinceThen = (moment: SQL) => sql`${moment} >= ${since.toISOString()}::timestamptz`
  const [row] = await work.db
    .select({
      queued: sql<number>`count(*) filter (where ${chats.state} = 'queued' and ${chats.missedAt} is null)::int`,
      serving: sql<number>`count(*) filter (where ${chats.state} = 'serving')::int`,
      finished: sql<number>`count(*) filter (where ${chats.state} = 'closed' and ${isAnswered(workspace)})::int`,
      givenUp: sql<number>`count(*) filter (where ${isGivenUp(workspace, sinceThen)})::int`,
    })
    .from(chats)
    .where(
      and(
        eq(chats.workspaceId, work.workspaceId),
        visibleChats(work.actor),
        sql`(${chats.state} <> 'closed' or ${sinceThen(sql`${chats.closedAt}`)})`,
      ),
    )
  return row ?? { queued: 0, serving: 0, finished: 0, givenUp: 0 }
}

export async function dropOldVisits(work: Work): Promise<void> {
  const { sql, workspaceId } = work
  // `now()` is the same moment in both statements.
  const isOld = sql`workspace_id = ${workspaceId} and last_at < now() - ${keptDays} * interval '1 day'`
  await sql`delete from approaches where workspace_id = ${workspaceId} and visit_id in (select id from visits where ${isOld})`
  await sql`delete from visits where ${isOld}`
}

export const newVisitId = newId
