import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import type { Capabilities, OutboundMessage, Part, Plan, PlannedPart, SendFailure, StoredFile } from '@parley/schema/connector'
import type { MediaKind } from '@parley/schema/vocabulary'

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
  reactions: { out: 'partial', in: true },
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

/** Long text first, then the files; a text that fits is the caption of the first file. */
export function plan(message: OutboundMessage, can: Capabilities): Plan {
  const files = message.files ?? []
  const refusal = files.map((file) => refusalOf(file, can)).find((found) => found !== undefined)
  if (refusal) return { refusal }
  const { text, buttons, warnings } = withButtons(message, can)
  if (!files.length && !text.trim()) return { refusal: { code: 'content_rejected', message: 'A message needs text or a file.' } }
  const first = files[0]
  const caption = first && !buttons && text.trim() && text.length <= captionMax(first, can) ? text : undefined
  const texts = caption === undefined ? splitText(text, can.text.max) : []
  if (texts.length > 1) warnings.push('split')
  const contents: PlannedPart['content'][] = [
    ...texts.map((piece, n) => ({ type: 'text' as const, text: piece, ...(buttons && n === texts.length - 1 && { buttons }) })),
    ...files.map((file, n) => ({
      type: 'media' as const,
      kind: kindOf(file, can),
      file,
      ...(n === 0 && caption !== undefined && { caption }),
    })),
  ]
  const { thread, to, replyTo } = message
  return { parts: contents.map((content, n) => ({ thread, to, content, ...(n === 0 && replyTo && { replyTo }) })), warnings }
}

function refusalOf(file: StoredFile, can: Capabilities): SendFailure | undefined {
  if (file.size === 0) return { code: 'content_rejected', message: `${file.name} is empty.` }
  const max = can.media[kindOf(file, can)]?.maxBytes ?? 0
  return file.size > max ? { code: 'too_large', message: `${file.name} is larger than ${max / MB} MB.` } : undefined
}

function captionMax(file: StoredFile, can: Capabilities): number {
  return can.media[kindOf(file, can)]?.caption ?? 0
}

/** The kind that takes this type and size; what no kind takes goes as a plain file. */
function kindOf(file: StoredFile, can: Capabilities): MediaKind {
  const mime = file.mime.split(';')[0]?.trim().toLowerCase() ?? ''
  const fits = Object.entries(can.media).find(([, media]) => media.mime.includes(mime) && file.size <= media.maxBytes)
  return (fits?.[0] as MediaKind | undefined) ?? 'file'
}

/** Buttons Telegram would refuse become lines of the text. */
function withButtons(message: OutboundMessage, can: Capabilities) {
  const text = message.text ?? ''
  const buttons = message.buttons ?? []
  const warnings: string[] = []
  if (!buttons.length) return { text, warnings }
  const max = can.buttons ?? { max: 0, labelMax: 0 }
  const fit = buttons.length <= max.max && buttons.every(({ label, payload }) => label.length <= max.labelMax && callbackFits(payload))
  if (fit && text.trim()) return { text, buttons, warnings }
  return { text: [text, ...buttons.map(({ label }) => `• ${label}`)].filter(Boolean).join('\n'), warnings: ['buttons_as_text'] }
}

/** `callback_data` holds 1 to 64 bytes. */
function callbackFits(payload: string): boolean {
  const bytes = Buffer.byteLength(payload)
  return bytes >= 1 && bytes <= 64
}

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })

/** Pieces of at most `max` UTF-16 units that together are the text; a family emoji is never cut, a line or a word seldom. */
export function splitText(text: string, max: number): string[] {
  const pieces: string[] = []
  let rest = text
  while (rest.length > max) {
    const end = cutAt(rest, max)
    pieces.push(rest.slice(0, end))
    rest = rest.slice(end)
  }
  pieces.push(rest)
  // Telegram refuses a message of nothing but blanks.
  return pieces.filter((piece) => piece.trim())
}

function cutAt(text: string, max: number): number {
  const head = text.slice(0, max)
  for (const gap of ['\n', ' ']) {
    const end = head.lastIndexOf(gap) + 1
    if (end > max / 2 && boundaryAt(text, end) === end) return end
  }
  const end = boundaryAt(text, max)
  if (end > 0) return end
  // One grapheme longer than a whole message: cut between code points.
  return /[\uD800-\uDBFF]$/.test(head) ? max - 1 : max
}

/** The start of the grapheme that holds this position. Looking at one window keeps it linear. */
function boundaryAt(text: string, position: number): number {
  const from = Math.max(0, position - 1024)
  const start = graphemes.segment(text.slice(from, position + 1024)).containing(position - from)?.index ?? position - from
  return start > 0 || from === 0 ? from + start : position
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

function keyboard(buttons: OutboundMessage['buttons']) {
  return buttons?.length
    ? { reply_markup: { inline_keyboard: buttons.map(({ label, payload }) => [{ text: label, callback_data: payload }]) } }
    : {}
}

/** telegraf writes the name into a header as it is. */
function headerSafe(name: string): string {
  return name.replace(/[\u0000-\u001f\u007f"\\/]/g, '_').slice(-120) || 'file'
}
