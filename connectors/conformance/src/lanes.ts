import type { Capabilities, Connection, ConnectorModule, OutboundMessage, SendOutcome } from '@parley/schema/connector'
import type { Memory, Row } from './memory.ts'
import { patience, pause } from './wait.ts'

/** Sending as the hub does it, in small: one part in flight per thread, in order; threads beside one another. */
export interface Lanes {
  /** Plans and queues; what the plan refuses is kept as refused. */
  post(message: OutboundMessage, key: string): void
  /** Sends until nothing is queued, the channel is held, or the time is up. */
  drain(ms?: number): Promise<void>
  /** The channel failed as a whole: nothing is sent until the connection is made anew. */
  held(): boolean
}

const attempts = 8

export function createLanes(memory: Memory, connection: Connection, module: ConnectorModule, can: Capabilities, ended: AbortSignal): Lanes {
  let held = false
  let channelWaits = 0
  let flying = 0

  function post(message: OutboundMessage, key: string) {
    const plan = module.plan(message, can)
    if ('refusal' in plan) return void memory.refused.set(key, plan.refusal)
    plan.parts.forEach((planned, n) => {
      const part = { ...planned, key: `${key}.${n}`, attempt: 0, firstTriedAt: 0 }
      memory.rows.set(part.key, { part, state: 'queued', notBefore: 0 })
    })
  }

  async function drain(ms = Math.max(15_000, patience())) {
    const until = Date.now() + ms
    await settleLeftovers()
    const lanes = new Set([...memory.rows.values()].map(({ part }) => part.thread.id))
    await Promise.all([...lanes].map((thread) => runLane(thread, until)))
  }

  async function runLane(threadId: string, until: number) {
    for (;;) {
      const head = [...memory.rows.values()].find(({ state, part }) => state === 'queued' && part.thread.id === threadId)
      if (!head || held || ended.aborted || Date.now() > until) return
      if (Math.max(head.notBefore, channelWaits) > Date.now()) await pause(5)
      else await sendHead(head)
    }
  }

  async function sendHead(row: Row) {
    while (flying >= can.rate.concurrency) await pause(2)
    if (held || ended.aborted) return
    flying++
    row.state = 'sending'
    row.part = { ...row.part, attempt: row.part.attempt + 1, firstTriedAt: row.part.firstTriedAt || Date.now() }
    const outcome = await connection.send(row.part)
    flying--
    if (ended.aborted) return
    apply(row, outcome)
    if (outcome.outcome === 'unknown') await settle(row)
  }

  function apply(row: Row, outcome: SendOutcome) {
    if (row.state === 'sent') return
    if (outcome.outcome === 'sent') return void Object.assign(row, { state: 'sent', platformId: outcome.id })
    if (outcome.outcome === 'accepted') return
    row.failure = outcome.failure
    if (outcome.outcome === 'unknown') row.state = 'unknown'
    else if (outcome.outcome === 'retry') again(row, outcome)
    else if (outcome.scope === 'channel') hold(row)
    else row.state = 'failed'
  }

  function again(row: Row, { afterMs, scope }: { afterMs?: number; scope: string }) {
    row.state = scope !== 'channel' && row.part.attempt >= attempts ? 'failed' : 'queued'
    row.notBefore = Date.now() + (afterMs ?? 20 * 2 ** Math.min(row.part.attempt, 5))
    if (scope === 'channel') channelWaits = row.notBefore
  }

  function hold(row: Row) {
    held = true
    row.state = 'queued'
  }

  async function settle(row: Row) {
    const outcome = await connection.settle?.(row.part)
    if (outcome?.outcome === 'not_sent') row.state = 'queued'
    else if (outcome) apply(row, outcome)
  }

  /** What a crash left in mid-send may have gone out. */
  async function settleLeftovers() {
    for (const row of memory.rows.values()) {
      if (row.state !== 'sending') continue
      Object.assign(row, { state: 'unknown', failure: { code: 'internal', message: 'The hub was restarted during this send.' } })
      await settle(row)
    }
  }

  return { post, drain, held: () => held }
}
