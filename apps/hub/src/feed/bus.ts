import { randomUUID } from 'node:crypto'
import type { EventType } from '@parley/schema/vocabulary'
import type { Sql } from 'postgres'
import { passes } from '../failpoints.ts'

/**
 * Wakes readers up and carries what is never stored. Losing anything here costs latency or a typing mark, never data.
 * A signal is at most 6 kB of JSON.
 */
export interface Bus {
  /** Tells every hub that a workspace has new events, and of which types. Coalesced: many calls in one moment make one wake-up. */
  wake(workspaceId: string, types: ReadonlySet<EventType>): void
  signal(topic: string, payload: unknown): void
  onWake(listener: WakeListener): () => void
  onSignal(listener: (topic: string, payload: unknown) => void): () => void
  close(): Promise<void>
}

/** `own`: this hub's doing, not another's. */
type WakeListener = (workspaceId: string, types: ReadonlySet<EventType>, own: boolean) => void

const wakeChannel = 'parley_wake'
const signalChannel = 'parley_signal'
/** In bytes; PostgreSQL takes less than 8,000. */
const longestSignal = 7_900
/** Other hubs hear at most so often: each NOTIFY is a packet, and what is told within this time is told together. */
const wakeEveryMs = 20

/** The bus on LISTEN/NOTIFY, on connections of its own: NOTIFY inside a work would serialise commits. */
export async function postgresBus(sql: Sql): Promise<Bus> {
  const hub = randomUUID()
  const wakeListeners = new Set<WakeListener>()
  const signalListeners = new Set<(topic: string, payload: unknown) => void>()
  const woken = new Map<string, Set<EventType>>()
  let sending: Promise<unknown> = Promise.resolve()
  let scheduled = false
  let flushedAt = 0

  const flush = () => {
    scheduled = false
    flushedAt = performance.now()
    const wakes = [...woken].map(([id, types]) => JSON.stringify({ hub, id, types: [...types] }))
    woken.clear()
    if (wakes.length === 0) return
    sending = sending.then(() => sql`select pg_notify(${wakeChannel}, wake) from unnest(${wakes}::text[]) as wake`).catch(() => {})
  }
  const tellWake: WakeListener = (id, types, own) => {
    for (const listener of wakeListeners) listener(id, types, own)
  }
  // This process hears its own changes at once, and not again by the echo through the database.
  const wake = (id: string, types: ReadonlySet<EventType>) => {
    if (passes('bus.wake')) return
    queueMicrotask(() => tellWake(id, types, true))
    const told = woken.get(id) ?? new Set()
    for (const type of types) told.add(type)
    woken.set(id, told)
    if (scheduled) return
    scheduled = true
    const wait = flushedAt + wakeEveryMs - performance.now()
    if (wait > 0) setTimeout(flush, wait)
    else setImmediate(flush)
  }
  const signal = (topic: string, payload: unknown) => {
    const text = JSON.stringify({ topic, payload })
    if (Buffer.byteLength(text) > longestSignal) throw new Error(`the signal ${topic} is longer than ${longestSignal} bytes`)
    sending = sending.then(() => sql`select pg_notify(${signalChannel}, ${text})`).catch(() => {})
  }

  const wakes = await sql.listen(wakeChannel, (text) => {
    const { hub: by, id, types } = JSON.parse(text) as { hub: string; id: string; types: EventType[] }
    if (by !== hub) tellWake(id, new Set(types), false)
  })
  const signals = await sql.listen(signalChannel, (text) => {
    const { topic, payload } = JSON.parse(text) as { topic: string; payload: unknown }
    for (const listener of signalListeners) listener(topic, payload)
  })
  const subscribe = <T>(set: Set<T>, listener: T) => {
    set.add(listener)
    return () => {
      set.delete(listener)
    }
  }
  return {
    wake,
    signal,
    onWake: (listener) => subscribe(wakeListeners, listener),
    onSignal: (listener) => subscribe(signalListeners, listener),
    close: async () => {
      flush()
      await sending
      await Promise.allSettled([wakes.unlisten(), signals.unlisten()])
    },
  }
}
