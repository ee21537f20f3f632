import { randomUUID } from 'node:crypto'
import { isIP } from 'node:net'
import { type Approach, recentApproaches } from './domain/approach.ts'
import { joinVisit, keepVisits, openChatsOf, seesWebsite, type Visit } from './domain/visit.ts'
import { HubError } from './errors.ts'
import type { Bus } from './feed/bus.ts'
import type { Log } from './log.ts'
import { lookEvery } from './looking.ts'
import { type Beat, browserOf, readBeat } from './visits/beat.ts'
import { createVisitList, isAsked, type LiveVisit, type VisitList, type Website } from './visits/live.ts'
import { type FindPlace, knowsNowhere } from './visits/place.ts'
import { createRuling } from './visits/rules.ts'
import { type OperatorActor, systemOf, type VisitorActor, type Works } from './work.ts'

const tickMs = 1_000
/** Beyond so many at once whoever comes is not listed; he can write all the same. */
const mostLive = 50_000
const batch = 500
const echoMs = 20_000
/** Room for the rest of the signal beside the visits. */
const longestTold = 5_000
/** So long after somebody last looked, nobody looks. */
const watchedMs = 5_000
const topic = 'visits'
/** What is asked is shown as soon as the chat is there. */
const askedMs = 1_500
const approachTopic = 'approaches'
const joinTopic = 'visit.join'
/** How soon a page is to tell again: often while somebody looks at few, seldom otherwise, so that all together stay few. In milliseconds. */
const paceOf = (isWatched: boolean, count: number): number => (isWatched ? Math.min(15_000, Math.max(3_000, count * 50)) : 15_000)

interface Joined {
  workspaceId: string
  channelId: string
  browser: string
  identityId: string
}
interface Told {
  hub: string
  workspaceId: string
  visits: (Visit & { groupId: string | null })[]
}

/** What a page is told when it tells who is on it: when to come again, in milliseconds, and whether there is something to ask. */
export interface Answer {
  wait: number
  ask: boolean
}

/** Who is on the websites now. In memory, told to the other hubs, and kept by the database as it changes. */
export function watchVisits(works: Works, bus: Bus, log: Log, take: (key: string) => void, places: FindPlace | null) {
  const hub = randomUUID()
  const lists = new Map<string, VisitList>()
  const watchedAt = new Map<string, number>()
  const byRules = createRuling(works)
  const listOf = (workspaceId: string): VisitList => {
    const list = lists.get(workspaceId) ?? createVisitList()
    lists.set(workspaceId, list)
    return list
  }
  const watched = (workspaceId: string) => {
    watchedAt.set(workspaceId, Date.now())
    return listOf(workspaceId)
  }

  const isWatched = (workspaceId: string) => Date.now() - (watchedAt.get(workspaceId) ?? 0) < watchedMs

  const offSignals = bus.onSignal((heard, payload) => {
    if (heard === approachTopic) hearApproach(payload as Omit<Approach, 'words'>)
    if (heard === joinTopic) hearJoin(payload as Joined)
    if (heard !== topic) return
    const told = payload as Told
    if (told.hub === hub) return
    for (const { groupId, ...visit } of told.visits) listOf(told.workspaceId).hear(visit, groupId)
  })

  /** Visitors were turned to, saw it or answered: every hub hears of it, so that whichever knows their pages tells them. */
  function approached(approaches: Approach[]): void {
    for (const { words: _, ...approach } of approaches) {
      listOf(approach.workspaceId).approach({ ...approach, words: null })
      bus.signal(approachTopic, approach)
    }
  }
  /** Moments come as text over the bus, and what is said in other languages stays where it is. */
  const hearApproach = ({ createdAt, shownAt, answeredAt, ...told }: Omit<Approach, 'words'>) =>
    listOf(told.workspaceId).approach({
      ...told,
      words: null,
      createdAt: new Date(createdAt),
      shownAt: shownAt && new Date(shownAt),
      answeredAt: answeredAt && new Date(answeredAt),
    })

  /** Whichever hub hears of his pages tells the others who he is. */
  function hearJoin({ workspaceId, channelId, browser, identityId }: Joined): void {
    const list = listOf(workspaceId)
    const visit = list.find({ workspaceId, channelId, groupId: null }, browser)
    if (!visit || visit.address === null) return
    list.join(visit, identityId)
    visit.toldAt = 0
  }

  /** Rows of the database are the hub's own business; a beat that is too much is dropped. */
  function allowed(key: string): boolean {
    try {
      take(key)
      return true
    } catch (error) {
      if (error instanceof HubError) return false
      throw error
    }
  }

  async function settle(workspaceId: string, list: VisitList): Promise<void> {
    const dirty = [...list.all()].filter((visit) => visit.dirty)
    for (let from = 0; from < dirty.length; from += batch) {
      const some = dirty.slice(from, from + batch)
      for (const visit of some) visit.dirty = false
      const kept = await works
        .work(systemOf(workspaceId), (work) => keepVisits(work, some.map(rowOf)))
        .catch((error) => {
          for (const visit of some) visit.dirty = true
          throw error
        })
      const found = new Map(kept.map((visit) => [`${visit.channelId} ${visit.browser}`, visit]))
      for (const visit of some) list.settle(visit, found.get(`${visit.channelId} ${visit.browser}`) ?? null)
    }
    tell(workspaceId, list)
  }

  /** Other hubs hear of what changed here, and now and then that somebody is still there. */
  function tell(workspaceId: string, list: VisitList): void {
    const say = (visits: Told['visits']) => visits.length > 0 && bus.signal(topic, { hub, workspaceId, visits } satisfies Told)
    let some: Told['visits'] = []
    let length = 0
    for (const visit of list.all()) {
      if (!visit.settled || visit.address === null || visit.seenAt - visit.toldAt < echoMs) continue
      visit.toldAt = visit.seenAt
      const told = { ...rowOf(visit), trail: visit.trail.slice(-1), groupId: visit.groupId }
      const size = Buffer.byteLength(JSON.stringify(told))
      if (size > longestTold) continue
      if (length + size > longestTold) {
        say(some)
        some = []
        length = 0
      }
      some.push(told)
      length += size
    }
    say(some)
  }

  async function tick(): Promise<void> {
    for (const [workspaceId, list] of lists) {
      list.age(Date.now())
      await settle(workspaceId, list)
      if (isWatched(workspaceId)) await lookAtChats(workspaceId, list)
      approached(await byRules(workspaceId, list))
    }
  }
  async function lookAtChats(workspaceId: string, list: VisitList): Promise<void> {
    const ids = [...new Set([...list.all()].flatMap(({ identityId }) => identityId ?? []))]
    const [chats, approaches] = await works.read(systemOf(workspaceId), async (work) => [
      await openChatsOf(work, ids),
      await recentApproaches(work),
    ])
    list.chats(chats)
    for (const approach of approaches) list.approach(approach)
  }

  const ticking = lookEvery(tickMs, tick, (error) => log.warn({ err: error }, 'visits were not kept'))
  const sightOf = (actor: OperatorActor) => (groupId: string | null) => seesWebsite(actor, groupId)

  return {
    /** Whether this hub can tell where visitors are. */
    knowsPlaces: places !== null,
    /**
     * A page says that somebody is on it; the answer is for that page. What is not to be believed, or too much, is left out
     * without a word.
     */
    beat(website: Website, beat: Beat): Answer | null {
      if (!allowed(`beat ${beat.address}`)) return null
      const seen = readBeat(beat, Date.now(), places ?? knowsNowhere)
      if (!seen) return null
      const list = listOf(website.workspaceId)
      if (!list.find(website, seen.browser) && (list.size >= mostLive || !allowed(`visit ${beat.address}`))) return null
      list.see(website, seen, isIP(beat.address) ? beat.address : null)
      const visit = list.find(website, seen.browser)
      const ask = visit !== undefined && isAsked(visit)
      return { wait: visit?.approached === 'waiting' ? askedMs : paceOf(isWatched(website.workspaceId), list.size), ask }
    },
    approached,
    /** The browser that names itself so is this visitor's. */
    async join(actor: VisitorActor, name: string): Promise<boolean> {
      const browser = browserOf(name)
      const list = listOf(actor.workspaceId)
      const kept = await works.work(actor, (work) => joinVisit(work, browser))
      const visit = list.find({ ...actor, groupId: null }, browser)
      if (visit) list.join(visit, actor.identityId)
      const { workspaceId, channelId, identityId } = actor
      bus.signal(joinTopic, { workspaceId, channelId, browser, identityId } satisfies Joined)
      return kept || visit !== undefined
    },
    /** Those he may see, the newest first. */
    list: (actor: OperatorActor): LiveVisit[] =>
      watched(actor.workspaceId)
        .since(-1, sightOf(actor))
        .visits.sort((one, other) => other.startedAt - one.startedAt),
    find(actor: OperatorActor, id: string): LiveVisit | null {
      const visit = watched(actor.workspaceId).byId(id)
      return visit?.settled && seesWebsite(actor, visit.groupId) ? visit : null
    },
    /** How many are there now, without those who just left. */
    count: (actor: OperatorActor): number =>
      listOf(actor.workspaceId)
        .since(-1, sightOf(actor))
        .visits.filter(({ leftAt }) => !leftAt).length,
    changes(actor: OperatorActor, after: number) {
      const list = watched(actor.workspaceId)
      return { ...list.since(after, sightOf(actor)), version: list.version }
    },
    close: async () => {
      offSignals()
      await ticking.close()
    },
  }
}

export type Visits = Omit<ReturnType<typeof watchVisits>, 'close'>

const rowOf = ({ address, ...visit }: LiveVisit): Visit & { address: string | null } => {
  const { id, channelId, browser, identityId, name, count, firstAt, startedAt, seenAt } = visit
  const { referrer, campaign, search, language, device, system, agent, country, city, trail } = visit
  return {
    id,
    channelId,
    browser,
    identityId,
    name,
    count,
    firstAt,
    startedAt,
    seenAt,
    referrer,
    campaign,
    search,
    language,
    device,
    system,
    agent,
    country,
    city,
    trail,
    address,
  }
}
