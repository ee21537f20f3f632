/**
 * The part of the graphql-transport-ws protocol that one subscription needs, with a watchdog: a line that stays silent
 * although it was asked for a sign of life is closed.
 */

import { parsed } from '../../shared/parsed.ts'

export interface SocketLike {
  send(text: string): void
  close(code?: number, reason?: string): void
  onopen: ((event: never) => void) | null
  onmessage: ((event: never) => void) | null
  onclose: ((event: never) => void) | null
}

export interface LineOptions {
  open(): SocketLike
  /** Connection parameters. */
  hello: Record<string, unknown>
  query: string
  variables: Record<string, unknown>
  /** The hub has accepted us and the subscription is asked for. */
  acknowledged(): void
  /** The payload's data. */
  heard(data: unknown): void
  /** Once, whoever ended it. 1006 when the watchdog did. `failed`: the hub refused the subscription itself. */
  ended(code: number, failed: boolean): void
}

export interface Line {
  /** Asks for a sign of life now; without one within the time (in milliseconds) the line is given up. */
  probe(within?: number): void
  close(): void
}

/** How often to ask for a sign of life, and how long to wait for it. In milliseconds. */
const pulse = 25_000
const grace = 10_000

export function openLine(options: LineOptions): Line {
  const socket = options.open()
  let dead: ReturnType<typeof setTimeout> | undefined
  let over = false
  const beat = setInterval(() => probe(), pulse)
  // A server that accepts and then says nothing is as good as none.
  expect(grace)

  socket.onopen = () => say({ type: 'connection_init', payload: options.hello })
  socket.onmessage = (event: { data: unknown }) => {
    clearTimeout(dead)
    dead = undefined
    if (!over) take(event.data)
  }
  socket.onclose = (event: { code: number }) => end(event.code)

  function take(data: unknown) {
    const message = parsed(data) as { type?: string; payload?: { data?: unknown; errors?: unknown } } | undefined
    if (message?.type === 'connection_ack') {
      say({ id: '1', type: 'subscribe', payload: { query: options.query, variables: options.variables } })
      options.acknowledged()
    }
    if (message?.type === 'ping') say({ type: 'pong' })
    else if (message?.type === 'next' && message.payload?.data && !message.payload.errors) options.heard(message.payload.data)
    else if (message?.type === 'next' || message?.type === 'error') end(4400, true)
    else if (message?.type === 'complete') end(1000)
  }

  function probe(within = grace) {
    if (over) return
    say({ type: 'ping' })
    expect(within)
  }

  /** Who asks again while an answer is waited for gives it no more time. */
  function expect(within: number) {
    dead ??= setTimeout(() => end(1006), within)
  }

  function say(message: object) {
    try {
      socket.send(JSON.stringify(message))
    } catch {
      // Not open yet or not any more: the watchdog or onclose decides.
    }
  }

  function end(code: number, failed = false) {
    if (over) return
    over = true
    clearInterval(beat)
    clearTimeout(dead)
    socket.onopen = socket.onmessage = socket.onclose = null
    socket.close(1000)
    options.ended(code, failed)
  }

  return { probe, close: () => end(1000) }
}
