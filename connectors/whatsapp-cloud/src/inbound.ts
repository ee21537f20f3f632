import { failureFrom } from '@parley/meta/errors'
import { idOf, type Json, listOf, objectOf, present, textOf, wordsOf } from '@parley/meta/reading'
import type { InboundEvent, Peer, Thread } from '@parley/schema/connector'
import { contentOf } from './content.ts'
import type { WhatsAppCloudOptions } from './options.ts'

/** Stands before the key of a part in `biz_opaque_callback_data`. */
export const partMark = 'parley:'

type Head = { key: string; at: number; thread: Thread }

/** Every change of every entry: Meta puts several of both into one delivery. */
export function parse(delivery: unknown, options: WhatsAppCloudOptions): InboundEvent[] {
  const body = objectOf(delivery)
  if (body?.object !== 'whatsapp_business_account') return []
  const changes = listOf(body.entry).flatMap((entry) => listOf(objectOf(entry)?.changes))
  return changes.flatMap((one) => {
    const value = objectOf(objectOf(one)?.value)
    // One business account may have many numbers; each is a channel of its own.
    if (!value || idOf(objectOf(value.metadata)?.phone_number_id) !== options.phoneNumberId) return []
    const people = peopleOf(value)
    const events = [
      ...listOf(value.messages).map((message) => received(objectOf(message), people)),
      ...listOf(value.message_echoes).map((message) => written(objectOf(message))),
      ...listOf(value.statuses).map((status) => receipt(objectOf(status))),
    ]
    return events.filter((event) => event !== undefined)
  })
}

/** Who writes, by each id he has. People with a user name have no phone number for us. */
function peopleOf(value: Json): Map<string, Peer> {
  const people = new Map<string, Peer>()
  for (const one of listOf(value.contacts)) {
    const contact = objectOf(one)
    const profile = objectOf(contact?.profile)
    const userId = idOf(contact?.user_id)
    const phone = idOf(contact?.wa_id)
    const id = userId ?? phone
    if (!id) continue
    const name = wordsOf(profile?.name)
    const username = wordsOf(profile?.username)
    const peer = { id, ...present({ name, username, phone: phone && `+${phone}`, aliases: userId && phone ? [phone] : undefined }) }
    for (const key of [userId, phone]) if (key) people.set(key, peer)
  }
  return people
}

function peerOf(message: Json, people: Map<string, Peer>): Peer | undefined {
  const userId = idOf(message.from_user_id)
  const phone = idOf(message.from)
  const known = people.get(userId ?? '') ?? people.get(phone ?? '')
  if (known) return known
  const id = userId ?? phone
  return id ? { id, ...(phone && { phone: `+${phone}` }) } : undefined
}

function headOf(message: Json, thread: string, key: string): Head {
  const seconds = Number(message.timestamp)
  const at = Number.isSafeInteger(seconds) && seconds > 0 && seconds <= 8_640_000_000_000 ? seconds * 1000 : 0
  return { key, at, thread: { id: thread, kind: 'direct' } }
}

function received(message: Json | undefined, people: Map<string, Peer>): InboundEvent | undefined {
  const id = idOf(message?.id)
  const from = message && peerOf(message, people)
  if (!message || !id || !from || message.group_id !== undefined) return undefined
  return changed(message, id, from.id) ?? said(message, id, from)
}

/** What speaks of another message. */
function changed(message: Json, id: string, person: string): InboundEvent | undefined {
  const about = objectOf(message[String(message.type)])
  const original = idOf(about?.original_message_id) ?? idOf(about?.message_id)
  if (!about || !original) return undefined
  const head = headOf(message, person, `${String(message.type)}:${id}`)
  if (message.type === 'revoke') return { type: 'removal', ...head, id: original }
  if (message.type === 'reaction')
    return { type: 'reaction', ...head, id: original, from: { id: person }, emoji: textOf(about.emoji) || null }
  if (message.type !== 'edit') return undefined
  const { text } = contentOf(objectOf(about.message) ?? {})
  return { type: 'edit', ...head, id: original, version: head.at, ...(text !== undefined && { text }) }
}

function said(message: Json, id: string, from: Peer): InboundEvent {
  const head = headOf(message, from.id, `said:${id}`)
  const replyTo = idOf(objectOf(message.context)?.id)
  const pressed = pressedOf(message)
  if (pressed) return { type: 'postback', ...head, id, from, ...pressed, ...(replyTo && { replyTo }) }
  if (message.type === 'system') return { type: 'peer', ...head, peer: from, change: 'profile' }
  return { type: 'message', ...head, id, from, by: 'peer', ...contentOf(message), ...(replyTo && { replyTo }) }
}

/** A button of a message or a template, or a line of a list. */
function pressedOf(message: Json): { payload: string; title?: string } | undefined {
  const interactive = objectOf(message.interactive)
  const reply = objectOf(interactive?.button_reply) ?? objectOf(interactive?.list_reply)
  const button = objectOf(message.button)
  const payload = textOf(reply?.id) ?? textOf(button?.payload)
  const title = textOf(reply?.title) ?? textOf(button?.text)
  return payload === undefined ? undefined : { payload, ...(title && { title }) }
}

/** Written by the company itself in the WhatsApp Business app on its phone. */
function written(message: Json | undefined): InboundEvent | undefined {
  const id = idOf(message?.id)
  const to = idOf(message?.to_user_id) ?? idOf(message?.to)
  if (!message || !id || !to) return undefined
  const about = changed(message, id, to)
  if (about) return about.type === 'reaction' ? undefined : about
  return { type: 'message', ...headOf(message, to, `said:${id}`), id, from: { id: 'account' }, by: 'device', ...contentOf(message) }
}

const states = { sent: 'sent', delivered: 'delivered', read: 'read', played: 'read', failed: 'failed' } as const

/** What became of a message of ours; those of other programs on the same number carry no mark. */
function receipt(status: Json | undefined): InboundEvent | undefined {
  const id = idOf(status?.id)
  const state = states[String(status?.status) as keyof typeof states]
  const mark = textOf(status?.biz_opaque_callback_data)
  if (!status || !id || !state || !mark?.startsWith(partMark)) return undefined
  const person = idOf(status.recipient_user_id) ?? idOf(status.recipient_id) ?? 'unknown'
  const error = objectOf(listOf(status.errors)[0])
  return {
    type: 'receipt',
    ...headOf(status, person, `${state}:${id}`),
    state,
    ids: [id],
    partKey: mark.slice(partMark.length),
    ...(state === 'failed' && { failure: failureFrom(error) }),
  }
}
