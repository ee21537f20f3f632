import { setMaxListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Connection, ConnectionReport, Health, Host, Peer, SendOutcome } from '@parley/schema/connector'
import { OwnTrouble, outcomeOf, reportOf, type Trouble } from './errors.ts'
import type { Timing } from './timing.ts'

export interface Account {
  /** Who the account is; takes over its events. Throws what goes wrong. */
  open(signal: AbortSignal): Promise<Peer>
  /** Is it still ours, and well? A report is something to be told although all works. */
  check(signal: AbortSignal): Promise<ConnectionReport | undefined>
  /** The cheapest question. */
  ping(signal: AbortSignal): Promise<unknown>
  troubleOf(error: unknown): Trouble
}

export interface Life extends Pick<Connection, 'start' | 'stop' | 'health'> {
  /** Any call that changes something at the platform, its failure turned into an outcome; given the signal of its end. */
  act(run: (signal: AbortSignal) => Promise<SendOutcome>): Promise<SendOutcome>
}

/** The life of an account that is told of its events by webhook: opened, looked at again and again, opened anew when it failed. */
export function createLife<Options>(host: Host<Options>, timing: Timing, account: Account): Life {
  const living = new AbortController()
  const sending = new AbortController()
  // As many sends as the channel's rate allows listen to its end.
  setMaxListeners(0, living.signal, sending.signal)
  const inFlight = new Set<Promise<unknown>>()
  const tell = reporter(host)
  let life: Promise<void> | undefined

  const end = () => living.abort()

  async function start() {
    if (life || living.signal.aborted) return
    host.signal.addEventListener('abort', end, { once: true })
    if (host.signal.aborted) return end()
    host.report({ state: 'starting' })
    await new Promise<void>((tried) => {
      life = live(tried)
    })
  }

  async function live(tried: () => void) {
    const { signal } = living
    let known: Peer | undefined
    let failures = 0
    while (!signal.aborted) {
      try {
        const opened: Peer = known ?? (await account.open(signal))
        const notice = known ? await account.check(signal) : undefined
        known = opened
        if (signal.aborted) break
        tell({ ...(notice ?? { state: 'connected' }), account: known })
        failures = 0
        tried()
        await pause(timing.recheckMs, signal)
      } catch (error) {
        if (signal.aborted) break
        failures++
        const { report, retryAfterMs } = read(error)
        if (report.state === 'logged_out' || report.state === 'failed') known = undefined
        tell(report)
        tried()
        await pause(waitMs(report, failures, timing, retryAfterMs), signal)
      }
    }
    tried()
  }

  function read(error: unknown): { report: ConnectionReport; retryAfterMs?: number } {
    if (error instanceof OwnTrouble) return { report: error.report }
    const trouble = account.troubleOf(error)
    return { report: reportOf(trouble), ...(trouble.retryAfterMs && { retryAfterMs: trouble.retryAfterMs }) }
  }

  return {
    start,
    async stop() {
      host.signal.removeEventListener('abort', end)
      end()
      const grace = setTimeout(() => sending.abort(), timing.graceMs)
      await Promise.allSettled([life, ...inFlight])
      clearTimeout(grace)
      sending.abort()
      host.report({ state: 'stopped' })
    },
    async health(): Promise<Health> {
      const began = performance.now()
      try {
        await account.ping(living.signal)
        return { ok: true, latencyMs: Math.round(performance.now() - began) }
      } catch (error) {
        return { ok: false, note: account.troubleOf(error).message }
      }
    },
    act(run) {
      if (sending.signal.aborted || living.signal.aborted) return Promise.resolve(stopped)
      const outcome = run(sending.signal).catch((error) => {
        const trouble = account.troubleOf(error)
        if (trouble.code === 'auth') tell(reportOf(trouble))
        return outcomeOf(trouble, timing.rateMs)
      })
      inFlight.add(outcome)
      return outcome.finally(() => inFlight.delete(outcome))
    },
  }
}

/** What an admin typed does not fit together. */
export function wrongAccount(reason: string): OwnTrouble {
  return new OwnTrouble({ state: 'failed', reason, action: 'reconfigure' })
}

const stopped: SendOutcome = { outcome: 'retry', failure: { code: 'internal', message: 'The connection is stopping.' }, scope: 'channel' }

/** Doubling, with jitter, up to a limit; what a person must mend is looked at rarely. */
function waitMs({ state }: ConnectionReport, failures: number, timing: Timing, retryAfterMs?: number): number {
  const jitter = 0.5 + Math.random() / 2
  if (state === 'conflict' || state === 'logged_out' || state === 'failed') return timing.recheckMs
  return retryAfterMs ?? Math.min(timing.retryMaxMs, timing.retryMs * 2 ** Math.min(failures - 1, 20)) * jitter
}

/** Tells the hub only what is new. */
function reporter<Options>(host: Host<Options>): Host<Options>['report'] {
  let last = ''
  return (report) => {
    const words = JSON.stringify(report)
    if (words === last) return
    last = words
    if (report.reason) host.log.warn('meta: account', { state: report.state, reason: report.reason })
    host.report(report)
  }
}

/** Waits, and no longer than until the signal. */
const pause = (ms: number, signal: AbortSignal): Promise<void> => sleep(ms, undefined, { signal }).catch(() => {})
