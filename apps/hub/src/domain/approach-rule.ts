import { limits } from '@parley/schema/vocabulary'
import { and, asc, count, eq, sql } from 'drizzle-orm'
import { approaches, approachRules, approachTexts } from '../db/tables/approach.ts'
import { channels } from '../db/tables/channel.ts'
import { visits } from '../db/tables/visit.ts'
import { HubError, notFound, textOf } from '../errors.ts'
import type { OperatorActor, Work } from '../work.ts'
import { ensure } from './access.ts'
import { type Approach, approachState, isPending, mayLeadTo } from './approach.ts'
import { contentOf, getApproachSettings } from './approach-text.ts'
import { newId } from './ids.ts'
import { openChatsOf } from './visit.ts'
import { isOnline } from './visitor.ts'

export type ApproachRule = typeof approachRules.$inferSelect
export interface ApproachRuleInput {
  textId: string
  active: boolean
  channelId?: string | null
  page?: string | null
  seconds?: number | null
  visits?: number | null
  campaign?: string | null
  countries?: string[] | null
  online: boolean
  days: number
}
/** How often it was done, seen and accepted. */
export interface RuleFigures {
  ruleId: string
  made: number
  shown: number
  accepted: number
}

export async function listApproachRules(work: Work): Promise<ApproachRule[]> {
  ensure(work.actor, 'approach.manage')
  return work.db
    .select()
    .from(approachRules)
    .where(eq(approachRules.workspaceId, work.workspaceId))
    .orderBy(asc(approachRules.createdAt), asc(approachRules.id))
}

export const countByRule = (work: Work): Promise<RuleFigures[]> =>
  work.sql<RuleFigures[]>`
    select rule_id as "ruleId", count(*)::int as made, count(shown_at)::int as shown, (count(*) filter (where accepted))::int as accepted
    from approaches where workspace_id = ${work.workspaceId} and rule_id is not null group by rule_id`

export async function createApproachRule(work: Work<OperatorActor>, input: ApproachRuleInput): Promise<ApproachRule> {
  ensure(work.actor, 'approach.manage')
  const [there] = await work.db.select({ count: count() }).from(approachRules).where(eq(approachRules.workspaceId, work.workspaceId))
  if ((there?.count ?? 0) >= limits.approachRules) throw new HubError('too_many', { max: limits.approachRules })
  const [rule] = await work.db
    .insert(approachRules)
    .values({ workspaceId: work.workspaceId, id: newId(), ...(await valuesOf(work, input)) })
    .returning()
  if (!rule) throw new Error('the rule was not inserted')
  return rule
}

export async function updateApproachRule(work: Work<OperatorActor>, ruleId: string, input: ApproachRuleInput): Promise<ApproachRule> {
  ensure(work.actor, 'approach.manage')
  const [rule] = await work.db
    .update(approachRules)
    .set(await valuesOf(work, input))
    .where(here(work, ruleId))
    .returning()
  if (!rule) throw notFound()
  return rule
}

export async function deleteApproachRule(work: Work<OperatorActor>, ruleId: string): Promise<ApproachRule> {
  ensure(work.actor, 'approach.manage')
  const [rule] = await work.db.delete(approachRules).where(here(work, ruleId)).returning()
  if (!rule) throw notFound()
  return rule
}

async function valuesOf(work: Work, input: ApproachRuleInput) {
  const [text] = await work.db
    .select({ ownerId: approachTexts.ownerId, kind: approachTexts.kind })
    .from(approachTexts)
    .where(and(eq(approachTexts.workspaceId, work.workspaceId), eq(approachTexts.id, input.textId)))
  if (!text || text.ownerId) throw new HubError('not_found', { field: 'textId' })
  // The hub speaks in nobody's name, so it begins no chat.
  if (text.kind === 'chat') throw new HubError('invalid', { field: 'textId' })
  if (input.channelId) {
    const [channel] = await work.db
      .select({ kind: channels.kind })
      .from(channels)
      .where(and(eq(channels.workspaceId, work.workspaceId), eq(channels.id, input.channelId)))
    if (channel?.kind !== 'web') throw new HubError('not_found', { field: 'channelId' })
  }
  const countries = [...new Set((input.countries ?? []).map((each) => each.toUpperCase()))]
  if (countries.some((each) => !/^[A-Z]{2}$/.test(each))) throw new HubError('invalid', { field: 'countries' })
  return {
    textId: input.textId,
    active: input.active,
    channelId: input.channelId ?? null,
    page: input.page?.trim() ? textOf(input.page, 'page', limits.approachPage) : null,
    seconds: numberOf(input.seconds, 'seconds', 86_400),
    visits: numberOf(input.visits, 'visits', 1_000),
    campaign: input.campaign?.trim() ? textOf(input.campaign, 'campaign', limits.name) : null,
    countries,
    online: input.online,
    days: numberOf(input.days, 'days', 365) ?? 0,
  }
}

function numberOf(value: number | null | undefined, field: string, most: number): number | null {
  if (value == null) return null
  if (value < 0 || value > most) throw new HubError('invalid', { field })
  return value
}

/** What a rule looks at; all of it is in memory. */
export interface Browsing {
  channelId: string
  count: number
  campaign: string | null
  country: string | null
  url: string
  /** Since when he is on the page. */
  since: number
}

/** Whether all that the rule asks is so; whether somebody is there, and how often it was done, is asked of the database. */
export function fits(rule: ApproachRule, visit: Browsing, now: number): boolean {
  return (
    rule.active &&
    (rule.channelId === null || rule.channelId === visit.channelId) &&
    (rule.page === null || fitsPage(rule.page, visit.url)) &&
    (rule.seconds === null || now - visit.since >= rule.seconds * 1_000) &&
    (rule.visits === null || visit.count >= rule.visits) &&
    (rule.campaign === null || (visit.campaign ?? '').toLowerCase().includes(rule.campaign.toLowerCase())) &&
    (rule.countries.length === 0 || (visit.country !== null && rule.countries.includes(visit.country)))
  )
}

/**
 * `*` stands for anything. What begins with a slash is held against the path with its question mark, all else against host
 * and path. Goes through the address once, whatever the pattern.
 */
export function fitsPage(pattern: string, address: string): boolean {
  if (!URL.canParse(address)) return false
  const url = new URL(address)
  const text = `${pattern.startsWith('/') ? '' : url.host}${url.pathname}${url.search}`.toLowerCase()
  const [first = '', ...rest] = pattern.toLowerCase().split('*')
  const last = rest.pop()
  if (last === undefined) return text === first || text.split('?')[0] === first
  if (!text.startsWith(first)) return false
  let at = first.length
  for (const part of rest) {
    const found = text.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return text.length - last.length >= at && text.endsWith(last)
}

/**
 * Turns to a visitor by a rule, unless he talks or has not answered what he was asked (`later` he may be), or was asked by rules
 * as often as one visit may be, or by this rule within its days (`never` in this visit).
 */
export async function approachByRule(work: Work, ruleId: string, visitId: string): Promise<Approach | 'later' | 'never'> {
  const [row] = await work.db
    .select({
      rule: approachRules,
      text: approachTexts,
      visit: visits,
      origins: sql<string[] | null>`${channels.options}->'allowedOrigins'`,
    })
    .from(visits)
    .innerJoin(channels, and(eq(channels.workspaceId, visits.workspaceId), eq(channels.id, visits.channelId), eq(channels.paused, false)))
    .innerJoin(approachRules, and(eq(approachRules.workspaceId, visits.workspaceId), eq(approachRules.id, ruleId)))
    .innerJoin(approachTexts, and(eq(approachTexts.workspaceId, visits.workspaceId), eq(approachTexts.id, approachRules.textId)))
    .where(and(eq(visits.workspaceId, work.workspaceId), eq(visits.id, visitId)))
    .for('no key update', { of: visits })
  if (!row?.rule.active) return 'later'
  const { rule, text, visit } = row
  if (rule.online && !(await isOnline(work, visit.channelId))) return 'later'
  if (visit.identityId && (await openChatsOf(work, [visit.identityId])).size > 0) return 'later'
  const { perVisit, domains } = await getApproachSettings(work)
  const asked = await askedBefore(work, rule, visit, perVisit)
  if (asked) return asked
  if (text.url && !mayLeadTo(text.url, row.origins ?? [], domains)) return 'later'
  const [made] = await work.db
    .insert(approaches)
    .values({ workspaceId: work.workspaceId, id: newId(), visitId, ruleId, kind: text.kind, ...contentOf(text) })
    .returning()
  return made ?? 'later'
}

async function askedBefore(
  work: Work,
  rule: ApproachRule,
  visit: { id: string; startedAt: Date },
  perVisit: number,
): Promise<'later' | 'never' | null> {
  const rows = await work.db
    .select()
    .from(approaches)
    .where(and(eq(approaches.workspaceId, work.workspaceId), eq(approaches.visitId, visit.id)))
  const since = Date.now() - rule.days * 86_400_000
  const byRules = rows.filter(({ ruleId, createdAt }) => ruleId !== null && createdAt >= visit.startedAt).length
  if (byRules >= perVisit || rows.some(({ ruleId, createdAt }) => ruleId === rule.id && createdAt.getTime() > since)) return 'never'
  return rows.some((each) => isPending(approachState(each, Date.now()))) ? 'later' : null
}

const here = (work: Work, ruleId: string) => and(eq(approachRules.workspaceId, work.workspaceId), eq(approachRules.id, ruleId))
