import { setTimeout as sleep } from 'node:timers/promises'
import type { ConnectionReport, Host } from '@parley/schema/connector'
import type { ImapFlow } from 'imapflow'
import { NotStored, reportOf, troubleOf } from './errors.ts'
import { openImap, uidsOf, within } from './imap.ts'
import { parse } from './inbound.ts'
import type { EmailOptions } from './options.ts'
import { readLetter } from './read.ts'
import { endpointOf, trySmtp } from './smtp.ts'
import type { Timing } from './timing.ts'

export interface Wire {
  host: Host<EmailOptions>
  signal: AbortSignal
  timing: Timing
  /** The client that listens now, for the question whether all is well. */
  listens(client: ImapFlow | undefined): void
}

/** Where in the mailbox we are. When it was numbered anew, letters are known by their ids. */
interface Cursor {
  uidValidity: string
  next: number
  /** Since when the channel listens, and when the last letter came, in milliseconds: what is older was never ours to take. */
  since: number
  last: number
  /** What had a lower number when it was numbered anew. */
  renumbered?: number
}
const dayMs = 86_400_000
/** How far the clock of the mail server may be from ours; it tells whole seconds only. */
const clocksMs = 60_000

/** Keeps letters coming until the signal. `tried` is called after each attempt. */
export async function receive(wire: Wire, tried: () => void): Promise<void> {
  const { host, signal, timing } = wire
  const tell = reporter(host)
  for (let failures = 0; !signal.aborted; ) {
    try {
      await listen(wire, (report) => {
        failures = 0
        tell(report)
        tried()
      })
    } catch (error) {
      if (signal.aborted) break
      failures++
      const report = reportOf(troubleOf(error, host.options.password))
      tell(report)
      tried()
      await pause(waitMs(report, failures, timing), signal)
    }
  }
  tried()
}

function reporter(host: Host<EmailOptions>) {
  let told = ''
  return (report: ConnectionReport) => {
    const words = JSON.stringify(report)
    if (words !== told) host.report(report)
    told = words
  }
}

/** One connection from its opening to its end. */
async function listen(wire: Wire, tell: (report: ConnectionReport) => void): Promise<void> {
  const { host, signal, timing } = wire
  const client = await openImap(host, timing, signal)
  const news = newsOf(client)
  // What is being read may be read to its end, but a server that says nothing is not waited for.
  const end = () => {
    news.wake()
    setTimeout(() => client.close(), timing.graceMs).unref()
  }
  signal.addEventListener('abort', end, { once: true })
  try {
    const { address } = host.options
    const mailbox = await client.mailboxOpen('INBOX', { readOnly: true })
    let cursor = await findPlace(wire, client, String(mailbox.uidValidity), mailbox.uidNext)
    wire.listens(client)
    let unsendable = await smtpTrouble(wire)
    for (;;) {
      cursor = await takeAll(wire, client, cursor)
      tell(unsendable ?? { state: 'connected', account: { id: address, username: address } })
      const fresh = await waitIn(client, news, timing)
      if (signal.aborted || !client.usable) break
      if (fresh) continue
      await within(client.noop(), timing.callMs)
      if (unsendable) unsendable = await smtpTrouble(wire)
    }
    if (!signal.aborted) throw Object.assign(new Error('the connection was closed'), { code: 'ECLOSED' })
  } finally {
    signal.removeEventListener('abort', end)
    wire.listens(undefined)
    if (client.usable) await within(client.logout(), timing.graceMs).catch(() => {})
    client.close()
  }
}

/** The server tells of new letters until it is asked something, also by a question after its health: then it is begun anew. */
async function waitIn(client: ImapFlow, news: ReturnType<typeof newsOf>, timing: Timing): Promise<boolean> {
  const began = Date.now()
  const waiting = news.next(timing.pingMs)
  client
    .idle()
    .catch(() => {})
    .finally(news.wake)
  const fresh = await waiting
  // A server that refuses to tell is asked now and then, not all the time.
  if (!fresh && Date.now() - began < timing.retryMs) return news.next(timing.retryMs)
  return fresh
}

/** Waits for a new letter, but no longer than `ms` and not beyond the end of the connection. */
function newsOf(client: ImapFlow) {
  let heard = false
  let wake = () => {}
  client.on('exists', () => {
    heard = true
    wake()
  })
  client.on('close', () => wake())
  return {
    wake: () => wake(),
    async next(ms: number): Promise<boolean> {
      if (!heard && client.usable) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      const was = heard && client.usable
      heard = false
      return was
    },
  }
}

/** Letters can come in while none can go out: that is told, and no reason to stop listening. */
async function smtpTrouble({ host, timing }: Wire): Promise<ConnectionReport | undefined> {
  try {
    await trySmtp(await endpointOf(host, 'smtp'), timing.callMs)
    return undefined
  } catch (error) {
    const { reason, action } = reportOf(troubleOf(error, host.options.password))
    return { state: 'degraded', reason: `Letters come in, but none can be sent. ${reason}`, ...(action && { action }) }
  }
}

/** A channel begins with the letters that come after it was connected. */
async function findPlace({ host }: Wire, client: ImapFlow, uidValidity: string, next: number): Promise<Cursor> {
  const known = readCursor(await host.cursor().catch(notStored))
  if (known?.uidValidity === uidValidity) return known
  const now = Date.now()
  const cursor: Cursor = known ? { ...known, uidValidity, next } : { uidValidity, next, since: now, last: now }
  // Numbered anew: what came lately is looked at again, and what is known by its id is dropped by the hub.
  const [first] = known ? await uidsOf(client, { since: new Date(known.last - 2 * dayMs) }) : []
  const placed = { ...cursor, next: first ?? next, ...(known && { renumbered: next }) }
  await host.commit({ events: [], cursor: JSON.stringify(placed) }).catch(notStored)
  return placed
}

function readCursor(text: string | undefined): Cursor | undefined {
  return text === undefined ? undefined : (JSON.parse(text) as Cursor)
}

/** Letter by letter, so that one the database refuses does not hold back those before it. */
async function takeAll({ host, signal, timing }: Wire, client: ImapFlow, from: Cursor): Promise<Cursor> {
  let cursor = from
  // `n:*` names the last letter even where it is older than n.
  const uids = (await within(uidsOf(client, { uid: `${cursor.next}:*` }), timing.callMs)).filter((uid) => uid >= cursor.next)
  for (const uid of uids) {
    signal.throwIfAborted()
    const letter = await within(readLetter(client, uid, cursor.uidValidity), 2 * timing.callMs)
    // Gone meanwhile, or from before the channel was there.
    const kept = letter && (uid >= (cursor.renumbered ?? 0) || letter.at >= cursor.since - clocksMs) ? letter : undefined
    cursor = { ...cursor, next: uid + 1, last: Math.max(cursor.last, Math.min(letter?.at ?? 0, Date.now())) }
    await host
      .commit({
        events: kept ? parse(kept, host.options) : [],
        ...(kept && { delivery: { body: JSON.stringify(kept) } }),
        cursor: JSON.stringify(cursor),
      })
      .catch(notStored)
  }
  return cursor
}

function notStored(error: unknown): never {
  throw new NotStored('not stored', { cause: error })
}

/** Doubling, with jitter, up to a limit; what a person must mend is looked at rarely, for servers lock out who tries often. */
function waitMs({ state }: ConnectionReport, failures: number, timing: Timing): number {
  if (state === 'logged_out' || state === 'failed') return timing.recheckMs
  return Math.min(timing.retryMaxMs, timing.retryMs * 2 ** Math.min(failures - 1, 20)) * (0.5 + Math.random() / 2)
}

const pause = (ms: number, signal: AbortSignal): Promise<void> => sleep(ms, undefined, { signal }).catch(() => {})
