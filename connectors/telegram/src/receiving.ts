import { setTimeout as sleep } from 'node:timers/promises'
import type { ConnectionReport, Host, Peer } from '@parley/schema/connector'
import type { Client } from './client.ts'
import { reportOf, troubleOf } from './errors.ts'
import { allowedUpdates, byUpdateId, parse, updateId } from './inbound.ts'
import { type TelegramOptions, telegramHome, webhookSecret } from './options.ts'
import type { Timing } from './timing.ts'

type Wire = { host: Host<TelegramOptions>; client: Client; signal: AbortSignal; timing: Timing }

/** A failure that is not Telegram's. */
class OwnTrouble extends Error {
  readonly report: ConnectionReport
  constructor(report: ConnectionReport, cause?: unknown) {
    super(report.reason, { cause })
    this.report = report
  }
}

/**
 * Keeps updates coming until the signal: opens the bot, then polls or watches the webhook; any failure is reported and
 * tried again later. `tried` is called after each attempt.
 */
export async function receive(wire: Wire, tried: () => void): Promise<void> {
  const { host, signal, timing } = wire
  const tell = reporter(host)
  let account: Peer | undefined
  let failures = 0
  let quarrelledAt = Number.NEGATIVE_INFINITY
  while (!signal.aborted) {
    try {
      if (!account) {
        account = await open(wire)
        tell({ state: 'connected', account })
        tried()
      }
      await (host.options.delivery === 'webhook' ? watchWebhook(wire, failures > 0) : poll(wire, failures > 0))
      if (!signal.aborted) tell({ state: 'connected', account })
      failures = 0
    } catch (error) {
      if (signal.aborted) break
      failures++
      const { report, retryAfterMs } = read(error, host.options.botToken)
      if (report.state === 'logged_out') account = undefined
      tell(report)
      tried()
      // Each poll ends that of another program: often would be a quarrel. Once is a hub that slept and asks before it knows that it is not the owner any more.
      const isQuarrel = report.state === 'conflict' && performance.now() - quarrelledAt < 2 * timing.recheckMs
      if (report.state === 'conflict') quarrelledAt = performance.now()
      await pause(isQuarrel ? timing.recheckMs * jitter() : waitMs(report, failures, timing, retryAfterMs), signal)
    }
  }
  tried()
}

/** Who the bot is; takes over the delivery of its updates. */
async function open(wire: Wire): Promise<Peer> {
  const { host, client, signal, timing } = wire
  await mayReach(host, signal)
  const limit = { ms: timing.callMs, signal }
  const me = await client.call<{ id: number; username?: string; first_name?: string }>('getMe', {}, limit)
  if (host.options.delivery === 'webhook') await setWebhook(wire)
  else await client.call('deleteWebhook', {}, limit)
  return { id: String(me.id), username: me.username, name: me.first_name }
}

/** telegraf opens its own sockets; the hub's guarded fetch says first whether an address an admin typed may be reached. */
async function mayReach({ options, fetch }: Host<TelegramOptions>, signal: AbortSignal): Promise<void> {
  const { origin } = new URL(options.apiRoot)
  if (origin === telegramHome) return
  const answer = await fetch(`${origin}/`, { redirect: 'manual', signal })
  await answer.body?.cancel()
}

/**
 * One long poll. The next offset is stored in the same transaction as the updates, so that Telegram forgets only what the
 * hub has. After a failure it asks without waiting, to learn soon that all is well, and stores one update at a time, so
 * that one the database refuses does not hold back those before it.
 */
async function poll({ host, client, signal, timing }: Wire, careful: boolean): Promise<void> {
  const offset = Number(await host.cursor().catch(notStored)) || 0
  const timeout = careful ? 0 : timing.pollSeconds
  const payload = { offset, timeout, limit: 100, allowed_updates: allowedUpdates }
  const updates = await client.call<unknown[]>('getUpdates', payload, { ms: timeout * 1000 + timing.callMs, signal })
  updates.sort(byUpdateId)
  for (const batch of careful ? updates.map((update) => [update]) : updates.length ? [updates] : []) {
    const events = parse(batch, host.options)
    await host.commit({ events, delivery: { body: JSON.stringify(batch) }, cursor: String(updateId(batch.at(-1)) + 1) }).catch(notStored)
    // Ends the waiting sign on the customer's button; nothing depends on it.
    for (const event of events)
      if (event.type === 'postback')
        client.call('answerCallbackQuery', { callback_query_id: event.id }, { ms: timing.callMs, signal }).catch(() => {})
  }
}

async function setWebhook({ host, client, signal, timing }: Wire): Promise<void> {
  const secret_token = webhookSecret(host.options.botToken)
  const payload = { url: host.publicUrl(), secret_token, allowed_updates: allowedUpdates, max_connections: 10 }
  await client.call('setWebhook', payload, { ms: timing.callMs, signal })
}

/** Webhook deliveries come in through the hub; here only: do they still come to us? One that is gone is set again, one that was taken is not. */
async function watchWebhook(wire: Wire, atOnce: boolean): Promise<void> {
  const { host, client, signal, timing } = wire
  if (!atOnce) await pause(timing.recheckMs, signal)
  if (signal.aborted) return
  const { url } = await client.call<{ url?: string }>('getWebhookInfo', {}, { ms: timing.callMs, signal })
  if (!url) await setWebhook(wire)
  else if (url !== host.publicUrl())
    throw new OwnTrouble({ state: 'conflict', reason: 'Another program receives the messages of this bot.', action: 'restart' })
}

/** The hub's database did not take what arrived. */
function notStored(error: unknown): never {
  throw new OwnTrouble(
    { state: 'degraded', reason: 'The hub could not store what arrived. Telegram keeps it until it can.', action: 'wait' },
    error,
  )
}

function read(error: unknown, botToken: string): { report: ConnectionReport; retryAfterMs?: number } {
  if (error instanceof OwnTrouble) return { report: error.report }
  const trouble = troubleOf(error, botToken)
  return { report: reportOf(trouble), retryAfterMs: trouble.retryAfterMs }
}

const jitter = () => 0.5 + Math.random() / 2

/** Doubling, with jitter, up to a limit; what a person must mend is looked at rarely. */
function waitMs({ state }: ConnectionReport, failures: number, timing: Timing, retryAfterMs?: number): number {
  if (state === 'logged_out' || state === 'failed') return timing.recheckMs
  return retryAfterMs ?? Math.min(timing.retryMaxMs, timing.retryMs * 2 ** Math.min(failures - 1, 20)) * jitter()
}

/** Tells the hub only what is new. */
function reporter(host: Host<TelegramOptions>): Host<TelegramOptions>['report'] {
  let last = ''
  return (report) => {
    const words = JSON.stringify(report)
    if (words === last) return
    last = words
    if (report.reason) host.log.warn('telegram: receiving', { state: report.state, reason: report.reason })
    host.report(report)
  }
}

/** Waits, and no longer than until the signal. */
const pause = (ms: number, signal: AbortSignal): Promise<void> => sleep(ms, undefined, { signal }).catch(() => {})
