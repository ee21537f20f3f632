import { feedSubscription } from '../documents.ts'
import { backoff } from '../net/backoff.ts'
import { type Line, openLine, type SocketLike } from '../net/socket.ts'
import type { Frame } from '../types.ts'

export interface FeedOptions {
  open(): SocketLike
  hello(): Record<string, unknown>
  /** The number of the last event that is known, if any. */
  cursor(): number | undefined
  heard(frame: Frame): void
  up(): void
  down(): void
  /** The hub says it does not know us (any more). The feed tries again by and by until it is stopped. */
  signedOut(): void
  /** The hub could not say what came after the cursor: everything is to be loaded anew. */
  broken(): void
  random?(): number
}

/** Close codes of the hub. */
const code = { signedOut: 4401, forbidden: 4403, slow: 4408, leaving: 4010 }

/** Follows the visitor's feed and comes back after every loss, from where it was. */
export function keepFeed({ open, hello, cursor, heard, up, down, signedOut, broken, random = Math.random }: FeedOptions) {
  let line: Line | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let tries = 0
  let stopped = false

  function connect() {
    clearTimeout(timer)
    if (stopped || line) return
    line = openLine({
      open,
      hello: hello(),
      query: feedSubscription,
      variables: { after: cursor() ?? null },
      acknowledged: up,
      heard: take,
      ended,
    })
  }

  function take(data: unknown) {
    tries = 0
    heard((data as { visitorFeed: Frame }).visitorFeed)
  }

  function ended(reason: number, failed: boolean) {
    line = undefined
    if (stopped) return
    down()
    const unknown = reason === code.signedOut || reason === code.forbidden
    // What was refused will hardly be taken a moment later.
    if (failed || unknown) tries = Math.max(tries, 4)
    if (failed) broken()
    if (unknown) signedOut()
    if (stopped) return
    const wait = reason === code.leaving ? 500 + random() * 14_500 : reason === code.slow ? 0 : backoff(tries++, random)
    timer = setTimeout(connect, wait)
  }

  connect()
  return {
    /** Someone looks: is the line alive, and if there is none, now is the time. */
    nudge() {
      if (line) line.probe(5_000)
      else connect()
    },
    stop() {
      stopped = true
      clearTimeout(timer)
      line?.close()
    },
  }
}
