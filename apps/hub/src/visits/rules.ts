import type { Approach } from '../domain/approach.ts'
import { type ApproachRule, approachByRule, fits, listApproachRules } from '../domain/approach-rule.ts'
import { isOnline } from '../domain/visitor.ts'
import { systemOf, type Works } from '../work.ts'
import type { LiveVisit, VisitList } from './live.ts'

const readEveryMs = 3_000
/** A visitor whom a rule fits, and who was not asked all the same, is looked at again so much later. */
const againMs = 20_000
/** Of one workspace, at a time. */
const mostAtOnce = 25

/** Turns to visitors by the rules of their workspace. Each hub looks at those whose pages it hears of. */
export function createRuling(works: Works) {
  const known = new Map<string, { at: number; rules: ApproachRule[] }>()
  /** When a rule is to be tried again with a visit, by both; never, where it was done. */
  const tried = new WeakMap<LiveVisit, Map<string, number>>()

  async function rulesOf(workspaceId: string, now: number): Promise<ApproachRule[]> {
    const read = known.get(workspaceId)
    if (read && now - read.at < readEveryMs) return read.rules
    const rules = (await works.read(systemOf(workspaceId), listApproachRules)).filter(({ active }) => active)
    known.set(workspaceId, { at: now, rules })
    return rules
  }

  /** Where nobody is there, a rule that asks for somebody is not tried visitor by visitor. */
  function presence(workspaceId: string) {
    const asked = new Map<string, boolean>()
    return async (channelId: string): Promise<boolean> => {
      const online = asked.get(channelId) ?? (await works.read(systemOf(workspaceId), (work) => isOnline(work, channelId)))
      asked.set(channelId, online)
      return online
    }
  }

  /** Answers with what was done. */
  return async (workspaceId: string, list: VisitList): Promise<Approach[]> => {
    const now = Date.now()
    if (list.size === 0) return []
    const rules = await rulesOf(workspaceId, now)
    const isThere = presence(workspaceId)
    const made: Approach[] = []
    let left = mostAtOnce
    for (const visit of rules.length > 0 ? list.all() : []) {
      if (!visit.settled || visit.address === null || visit.leftAt || visit.chat) continue
      const again = tried.get(visit) ?? new Map<string, number>()
      for (const rule of rules) {
        if ((again.get(rule.id) ?? 0) > now || !fits(rule, browsingOf(visit), now)) continue
        if (rule.online && !(await isThere(visit.channelId))) continue
        if (left === 0) return made
        left -= 1
        const done = await works.work(systemOf(workspaceId), (work) => approachByRule(work, rule.id, visit.id))
        tried.set(visit, again.set(rule.id, done === 'later' ? now + againMs : Number.POSITIVE_INFINITY))
        if (typeof done === 'string') continue
        made.push(done)
        break
      }
    }
    return made
  }
}

const browsingOf = ({ channelId, count, campaign, country, trail, startedAt }: LiveVisit) => ({
  channelId,
  count,
  campaign,
  country,
  url: trail.at(-1)?.url ?? '',
  since: trail.at(-1)?.at ?? startedAt,
})
