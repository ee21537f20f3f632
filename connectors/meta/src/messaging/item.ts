import bottender from 'bottender/dist/messenger/MessengerEvent.js'
import { idOf, type Json, momentOf, objectOf } from '../reading.ts'

/** One item of `entry.messaging`, with the customer it is about, whoever sent it. */
export interface Item {
  what: 'message' | 'echo' | 'edit' | 'postback' | 'reaction' | 'delivery' | 'read' | 'control' | 'referral' | 'other'
  /** The platform's name of what it holds. */
  name: string
  body: Json
  peer: string
  at: number
}

interface MessengerEvent {
  isMessage: boolean
  isEcho: boolean
  isPostback: boolean
  isDelivery: boolean
  isRead: boolean
  isReferral: boolean
  isPassThreadControl: boolean
  isTakeThreadControl: boolean
  isRequestThreadControl: boolean
}

// A CommonJS module of TypeScript: Node and bundlers hand its default out differently.
const Event = ((bottender as { default?: unknown }).default ?? bottender) as new (raw: Json) => MessengerEvent

const envelope = new Set(['sender', 'recipient', 'timestamp', 'is_standby'])

/**
 * Reads one item. bottender tells what it is; its own connector would take the first item of a delivery and lose the rest,
 * so it is never given more than one.
 */
export function readItem(raw: Json): Item | undefined {
  const sender = idOf(objectOf(raw.sender)?.id)
  const recipient = idOf(objectOf(raw.recipient)?.id)
  const name = Object.keys(raw).find((field) => !envelope.has(field))
  if (!sender || !name) return undefined
  const body = objectOf(raw[name]) ?? {}
  const what = kindOf(new Event({ [camel(name)]: camelKeys(body) }), name)
  const peer = what === 'echo' ? recipient : sender
  return peer ? { what, name: name.slice(0, 100), body, peer, at: momentOf(raw.timestamp) } : undefined
}

function kindOf(event: MessengerEvent, name: string): Item['what'] {
  if (event.isEcho) return 'echo'
  if (event.isMessage) return 'message'
  if (event.isPostback) return 'postback'
  if (event.isDelivery) return 'delivery'
  if (event.isRead) return 'read'
  if (event.isReferral) return 'referral'
  if (event.isPassThreadControl || event.isTakeThreadControl || event.isRequestThreadControl) return 'control'
  // Younger than bottender.
  if (name === 'message_edit') return 'edit'
  return name === 'reaction' ? 'reaction' : 'other'
}

/** bottender expects names as its own client writes them. */
function camelKeys(body: Json): Json {
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [camel(name), value]))
}

function camel(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
