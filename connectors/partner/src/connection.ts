import { setMaxListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type {
  Connection,
  ConnectionReport,
  Host,
  MediaGone,
  MediaPosition,
  MediaRef,
  MediaStream,
  NotSent,
  Part,
  SendOutcome,
} from '@parley/schema/connector'
import { askFrom, streamOf } from '@parley/schema/download'
import { outcomeOf, Refused, troubleOf } from './errors.ts'
import type { PartnerOptions } from './options.ts'
import { callFor } from './outbound.ts'
import { sign } from './signature.ts'

/** How long is waited for what, in milliseconds; tests shorten it. */
export const usualTiming = {
  callMs: 10_000,
  sendMs: 30_000,
  fileMs: 120_000,
  healthMs: 5_000,
  lookMs: 30_000,
  retryMs: 1_000,
  retryMaxMs: 30_000,
  graceMs: 5_000,
}
export type Timing = typeof usualTiming

export function connect(host: Host<PartnerOptions>, timing: Timing): Connection {
  const living = new AbortController()
  const broken = new AbortController()
  setMaxListeners(0, living.signal, broken.signal)
  const inFlight = new Set<Promise<unknown>>()
  let life: Promise<void> | undefined
  let told = ''

  /** One signed call; throws {@link Refused} for what is not 2xx. */
  async function post(call: object, ms: number, ends: AbortSignal = broken.signal, more: Record<string, string> = {}): Promise<Response> {
    const body = JSON.stringify(call)
    const headers = { ...more, 'content-type': 'application/json', 'parley-signature': sign(host.options, body, Date.now()) }
    const signal = AbortSignal.any([ends, AbortSignal.timeout(ms)])
    const answer = await host.fetch(host.options.url, { method: 'POST', headers, body, signal, redirect: 'error' })
    if (answer.ok || answer.status === 416) return answer
    throw new Refused(answer.status, (await answer.text()).slice(0, 4_000), answer.headers.get('retry-after'))
  }
  const ask = async (call: object, ms: number, ends?: AbortSignal) =>
    ((await (await post(call, ms, ends)).json().catch(() => ({}))) ?? {}) as Record<string, unknown>

  function tell(report: ConnectionReport): void {
    const words = JSON.stringify(report)
    if (words !== told) host.report(report)
    told = words
  }

  /** Says once where we listen, then looks whether that still holds: another hub that says so takes the account over. */
  async function live(tried: () => void): Promise<void> {
    const { signal } = living
    let opened = false
    for (let failures = 0; !signal.aborted; ) {
      try {
        const answer = await ask({ type: opened ? 'ping' : 'connect', ...(!opened && { hook: host.publicUrl() }) }, timing.callMs, signal)
        const taken = opened && typeof answer.hook === 'string' && answer.hook !== host.publicUrl()
        opened = true
        failures = 0
        const account = { id: words(answer.id) ?? host.options.url, ...(words(answer.name) && { name: words(answer.name) }) }
        tell(taken ? elsewhere : { state: 'connected', account })
      } catch (error) {
        if (signal.aborted) break
        failures += 1
        const report = troubleOf(error)
        if (report.state === 'logged_out') opened = false
        tell(report)
      }
      tried()
      const wait =
        failures === 0 || told.includes('reconfigure')
          ? timing.lookMs
          : Math.min(timing.retryMaxMs, timing.retryMs * 2 ** Math.min(failures - 1, 10))
      await pause(wait, signal)
    }
    tried()
  }

  /** A call whose failure is an outcome. */
  function act(run: () => Promise<SendOutcome>): Promise<SendOutcome> {
    if (living.signal.aborted) return Promise.resolve(stopping)
    const outcome = run().catch((error) => {
      if (error instanceof Refused && error.status === 401) tell(troubleOf(error))
      return outcomeOf(error)
    })
    inFlight.add(outcome)
    return outcome.finally(() => inFlight.delete(outcome))
  }
  const change = (call: object) =>
    act(async () => {
      const answer = await ask(call, timing.callMs)
      return { outcome: 'sent', id: words(answer.message) ?? '', at: Date.now() }
    })
  const hint = (call: object) => void act(() => ask(call, timing.callMs).then(() => ({ outcome: 'accepted' })))

  async function send(part: Part): Promise<SendOutcome> {
    let call: object
    try {
      call = await callFor(part)
    } catch {
      return { outcome: 'retry', failure: { code: 'internal', message: 'The file could not be read.' }, scope: 'part' }
    }
    return act(async () => sentAs(await ask(call, part.content.type === 'media' ? timing.fileMs : timing.sendMs)))
  }
  async function settle({ key, thread }: Part): Promise<SendOutcome | NotSent> {
    try {
      return sentAs(await ask({ type: 'lookup', id: key, thread }, timing.callMs))
    } catch (error) {
      if (error instanceof Refused && error.status === 404) return { outcome: 'not_sent' }
      return { outcome: 'unknown', failure: { code: 'network', message: 'The other side could not tell what became of it.' } }
    }
  }
  async function openMedia({ ref }: MediaRef, signal: AbortSignal, position?: MediaPosition): Promise<MediaStream | MediaGone> {
    try {
      const call = { type: 'file', id: ref }
      const ends = AbortSignal.any([signal, broken.signal])
      const answer = await askFrom(position, (range) => post(call, timing.fileMs, ends, range))
      return streamOf(answer, { mime: answer.headers.get('content-type') ?? undefined })
    } catch (error) {
      if (error instanceof Refused && (error.status === 404 || error.status === 410)) return { gone: true, reason: error.message }
      throw error
    }
  }

  const end = () => living.abort()
  return {
    async start() {
      if (life || living.signal.aborted) return
      host.signal.addEventListener('abort', end, { once: true })
      if (host.signal.aborted) return end()
      host.report({ state: 'starting' })
      await new Promise<void>((tried) => {
        life = live(tried)
      })
    },
    async stop() {
      host.signal.removeEventListener('abort', end)
      end()
      const grace = setTimeout(() => broken.abort(), timing.graceMs)
      await Promise.allSettled([life, ...inFlight])
      clearTimeout(grace)
      broken.abort()
      host.report({ state: 'stopped' })
    },
    async health() {
      const began = performance.now()
      try {
        await ask({ type: 'ping' }, timing.healthMs, living.signal)
        return { ok: true, latencyMs: Math.round(performance.now() - began) }
      } catch (error) {
        return { ok: false, note: troubleOf(error).reason }
      }
    },
    send,
    settle,
    openMedia,
    edit: ({ thread, id, text }) => change({ type: 'edit', thread, message: id, text }),
    remove: ({ thread, id }) => change({ type: 'removal', thread, message: id }),
    react: ({ thread, id, emoji }) => change({ type: 'reaction', thread, message: id, emoji }),
    typing: async ({ thread, on }) => hint({ type: 'typing', thread, on }),
    markRead: async ({ thread, id }) => hint({ type: 'read', thread, message: id }),
  }
}

const elsewhere: ConnectionReport = {
  state: 'conflict',
  reason: 'The other side delivers to another hub now.',
  action: 'restart',
}
const stopping: SendOutcome = { outcome: 'retry', failure: { code: 'internal', message: 'The connection is stopping.' }, scope: 'channel' }

/** Without an id it was taken, and a receipt tells the rest. */
function sentAs(answer: Record<string, unknown>): SendOutcome {
  const id = words(answer.message)
  return id ? { outcome: 'sent', id, at: typeof answer.at === 'number' ? answer.at : Date.now() } : { outcome: 'accepted' }
}
const words = (value: unknown): string | undefined =>
  (typeof value === 'string' && value.trim()) || typeof value === 'number' ? String(value).slice(0, 200) : undefined

/** Waits, and no longer than until the signal. */
const pause = (ms: number, signal: AbortSignal): Promise<void> => sleep(ms, undefined, { signal }).catch(() => {})
