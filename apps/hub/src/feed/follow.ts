import { passes } from '../failpoints.ts'
import type { Works } from '../work.ts'
import type { Bus } from './bus.ts'
import { type Batch, batchOf, type FeedEvent, readEvents, readPosition, threadsOf } from './read.ts'

/** What a follower is shown of an event: the thing, that it has gone from his sight, or nothing. */
export type Verdict = 'shown' | 'gone' | 'none'

export interface Follower {
  workspaceId: string
  /** Followers of the same key may share one ready-made frame. */
  key: string
  /** Only events of this thread; visitors follow theirs. */
  threadId?: string
  /** Asked for every event, never once. */
  verdict(event: FeedEvent): Verdict
  /**
   * Renders what all followers of the key are shown of an event of the batch; the frame must not depend on the follower.
   * Rejects when a part of it cannot be read, unless `anyhow`: then the frame says so.
   */
  render(event: FeedEvent, verdict: Exclude<Verdict, 'none'>, batch: Batch, anyhow: boolean): Promise<string>
  /** Rights may have changed: read the actor anew before the next event is judged. */
  refresh(): Promise<void>
  /** False: it is written, but the client does not keep up; nothing more is sent until `resume`. */
  send(frame: string, cursor: number): boolean
}
/** `resume`: the client has drained, go on from its cursor. */
export interface Subscription {
  resume(): void
  close(): void
}

interface Entry {
  follower: Follower
  cursor: number
  live: boolean
  stalled: boolean
  closed: boolean
  pumping: boolean
  failures: number
}
interface Tail {
  head: number
  operators: Set<Entry>
  threads: Map<string, Set<Entry>>
  recent: FeedEvent[]
  reading: boolean
  again: boolean
  ready: Promise<void>
}

const page = 500
const kept = 2_000
const safetyLook = 2_000
/** Frames made at once for one who catches up: so many at first, and more while they are smaller than this together. */
const fewFrames = 8
const stepSize = 256 * 1024
/** Visitors who missed more of the whole feed than this load anew: cheaper than searching it for theirs. */
const visitorReplay = 5_000
/** Renderings in vain before a frame is sent that says that it is not whole. */
const mostFailures = 10
const againMs = 500
const changesRights = new Set(['operator.changed', 'group.changed'])

export interface Feed {
  /**
   * Replays what came after `after` (undefined: nothing), then follows. `first` says where he starts, before anything else
   * is sent; `reset` when what he missed can no longer be replayed: he must load anew and go on from `cursor`.
   */
  follow(follower: Follower, after: number | undefined, first: (cursor: number, reset: boolean) => Promise<void>): Promise<Subscription>
  close(): Promise<void>
}

/**
 * Follows the numbered events of every workspace somebody listens to. One reader per workspace, whatever the number of
 * followers; a follower holds a cursor and nothing else, so one who does not read costs nothing and catches up later.
 */
export function createFeed(works: Works, bus: Bus, rightsChanged: (workspaceId: string) => void): Feed {
  const tails = new Map<string, Tail>()
  const onWake = (workspaceId: string) => {
    const tail = tails.get(workspaceId)
    if (tail) void advance(workspaceId, tail)
  }
  const off = bus.onWake(onWake)
  // Losing every wake-up must cost no more than this.
  const look = setInterval(() => {
    if (passes('feed.look')) return
    for (const id of tails.keys()) onWake(id)
  }, safetyLook)
  look.unref()

  function tailOf(workspaceId: string): Tail {
    const present = tails.get(workspaceId)
    if (present) return present
    const tail: Tail = {
      head: 0,
      operators: new Set(),
      threads: new Map(),
      recent: [],
      reading: false,
      again: false,
      ready: Promise.resolve(),
    }
    tail.ready = readPosition(works, workspaceId).then((position) => {
      tail.head = position.head
    })
    tail.ready.catch(() => tails.delete(workspaceId))
    tails.set(workspaceId, tail)
    return tail
  }
  /** The tail, read and still the one that is woken: the last follower may have ended it while this one waited. */
  async function readyTail(workspaceId: string): Promise<Tail> {
    for (;;) {
      const tail = tailOf(workspaceId)
      await tail.ready
      if (tails.get(workspaceId) === tail) return tail
    }
  }
  /** Where to begin, and whether what was missed is lost. What the tail does not hold itself is judged by the database. */
  async function beginning(tail: Tail, follower: Follower, after: number | undefined): Promise<{ cursor: number; lost: boolean }> {
    if (after === undefined) return { cursor: tail.head, lost: false }
    if (follower.threadId !== undefined && tail.head - after > visitorReplay) return { cursor: tail.head, lost: true }
    const first = tail.recent[0]
    if (first && after >= first.seq - 1 && after <= tail.head) return { cursor: after, lost: false }
    // Another hub may be ahead of this one, and old events may have been pruned since the tail was opened.
    const { head, oldest } = await readPosition(works, follower.workspaceId)
    const lost = after < oldest || after > head
    return { cursor: lost ? tail.head : after, lost }
  }

  async function advance(workspaceId: string, tail: Tail): Promise<void> {
    if (tail.reading) {
      tail.again = true
      return
    }
    tail.reading = true
    try {
      await tail.ready
      do {
        tail.again = false
        const batch = await readEvents(works, workspaceId, tail.head, page)
        if (batch.events.length === 0) continue
        await dispatch(workspaceId, tail, batch)
        if (batch.events.length === page) tail.again = true
      } while (tail.again)
    } catch {
      // The database is away: the safety look tries again.
    } finally {
      tail.reading = false
    }
  }

  async function dispatch(workspaceId: string, tail: Tail, batch: Batch): Promise<void> {
    const { events } = batch
    const frames = frameCache(batch)
    if (events.some((event) => changesRights.has(event.type))) {
      rightsChanged(workspaceId)
      // Whose rights cannot be read now is told nothing until they can.
      await Promise.all([...tail.operators].map((entry) => entry.follower.refresh().catch(() => fallBack(tail, entry))))
    }
    await Promise.all(concerned(tail, events).map((entry) => prepare(entry, events, frames)))
    tail.head = events.at(-1)?.seq ?? tail.head
    tail.recent.push(...events)
    if (tail.recent.length > kept) tail.recent.splice(0, tail.recent.length - kept)
    // Listed anew in the moment the head moves: who goes live later starts behind it, who went live meanwhile is here.
    for (const entry of concerned(tail, events)) if (entry.live) await deliver(entry, events, frames).catch(() => fallBack(tail, entry))
  }

  /** What could not be told now is read again from his cursor, so that one failure is nobody else's, and no gap. */
  function fallBack(tail: Tail, entry: Entry): void {
    entry.live = false
    entry.failures += 1
    if (!entry.closed) setTimeout(() => void pump(tail, entry), againMs).unref()
  }

  /** Live operators, and the live visitors whose threads the events are about. */
  function concerned(tail: Tail, events: readonly FeedEvent[]): Entry[] {
    const result = new Set(tail.operators)
    for (const event of events) for (const thread of threadsOf(event)) for (const entry of tail.threads.get(thread) ?? []) result.add(entry)
    return [...result].filter((entry) => entry.live)
  }

  async function pump(tail: Tail, entry: Entry): Promise<void> {
    if (entry.pumping) return
    entry.pumping = true
    try {
      while (!entry.closed && !entry.stalled && !entry.live) {
        const seen = tail.head
        const batch = await missed(tail, entry)
        const { events } = batch
        if (events.length > 0) {
          const frames = frameCache(batch, entry.failures >= mostFailures)
          await entry.follower.refresh()
          await catchUp(entry, events, frames)
          entry.failures = 0
        }
        // No wait between this look and going live: nothing can slip in between.
        const idle = entry.follower.threadId !== undefined && events.length === 0 && tail.head === seen
        if (!entry.stalled && !entry.closed && (entry.cursor >= tail.head || idle)) entry.live = true
      }
    } catch {
      fallBack(tail, entry)
    } finally {
      entry.pumping = false
    }
  }

  async function missed(tail: Tail, entry: Entry): Promise<Batch> {
    const { threadId, workspaceId } = entry.follower
    const first = tail.recent[0]
    if (first && entry.cursor >= first.seq - 1) {
      const from = entry.cursor
      const known = tail.recent.filter((event) => event.seq > from && (!threadId || threadsOf(event).includes(threadId)))
      return batchOf(works, workspaceId, known.slice(0, page))
    }
    return readEvents(works, workspaceId, entry.cursor, page, threadId)
  }

  return {
    async follow(follower, after, first) {
      const { cursor, lost } = await beginning(await readyTail(follower.workspaceId), follower, after)
      const tail = await readyTail(follower.workspaceId)
      const entry: Entry = { follower, cursor, live: false, stalled: false, closed: false, pumping: false, failures: 0 }
      join(tail, entry)
      // The last other follower may have left just now and ended it.
      if (!tails.has(follower.workspaceId)) tails.set(follower.workspaceId, tail)
      try {
        await first(entry.cursor, lost)
      } catch (error) {
        leave(tail, entry)
        throw error
      }
      void pump(tail, entry)
      return {
        resume() {
          entry.stalled = false
          void pump(tail, entry)
        },
        close() {
          entry.closed = true
          entry.live = false
          leave(tail, entry)
          if (tail.operators.size === 0 && tail.threads.size === 0 && tails.get(follower.workspaceId) === tail)
            tails.delete(follower.workspaceId)
        },
      }
    },
    async close() {
      off()
      clearInterval(look)
      tails.clear()
    },
  }
}

function join(tail: Tail, entry: Entry): void {
  const { threadId } = entry.follower
  if (threadId) tail.threads.set(threadId, (tail.threads.get(threadId) ?? new Set()).add(entry))
  else tail.operators.add(entry)
}

function leave(tail: Tail, entry: Entry): void {
  const { threadId } = entry.follower
  tail.operators.delete(entry)
  if (!threadId) return
  const set = tail.threads.get(threadId)
  set?.delete(entry)
  if (set?.size === 0) tail.threads.delete(threadId)
}

type Frames = (follower: Follower, event: FeedEvent, verdict: Exclude<Verdict, 'none'>) => Promise<string>

/** One execution per event, key and verdict, however many followers share it. */
function frameCache(batch: Batch, anyhow = false): Frames {
  const made = { shown: new Map<FeedEvent, Map<string, Promise<string>>>(), gone: new Map<FeedEvent, Map<string, Promise<string>>>() }
  return (follower, event, verdict) => {
    const ofEvent = made[verdict].get(event) ?? new Map<string, Promise<string>>()
    const present = ofEvent.get(follower.key)
    if (present) return present
    const frame = follower.render(event, verdict, batch, anyhow)
    made[verdict].set(event, ofEvent.set(follower.key, frame))
    return frame
  }
}

/** Starts all renderings of a follower at once, so that their look-ups are read together. */
async function prepare(entry: Entry, events: readonly FeedEvent[], frames: Frames): Promise<void> {
  await Promise.allSettled(
    events.map((event) => {
      const verdict = entry.follower.verdict(event)
      return verdict === 'none' ? undefined : frames(entry.follower, event, verdict)
    }),
  )
}

/**
 * Few frames at first, and more at once while they are small: made are hardly more than the client is able to take, whatever it asks to be
 * told with each event.
 */
async function catchUp(entry: Entry, events: readonly FeedEvent[], frames: Frames): Promise<void> {
  let step = fewFrames
  for (let from = 0; from < events.length && !entry.closed && !entry.stalled; ) {
    const some = events.slice(from, from + step)
    await prepare(entry, some, frames)
    const size = await deliver(entry, some, frames)
    from += some.length
    step = size > stepSize ? Math.max(1, Math.floor(step / 2)) : step * 4
  }
}

/** Up to the last event, or to the one after which the client did not keep up. Answers with the size of what was sent. */
async function deliver(entry: Entry, events: readonly FeedEvent[], frames: Frames): Promise<number> {
  let size = 0
  for (const event of events) {
    if (event.seq <= entry.cursor) continue
    // Judged again here: the actor may have changed while frames were made.
    const verdict = entry.follower.verdict(event)
    const frame = verdict === 'none' ? null : await frames(entry.follower, event, verdict)
    if (entry.closed) break
    entry.cursor = event.seq
    if (frame === null) continue
    size += frame.length
    if (entry.follower.send(frame, event.seq)) continue
    entry.stalled = true
    entry.live = false
    break
  }
  return size
}
