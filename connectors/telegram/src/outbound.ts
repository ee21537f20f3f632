import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import type { Capabilities, OutboundMessage, Part, Plan } from '@parley/schema/connector'
import { planParts } from '@parley/schema/plan'
import type { MediaKind } from '@parley/schema/vocabulary'
import { reactionEmojis } from './reactions.ts'

const MB = 1024 * 1024

/** Limits of the Bot API (core.telegram.org/bots/api): text and captions in UTF-16 units, uploads in bytes. */
export const capabilities: Capabilities = {
  text: { max: 4096, unit: 'utf16' },
  media: {
    image: { maxBytes: 10 * MB, mime: ['image/jpeg', 'image/png', 'image/webp'], caption: 1024 },
    video: { maxBytes: 50 * MB, mime: ['video/mp4'], caption: 1024 },
    voice: { maxBytes: 50 * MB, mime: ['audio/ogg'], caption: 1024 },
    audio: { maxBytes: 50 * MB, mime: ['audio/mpeg', 'audio/mp4'], caption: 1024 },
    file: { maxBytes: 50 * MB, mime: ['*/*'], caption: 1024 },
  },
  inboundMaxBytes: 20 * MB,
  edit: { out: 'full', in: true },
  remove: { out: 'full', in: false, maxAgeMs: 48 * 3_600_000 },
  reactions: { out: 'partial', in: true, emojis: reactionEmojis },
  quotes: 'full',
  typing: { out: true, in: false },
  receipts: { delivered: false, read: false, markRead: false },
  buttons: { max: 100, labelMax: 64 },
  groups: 'optional',
  startsChats: false,
  replyWindow: null,
  templates: false,
  idempotency: 'none',
  rate: { perSecond: 30, perThreadPerSecond: 1, concurrency: 8 },
}

// ---- plan ----

export const plan = (message: OutboundMessage, can: Capabilities): Plan => planParts(message, can, { payloadFits: callbackFits })

/** `callback_data` holds 1 to 64 bytes. */
function callbackFits(payload: string): boolean {
  const bytes = Buffer.byteLength(payload)
  return bytes >= 1 && bytes <= 64
}

// ---- calls ----

export interface Call {
  method: 'sendMessage' | 'sendPhoto' | 'sendVideo' | 'sendVoice' | 'sendAudio' | 'sendDocument'
  payload: Record<string, unknown>
  /** The bytes that go with it; an error of theirs means that the call was never complete. */
  upload?: Readable
}

/** The call that sends this part. Opens the file: call it once per attempt. */
export async function callFor(part: Part, asDocument = false): Promise<Call> {
  const target = { chat_id: part.thread.id, ...quote(part) }
  const { content } = part
  if (content.type === 'text') return { method: 'sendMessage', payload: { ...target, text: content.text, ...keyboard(content.buttons) } }
  if (content.type === 'template') throw new Error('Telegram has no templates')
  const [method, field] = asDocument ? uploads.file : uploads[content.kind]
  const upload = Readable.fromWeb((await content.file.open()) as ReadableStream)
  return {
    method,
    upload,
    payload: { ...target, caption: content.caption, [field]: { source: upload, filename: headerSafe(content.file.name) } },
  }
}

const uploads: Record<MediaKind, [Exclude<Call['method'], 'sendMessage'>, string]> = {
  image: ['sendPhoto', 'photo'],
  video: ['sendVideo', 'video'],
  voice: ['sendVoice', 'voice'],
  audio: ['sendAudio', 'audio'],
  sticker: ['sendDocument', 'document'],
  file: ['sendDocument', 'document'],
}

/** As a JSON string, because telegraf drops an object from a multipart body. A quote of a vanished message must not stop the answer. */
function quote(part: Part) {
  if (!part.replyTo || !/^\d{1,15}$/.test(part.replyTo)) return {}
  return { reply_parameters: JSON.stringify({ message_id: Number(part.replyTo), allow_sending_without_reply: true }) }
}

export function keyboard(buttons: OutboundMessage['buttons']) {
  return buttons?.length
    ? { reply_markup: { inline_keyboard: buttons.map(({ label, payload }) => [{ text: label, callback_data: payload }]) } }
    : {}
}

/** telegraf writes the name into a header as it is. */
function headerSafe(name: string): string {
  return name.replace(/[\u0000-\u001f\u007f"\\/]/g, '_').slice(-120) || 'file'
}
