import type { ApproachState, VisitState } from '@parley/schema/vocabulary'
import { type Approach, approachState, isPending } from '../domain/approach.ts'
import { newVisitId, trailWith, type Visit, type VisitChat } from '../domain/visit.ts'
import type { Seen } from './beat.ts'

/** The website a beat speaks of. */
export interface Website {
  workspaceId: string
  channelId: string
  groupId: string | null
}
/** A visit as this hub has it in memory. */
export interface LiveVisit extends Visit {
  groupId: string | null
  address: string | null
  chat: VisitChat | null
  /** The last time he was turned to in this visit, and how that stands. */
  approach: Approach | null
  approached: ApproachState | null
  leftAt: number | null
  /** Rises with every change that a list shows. */
  version: number
  /** Known to the database, and so no longer a stranger who may be blocked. */
  settled: boolean
  dirty: boolean
  /** As of when it was last written down. */
  keptAt: number
  /** When other hubs were last told of it. */
  toldAt: number
}
export const stateOf = (visit: LiveVisit): VisitState => (visit.leftAt ? 'left' : (visit.chat?.state ?? 'browsing'))

/** Whether there is something to ask of him that he has not answered. */
export const isAsked = ({ approached }: LiveVisit): boolean => approached !== null && isPending(approached)

interface Gone {
  id: string
  groupId: string | null
  version: number
}

/** Whoever has not been heard of for so long has left; he is shown a little longer. */
const leftMs = 50_000
const shownMs = 5 * 60_000
const keepMs = 10 * 60_000
const mostGone = 20_000

/** The visits of one workspace. No database: what was found there is handed in. */
export function createVisitList() {
  const byBrowser = new Map<string, LiveVisit>()
  const byId = new Map<string, LiveVisit>()
  let gone: Gone[] = []
  let version = 0

  const keyOf = (channelId: string, browser: string) => `${channelId} ${browser}`
  const changed = (visit: LiveVisit) => {
    version += 1
    visit.version = version
  }
  function drop(visit: LiveVisit): void {
    byBrowser.delete(keyOf(visit.channelId, visit.browser))
    byId.delete(visit.id)
    lose(visit)
  }
  function lose({ id, groupId }: LiveVisit): void {
    version += 1
    gone.push({ id, groupId, version })
    if (gone.length > mostGone) gone = gone.slice(-mostGone / 2)
  }

  function stand(visit: LiveVisit, now: number): void {
    const state = visit.approach && approachState(visit.approach, now)
    if (state === visit.approached) return
    visit.approached = state
    changed(visit)
  }

  return {
    get size() {
      return byBrowser.size
    },
    get version() {
      return version
    },
    all: () => byId.values(),
    byId: (id: string) => byId.get(id),
    find: ({ channelId }: Website, browser: string) => byBrowser.get(keyOf(channelId, browser)),

    /** Notes a beat. */
    see({ channelId, groupId }: Website, seen: Seen, address: string | null): void {
      const visit = byBrowser.get(keyOf(channelId, seen.browser))
      if (!visit) {
        const made: LiveVisit = {
          id: newVisitId(),
          channelId,
          identityId: null,
          name: null,
          ...seen,
          groupId,
          address,
          chat: null,
          approach: null,
          approached: null,
          leftAt: null,
          version: 0,
          settled: false,
          dirty: true,
          keptAt: seen.seenAt,
          toldAt: 0,
        }
        byBrowser.set(keyOf(channelId, seen.browser), made)
        byId.set(made.id, made)
        return
      }
      const [page] = seen.trail
      const last = visit.trail.at(-1)
      const moved = page !== undefined && (page.url !== last?.url || page.title !== last.title)
      if (moved) visit.trail = trailWith(visit.trail, [page])
      // Whoever sees the old group's websites alone sees him no more.
      if (visit.groupId !== groupId) lose(visit)
      const news = moved || visit.leftAt !== null || visit.groupId !== groupId
      Object.assign(visit, {
        seenAt: seen.seenAt,
        leftAt: null,
        groupId,
        address,
        country: seen.country,
        city: seen.city,
        dirty: visit.dirty || news || seen.seenAt - visit.keptAt > keepMs,
      })
      if (news) changed(visit)
    },

    /** What the database made of it; null: he is blocked. */
    settle(visit: LiveVisit, kept: Visit | null): void {
      if (!byId.has(visit.id)) return
      if (!kept) {
        drop(visit)
        return
      }
      const { id, name, count, firstAt, startedAt, referrer, campaign, search, trail } = kept
      // Who he is may have become known while this was written down.
      const identityId = kept.identityId ?? visit.identityId
      byId.delete(visit.id)
      const pages = visit.trail
      // What a list shows already is not told again because it was written down.
      const isNews = !visit.settled || visit.id !== id || visit.identityId !== identityId || visit.name !== name
      Object.assign(visit, { id, identityId, name, count, firstAt, startedAt, referrer, campaign, search, settled: true })
      visit.keptAt = kept.seenAt
      visit.trail = trailWith(trail, pages.slice(-1))
      byId.set(id, visit)
      if (isNews) changed(visit)
    },

    /** What another hub has seen. */
    hear(told: Visit, groupId: string | null): void {
      const visit = byBrowser.get(keyOf(told.channelId, told.browser))
      if (visit && visit.seenAt >= told.seenAt) return
      if (visit && visit.id !== told.id) byId.delete(visit.id)
      const trail = trailWith(visit?.trail ?? [], told.trail)
      const heard: LiveVisit = Object.assign(
        visit ?? {
          address: null,
          chat: null,
          approach: null,
          approached: null,
          version: 0,
          dirty: false,
          keptAt: told.seenAt,
          toldAt: told.seenAt,
          leftAt: null,
        },
        { ...told, trail, groupId, leftAt: null, settled: true },
      )
      byBrowser.set(keyOf(told.channelId, told.browser), heard)
      byId.set(told.id, heard)
      changed(heard)
    },

    join(visit: LiveVisit, identityId: string): void {
      Object.assign(visit, { identityId, dirty: true })
    },

    chats(found: Map<string, VisitChat>): void {
      for (const visit of byId.values()) {
        const chat = (visit.identityId && found.get(visit.identityId)) || null
        if (chat?.chatId === visit.chat?.chatId && chat?.state === visit.chat?.state) continue
        visit.chat = chat
        changed(visit)
      }
    },

    /** Somebody was turned to, or answered. What is older than what is known changes nothing. */
    approach(approach: Approach): void {
      const visit = byId.get(approach.visitId)
      const before = visit?.approach
      if (!visit || approach.createdAt.getTime() < visit.startedAt || (before && before.createdAt > approach.createdAt)) return
      // The answer may be heard of before the showing.
      if (before?.id === approach.id && (before.answeredAt || (before.shownAt && !approach.shownAt))) return
      visit.approach = approach
      stand(visit, Date.now())
    },

    /** Who has left is marked, and after a while no longer shown. */
    age(now: number): void {
      for (const visit of byId.values()) {
        stand(visit, now)
        if (now - visit.seenAt > leftMs + shownMs) drop(visit)
        else if (!visit.leftAt && now - visit.seenAt > leftMs) {
          Object.assign(visit, { leftAt: visit.seenAt, dirty: true })
          changed(visit)
        }
      }
    },

    /** What has changed since a version, of what may be seen. Who is gone there may be among the visits again. */
    since(after: number, sees: (groupId: string | null) => boolean): { visits: LiveVisit[]; goneIds: string[] } {
      const visits = [...byId.values()].filter((visit) => visit.settled && visit.version > after && sees(visit.groupId))
      return { visits, goneIds: gone.filter((each) => each.version > after && sees(each.groupId)).map(({ id }) => id) }
    },
  }
}
export type VisitList = ReturnType<typeof createVisitList>
