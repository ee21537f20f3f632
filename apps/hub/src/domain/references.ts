import type { InboundEvent, SendFailure } from '@parley/schema/connector'
import { type Delivery, deliveryRank } from '@parley/schema/vocabulary'
import type { Work } from '../work.ts'
import { newId } from './ids.ts'
import { type Place, placeKey } from './place.ts'

/** Events that speak of a message: they wait in `parked_events` when they come before it. */
export type Reference = Exclude<InboundEvent, { type: 'typing' }>
interface Item {
  channelId: string
  event: Reference
}
interface Target {
  threadId: string
  externalId: string
  event: Reference
}

/**
 * Applies what was said about messages, first what was parked for messages that came just now (`arrived`:
 * "<thread id> <external id>"), then what is new.
 */
export async function applyReferences(work: Work, items: Item[], places: Map<string, Place>, arrived: string[]): Promise<void> {
  const targets = [...(await unpark(work, arrived)), ...items.flatMap((item) => targetsOf(item, places))]
  for (const target of targets) {
    if (!(await applyTo(work, target))) await park(work, target)
  }
  for (const { channelId, event } of items) {
    if (event.type === 'peer') await applyPeer(work, channelId, event)
    else if (event.type === 'receipt' && event.upTo !== undefined)
      await applyWatermark(work, event, places.get(placeKey({ channelId, event })))
    else if ('partKey' in event && event.partKey) await settlePart(work, event)
  }
}

function targetsOf(item: Item, places: Map<string, Place>): Target[] {
  const threadId = places.get(placeKey(item))?.threadId
  const { event } = item
  if (!threadId || event.type === 'peer' || event.type === 'message' || event.type === 'postback') return []
  const ids = event.type === 'receipt' ? (event.ids ?? []) : [event.id]
  return ids.map((externalId) => ({ threadId, externalId, event }))
}

/** True when the message was found. A repeat finds it and changes nothing. */
async function applyTo(work: Work, { threadId, externalId, event }: Target): Promise<boolean> {
  const [message] = await work.sql<
    {
      id: string
      chat_id: string
      edit_version: string
      removed_at: Date | null
      extra: { reactions?: { by: string; emoji: string }[] } | null
    }[]
  >`
    select id, chat_id, edit_version, removed_at, extra from messages where workspace_id = ${work.workspaceId} and id in (
      select m.id from messages m where m.workspace_id = ${work.workspaceId} and m.thread_id = ${threadId} and m.external_id = ${externalId}
      union all select p.message_id from outgoing_parts p where p.workspace_id = ${work.workspaceId} and p.thread_id = ${threadId} and p.external_id = ${externalId}) for no key update`
  if (!message) return false
  if (event.type === 'receipt') {
    await applyReceipt(work, message, { threadId, externalId, event })
    return true
  }
  const changed =
    event.type === 'edit'
      ? await edit(work, message, event)
      : event.type === 'removal'
        ? await remove(work, message)
        : event.type === 'reaction'
          ? await react(work, message, event)
          : false
  if (changed) work.record({ type: 'message.changed', chatId: message.chat_id, subjectId: message.id })
  return true
}

/** A message is as far as the least of its parts; one without parts is its own. */
async function applyReceipt(
  work: Work,
  message: { id: string; chat_id: string },
  { threadId, externalId, event }: Target & { event: Extract<Reference, { type: 'receipt' }> },
): Promise<void> {
  const ofPart =
    await work.sql`select 1 from outgoing_parts where workspace_id = ${work.workspaceId} and thread_id = ${threadId} and external_id = ${externalId}`
  if (ofPart.length === 0) return void (await advance(work, message.id, message.chat_id, event.state, event.failure))
  await work.sql`update outgoing_parts set state = ${event.state}, failure = ${event.failure ? work.sql.json(event.failure as never) : null}
    where workspace_id = ${work.workspaceId} and thread_id = ${threadId} and external_id = ${externalId} and ${mayBecome(work, event.state)}`
  await refreshDelivery(work, message.id)
}

/** A platform may refuse what it took; after that only a proof of delivery counts, not its word that it took it. */
const mayBecome = (work: Work, state: Delivery) =>
  state === 'failed'
    ? work.sql`state in ('queued', 'sending', 'unknown', 'sent')`
    : state === 'sent'
      ? work.sql`state in ('queued', 'sending', 'unknown')`
      : work.sql`${rankOf(work, 'state')} < ${deliveryRank[state]}`

async function edit(
  work: Work,
  message: { id: string; edit_version: string; removed_at: Date | null },
  event: Extract<Reference, { type: 'edit' }>,
): Promise<boolean> {
  if (message.removed_at || event.version <= Number(message.edit_version)) return false
  await work.sql`update messages set text = coalesce(${event.text?.replaceAll('\u0000', '') ?? null}, text), edited_at = clock_timestamp(), edit_version = ${event.version} where workspace_id = ${work.workspaceId} and id = ${message.id}`
  return true
}

async function remove(work: Work, message: { id: string; removed_at: Date | null }): Promise<boolean> {
  if (message.removed_at) return false
  await work.sql`update messages set removed_at = clock_timestamp(), text = null where workspace_id = ${work.workspaceId} and id = ${message.id}`
  return true
}

async function react(
  work: Work,
  message: { id: string; extra: { reactions?: { by: string; emoji: string }[] } | null },
  event: Extract<Reference, { type: 'reaction' }>,
): Promise<boolean> {
  const by = (event.from.name ?? event.from.username ?? event.from.id).slice(0, 120)
  const others = (message.extra?.reactions ?? []).filter((reaction) => reaction.by !== by)
  const reactions = event.emoji ? [...others, { by, emoji: event.emoji.slice(0, 32) }] : others
  await work.sql`update messages set extra = coalesce(extra, '{}') || ${work.sql.json({ reactions })} where workspace_id = ${work.workspaceId} and id = ${message.id}`
  return true
}

/** Everything we sent on the thread up to a time of the platform got this far. */
async function applyWatermark(work: Work, event: Extract<Reference, { type: 'receipt' }>, place: Place | undefined): Promise<void> {
  if (!place || event.upTo === undefined) return
  const rows = await work.sql<
    { id: string; chat_id: string }[]
  >`select id, chat_id from messages where workspace_id = ${work.workspaceId} and thread_id = ${place.threadId} and direction = 'out'
    and at <= to_timestamp(${event.upTo / 1000}) and delivery in ('sent', 'delivered') and at > clock_timestamp() - interval '30 days' order by at`
  for (const row of rows) {
    await work.sql`update outgoing_parts set state = ${event.state} where workspace_id = ${work.workspaceId} and message_id = ${row.id} and ${rankOf(work, 'state')} < ${deliveryRank[event.state]}`
    await advance(work, row.id, row.chat_id, event.state)
  }
}

/** An echo or a receipt that names the part: what was unknown is settled. */
async function settlePart(work: Work, event: Extract<Reference, { type: 'message' | 'receipt' }>): Promise<void> {
  const [messageId, n] = (event.partKey ?? '').split('.')
  if (!messageId || !/^[0-9a-f-]{36}$/.test(messageId) || !/^\d{1,4}$/.test(n ?? '')) return
  const state = event.type === 'receipt' ? event.state : 'sent'
  const externalId = event.type === 'message' ? event.id : (event.ids?.[0] ?? null)
  await work.sql`update outgoing_parts set state = ${state}, external_id = coalesce(external_id, ${externalId}), failure = ${event.type === 'receipt' && event.failure ? work.sql.json(event.failure as never) : null}
    where workspace_id = ${work.workspaceId} and message_id = ${messageId} and n = ${Number(n)} and (${mayBecome(work, state)} or (state = 'failed' and ${event.type === 'message'}))`
  await refreshDelivery(work, messageId)
}

async function applyPeer(work: Work, channelId: string, event: Extract<Reference, { type: 'peer' }>): Promise<void> {
  await work.sql`update identities set reachable = ${event.change !== 'unreachable'}, name = coalesce(${event.peer.name?.slice(0, 120) ?? null}, name), username = coalesce(${event.peer.username?.slice(0, 120) ?? null}, username)
    where workspace_id = ${work.workspaceId} and channel_id = ${channelId} and external_id = ${event.peer.id}`
}

async function unpark(work: Work, arrived: string[]): Promise<Target[]> {
  if (arrived.length === 0) return []
  const keys = arrived.map((key) => ({ thread_id: key.slice(0, 36), external_id: key.slice(37) }))
  const rows = await work.sql<{ thread_id: string; external_id: string; event: Reference; parked_at: Date }[]>`
    delete from parked_events p using jsonb_to_recordset(${work.sql.json(keys)}) as k(thread_id uuid, external_id text)
    where p.workspace_id = ${work.workspaceId} and p.thread_id = k.thread_id and p.external_id = k.external_id returning p.thread_id, p.external_id, p.event, p.parked_at`
  return [...rows]
    .sort((a, b) => a.parked_at.getTime() - b.parked_at.getTime())
    .map((row) => ({ threadId: row.thread_id, externalId: row.external_id, event: row.event }))
}

async function park(work: Work, { threadId, externalId, event }: Target): Promise<void> {
  await work.sql`insert into parked_events (workspace_id, id, thread_id, external_id, event) values (${work.workspaceId}, ${newId()}, ${threadId}, ${externalId}, ${work.sql.json(event as never)})`
}

/** Moves a message's delivery forward, never back. */
export async function advance(work: Work, messageId: string, chatId: string, state: Delivery, failure?: SendFailure): Promise<boolean> {
  const rows = await work.sql`update messages set delivery = ${state}, failure = ${failure ? work.sql.json(failure as never) : null}
    where workspace_id = ${work.workspaceId} and id = ${messageId} and direction = 'out' and ${rankOf(work, 'delivery')} < ${deliveryRank[state]} returning id`
  if (rows.length === 0) return false
  work.record({ type: 'message.delivery', chatId, subjectId: messageId })
  return true
}

/** The message's state from those of its parts: the least advanced of what is still under way, else the worst. */
export async function refreshDelivery(work: Work, messageId: string): Promise<void> {
  const rows = await work.sql<
    { state: Delivery; failure: SendFailure | null }[]
  >`select state, failure from outgoing_parts where workspace_id = ${work.workspaceId} and message_id = ${messageId} order by n`
  const [message] = await work.sql<
    { chat_id: string; delivery: Delivery }[]
  >`select chat_id, delivery from messages where workspace_id = ${work.workspaceId} and id = ${messageId} for no key update`
  if (!message || rows.length === 0) return
  const states = rows.map((row) => row.state)
  const state = states.every((one) => one === 'queued')
    ? 'queued'
    : (states.find((one) => one === 'failed') ??
      states.find((one) => one === 'unknown') ??
      (states.some((one) => one === 'queued' || one === 'sending') ? 'sending' : lowest(states)))
  if (state === message.delivery) return
  const failure = rows.find((row) => row.state === state)?.failure ?? null
  await work.sql`update messages set delivery = ${state}, failure = ${failure ? work.sql.json(failure as never) : null} where workspace_id = ${work.workspaceId} and id = ${messageId}`
  work.record({ type: 'message.delivery', chatId: message.chat_id, subjectId: messageId })
}

const lowest = (states: Delivery[]): Delivery => [...states].sort((a, b) => deliveryRank[a] - deliveryRank[b])[0] ?? 'sent'

/** The rank of the delivery in a column, as SQL. */
const rankOf = (work: Work, column: 'state' | 'delivery') => work.sql`(${work.sql.json(deliveryRank)}::jsonb ->> ${work.sql(column)})::int`
