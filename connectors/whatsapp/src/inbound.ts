import { createHash } from 'node:crypto'
import type { InboundEvent, MediaRef, Peer, Thread } from '@parley/schema/connector'
import type { MediaKind } from '@parley/schema/vocabulary'
import type { Heard, Told, Who } from './heard.ts'
import { isOurs } from './ids.ts'
import type { WhatsAppOptions } from './options.ts'

type Message = Extract<InboundEvent, { type: 'message' }>

/** Pure; what it does not know becomes a message with `unsupported`, or nothing. */
export function parse(delivery: unknown, { groups }: WhatsAppOptions): InboundEvent[] {
  const heard = delivery as Heard | null
  const key = keyOf(heard?.m)
  if (!heard || !key || key.remote.endsWith('@broadcast') || key.remote.endsWith('@newsletter')) return []
  if (key.remote.endsWith('@g.us') && !groups) return []
  return readers[heard.k]?.(heard as never, key) ?? []
}

interface Key {
  whole: string
  id: string
  remote: string
  fromMe: boolean
}

function keyOf(message: Told | undefined): Key | undefined {
  const id = record(message?.id)
  const [whole, remote, own] = [text(id._serialized), idText(id.remote), text(id.id)]
  return whole && remote && own ? { whole, remote, id: own, fromMe: id.fromMe === true } : undefined
}

const readers: { [K in Heard['k']]: (heard: Extract<Heard, { k: K }>, key: Key) => InboundEvent[] } = {
  message: ({ m, who, partKey }, key) => {
    if (silent.has(text(m.type) ?? '') || m.isStatusV3 === true) return []
    const echo = key.fromMe && isOurs(key.id)
    // Of another hub's life: looking its part up says more than an echo without a name.
    if (echo && !partKey) return []
    const by = echo ? 'hub' : key.fromMe ? 'device' : 'peer'
    return [
      {
        type: 'message',
        key: `message:${key.whole}`,
        at: secondsToMs(m.t),
        id: key.whole,
        thread: threadOf(m, who, key),
        from: key.fromMe ? { id: idText(m.from) ?? 'me' } : peerOf(m, who, key),
        by,
        ...(echo && { partKey }),
        ...quoteOf(m, key),
        ...albumOf(m),
        ...contentOf(m, key),
      },
    ]
  },
  edit: ({ m, who, text: words }, key) => [
    {
      type: 'edit',
      key: `edit:${key.whole}:${createHash('sha256').update(String(words)).digest('hex').slice(0, 16)}:${number(m.latestEditSenderTimestampMs)}`,
      at: number(m.latestEditSenderTimestampMs) || secondsToMs(m.t),
      id: key.whole,
      thread: threadOf(m, who, key),
      text: text(words) ?? '',
      version: number(m.latestEditSenderTimestampMs),
    },
  ],
  removal: ({ m, who }, key) => [
    { type: 'removal', key: `removal:${key.whole}`, at: secondsToMs(m.t), id: key.whole, thread: threadOf(m, who, key) },
  ],
  receipt: ({ m, who, ack, partKey }, key) => {
    const state = receipts[ack]
    if (!state || !key.fromMe) return []
    const about = { thread: threadOf(m, who, key), at: secondsToMs(m.t), ids: [key.whole], ...(partKey && { partKey }) }
    return [{ type: 'receipt', key: `receipt:${key.whole}:${state}`, state, ...about }]
  },
  reaction: ({ m, who, own, from, emoji, at }, key) => [
    {
      type: 'reaction',
      key: `reaction:${own}`,
      at: number(at),
      id: key.whole,
      thread: threadOf(m, who, key),
      from: { id: from === who?.lid ? (who.phone ?? from) : from },
      emoji: text(emoji) || null,
    },
  ],
}

const receipts: Record<number, 'sent' | 'delivered' | 'read'> = { 1: 'sent', 2: 'delivered', 3: 'read', 4: 'read' }

/** Nothing was said in these: they are the page's own notes, or will come again when they can be read. */
const silent = new Set(['ciphertext', 'e2e_notification', 'notification_template', 'notification', 'gp2', 'protocol', 'album', 'call_log'])

/** By the phone number where it is known: WhatsApp names the same person sometimes so, sometimes by a hidden id. */
function threadOf(message: Told, who: Who | undefined, { remote }: Key): Thread {
  if (remote.endsWith('@g.us')) return { id: remote, kind: 'group', ...titleOf(message) }
  return { id: who?.phone ?? remote, kind: 'direct' }
}

const titleOf = ({ chatTitle }: Told) => (text(chatTitle) ? { title: text(chatTitle) } : {})

function peerOf(message: Told, who: Who | undefined, { remote }: Key): Peer {
  const said = idText(message.author) ?? remote
  const id = who?.phone ?? said
  const aliases = [said, who?.lid].filter((one): one is string => one !== undefined && one !== id)
  const phone = /^(\d{7,15})@c\.us$/.exec(id)?.[1]
  return {
    id,
    ...(aliases.length > 0 && { aliases: [...new Set(aliases)] }),
    ...(text(message.notifyName) && { name: text(message.notifyName) }),
    ...(phone && { phone: `+${phone}` }),
  }
}

function quoteOf(message: Told, { remote }: Key): Pick<Message, 'replyTo'> {
  const stanza = text(message.quotedStanzaID)
  if (!stanza) return {}
  // Only the middle of the quoted id is told; ours are known by their make.
  return { replyTo: `${isOurs(stanza)}_${remote}_${stanza}` }
}

function albumOf(message: Told): Pick<Message, 'albumId'> {
  const album = record(message.parentMsgKey)._serialized ?? message.parentMsgKey
  return typeof album === 'string' && /ALBUM/i.test(String(message.associationType)) ? { albumId: album } : {}
}

function contentOf(message: Told, key: Key): Partial<Message> {
  if (message.directPath) return { ...(text(message.caption) && { text: text(message.caption) }), media: [mediaOf(message, key)] }
  const type = text(message.type) ?? 'nothing'
  if (type === 'location') return locationOf(message)
  if (type === 'vcard' || type === 'multi_vcard') return { text: text(message.vcardFormattedName) ?? '', contacts: contactsOf(message) }
  if (type === 'chat' && typeof message.body === 'string') return { text: message.body, ...referralOf(message) }
  if (typeof message.body === 'string' && message.body && type !== 'revoked') return { text: message.body, unsupported: type }
  return { unsupported: type }
}

const mediaKinds: Record<string, MediaKind> = {
  image: 'image',
  video: 'video',
  gif: 'video',
  audio: 'audio',
  ptt: 'voice',
  ptv: 'video',
  sticker: 'sticker',
}
/** WhatsApp keeps media for about two weeks; afterwards only the phone has it. */
const mediaLife = 14 * 24 * 60 * 60 * 1000

function mediaOf(message: Told, { whole }: Key): MediaRef {
  const at = secondsToMs(message.t)
  return {
    ref: whole,
    kind: mediaKinds[text(message.type) ?? ''] ?? 'file',
    ...(text(message.mimetype) && { mime: text(message.mimetype) }),
    ...(number(message.size) > 0 && { size: number(message.size) }),
    ...(text(message.filename) && { name: text(message.filename) }),
    ...(number(message.width) > 0 && { width: number(message.width), height: number(message.height) }),
    ...(number(message.duration) > 0 && { durationMs: number(message.duration) * 1000 }),
    ...(at > 0 && { expiresAt: at + mediaLife }),
  }
}

function locationOf(message: Told): Partial<Message> {
  const [latitude, longitude] = [number(message.lat), number(message.lng)]
  return { location: { latitude, longitude, ...(text(message.loc) && { title: text(message.loc) }) } }
}

function contactsOf(message: Told): { name: string; phones: string[] }[] {
  const cards = Array.isArray(message.vcardList) ? message.vcardList.map((card) => record(card).vcard) : [message.body]
  return cards.slice(0, 50).map((card) => {
    const lines = String(card ?? '').split(/\r?\n/)
    const name = lines.find((line) => line.startsWith('FN:'))?.slice(3) ?? ''
    return { name, phones: lines.filter((line) => line.startsWith('TEL')).map((line) => line.slice(line.lastIndexOf(':') + 1)) }
  })
}

/** The advertisement that led here. */
function referralOf({ ctwaContext }: Told): Pick<Message, 'referral'> {
  const found = Object.entries(record(ctwaContext)).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  return found.length > 0 ? { referral: Object.fromEntries(found.slice(0, 10)) } : {}
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
const number = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0)
const idText = (value: unknown): string | undefined => text(value) ?? text(record(value)._serialized)
const secondsToMs = (value: unknown): number => number(value) * 1000
