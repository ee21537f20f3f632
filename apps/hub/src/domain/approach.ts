import { type ApproachKind, type ApproachSkip, type ApproachState, limits } from '@parley/schema/vocabulary'
import { and, desc, eq, gt, inArray, sql } from 'drizzle-orm'
import { approaches } from '../db/tables/approach.ts'
import { visits } from '../db/tables/visit.ts'
import { HubError, notFound, textOf } from '../errors.ts'
import type { OperatorActor, Work } from '../work.ts'
import { ensure } from './access.ts'
import { contentOf, getApproachSettings, pictureOf, readAddress, usableText } from './approach-text.ts'
import { newId } from './ids.ts'
import { openChatsOf, seesWebsite } from './visit.ts'

export type Approach = typeof approaches.$inferSelect
export interface NewApproach {
  kind: ApproachKind
  /** What is said was written beforehand; all else is left out then, but where a redirect leads. */
  textId?: string | null
  text?: string | null
  url?: string | null
  imageId?: string | null
}
export interface Skipped {
  visitId: string
  why: ApproachSkip
}

/** So long it waits to be seen, and so long, once seen, for an answer. Whoever answers later is heard all the same. */
const waitsMs = 2 * 60_000
const standsMs = 5 * 60_000
/** Lists show what was done within this time. */
const recentMs = 30 * 60_000

export function approachState(
  { createdAt, shownAt, answeredAt, accepted }: Pick<Approach, 'createdAt' | 'shownAt' | 'answeredAt' | 'accepted'>,
  now: number,
): ApproachState {
  if (answeredAt) return accepted ? 'accepted' : 'refused'
  const over = shownAt ? shownAt.getTime() + standsMs : createdAt.getTime() + waitsMs
  return now > over ? 'unanswered' : shownAt ? 'shown' : 'waiting'
}
export const isPending = (state: ApproachState): boolean => state === 'waiting' || state === 'shown'

/**
 * Turns to those who are on a website now. Whoever talks already, or has not answered the last one yet, is left alone. Those
 * on websites out of sight are as if they were not there.
 */
export async function approachVisitors(
  work: Work<OperatorActor>,
  visitIds: string[],
  given: NewApproach,
): Promise<{ made: Approach[]; skipped: Skipped[] }> {
  ensure(work.actor, 'visit.approach')
  if (visitIds.length > limits.approached) throw new HubError('too_many', { field: 'visitIds', max: limits.approached })
  const visitors = await lockVisitors(work, visitIds)
  if (visitors.length === 0) throw notFound()
  const content = await contentFor(work, given)
  if (content.url) await ensureListed(work, content.url, visitors)
  const chats = await openChatsOf(
    work,
    visitors.flatMap(({ identityId }) => identityId ?? []),
  )
  const last = await lastOf(
    work,
    visitors.map(({ id }) => id),
  )
  const skipped: Skipped[] = []
  const wanted = visitors.filter(({ id, identityId }) => {
    const before = last.get(id)
    const talks = identityId !== null && chats.has(identityId) && (given.kind === 'invitation' || given.kind === 'chat')
    const why = talks ? 'serving' : before && isPending(approachState(before, Date.now())) ? 'asked' : null
    if (why) skipped.push({ visitId: id, why })
    return !why
  })
  if (wanted.length === 0) return { made: [], skipped }
  const made = await work.db
    .insert(approaches)
    .values(
      wanted.map(({ id }) => ({
        workspaceId: work.workspaceId,
        id: newId(),
        visitId: id,
        operatorId: work.actor.operatorId,
        kind: given.kind,
        ...content,
      })),
    )
    .returning()
  return { made, skipped }
}

interface Approached {
  id: string
  identityId: string | null
  /** Those the website itself may be on. */
  origins: string[]
}

/** In one order, so that whoever writes visits down meanwhile waits and is not waited for. */
async function lockVisitors(work: Work<OperatorActor>, visitIds: string[]): Promise<Approached[]> {
  const rows = await work.sql<{ id: string; identity_id: string | null; group_id: string | null; origins: string[] | null }[]>`
    select v.id, v.identity_id, c.group_id, c.options->'allowedOrigins' as origins
    from visits v join channels c on c.workspace_id = v.workspace_id and c.id = v.channel_id
    where v.workspace_id = ${work.workspaceId} and v.id = any(${visitIds}::uuid[]) and not c.paused and c.removed_at is null
    order by v.channel_id, v.browser for no key update of v`
  return rows
    .filter(({ group_id }) => seesWebsite(work.actor, group_id))
    .map(({ id, identity_id, origins }) => ({ id, identityId: identity_id, origins: origins ?? [] }))
}

/** Of each visit the last one. */
async function lastOf(work: Work, visitIds: string[]): Promise<Map<string, Approach>> {
  const rows = await work.db
    .selectDistinctOn([approaches.visitId])
    .from(approaches)
    .where(and(eq(approaches.workspaceId, work.workspaceId), inArray(approaches.visitId, visitIds)))
    .orderBy(approaches.visitId, desc(approaches.createdAt))
  return new Map(rows.map((row) => [row.visitId, row]))
}

type Content = Pick<Approach, 'text' | 'words' | 'url' | 'imageId'>

async function contentFor(work: Work<OperatorActor>, given: NewApproach): Promise<Content> {
  const { kind, textId, text, url, imageId } = given
  if (textId) {
    const prepared = await usableText(work, textId)
    if (prepared.kind !== kind) throw new HubError('invalid', { field: 'textId' })
    return contentOf(prepared)
  }
  const leads = kind === 'redirect' || kind === 'promotion'
  const picture = imageId ? await pictureOf(work, imageId) : null
  const said = kind !== 'redirect' || text?.trim() ? textOf(text ?? '', 'text', limits.approachText) : null
  if (said && !(await getApproachSettings(work)).free) throw new HubError('not_free', { field: 'text' })
  return {
    text: said,
    words: null,
    url: leads ? readAddress(textOf(url ?? '', 'url', limits.url)) : null,
    imageId: kind === 'promotion' ? picture : null,
  }
}

async function ensureListed(work: Work, url: string, visitors: Approached[]): Promise<void> {
  const { domains } = await getApproachSettings(work)
  if (visitors.every(({ origins }) => mayLeadTo(url, origins, domains))) return
  throw new HubError('url_not_listed', { field: 'url', host: new URL(url).host })
}

/** Whether visitors of a website with these origins may be led to an address: there, or by https to a domain of the list or below one. */
export function mayLeadTo(address: string, origins: string[], domains: string[]): boolean {
  const { origin, protocol, hostname, port } = new URL(address)
  if (origins.includes(origin)) return true
  return protocol === 'https:' && port === '' && domains.some((domain) => hostname === domain || hostname.endsWith(`.${domain}`))
}

/** What was done on the websites a short while ago, of each visit the last. */
export async function recentApproaches(work: Work): Promise<Approach[]> {
  return work.db
    .selectDistinctOn([approaches.visitId])
    .from(approaches)
    .where(and(eq(approaches.workspaceId, work.workspaceId), gt(approaches.createdAt, new Date(Date.now() - recentMs))))
    .orderBy(approaches.visitId, desc(approaches.createdAt))
}

/** What this browser is to be shown now; it counts as seen from here on. */
export async function showApproach(work: Work, channelId: string, browser: string): Promise<Approach | null> {
  const [row] = await work.db
    .select({ approach: approaches })
    .from(approaches)
    .innerJoin(visits, ofVisit(work, channelId, browser))
    .where(eq(approaches.workspaceId, work.workspaceId))
    .orderBy(desc(approaches.createdAt))
    .limit(1)
  if (!row || !isPending(approachState(row.approach, Date.now()))) return null
  if (row.approach.shownAt) return row.approach
  return change(work, row.approach.id, { shownAt: sql`coalesce(${approaches.shownAt}, clock_timestamp())` })
}

/** What this browser was asked; throws not-found for what it was not. */
export async function getApproach(work: Work, channelId: string, browser: string, id: string): Promise<Approach> {
  const [row] = await work.db
    .select({ approach: approaches })
    .from(approaches)
    .innerJoin(visits, ofVisit(work, channelId, browser))
    .where(and(eq(approaches.workspaceId, work.workspaceId), eq(approaches.id, id)))
  if (!row) throw notFound()
  return row.approach
}

/** The first answer holds; null: there was one already. */
export async function answerApproach(work: Work, id: string, accepted: boolean): Promise<Approach | null> {
  const [row] = await work.db
    .update(approaches)
    .set({ accepted, answeredAt: sql`clock_timestamp()`, shownAt: sql`coalesce(${approaches.shownAt}, clock_timestamp())` })
    .where(and(eq(approaches.workspaceId, work.workspaceId), eq(approaches.id, id), sql`${approaches.answeredAt} is null`))
    .returning()
  return row ?? null
}

async function change(work: Work, id: string, values: Record<string, unknown>): Promise<Approach> {
  const [row] = await work.db
    .update(approaches)
    .set(values)
    .where(and(eq(approaches.workspaceId, work.workspaceId), eq(approaches.id, id)))
    .returning()
  if (!row) throw notFound()
  return row
}

const ofVisit = (work: Work, channelId: string, browser: string) =>
  and(
    eq(visits.workspaceId, work.workspaceId),
    eq(visits.id, approaches.visitId),
    eq(visits.channelId, channelId),
    eq(visits.browser, browser),
  )
