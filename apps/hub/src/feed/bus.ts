import type { Sql } from 'postgres'
import { passes } from '../failpoints.ts'

/**
 * Wakes readers up and carries what is never stored. Losing anything here costs latency or a typing mark, never data.
 * A signal is at most 6 kB of JSON.
 */
export interface Bus {
  /** Tells every hub that a workspace has new events. Coalesced: many calls in one moment make one wake-up. */
  wake(workspaceId: string): void
  signal(topic: string, payload: unknown): void
  onWake(listener: (workspaceId: string) => void): () => void
  onSignal(listener: (topic: string, payload: unknown) => void): () => void
  close(): Promise<void>
}

const wakeChannel = 'parley_wake'
const signalChannel = 'parley_signal'
const longestSignal = 6_000

/** The bus on LISTEN/NOTIFY, on connections of its own: NOTIFY inside a work would serialise commits. */
export async function postgresBus(sql: Sql): Promise<Bus> {
  const wakeListeners = new Set<(workspaceId: string) => void>()
  const signalListeners = new Set<(topic: string, payload: unknown) => void>()
  const woken = new Set<string>()
  let sending: Promise<unknown> = Promise.resolve()
  let scheduled = false

  const flush = () => {
    scheduled = false
    const ids = [...woken]
    woken.clear()
    if (ids.length === 0) return
    sending = sending.then(() => sql`select pg_notify(${wakeChannel}, id) from unnest(${ids}::text[]) as id`).catch(() => {})
  }
  const tellWake = (id: string) => {
    for (const listener of wakeListeners) listener(id)
  }
  // This process hears its own changes at once; the echo through the database finds nothing left to read.
  const wake = (id: string) => {
    if (passes('bus.wake')) return
    queueMicrotask(() => tellWake(id))
    woken.add(id)
    if (scheduled) return
    scheduled = true
    setImmediate(flush)
  }
  const signal = (topic: string, payload: unknown) => {
    const text = JSON.stringify({ topic, payload })
    if (text.length > longestSignal) throw new Error(`the signal ${topic} is longer than ${longestSignal} characters`)
    sending = sending.then(() => sql`select pg_notify(${signalChannel}, ${text})`).catch(() => {})
  }

  const wakes = await sql.listen(wakeChannel, tellWake)
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
