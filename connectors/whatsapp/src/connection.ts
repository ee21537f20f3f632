import { randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Connection, Health, Host, MediaGone, MediaRef, MediaStream, NotSent, Part, SendOutcome } from '@parley/schema/connector'
import { outcomeOf, wordsOf } from './errors.ts'
import { idOf } from './ids.ts'
import { createIntake } from './intake.ts'
import type { WhatsAppOptions } from './options.ts'
import { within } from './pause.ts'
import type { Outgoing } from './protocol.ts'
import { supervise } from './supervisor.ts'
import type { Timing } from './timing.ts'

/** Echoes come within seconds; older keys are found again by asking the page. */
const keysKept = 1_000

export function connect(host: Host<WhatsAppOptions>, timing: Timing): Connection {
  const keys = new Map<string, string>()
  const intake = createIntake(host, timing)
  const page = supervise(host, timing, intake, (id) => keys.get(id))
  let lane: Promise<unknown> = Promise.resolve()

  function remember(key: string): string {
    const id = idOf(key)
    keys.delete(id)
    keys.set(id, key)
    if (keys.size > keysKept) keys.delete(keys.keys().next().value as string)
    return id
  }

  /** One after the other, as a person would. What takes too long is unknown; what takes far too long counts as a hung page. */
  function send(part: Part): Promise<SendOutcome> {
    const turn = lane.then(async () => {
      const outgoing = await prepare(part).catch((error) => error as Error)
      if (outgoing instanceof Error) return { over: undefined, outcome: fileFault(outgoing) }
      const asked = page.ask('send', outgoing)
      const over = within(asked, timing.sendMs * 3, 'hung').then(
        () => {},
        (error) => void (wordsOf(error) === 'hung' && page.giveUp()),
      )
      const outcome = within(asked, part.content.type === 'media' ? timing.mediaMs : timing.sendMs, 'WhatsApp Web did not answer in time.')
      return {
        over: over.finally(() => outgoing.file && rm(outgoing.file.path, { force: true })),
        outcome: outcome.then(fateOf, outcomeOf),
      }
    })
    lane = turn.then(({ over }) => over)
    return turn.then(({ outcome }) => outcome)
  }

  async function prepare({ key, thread, replyTo, content }: Part): Promise<Outgoing> {
    const addressed = { id: remember(key), thread: thread.id, ...(replyTo && { replyTo }) }
    if (content.type === 'text') return { ...addressed, text: content.text }
    if (content.type === 'template') throw new Error('A linked phone sends no templates.')
    const path = join(await host.directory(), 'scratch', randomUUID())
    await pipeline(Readable.fromWeb((await content.file.open()) as never), createWriteStream(path, { mode: 0o600 }))
    const { mime, name } = content.file
    return { ...addressed, text: content.caption, file: { path, mime, name, kind: content.kind } }
  }

  async function settle(part: Part): Promise<SendOutcome | NotSent> {
    const id = remember(part.key)
    if (!(await page.whenReady(timing.settleMs)))
      return { outcome: 'unknown', failure: { code: 'network', message: 'WhatsApp Web is away.' } }
    try {
      const found = await within(page.ask('lookUp', { thread: part.thread.id, id }), timing.callMs, 'WhatsApp Web did not answer in time.')
      return found ? fateOf(found) : { outcome: 'not_sent' }
    } catch (error) {
      return { outcome: 'unknown', failure: { code: 'network', message: wordsOf(error) } }
    }
  }

  const change = (id: string, act: Promise<unknown>): Promise<SendOutcome> =>
    within(act, timing.sendMs, 'WhatsApp Web did not answer in time.').then(
      () => ({ outcome: 'sent', id, at: Date.now() }) as const,
      outcomeOf,
    )

  const sign = (act: Promise<unknown>): Promise<void> =>
    within(act, timing.callMs, 'slow').then(
      () => {},
      () => {},
    )

  async function health(): Promise<Health> {
    const began = performance.now()
    try {
      await within(page.ask('askPlatform', undefined), timing.callMs, 'WhatsApp did not answer in time.')
      return { ok: true, latencyMs: Math.round(performance.now() - began) }
    } catch (error) {
      return { ok: false, note: wordsOf(error) }
    }
  }

  async function openMedia(ref: MediaRef, signal: AbortSignal): Promise<MediaStream | MediaGone> {
    if ((ref.size ?? 0) > 100 * 1024 * 1024) return { gone: true, reason: 'The file is larger than 100 MB; it is on the phone.' }
    const fetched = await within(page.ask('fetchMedia', { id: ref.ref }), timing.mediaMs, 'The file did not come in time.')
    if ('gone' in fetched) return { gone: true, reason: fetched.gone }
    const file = createReadStream(fetched.path, { signal })
    file.once('close', () => void rm(fetched.path, { force: true }))
    file.once('error', () => void rm(fetched.path, { force: true }))
    const { mime = ref.mime, name = ref.name, size } = fetched
    return { body: Readable.toWeb(file) as unknown as MediaStream['body'], mime, name, size }
  }

  return {
    start: async () => page.start(),
    stop: () => page.stop(),
    health,
    send,
    settle,
    openMedia,
    edit: ({ id, text }) => change(id, page.ask('edit', { id, text })),
    remove: ({ id }) => change(id, page.ask('remove', { id })),
    react: ({ id, emoji }) => change(id, page.ask('react', { id, emoji })),
    typing: ({ thread, on }) => sign(page.ask('typing', { thread: thread.id, on })),
    markRead: ({ thread }) => sign(page.ask('markRead', { thread: thread.id })),
  }
}

/** Less than one tick is no proof that it went out; a later receipt is. */
function fateOf({ id, ack, at }: { id: string; ack: number; at: number }): SendOutcome {
  if (ack >= 1) return { outcome: 'sent', id, at }
  const message = ack === 0 ? 'WhatsApp has not taken it yet.' : 'WhatsApp did not take it; the page keeps it unsent.'
  return { outcome: 'unknown', failure: { code: 'network', message } }
}

const fileFault = (error: Error): Promise<SendOutcome> =>
  Promise.resolve({
    outcome: 'retry',
    failure: { code: 'internal', message: `The file could not be read: ${wordsOf(error)}` },
    scope: 'part',
  })
