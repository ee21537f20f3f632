import { setTimeout as pause } from 'node:timers/promises'
import { type Account, type Contact, nowSeconds, randomId } from './account.ts'
import type { Device } from './device.ts'
import type { WireMessage } from './ledger.ts'

export interface Saying {
  from: string
  /** Seconds since 1970. */
  t?: number
  /** The whole id of the message it answers. */
  quoted?: string
  group?: { id: string; title: string }
  /** Overrides and further fields, as the page tells them. */
  more?: Record<string, unknown>
}

export interface Media {
  type: 'image' | 'video' | 'audio' | 'ptt' | 'sticker' | 'document'
  bytes: Uint8Array
  mime: string
  name?: string
  caption?: string
  /** Claimed instead of the true size. */
  size?: number
}

/** The people who write to the account, and the phone it belongs to. */
export function createCustomers(account: Account, device: Device) {
  function deliver(message: WireMessage): string {
    account.history.push(message)
    if (!device.push('msg.add', message)) account.undelivered.push(message)
    return message.id
  }

  function compose(body: string, { from, t = nowSeconds(), quoted, group, more }: Saying): WireMessage {
    const id = `false_${group?.id ?? from}_3A${randomId(9)}${group ? `_${from}` : ''}`
    return {
      id,
      from: group?.id ?? from,
      to: account.phone,
      body,
      type: 'chat',
      t,
      ack: 0,
      notifyName: account.contacts.get(from)?.name,
      ...(group && { author: from, chatTitle: group.title }),
      ...(quoted && { quotedStanzaID: quoted.split('_')[2], quotedMsg: { type: 'chat' } }),
      ...more,
    }
  }

  return {
    meet(contact: Contact) {
      account.contacts.set(contact.id, contact)
      device.push('contact', contact)
    },
    say: (text: string, how: Saying) => deliver(compose(text, how)),
    /** Kept by the servers, told to no device: what a lost delivery looks like. */
    sayUnheard(text: string, how: Saying) {
      const message = compose(text, how)
      account.history.push(message)
      return message.id
    },
    send({ type, bytes, mime, name, caption, size }: Media, how: Saying) {
      const path = `/mms/${randomId(8)}`
      account.media.set(path, Buffer.from(bytes))
      const file = { directPath: path, mimetype: mime, filename: name, size: size ?? bytes.length, caption, type }
      return deliver(compose('', { ...how, more: { ...file, mediaKey: 'key', filehash: 'hash', encFilehash: 'hash', ...how.more } }))
    },
    /** A message that cannot be read at first, and can be later. */
    async sayLater(text: string, how: Saying, ms: number) {
      const id = deliver(compose('', { ...how, more: { type: 'ciphertext' } }))
      await pause(ms)
      device.push('msg.decrypted', { id, body: text, type: 'chat' })
      return id
    },
    repeat(id: string) {
      const message = account.history.find((one) => one.id === id)
      if (message) device.push('msg.add', message)
    },
    edit(id: string, body: string) {
      const message = account.history.find((one) => one.id === id)
      if (message) message.body = body
      device.push('msg.edit', { id, body, at: Date.now() })
    },
    remove: (id: string) => void device.push('msg.revoke', { id }),
    react: (id: string, from: string, emoji: string | null) =>
      void device.push('reaction', { id: `false_${from}_3A${randomId(9)}`, parent: id, author: from, text: emoji ?? '', t: nowSeconds() }),
    /** 1 taken by the servers, 2 on the customer's phone, 3 read. */
    acknowledge(id: string, ack: number) {
      const message = account.history.find((one) => one.id === id)
      if (message) message.ack = ack
      device.push('msg.ack', { id, ack })
    },
    loseMedia: () => account.media.clear(),
    /** Written on the phone the account belongs to. */
    sayFromPhone(to: string, body: string) {
      const message = { id: `true_${to}_3A${randomId(9)}`, from: account.phone, to, body, type: 'chat', t: nowSeconds(), ack: 1 }
      return deliver(message)
    },
  }
}
