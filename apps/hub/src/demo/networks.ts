import type { GraphStandIn, MessagingCustomers } from '@parley/conformance/graph'
import type { TelegramStandIn } from '@parley/conformance/telegram'
import type { Enclosed } from './enclosures.ts'

/** Of the platform, as it counts or names them. */
export type MessageId = number | string
/** Who writes; the number is his on every network. */
export interface Guest {
  id: number
  firstName: string
  lastName?: string
  username?: string
  language: string
}
/** What the company wrote to a customer. `n` counts it on its stand-in. */
export interface Heard {
  n: number
  to: number
  id: MessageId
}

/** A stand-in as its customers use it. What they say answers its id. */
export interface Network {
  kind: 'telegram' | 'messenger' | 'instagram' | 'whatsapp-cloud'
  /** The number of the first of those who come while the demo runs. */
  firstId: number
  meet(guest: Guest): void
  /** What was written to them beyond the first `after` messages of the stand-in. */
  heard(after: number): Heard[]
  say(guest: Guest, text: string): MessageId
  place(guest: Guest, latitude: number, longitude: number): MessageId
  send(guest: Guest, file: Enclosed, text: string): MessageId
  react(guest: Guest, id: MessageId, emoji: string): void
  edit(guest: Guest, id: MessageId, text: string): void
  /** He has it before him. */
  read(heard: Heard): void
}

export const telegramNetwork = (standIn: TelegramStandIn): Network => ({
  kind: 'telegram',
  firstId: 910_000_001,
  meet: (guest) => standIn.meet(guest),
  heard: (after) => standIn.ledger.accepted.slice(after).map(({ n, chatId, messageId }) => ({ n, to: chatId, id: messageId })),
  say: (from, text) => standIn.say(text, { from }).messageId ?? 0,
  place: (from, latitude, longitude) => standIn.location(latitude, longitude, { from }).messageId ?? 0,
  send(from, file, text) {
    const field = file.kind === 'image' ? 'photo' : file.kind === 'voice' ? 'voice' : 'document'
    const more = { name: file.name, ...(field !== 'photo' && { mime: file.mime }), ...(text && { caption: text }) }
    return standIn.send(field, file.bytes, { from, ...more }).messageId ?? 0
  },
  react: (from, id, emoji) => standIn.react(Number(id), emoji, { from }),
  edit: (from, id, text) => standIn.edit(Number(id), text, { from }),
  read: () => {},
})

const nameOf = ({ firstName, lastName }: Guest): string => [firstName, lastName].filter(Boolean).join(' ')

/** Messenger, Instagram and WhatsApp of one company at Meta. */
export const graphNetworks = (graph: GraphStandIn): Network[] => [
  messagingNetwork(graph, 'messenger'),
  messagingNetwork(graph, 'instagram'),
  whatsappNetwork(graph),
]

const heardOn = ({ ledger }: GraphStandIn, object: string, after: number): Heard[] =>
  ledger.accepted
    .slice(after)
    .flatMap((one) => (one.object === object ? [{ n: one.n, to: Number(one.to.replace(/^\D+/, '')), id: one.id }] : []))

function messagingNetwork(graph: GraphStandIn, kind: 'messenger' | 'instagram'): Network {
  const people: MessagingCustomers = graph[kind]
  const by = ({ id }: Guest) => ({ from: String(id) })
  return {
    kind,
    firstId: kind === 'messenger' ? 7_300_000_001 : 7_500_000_001,
    meet: (guest) => people.meet(String(guest.id), { name: nameOf(guest), ...(guest.username && { username: guest.username }) }),
    heard: (after) => heardOn(graph, kind === 'messenger' ? 'page' : 'instagram', after),
    say: (guest, text) => people.say(text, by(guest)),
    place: (guest, lat, long) => people.attachRaw([{ type: 'location', payload: { coordinates: { lat, long } } }], by(guest)),
    send(guest, file, text) {
      const type = file.kind === 'image' ? 'image' : file.kind === 'voice' ? 'audio' : 'file'
      // Instagram takes no such files.
      if (kind === 'instagram' && type === 'file') return people.say(text || file.name, by(guest))
      return people.attach([{ type, content: file.bytes }], { ...by(guest), ...(text && { text }) })
    },
    react: (guest, id, emoji) => people.react(String(id), emoji, by(guest)),
    // What was said on Instagram cannot be changed: it is said anew.
    edit: (guest, id, text) => (kind === 'messenger' ? people.edit(String(id), text, 1, by(guest)) : void people.say(text, by(guest))),
    read: ({ to, id }) => people.read(kind === 'messenger' ? { watermark: Date.now() } : { mid: String(id) }, { from: String(to) }),
  }
}

function whatsappNetwork(graph: GraphStandIn): Network {
  const { whatsapp } = graph
  const by = ({ id }: Guest) => ({ from: String(id) })
  return {
    kind: 'whatsapp-cloud',
    firstId: 5_511_990_000_001,
    meet: (guest) => whatsapp.meet(String(guest.id), { name: nameOf(guest) }),
    heard: (after) => heardOn(graph, 'whatsapp_business_account', after),
    say: (guest, text) => whatsapp.say(text, by(guest)),
    place: (guest, latitude, longitude) => whatsapp.other({ type: 'location', location: { latitude, longitude } }, by(guest)),
    send(guest, file, text) {
      const type = file.kind === 'image' ? 'image' : file.kind === 'voice' ? 'audio' : 'document'
      const more = { ...(type === 'document' && { name: file.name }), ...(type === 'audio' ? { voice: true } : text && { caption: text }) }
      return whatsapp.send(type, file.bytes, { ...by(guest), ...more })
    },
    react: (guest, id, emoji) => whatsapp.react(String(id), emoji, by(guest)),
    edit: (guest, id, text) => whatsapp.edit(String(id), text, by(guest)),
    read({ n }) {
      const message = graph.ledger.accepted[n - 1]
      if (message) whatsapp.status(message, 'read')
    },
  }
}
