import type { InboundEvent, MediaRef, Peer, Thread } from '@parley/schema/connector'
import type { MediaKind } from '@parley/schema/vocabulary'
import type { TelegramOptions } from './options.ts'

type Json = Record<string, unknown>
type Head = { key: string; at: number; thread: Thread }

/** The kinds of update the connector asks for; Telegram sends reactions only to who asks. */
export const allowedUpdates = ['message', 'edited_message', 'callback_query', 'message_reaction', 'my_chat_member'] as const

/** One update, or an array of them as polling journals it, in the platform's order. */
export function parse(delivery: unknown, options: TelegramOptions): InboundEvent[] {
  if (Array.isArray(delivery)) return [...delivery].sort(byUpdateId).flatMap((update) => parseUpdate(update, options))
  return parseUpdate(delivery, options)
}

/** Updates of one answer in Telegram's own numbering. */
export function byUpdateId(a: unknown, b: unknown): number {
  return updateId(a) - updateId(b)
}

/** The update's number, 0 when it has none. */
export function updateId(update: unknown): number {
  return numberOf(objectOf(update)?.update_id) ?? 0
}

function parseUpdate(delivery: unknown, options: TelegramOptions): InboundEvent[] {
  const update = objectOf(delivery)
  if (!update || !Number.isSafeInteger(update.update_id)) return []
  const event = eventOf(update, `u${update.update_id}`)
  if (!event || event.thread.kind === 'broadcast') return []
  return event.thread.kind === 'direct' || options.groups ? [event] : []
}

function eventOf(update: Json, key: string): InboundEvent | undefined {
  const found = <T>(name: string, make: (body: Json, head: Head) => T | undefined): T | undefined => {
    const body = objectOf(update[name])
    const head = body && headOf(body, key)
    return head && make(body, head)
  }
  return (
    found('message', message) ??
    found('edited_message', edit) ??
    found('message_reaction', reaction) ??
    found('my_chat_member', membership) ??
    postback(objectOf(update.callback_query), key)
  )
}

function headOf(body: Json, key: string): Head | undefined {
  const thread = threadOf(body.chat)
  return thread && { key, at: seconds(body.edit_date) || seconds(body.date), thread }
}

function message(body: Json, head: Head): InboundEvent | undefined {
  const id = idOf(body.message_id)
  const from = peerOf(body.from) ?? peerOf(body.sender_chat) ?? peerOf(body.chat)
  if (!id || !from) return undefined
  const content = contentOf(body)
  const replyTo = idOf(objectOf(body.reply_to_message)?.message_id)
  return { type: 'message', ...head, order: Number(id), id, from, by: 'peer', ...content, ...(replyTo && { replyTo }) }
}

function contentOf(body: Json) {
  const text = textOf(body.text) ?? textOf(body.caption)
  const media = mediaOf(body)
  const place = placeOf(body)
  const contacts = contactsOf(body.contact)
  const albumId = idOf(body.media_group_id)
  const start = text?.match(/^\/start (\S{1,64})$/)?.[1]
  const shown = text !== undefined || media.length > 0 || place || contacts
  return {
    ...(text !== undefined && { text }),
    ...(media.length > 0 && { media }),
    ...(albumId && { albumId }),
    ...(place && { location: place }),
    ...(contacts && { contacts }),
    ...(start && { referral: { start } }),
    ...(!shown && { unsupported: nameOfContent(body) }),
  }
}

function edit(body: Json, head: Head): InboundEvent | undefined {
  const id = idOf(body.message_id)
  if (!id) return undefined
  const text = textOf(body.text) ?? textOf(body.caption)
  const media = mediaOf(body)
  return {
    type: 'edit',
    ...head,
    id,
    version: numberOf(body.edit_date) ?? 0,
    ...(text !== undefined && { text }),
    ...(media.length > 0 && { media }),
  }
}

function reaction(body: Json, head: Head): InboundEvent | undefined {
  const id = idOf(body.message_id)
  const from = peerOf(body.user) ?? peerOf(body.actor_chat)
  if (!id || !from) return undefined
  const last = objectOf(listOf(body.new_reaction).at(-1))
  return { type: 'reaction', ...head, id, from, emoji: last ? (textOf(last.emoji) ?? '⭐') : null }
}

/** The bot's own membership: a customer blocks it ("kicked") or lets it back in. */
function membership(body: Json, head: Head): InboundEvent | undefined {
  const peer = peerOf(body.from)
  const status = textOf(objectOf(body.new_chat_member)?.status)
  if (!peer || !status || head.thread.kind !== 'direct') return undefined
  return { type: 'peer', ...head, peer, change: status === 'kicked' || status === 'left' ? 'unreachable' : 'reachable' }
}

function postback(query: Json | undefined, key: string): InboundEvent | undefined {
  const id = idOf(query?.id)
  const from = peerOf(query?.from)
  if (!query || !id || !from) return undefined
  const shown = objectOf(query.message)
  const payload = textOf(query.data) ?? ''
  const thread = threadOf(shown?.chat) ?? { id: from.id, kind: 'direct' as const }
  const title = labelOf(shown, payload)
  const replyTo = idOf(shown?.message_id)
  return { type: 'postback', key, at: 0, thread, id, from, payload, ...(title && { title }), ...(replyTo && { replyTo }) }
}

/** The pressed button of a raw delivery, which waits for an answer. */
export function pressedIn(body: Uint8Array): string | undefined {
  try {
    return idOf(objectOf(objectOf(JSON.parse(new TextDecoder().decode(body)))?.callback_query)?.id)
  } catch {
    return undefined
  }
}

function labelOf(shown: Json | undefined, payload: string): string | undefined {
  const rows = listOf(objectOf(shown?.reply_markup)?.inline_keyboard).flatMap(listOf)
  return textOf(rows.map(objectOf).find((button) => button?.callback_data === payload)?.text)
}

// ---- parts of a message ----

function mediaOf(body: Json): MediaRef[] {
  const single = (name: string, kind: MediaKind, mime?: string) => refOf(body[name], kind, mime)
  const photo = listOf(body.photo)
    .map((size) => refOf(size, 'image', 'image/jpeg'))
    .filter((ref) => ref !== undefined)
    .at(-1)
  const moving = single('animation', 'video', 'video/mp4')
  // An animation is told twice: as itself and, for old clients, as a document.
  const document = moving ? undefined : single('document', 'file')
  const others = [
    single('video', 'video', 'video/mp4'),
    single('video_note', 'video', 'video/mp4'),
    single('audio', 'audio'),
    single('voice', 'voice', 'audio/ogg'),
  ]
  return [photo, moving, ...others, stickerOf(body.sticker), document].filter((ref) => ref !== undefined)
}

function stickerOf(value: unknown): MediaRef | undefined {
  const sticker = objectOf(value)
  if (sticker?.is_video === true) return refOf(sticker, 'sticker', 'video/webm')
  // What moves by Telegram's own format no browser shows: its still picture stands for it.
  const still = sticker?.is_animated === true ? refOf(sticker.thumbnail ?? sticker.thumb, 'sticker', 'image/webp') : undefined
  return still ?? refOf(sticker, 'sticker', sticker?.is_animated === true ? 'application/x-tgsticker' : 'image/webp')
}

function refOf(value: unknown, kind: MediaKind, mime?: string): MediaRef | undefined {
  const file = objectOf(value)
  const ref = textOf(file?.file_id)
  if (!file || !ref) return undefined
  const duration = numberOf(file.duration)
  const fields = {
    mime: textOf(file.mime_type) ?? mime,
    size: numberOf(file.file_size),
    name: textOf(file.file_name),
    width: numberOf(file.width) ?? numberOf(file.length),
    height: numberOf(file.height) ?? numberOf(file.length),
    durationMs: duration === undefined ? undefined : duration * 1000,
  }
  return { ref, kind, ...present(fields) }
}

function placeOf(body: Json) {
  const venue = objectOf(body.venue)
  const place = objectOf(venue?.location) ?? objectOf(body.location)
  const latitude = degreesOf(place?.latitude)
  const longitude = degreesOf(place?.longitude)
  if (latitude === undefined || longitude === undefined) return undefined
  const title = [textOf(venue?.title), textOf(venue?.address)].filter(Boolean).join(', ')
  return { latitude, longitude, ...(title && { title }) }
}

function contactsOf(value: unknown) {
  const contact = objectOf(value)
  const phone = textOf(contact?.phone_number)
  if (!contact || !phone) return undefined
  return [{ name: fullName(contact) || phone, phones: [phone] }]
}

/** Fields of every message that are not its content. */
const envelope = new Set([
  'message_id',
  'message_thread_id',
  'from',
  'sender_chat',
  'sender_boost_count',
  'sender_business_bot',
  'date',
  'chat',
  'edit_date',
  'via_bot',
  'forward_origin',
  'is_topic_message',
  'is_automatic_forward',
  'reply_to_message',
  'external_reply',
  'quote',
  'has_protected_content',
  'is_from_offline',
  'media_group_id',
  'author_signature',
  'effect_id',
  'reply_markup',
  'has_media_spoiler',
  'show_caption_above_media',
])

function nameOfContent(body: Json): string {
  const names = Object.keys(body).filter((name) => !envelope.has(name))
  return names.slice(0, 3).join(', ').slice(0, 100) || 'empty'
}

// ---- reading what may be anything ----

function threadOf(value: unknown): Thread | undefined {
  const chat = objectOf(value)
  const id = idOf(chat?.id)
  if (!chat || !id) return undefined
  if (chat.type === 'private') return { id, kind: 'direct' }
  const title = textOf(chat.title)
  return { id, kind: chat.type === 'channel' ? 'broadcast' : 'group', ...(title && { title }) }
}

function peerOf(value: unknown): Peer | undefined {
  const person = objectOf(value)
  const id = idOf(person?.id)
  if (!person || !id) return undefined
  const name = fullName(person) || textOf(person.title)
  return { id, ...present({ name, username: textOf(person.username), language: textOf(person.language_code) }) }
}

function fullName(person: Json): string {
  return [textOf(person.first_name), textOf(person.last_name)].filter(Boolean).join(' ')
}

function objectOf(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

/** Text without NUL, which no database column takes. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value.replaceAll('\0', '\uFFFD') : undefined
}

function idOf(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value)
  return typeof value === 'string' && /^[\w:.-]{1,200}$/.test(value) ? value : undefined
}

function numberOf(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined
}

function degreesOf(value: unknown): number | undefined {
  return typeof value === 'number' && Math.abs(value) <= 180 ? value : undefined
}

function seconds(value: unknown): number {
  const whole = numberOf(value) ?? 0
  // Beyond what a date can hold it is as good as none.
  return whole <= 8_640_000_000_000 ? whole * 1000 : 0
}

function present<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== '')) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}
