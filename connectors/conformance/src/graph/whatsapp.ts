import type { FileContent } from './files.ts'
import type { AcceptedMessage, InjectedDelivery } from './ledger.ts'
import { meet, type Person, type World } from './world.ts'

/** Who says something and how; without `from` it is customer 42. An id such as `BR.42` is a person without a phone number. */
export interface Said {
  from?: string
  replyTo?: string
  /** Milliseconds since 1970, told in whole seconds; default now. */
  at?: number
}

/** What customers do on WhatsApp. Each answers the message's id (`wamid`). */
export interface WhatsAppCustomers {
  meet(id: string, who?: Partial<Person>): void
  say(text: string, said?: Said): string
  send(
    type: 'image' | 'video' | 'audio' | 'document' | 'sticker',
    content: FileContent,
    said?: Said & { caption?: string; name?: string; voice?: boolean },
  ): string
  /** Any message: `{ type: 'location', location: { … } }`. */
  other(message: Record<string, unknown>, said?: Said): string
  edit(id: string, text: string, said?: Said): void
  revoke(id: string, said?: Said): void
  react(id: string, emoji: string | null, said?: Said): void
  press(payload: string, title: string, said?: Said & { list?: boolean }): string
  status(message: AcceptedMessage, status: 'sent' | 'delivered' | 'read' | 'failed', error?: object): void
  /** Written in the app on the company's phone. */
  fromPhone(text: string, to: string): string
  /** Any `value` of a change. */
  inject(value: Record<string, unknown>, peer?: string): void
  /** All that is done in `task` comes in one delivery. */
  together(task: () => void): void
  last(): InjectedDelivery | undefined
}

type Value = Record<string, unknown>
const object = 'whatsapp_business_account'

export function createWhatsApp(world: World): WhatsAppCustomers {
  const { accounts, deliveries, files } = world
  let batch: { value: Value; peer: string }[] | undefined
  let last: InjectedDelivery | undefined

  function emit(value: Value, peer: string) {
    if (batch) batch.push({ value, peer })
    else last = deliveries.push(object, peer, delivery([value]))
  }

  function delivery(values: Value[]) {
    const metadata = { display_phone_number: accounts.phoneNumber, phone_number_id: accounts.phoneNumberId }
    const changes = values.map((value) => ({ field: 'messages', value: { messaging_product: 'whatsapp', metadata, ...value } }))
    const half = Math.ceil(changes.length / 2)
    const entries = [changes.slice(0, half), changes.slice(half)].filter((some) => some.length > 0)
    return { object, entry: entries.map((some) => ({ id: accounts.businessId, changes: some })) }
  }

  function contactOf(person: Person) {
    const named = person.id.includes('.')
    const profile = { name: person.name, ...(person.username && { username: person.username }) }
    return named ? { profile, user_id: person.id } : { profile, wa_id: person.id, user_id: `BR.${person.id}` }
  }

  function message(content: Value, said: Said = {}): string {
    const id = world.nextId('wamid.')
    const peer = said.from ?? '42'
    const person = meet(world, object, peer, { wroteAt: Date.now() })
    const from = peer.includes('.') ? { from_user_id: peer } : { from: peer, from_user_id: `BR.${peer}` }
    const timestamp = String(Math.floor((said.at ?? Date.now()) / 1000))
    const context = said.replyTo && { context: { from: accounts.phoneNumber, id: said.replyTo } }
    emit({ contacts: [contactOf(person)], messages: [{ ...from, id, timestamp, ...content, ...context }] }, peer)
    return id
  }

  return {
    meet: (id, who) => void meet(world, object, id, who),
    say: (text, said) => message({ type: 'text', text: { body: text } }, said),
    send(type, content, { caption, name, voice, ...said } = {}) {
      const mime = {
        image: 'image/jpeg',
        video: 'video/mp4',
        audio: 'audio/ogg; codecs=opus',
        document: 'application/pdf',
        sticker: 'image/webp',
      }[type]
      const file = { id: files.keep(content, mime), mime_type: mime, ...(caption && { caption }), ...(name && { filename: name }) }
      return message({ type, [type]: { ...file, ...(voice !== undefined && { voice }) } }, said)
    },
    other: message,
    edit(id, text, said) {
      message({ type: 'edit', edit: { original_message_id: id, message: { type: 'text', text: { body: text } } } }, said)
    },
    revoke: (id, said) => void message({ type: 'revoke', revoke: { original_message_id: id } }, said),
    react: (id, emoji, said) => void message({ type: 'reaction', reaction: { message_id: id, ...(emoji && { emoji }) } }, said),
    press(payload, title, { list, ...said } = {}) {
      const reply = { id: payload, title }
      const interactive = list ? { type: 'list_reply', list_reply: reply } : { type: 'button_reply', button_reply: reply }
      return message({ type: 'interactive', interactive }, said)
    },
    status(accepted, status, error) {
      const named = accepted.to.includes('.')
      const to = named ? { recipient_user_id: accepted.to } : { recipient_id: accepted.to, recipient_user_id: `BR.${accepted.to}` }
      const timestamp = String(Math.floor(Date.now() / 1000))
      const told = { id: accepted.id, status, timestamp, ...to, biz_opaque_callback_data: accepted.callback }
      emit({ statuses: [{ ...told, ...(error && { errors: [error] }) }] }, accepted.to)
    },
    fromPhone(text, to) {
      const id = world.nextId('wamid.')
      const timestamp = String(Math.floor(Date.now() / 1000))
      emit(
        { message_echoes: [{ from: accounts.phoneNumber, to, to_user_id: `BR.${to}`, id, timestamp, type: 'text', text: { body: text } }] },
        to,
      )
      return id
    },
    inject: (value, peer = '42') => emit(value, peer),
    together(task) {
      batch = []
      task()
      const all = batch
      batch = undefined
      if (all.length > 0) last = deliveries.push(object, all[0]?.peer ?? '', delivery(all.map(({ value }) => value)))
    },
    last: () => last,
  }
}
