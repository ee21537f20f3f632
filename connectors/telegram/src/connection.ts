import type { Connection, Health, Host, MediaGone, MediaPosition, MediaRef, MediaStream, Part, SendOutcome } from '@parley/schema/connector'
import { askFrom, streamOf } from '@parley/schema/download'
import { type Client, createClient, type Method } from './client.ts'
import { FileUnreadable, outcomeOf, reportOf, troubleOf } from './errors.ts'
import type { TelegramOptions } from './options.ts'
import { type Call, callFor, keyboard } from './outbound.ts'
import { receive } from './receiving.ts'
import type { Timing } from './timing.ts'

/** Pictures Telegram will not show as a picture, only carry as a file. */
const notAPicture = /PHOTO_INVALID_DIMENSIONS|IMAGE_PROCESS_FAILED|PHOTO_SAVE_FILE_INVALID/

export function connect(host: Host<TelegramOptions>, timing: Timing): Connection {
  const { options } = host
  const client = createClient(options)
  const receiving = new AbortController()
  const sending = new AbortController()
  const inFlight = new Set<Promise<unknown>>()
  let life: Promise<void> | undefined

  async function start() {
    if (life || receiving.signal.aborted) return
    host.signal.addEventListener('abort', endReceiving, { once: true })
    if (host.signal.aborted) return endReceiving()
    host.report({ state: 'starting' })
    await new Promise<void>((tried) => {
      life = receive({ host, client, signal: receiving.signal, timing }, tried)
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
    clearTimeout(grace)
    sending.abort()
    client.close()
    host.report({ state: 'stopped' })
  }

  /** Any call that changes something at Telegram, its failure turned into an outcome. */
  function act(run: () => Promise<SendOutcome>): Promise<SendOutcome> {
    if (sending.signal.aborted || receiving.signal.aborted) return Promise.resolve(stopped)
    const outcome = run().catch((error) => {
      const trouble = troubleOf(error, options.botToken)
      if (trouble.code === 'auth') host.report(reportOf(trouble))
      return outcomeOf(trouble)
    })
    inFlight.add(outcome)
    return outcome.finally(() => inFlight.delete(outcome))
  }

  function change(method: Method, payload: Record<string, unknown>, id: string): Promise<SendOutcome> {
    return act(async () => {
      await client.call(method, payload, { ms: timing.sendMs, signal: sending.signal }).catch(unlessNothingToDo)
      return { outcome: 'sent', id, at: Date.now() }
    })
  }

  async function edit({ thread, id, text, buttons }: Parameters<NonNullable<Connection['edit']>>[0]): Promise<SendOutcome> {
    const target = { chat_id: thread.id, message_id: Number(id) }
    // An edit that names no keyboard takes it away.
    const edited = await change('editMessageText', { ...target, text, ...keyboard(buttons) }, id)
    const isCaption = edited.outcome === 'failed' && /no text in the message to edit/i.test(edited.failure.message)
    return isCaption ? change('editMessageCaption', { ...target, caption: text }, id) : edited
  }

  return {
    start,
    stop,
    health: () => health(client, timing, options.botToken, receiving.signal),
    send: (part) => act(() => sendPart(part, client, timing, sending.signal)),
    openMedia: (ref, signal, position) => openMedia(ref, position, host, client, timing, signal),
    edit,
    remove: ({ thread, id }) => change('deleteMessage', { chat_id: thread.id, message_id: Number(id) }, id),
    react({ thread, id, emoji }) {
      return change(
        'setMessageReaction',
        { chat_id: thread.id, message_id: Number(id), reaction: emoji ? [{ type: 'emoji', emoji }] : [] },
        id,
      )
    },
    async typing({ thread, on }) {
      if (on) await change('sendChatAction', { chat_id: thread.id, action: 'typing' }, '')
    },
  }
}

const stopped: SendOutcome = { outcome: 'retry', failure: { code: 'internal', message: 'The connection is stopping.' }, scope: 'channel' }

async function sendPart(part: Part, client: Client, timing: Timing, signal: AbortSignal): Promise<SendOutcome> {
  try {
    return await sendCall(await openCall(part), client, timing, signal)
  } catch (error) {
    if (part.content.type !== 'media' || !notAPicture.test(String((error as { description?: unknown }).description))) throw error
    return sendCall(await openCall(part, true), client, timing, signal)
  }
}

function openCall(part: Part, asDocument?: boolean): Promise<Call> {
  return callFor(part, asDocument).catch((error) => {
    throw new FileUnreadable('open', { cause: error })
  })
}

async function sendCall({ method, payload, upload }: Call, client: Client, timing: Timing, signal: AbortSignal): Promise<SendOutcome> {
  const broken = new AbortController()
  upload?.once('error', () => broken.abort())
  try {
    const limit = { ms: upload ? timing.uploadMs : timing.sendMs, signal: AbortSignal.any([signal, broken.signal]) }
    const said = await client.call<{ message_id: number; date: number }>(method, payload, limit)
    return { outcome: 'sent', id: String(said.message_id), at: said.date * 1000 }
  } catch (error) {
    throw broken.signal.aborted ? new FileUnreadable('read', { cause: error }) : error
  } finally {
    upload?.destroy()
  }
}

/** Editing to the same words is no failure. */
function unlessNothingToDo(error: unknown): void {
  if (!/message is not modified/i.test(String((error as { description?: unknown }).description))) throw error
}

async function health(client: Client, timing: Timing, botToken: string, signal: AbortSignal): Promise<Health> {
  const began = performance.now()
  try {
    await client.call('getMe', {}, { ms: timing.healthMs, signal })
    return { ok: true, latencyMs: Math.round(performance.now() - began) }
  } catch (error) {
    return { ok: false, note: troubleOf(error, botToken).message }
  }
}

async function openMedia(
  ref: MediaRef,
  position: MediaPosition | undefined,
  host: Host<TelegramOptions>,
  client: Client,
  timing: Timing,
  signal: AbortSignal,
): Promise<MediaStream | MediaGone> {
  const { apiRoot, botToken } = host.options
  const file = await client
    .call<{ file_path?: string }>('getFile', { file_id: ref.ref }, { ms: timing.callMs, signal })
    .catch((error) => goneOr(error, botToken))
  if ('gone' in file) return file
  const path = (file.file_path ?? '').split('/').map(encodeURIComponent).join('/')
  const address = new URL(`/file/bot${botToken}/${path}`, apiRoot)
  const answer = await askFrom(position, (headers) => host.fetch(address, { signal, headers })).catch((error) => {
    throw new Error(troubleOf(error, botToken).message)
  })
  if (!answer.ok) throw new Error(`Telegram's file server answered ${answer.status}.`)
  return streamOf(answer, { mime: ref.mime, size: ref.size, name: ref.name })
}

/** What will never come is gone; anything else may be tried again. */
function goneOr(error: unknown, botToken: string): MediaGone {
  const trouble = troubleOf(error, botToken)
  if (trouble.code === 'too_large') return { gone: true, reason: 'Telegram gives bots no file over 20 MB.' }
  if (trouble.code === 'not_found') return { gone: true, reason: trouble.message }
  throw new Error(trouble.message)
}
