import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import type { Connection, Health, Host, MediaGone, MediaRef, MediaStream, NotSent, Part, SendOutcome } from '@parley/schema/connector'
import type { ImapFlow } from 'imapflow'
import { createDesk, type Desk } from './desk.ts'
import { FileUnreadable, outcomeOf, reportOf, type Trouble, troubleOf } from './errors.ts'
import { ownId, peerIn, rootIn } from './ids.ts'
import { uidsOf, within } from './imap.ts'
import type { Where } from './inbound.ts'
import type { EmailOptions } from './options.ts'
import { inboundMax, letterOf } from './outbound.ts'
import { receive } from './receiving.ts'
import { composed, endpointOf, handOver } from './smtp.ts'
import type { Timing } from './timing.ts'

/** So many letters are held until they are copied, each up to 24 MB: further ones go after that. */
const copiesMax = 4

export function connect(host: Host<EmailOptions>, timing: Timing): Connection {
  const { options } = host
  const receiving = new AbortController()
  const sending = new AbortController()
  const desk = createDesk(host, timing, sending.signal)
  const inFlight = new Set<Promise<unknown>>()
  const copies = new Set<Promise<void>>()
  let life: Promise<void> | undefined
  let listening: ImapFlow | undefined

  async function start() {
    if (life || receiving.signal.aborted) return
    host.signal.addEventListener('abort', endReceiving, { once: true })
    if (host.signal.aborted) return endReceiving()
    host.report({ state: 'starting' })
    await new Promise<void>((tried) => {
      const listens = (client: ImapFlow | undefined) => {
        listening = client
      }
      life = receive({ host, signal: receiving.signal, timing, listens }, tried)
    })
  }

  function endReceiving() {
    receiving.abort()
  }

  async function stop() {
    host.signal.removeEventListener('abort', endReceiving)
    endReceiving()
    const grace = setTimeout(() => sending.abort(), timing.graceMs)
    await Promise.allSettled([life, ...inFlight])
    await Promise.all(copies)
    clearTimeout(grace)
    sending.abort()
    desk.close()
    host.report({ state: 'stopped' })
  }

  function act<T>(run: () => Promise<T>, failed: (trouble: Trouble) => T): Promise<T> {
    const outcome = run().catch((error) => {
      const trouble = troubleOf(error, options.password)
      if (trouble.code === 'auth') host.report(reportOf(trouble))
      return failed(trouble)
    })
    inFlight.add(outcome)
    return outcome.finally(() => inFlight.delete(outcome))
  }

  async function send(part: Part): Promise<SendOutcome> {
    if (sending.signal.aborted || receiving.signal.aborted) return stopped
    return act(async () => {
      while (copies.size >= copiesMax) await Promise.race(copies)
      const raw = await sendPart(part, host, timing, sending.signal)
      if (!options.keepsSent) keep(raw)
      return { outcome: 'sent', id: idOf(part, options), at: Date.now() }
    }, outcomeOf)
  }

  /** The letter has gone whether there is a copy or not: nobody waits for it. */
  function keep(raw: Buffer): void {
    const copy = desk
      .keepSent(raw)
      .catch((error) => host.log.warn('a sent letter was not copied', { reason: troubleOf(error, options.password).message }))
      .finally(() => copies.delete(copy))
    copies.add(copy)
  }

  const settle = (part: Part): Promise<SendOutcome | NotSent> =>
    act<SendOutcome | NotSent>(
      () => lookFor(part, options, desk, timing, sending.signal),
      ({ code, message }) => ({ outcome: 'unknown', failure: { code, message } }),
    )

  async function health(): Promise<Health> {
    const began = performance.now()
    if (!listening?.usable) return { ok: false, note: 'There is no connection to the mailbox.' }
    try {
      await within(listening.noop(), timing.healthMs)
      return { ok: true, latencyMs: Math.round(performance.now() - began) }
    } catch (error) {
      return { ok: false, note: troubleOf(error, options.password).message }
    }
  }

  return { start, stop, health, send, settle, openMedia: (ref) => openMedia(ref, desk, options.password, timing) }
}

const stopped: SendOutcome = { outcome: 'retry', failure: { code: 'internal', message: 'The connection is stopping.' }, scope: 'channel' }

/** Answers the letter as it went. */
async function sendPart(part: Part, host: Host<EmailOptions>, timing: Timing, signal: AbortSignal): Promise<Buffer> {
  const raw = await letterOf(part, host.options)
    .then(composed)
    .catch((error) => {
      throw new FileUnreadable('file', { cause: error })
    })
  const { address } = host.options
  await handOver(await endpointOf(host, 'smtp'), { from: address, to: peerIn(part.thread.id) }, raw, { ms: timing.sendMs, signal })
  return raw
}

const idOf = (part: Part, { address }: EmailOptions) => ownId(part.key, rootIn(part.thread.id), address)

/** That a letter is not among those sent proves nothing: the server may be slow, or keep none. A person decides then. */
async function lookFor(part: Part, options: EmailOptions, desk: Desk, timing: Timing, signal: AbortSignal): Promise<SendOutcome> {
  const id = idOf(part, options)
  const until = Date.now() + timing.settleMs
  for (;;) {
    if (await desk.wasSent(id)) return { outcome: 'sent', id, at: Date.now() }
    if (Date.now() > until || signal.aborted || !options.keepsSent) break
    await new Promise((resolve) => setTimeout(resolve, Math.min(1_000, timing.settleMs / 10)))
  }
  return { outcome: 'unknown', failure: { code: 'network', message: 'The letter is not among those sent, which proves nothing.' } }
}

async function openMedia(ref: MediaRef, desk: Desk, password: string, timing: Timing): Promise<MediaStream | MediaGone> {
  if ((ref.size ?? 0) > inboundMax) return { gone: true, reason: `The file is larger than ${inboundMax / 1024 / 1024} MB.` }
  const where = JSON.parse(ref.ref) as Where
  try {
    return await desk.use('INBOX', (client) => fetchPart(client, where, ref), 10 * timing.callMs)
  } catch (error) {
    throw new Error(troubleOf(error, password).message)
  }
}

/** The bytes are read to their end before the next one has its turn: one line carries one thing at a time. */
async function fetchPart(client: ImapFlow, where: Where, ref: MediaRef): Promise<MediaStream | MediaGone> {
  const uid = await uidOf(client, where)
  const found =
    uid === undefined
      ? undefined
      : await client.download(String(uid), where.part, { uid: true, maxBytes: inboundMax, chunkSize: 1024 * 1024 })
  if (!found?.content) return { gone: true, reason: 'The letter is no longer in the inbox.' }
  const chunks: Buffer[] = []
  for await (const chunk of found.content) chunks.push(chunk as Buffer)
  const bytes = Buffer.concat(chunks)
  const body = Readable.toWeb(Readable.from([bytes])) as ReadableStream<Uint8Array>
  return { body: body as MediaStream['body'], size: bytes.length, ...(ref.mime && { mime: ref.mime }), ...(ref.name && { name: ref.name }) }
}

async function uidOf(client: ImapFlow, { id, uid, uidValidity }: Where): Promise<number | undefined> {
  const { mailbox } = client
  if (mailbox && String(mailbox.uidValidity) === uidValidity) return (await uidsOf(client, { uid: String(uid) }))[0]
  return (await uidsOf(client, { header: { 'message-id': `<${id}>` } }))[0]
}
