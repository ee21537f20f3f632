import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ConnectionReport, Host } from '@parley/schema/connector'
import { findChromium } from './chromium.ts'
import { LoggedOut, NotReady, wordsOf } from './errors.ts'
import { type Forked, forkWorker } from './fork.ts'
import type { createIntake } from './intake.ts'
import type { WhatsAppOptions } from './options.ts'
import { pause, within } from './pause.ts'
import type { Calls, News } from './protocol.ts'
import type { Timing } from './timing.ts'

const MB = 1024 * 1024
/** So long before the last message is looked again: clocks differ, and messages overtake one another. */
const overlapMs = 60_000

type Told = Exclude<News, { news: 'answer' }>
type Handlers = { [Name in Told['news']]: (news: Extract<Told, { news: Name }>) => void }

/**
 * Keeps one worker running: notices when it ends, hangs or is unlinked, starts another, and lets it catch up with what
 * was said meanwhile.
 */
export function supervise(
  host: Host<WhatsAppOptions>,
  timing: Timing,
  intake: ReturnType<typeof createIntake>,
  partKeyOf: (id: string) => string | undefined,
) {
  let worker: Forked | undefined
  let state: 'starting' | 'pairing' | 'ready' | 'unlinked' | 'resting' | 'stopped' = 'starting'
  let [wait, memory, pairingSince] = [timing.retryMs, undefined as number | undefined, 0]
  const waiting = new Set<() => void>()
  let life = Promise.resolve()

  const report = (told: ConnectionReport) => {
    if (state !== 'stopped') host.report({ ...told, ...(memory !== undefined && { memory }) })
  }
  const enter = (next: typeof state) => {
    if (state === 'stopped') return
    state = next
    for (const look of waiting) look()
  }

  async function live() {
    const root = await host.directory()
    const [profile, scratch] = [join(root, 'profile'), join(root, 'scratch')]
    while (state !== 'stopped') {
      await rm(scratch, { recursive: true, force: true })
      for (const folder of [profile, scratch]) await mkdir(folder, { recursive: true, mode: 0o700 })
      const how = await runOnce(profile, scratch)
      if (how === 'unlinked') await rm(profile, { recursive: true, force: true })
      if (how === 'given up') return
      if (how !== 'unlinked') await untilStopped(wait)
      wait = Math.min(wait * 2, timing.retryMaxMs)
    }
  }

  async function runOnce(profile: string, scratch: string): Promise<'ended' | 'unlinked' | 'given up'> {
    const browser = await findChromium(host.chromiumPath, join(scratch, '..', '..', '..', 'chromium')).catch((error) => {
      report({ state: 'failed', reason: wordsOf(error), action: 'reconfigure' })
      return undefined
    })
    if (!browser || isStopped()) return 'given up'
    const { phone, memoryMb } = host.options
    let how: 'ended' | 'unlinked' | 'given up' = 'ended'
    const orders = { profile, scratch, browser, timing, memoryBytes: memoryMb * MB, ...(phone && { phone }) }
    const forked = forkWorker(orders, (news) => {
      if (worker !== forked || isStopped()) return
      if (news.news === 'unlinked') how = 'unlinked'
      if (news.news === 'conflict' || (news.news === 'pairing' && patienceIsOver())) how = 'given up'
      ;(handlers[news.news] as (news: Told) => void)(news)
    })
    worker = forked
    intake.fallBehind()
    await forked.gone
    if (worker === forked) worker = undefined
    return how
  }

  const handlers: Handlers = {
    browser: () => {},
    pairing: ({ pairing }) => {
      if (patienceIsOver()) {
        enter('resting')
        report({ state: 'logged_out', reason: 'Nobody linked the phone in time.', action: 'restart' })
        void worker?.ask('end', undefined).catch(() => {})
        return
      }
      pairingSince ||= Date.now()
      enter('pairing')
      report({ state: 'pairing', pairing, action: 'relogin' })
    },
    paired: () => report({ state: 'syncing' }),
    ready: ({ account }) => {
      const asked = worker
      void becomeReady(account).catch((error) => {
        host.log.warn('could not catch up', { why: wordsOf(error) })
        asked?.kill()
      })
    },
    degraded: ({ reason }) => report({ state: 'degraded', reason, action: 'wait' }),
    restored: () => {
      if (state === 'ready') report({ state: 'connected' })
    },
    heard: ({ heard }) => {
      const partKey = partKeyOf(idIn(heard.m))
      intake.take(partKey && (heard.k === 'message' || heard.k === 'receipt') ? { ...heard, partKey } : heard)
    },
    memory: ({ bytes }) => {
      const changed = memory === undefined || Math.abs(bytes - memory) > 32 * MB
      memory = bytes
      if (changed && state === 'ready') report({ state: 'connected' })
    },
    conflict: () => {
      enter('resting')
      report({ state: 'conflict', reason: 'This account is open in WhatsApp Web somewhere else.', action: 'restart' })
    },
    unlinked: ({ reason }) => {
      pairingSince = 0
      enter('unlinked')
      report({ state: 'logged_out', reason, action: 'relogin' })
    },
    ended: ({ reason }) => {
      if (state === 'unlinked' || state === 'resting') return
      enter('starting')
      report({ state: 'disconnected', reason, action: 'wait' })
    },
  }

  const patienceIsOver = () => pairingSince > 0 && Date.now() - pairingSince > timing.pairingMs

  async function becomeReady(account: { id: string; name?: string }) {
    const since = await intake.since()
    if (since === undefined) await intake.begin(Date.now() - overlapMs)
    const caught = await worker?.ask('catchUp', { since: since === undefined ? Date.now() : since - overlapMs })
    if (caught?.missed === 0) intake.caughtUp()
    else host.log.warn('not every chat could be caught up with', { chats: caught?.missed ?? 0 })
    pairingSince = 0
    wait = timing.retryMs
    enter('ready')
    report({ state: 'connected', account })
  }

  const isStopped = () => state === 'stopped'

  async function untilStopped(ms: number) {
    for (const end = Date.now() + ms; Date.now() < end && !isStopped(); ) await pause(Math.min(50, ms))
  }

  return {
    start() {
      host.report({ state: 'starting' })
      host.signal.addEventListener('abort', () => this.crash(), { once: true })
      life = live().catch((error) => report({ state: 'failed', reason: wordsOf(error), action: 'restart' }))
    },
    /** The hub is gone: nothing more is stored, and no browser may go on without it. */
    crash() {
      enter('stopped')
      worker?.kill()
    },
    async stop() {
      enter('stopped')
      const ending = worker
      void ending?.ask('end', undefined).catch(() => {})
      if (ending) await within(ending.gone, timing.graceMs, 'slow').catch(() => ending.kill())
      await life
      await intake.settled()
      host.report({ state: 'stopped' })
    },
    /** Waits for the page to be ready, and no longer than this. */
    async whenReady(ms: number): Promise<boolean> {
      if (state === 'ready') return true
      let look = () => {}
      await within(
        new Promise<void>((resolve) => {
          look = () => (state === 'ready' || state === 'stopped') && resolve()
          waiting.add(look)
        }),
        ms,
        'not ready',
      ).catch(() => {})
      waiting.delete(look)
      return (state as string) === 'ready'
    },
    /** Throws without asking where the page cannot be asked. */
    ask<Name extends keyof Calls>(name: Name, given: Calls[Name][0]): Promise<Calls[Name][1]> {
      if (state === 'pairing' || state === 'unlinked') return Promise.reject(new LoggedOut('The phone is not linked.'))
      if (state !== 'ready' || !worker) return Promise.reject(new NotReady('WhatsApp Web is not connected.'))
      return worker.ask(name, given)
    },
    /** A page that hangs is not waited for. */
    giveUp: () => worker?.kill(),
  }
}

const idIn = (told: Record<string, unknown>): string => String((told.id as { id?: unknown } | undefined)?.id ?? '')
