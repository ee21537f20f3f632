import { parsed } from '../../shared/parsed.ts'
import { backoff, createAlarm } from '../net/backoff.ts'
import type { File, Message, Quoted, Refusal } from '../types.ts'
import type { Drawer } from './storage.ts'

/** A message written here. It is kept in the browser until the hub is known to have it. */
export interface Pending {
  clientId: string
  /** ISO 8601 by this browser's clock; orders what is waiting. */
  at: string
  text: string
  files: File[]
  replyTo?: Quoted | undefined
  /** The hub's words when it will not take the message. */
  failed?: string
  /** How often the hub said that something went wrong inside it. */
  faults?: number
}

/** `later`: the same message may be tried again. */
export type SendResult =
  | { kind: 'sent'; message: Message }
  | { kind: 'refused'; refusal?: Refusal | undefined }
  | { kind: 'later'; fault?: boolean }
  | { kind: 'stop' }

export interface OutboxOptions {
  drawer: Drawer
  send(item: Pending): Promise<SendResult>
  /** Runs the work while no other tab runs one of the same kind. */
  alone<T>(work: () => Promise<T>): Promise<T>
  changed(pending: Pending[]): void
  sent(message: Message): void
  now?(): number
  wait?(tries: number): number
}

const prefix = 'out:'
const mostFaults = 4

/**
 * Sends what was written, in order and one at a time, until the hub answers. Every item has its own place in the drawer, so
 * that tabs do not overwrite one another; the client id makes a repeat harmless.
 */
export function createOutbox({ drawer, send, alone, changed, sent, now = Date.now, wait = backoff }: OutboxOptions) {
  const alarm = createAlarm()
  let running = false
  let asked = false
  let last = 0

  function list(): Pending[] {
    const items = drawer.names(prefix).map((name) => parse(drawer.get(name)))
    return items.filter((item) => item !== undefined).sort((one, other) => (one.at + one.clientId < other.at + other.clientId ? -1 : 1))
  }

  function put(item: Pending) {
    drawer.set(prefix + item.clientId, JSON.stringify(item))
    changed(list())
  }

  function drop(clientId: string) {
    drawer.remove(prefix + clientId)
    changed(list())
  }

  /** Sends while there is something to send. A call in the middle of it is remembered. */
  async function drain(): Promise<void> {
    asked = true
    if (running) return alarm.wake()
    running = true
    for (let tries = 0; asked; ) {
      asked = false
      const result = await alone(sendFirst)
      if (result === 'sent' || result === 'refused') {
        tries = 0
        asked = true
      } else if (result === 'later') {
        asked = true
        await alarm.sleep(wait(tries++))
      }
    }
    running = false
  }

  async function sendFirst(): Promise<SendResult['kind'] | 'empty'> {
    // Read again: another tab may have sent it while this one waited for its turn.
    const item = list().find((each) => each.failed === undefined)
    if (!item) return 'empty'
    const result = await send(item)
    if (result.kind === 'sent') {
      sent(result.message)
      drop(item.clientId)
    }
    // A message that the hub trips over again and again must not hold up the others for ever.
    if (result.kind === 'later' && result.fault)
      put(item.faults === mostFaults ? { ...item, faults: 0, failed: '' } : { ...item, faults: (item.faults ?? 0) + 1 })
    if (result.kind === 'refused') put({ ...item, failed: [result.refusal?.message, result.refusal?.remedy].filter(Boolean).join(' ') })
    return result.kind
  }

  return {
    list,
    drain,
    drop,
    add(item: Omit<Pending, 'at'>) {
      last = Math.max(now(), last + 1)
      put({ ...item, at: new Date(last).toISOString() })
      void drain()
    },
    retry(clientId: string) {
      const item = list().find((each) => each.clientId === clientId)
      if (!item) return
      const { failed: _, ...again } = item
      put(again)
      void drain()
    },
    /** The feed may know a message before its sender has the answer. */
    arrived(clientIds: Iterable<string>) {
      for (const clientId of clientIds) if (drawer.get(prefix + clientId) !== undefined) drop(clientId)
    },
    /** Another tab changed something. */
    heard(name: string) {
      if (!name.startsWith(prefix)) return
      changed(list())
      void drain()
    },
  }
}

function parse(text: string | undefined): Pending | undefined {
  const item = parsed(text) as Pending | null | undefined
  return typeof item?.clientId === 'string' && typeof item.text === 'string' && Array.isArray(item.files) ? item : undefined
}
