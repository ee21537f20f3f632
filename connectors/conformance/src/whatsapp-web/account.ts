import { randomBytes } from 'node:crypto'
import type { WireMessage } from './ledger.ts'

export interface Contact {
  id: string
  lid?: string
  phone?: string
  name?: string
}

/** What WhatsApp's servers know of the account: who it knows, what was said, which devices are linked. */
export interface Account {
  phone: string
  lid: string
  name: string
  contacts: Map<string, Contact>
  history: WireMessage[]
  /** Said while no device was there. */
  undelivered: WireMessage[]
  media: Map<string, Buffer>
  links: Set<string>
}

export const createAccount = (): Account => ({
  phone: '79990000001@c.us',
  lid: '100000000000001@lid',
  name: 'Shop',
  contacts: new Map(),
  history: [],
  undelivered: [],
  media: new Map(),
  links: new Set(),
})

export const randomId = (bytes: number): string => randomBytes(bytes).toString('hex').toUpperCase()

export const nowSeconds = (): number => Math.floor(Date.now() / 1000)

export const chatIn = (id: string): string => id.split('_')[1] ?? ''

/** As they are told to a device that signs in: each chat with the time of its last message. */
export function chatsOf({ history }: Account): { id: string; t: number; title?: unknown }[] {
  const chats = new Map<string, { id: string; t: number; title?: unknown }>()
  for (const { id, t, chatTitle } of history)
    chats.set(chatIn(id), { id: chatIn(id), t: Math.max(t, chats.get(chatIn(id))?.t ?? 0), title: chatTitle })
  return [...chats.values()]
}

export function contactOf(account: Account, id: string): Contact | undefined {
  return [...account.contacts.values()].find((contact) => [contact.id, contact.lid, contact.phone].includes(id))
}

/** Up to 20 messages of a chat before one of them, or the last ones. */
export function historyBefore({ history }: Account, chat: string, before?: string): WireMessage[] {
  const all = history.filter(({ id }) => chatIn(id) === chat)
  const found = all.findIndex(({ id }) => id === before)
  const end = found < 0 ? all.length : found
  return all.slice(Math.max(0, end - 20), end)
}
