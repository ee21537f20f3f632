import type { InboundEvent } from '@parley/schema/connector'
import { idOf, type Json, listOf, momentOf, objectOf, present, textOf } from '../reading.ts'
import { contentOf, referralOf } from './content.ts'
import { type Item, readItem } from './item.ts'

/** Whose deliveries these are; those of another account of the same app are not ours. */
export interface Receiver {
  object: 'page' | 'instagram'
  accountId: string
  appId: string
}

/** Stands before the key of a part in `message.metadata`. */
export const partMark = 'parley:'

/** Every item of every entry: Meta puts several of both into one delivery. */
export function parseMessaging(delivery: unknown, receiver: Receiver): InboundEvent[] {
  const body = objectOf(delivery)
  if (body?.object !== receiver.object) return []
  return listOf(body.entry).flatMap((one) => {
    const entry = objectOf(one)
    if (!entry || idOf(entry.id) !== receiver.accountId) return []
    const events = (items: unknown) => listOf(items).flatMap((item) => eventOf(objectOf(item), receiver) ?? [])
    return [...events(entry.messaging).map(heard(false)), ...events(entry.standby).map(heard(true))]
  })
}

function eventOf(raw: Json | undefined, receiver: Receiver): InboundEvent | undefined {
  const item = raw && readItem(raw)
  if (!item) return undefined
  switch (item.what) {
    case 'echo':
      return echo(item, receiver)
    case 'message':
      return said(item)
    case 'edit':
      return edit(item)
    case 'postback':
      return postback(item)
    case 'reaction':
      return reaction(item)
    case 'delivery':
      return delivered(item)
    case 'read':
      return read(item)
    case 'control':
      return control(item, receiver)
    case 'referral':
      return { type: 'peer', ...headOf(item, `referral:${item.peer}:${item.at}`), peer: { id: item.peer }, change: 'reachable' }
    case 'other':
      return unknownKind(item)
  }
}

/** Who stands by hears the customer and does not have the conversation; that another has given it up is told in no other way. */
const heard =
  (elsewhere: boolean) =>
  (event: InboundEvent): InboundEvent =>
    event.type === 'postback' || (event.type === 'message' && event.by === 'peer') ? { ...event, elsewhere } : event

/** Passed to us or to another, taken from us, or asked of us: https://developers.facebook.com/docs/messenger-platform/handover-protocol */
function control(item: Item, { appId }: Receiver): InboundEvent {
  const { name, body, peer, at } = item
  const head = headOf(item, `control:${name}:${peer}:${at}`)
  if (name === 'request_thread_control') return { type: 'control', ...head, by: 'hub', asked: true }
  return { type: 'control', ...head, by: idOf(body.new_owner_app_id) === appId ? 'hub' : 'app' }
}

function headOf({ at, peer }: Item, key: string) {
  return { key, at, thread: { id: peer, kind: 'direct' as const } }
}

function said(item: Item): InboundEvent | undefined {
  const { body, peer } = item
  const id = idOf(body.mid)
  if (!id) return undefined
  if (body.is_deleted === true) return { type: 'removal', ...headOf(item, `gone:${id}`), id }
  const from = { id: peer }
  const head = headOf(item, `said:${id}`)
  const payload = textOf(objectOf(body.quick_reply)?.payload)
  const title = textOf(body.text)
  const replyTo = idOf(objectOf(body.reply_to)?.mid)
  if (payload !== undefined && title !== undefined)
    return { type: 'postback', ...head, id, from, payload, title, ...(replyTo && { replyTo }) }
  return { type: 'message', ...head, id, from, by: 'peer', ...contentOf(body), ...(replyTo && { replyTo }) }
}

/** What the hub sent comes back with its mark; everything else was written in the Page's inbox or by another app. */
function echo(item: Item, { appId }: Receiver): InboundEvent | undefined {
  const { body } = item
  const id = idOf(body.mid)
  if (!id) return undefined
  const head = headOf(item, `echo:${id}`)
  const mark = textOf(body.metadata)
  const from = { id: 'account' }
  if (mark?.startsWith(partMark)) return { type: 'message', ...head, id, from, by: 'hub', partKey: mark.slice(partMark.length) }
  // Ours without the mark: that it was sent is all there is to tell, and the message stands in the chat already.
  if (String(body.app_id) === appId) return { type: 'receipt', ...head, state: 'sent', ids: [id] }
  if (body.is_deleted === true) return { type: 'removal', ...head, key: `gone:${id}`, id }
  return { type: 'message', ...head, id, from, by: 'app', ...contentOf(body) }
}

function edit(item: Item): InboundEvent | undefined {
  const { mid, text, num_edit } = item.body
  const id = idOf(mid)
  const words = textOf(text)
  if (!id) return undefined
  const version = momentOf(num_edit)
  return { type: 'edit', ...headOf(item, `edit:${id}:${version}`), id, version, ...(words !== undefined && { text: words }) }
}

function postback(item: Item): InboundEvent {
  const { body, peer, at } = item
  const id = idOf(body.mid) ?? `${peer}:${at}`
  const title = textOf(body.title)
  const referral = referralOf(body.referral)
  const payload = textOf(body.payload) ?? ''
  const from = { id: peer }
  if (referral) return { type: 'message', ...headOf(item, `said:${id}`), id, from, by: 'peer', text: title ?? payload, referral }
  return { type: 'postback', ...headOf(item, `said:${id}`), id, from, payload, ...(title && { title }) }
}

/** Instagram names some reactions by a word only. */
const named: Record<string, string> = { love: '❤', like: '👍', dislike: '👎', smile: '😀', wow: '😮', sad: '😢', angry: '😠' }

function reaction(item: Item): InboundEvent | undefined {
  const { body, peer, at } = item
  const id = idOf(body.mid)
  if (!id) return undefined
  const put = body.action === 'react'
  const emoji = put ? textOf(body.emoji) || named[String(body.reaction)] || '⭐' : null
  return { type: 'reaction', ...headOf(item, `reaction:${id}:${peer}:${at}:${emoji}`), id, from: { id: peer }, emoji }
}

function delivered(item: Item): InboundEvent | undefined {
  const ids = listOf(item.body.mids)
    .map(idOf)
    .filter((id) => id !== undefined)
  const upTo = momentOf(item.body.watermark)
  if (!upTo && ids.length === 0) return undefined
  const key = `delivered:${item.peer}:${upTo}:${ids[0] ?? ''}`
  return {
    type: 'receipt',
    ...headOf(item, key),
    state: 'delivered',
    ...present({ ids: ids.length ? ids : undefined, upTo: upTo || undefined }),
  }
}

/** Messenger tells up to when the customer has read, Instagram which message; he has read what stands before it too. */
function read(item: Item): InboundEvent | undefined {
  const mid = idOf(item.body.mid)
  const upTo = momentOf(item.body.watermark) || (mid ? item.at : 0)
  if (!mid && !upTo) return undefined
  const head = headOf(item, `read:${item.peer}:${mid ?? upTo}`)
  return { type: 'receipt', ...head, state: 'read', ...present({ ids: mid ? [mid] : undefined, upTo: upTo || undefined }) }
}

/** Content nobody here knows is told all the same. */
function unknownKind(item: Item): Extract<InboundEvent, { type: 'message' }> {
  const id = `${item.name}:${item.peer}:${item.at}`
  return { type: 'message', ...headOf(item, `other:${id}`), id, from: { id: item.peer }, by: 'peer', unsupported: item.name }
}
