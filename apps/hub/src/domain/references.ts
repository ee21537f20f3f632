import type { InboundEvent, SendFailure } from '@parley/schema/connector'
import { type Delivery, deliveryRank, limits } from '@parley/schema/vocabulary'
import { and, eq, sql } from 'drizzle-orm'
import { messages } from '../db/tables/message.ts'
import type { Work } from '../work.ts'
import { tellChats } from './customer.ts'
import { nameChanged } from './customer-change.ts'
import { newId } from './ids.ts'
import { lockMessage } from './lane.ts'
import { noteAttempt } from './ledger.ts'
import { applyEffect, listUnfinished, noteDone } from './message-history.ts'
import { type Place, placeKey } from './place.ts'

/** Events that speak of a message: they wait in `parked_events` when they come before it. */
export type Reference = Exclude<InboundEvent, { type: 'typing' | 'control' }>
type Message = typeof messages.$inferSelect
interface Item {
  channelId: string
  event: Reference
}
export interface Target {
  threadId: string
  externalId: string
  event: Reference
}

/** Applies what was said about messages: first what had waited for messages that came just now (`unpark`), then what is new. */
export async function applyReferences(work: Work, items: Item[], places: Map<string, Place>, unparked: Target[]): Promise<void> {
  const targets = [...unparked, ...items.flatMap((item) => targetsOf(item, places))]
  for (const target of targets) {
    if (!(await applyTo(work, target))) await park(work, target)
  }
  for (const { channelId, event } of items) {
    if (event.type === 'peer') await applyPeer(work, channelId, event)
    else if (event.type === 'receipt' && event.upTo !== undefined)
      await applyWatermark(work, event, places.get(placeKey({ channelId, event })))
    else if ('partKey' in event && event.partKey) await settlePart(work, channelId, event)
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
  const [message] = await work.db
    .select()
    .from(messages)
    .where(
      and(
        eq(messages.workspaceId, work.workspaceId),
        sql`${messages.id} in (
      select m.id from messages m where m.workspace_id = ${work.workspaceId} and m.thread_id = ${threadId} and m.external_id = ${externalId}
      union all select p.message_id from outgoing_parts p where p.workspace_id = ${work.workspaceId} and p.thread_id = ${threadId} and p.external_id = ${externalId})`,
      ),
    )
    .for('no key update')
  if (!message) return false
  if (event.type === 'receipt') await applyReceipt(work, message, { threadId, externalId, event })
  else if (event.type === 'edit') await edit(work, message, event)
  else if (event.type === 'removal') await remove(work, message)
  else if (event.type === 'reaction') await react(work, message, event)
  return true
}

/** A message is as far as the least of its parts; one without parts is its own. */
async function applyReceipt(
  work: Work,
  message: Message,
  { threadId, externalId, event }: Target & { event: Extract<Reference, { type: 'receipt' }> },
): Promise<void> {
  const ofPart =
    await work.sql`select 1 from outgoing_parts where workspace_id = ${work.workspaceId} and thread_id = ${threadId} and external_id = ${externalId}`
  if (ofPart.length === 0) return void (await advance(work, message.id, message.chatId, event.state, event.failure))
  const parts = await work.sql<Settled[]>`
    with old as (select message_id, n, state from outgoing_parts where workspace_id = ${work.workspaceId} and thread_id = ${threadId} and external_id = ${externalId})
    update outgoing_parts p set state = ${event.state}, failure = ${event.failure ? work.sql.json(event.failure as never) : null}
    from old where p.workspace_id = ${work.workspaceId} and p.message_id = old.message_id and p.n = old.n and ${mayBecome(work, event.state, 'p.state')} returning p.message_id, p.n, old.state as before`
  await noteSettled(work, parts, event)
  await refreshDelivery(work, message.id)
}

interface Settled {
  message_id: string
  n: number
  before: Delivery
}
/** What was doubtful or lost is settled by a receipt, and what seemed to have gone may be refused by one: both belong in the ledger. */
async function noteSettled(work: Work, parts: readonly Settled[], event: { state: Delivery; failure?: SendFailure }): Promise<void> {
  for (const { message_id: messageId, n, before } of parts) {
    if (event.state === 'failed') await noteAttempt(work, { messageId, n }, 'failed', { failure: event.failure ?? null })
    else if (before === 'unknown' || before === 'failed') await noteAttempt(work, { messageId, n }, 'receipt')
  }
}

/** A platform may refuse what it took; after that only a proof of delivery counts, not its word that it took it. */
const mayBecome = (work: Work, state: Delivery, column: 'p.state') =>
  state === 'failed'
    ? work.sql`${work.sql(column)} in ('queued', 'sending', 'unknown', 'sent')`
    : state === 'sent'
      ? work.sql`${work.sql(column)} in ('queued', 'sending', 'unknown')`
      : work.sql`${rankOf(work, column)} < ${deliveryRank[state]}`

async function edit(work: Work, message: Message, event: Extract<Reference, { type: 'edit' }>): Promise<void> {
  if (message.removedAt || event.version <= message.editVersion) return
  const text = event.text?.replaceAll('\u0000', '')
  // What we asked for ourselves comes back from the platform, a part at a time.
  if (message.direction === 'out' && (text === undefined || (await isOurs(work, message, text)))) return
  if (text !== undefined && text !== message.text) await noteDone(work, message, { kind: 'edit', operatorId: null, text })
  await applyEffect(work, message, { kind: 'edit', text: text ?? message.text, version: event.version })
}

async function remove(work: Work, message: Message): Promise<void> {
  if (message.removedAt) return
  // Our own deletion tells of itself when it is done.
  if (
    message.direction === 'out' &&
    (await listUnfinished(work, [message.id])).some(({ kind, state }) => kind === 'removal' && state !== 'failed')
  )
    return
  await noteDone(work, message, { kind: 'removal', operatorId: null })
  await applyEffect(work, message, { kind: 'removal' })
}

async function react(work: Work, message: Message, event: Extract<Reference, { type: 'reaction' }>): Promise<void> {
  const all = message.extra?.reactions ?? []
  const direct = event.thread.kind === 'direct'
  const theirs = !direct || event.from.id === event.thread.id
  if (!theirs && (await isOurReaction(work, message, event))) return
  const called = event.from.name ?? event.from.username ?? (theirs && direct ? await customerOf(work, message.threadId) : null)
  const by = (called ?? event.from.id).slice(0, limits.name)
  const from = event.from.id.slice(0, limits.id)
  // Who is named by no id reacted before ids were kept.
  const others = all.filter((one) => one.operatorId !== undefined || (one.from === undefined ? one.by !== by : one.from !== from))
  const reactions = event.emoji ? [...others, { by, from, emoji: event.emoji.slice(0, limits.reaction) }] : others
  await applyEffect(work, message, { kind: 'reaction', reactions })
}

/** Text of a part as it is or is about to be. */
async function isOurs(work: Work, message: Message, text: string): Promise<boolean> {
  const [known] =
    await work.sql`select 1 from outgoing_parts where workspace_id = ${work.workspaceId} and message_id = ${message.id} and ${text} in (content ->> 'text', content ->> 'caption')
    union all select 1 from message_changes c, jsonb_array_elements(c.steps) s where c.workspace_id = ${work.workspaceId} and c.message_id = ${message.id} and c.kind = 'edit' and s ->> 'text' = ${text} limit 1`
  return known !== undefined
}

/** The account's own reaction, which an operator put there or is putting there. */
async function isOurReaction(work: Work, message: Message, { emoji, from }: Extract<Reference, { type: 'reaction' }>): Promise<boolean> {
  const all = message.extra?.reactions ?? []
  if (emoji === null ? all.every((one) => one.from !== from.id) : all.some((one) => one.operatorId !== undefined && one.emoji === emoji))
    return true
  return (await listUnfinished(work, [message.id])).some(({ kind, state }) => kind === 'reaction' && state !== 'failed')
}

async function customerOf(work: Work, threadId: string): Promise<string | null> {
  const [row] = await work.sql<{ name: string | null }[]>`select c.name from threads t
    join identities i on i.workspace_id = ${work.workspaceId} and i.id = t.identity_id join customers c on c.workspace_id = ${work.workspaceId} and c.id = i.customer_id
    where t.workspace_id = ${work.workspaceId} and t.id = ${threadId}`
  return row?.name ?? null
}

/** Everything we sent on the thread up to a time of the platform got this far. */
async function applyWatermark(work: Work, event: Extract<Reference, { type: 'receipt' }>, place: Place | undefined): Promise<void> {
  if (!place || event.upTo === undefined) return
  const rows = await work.sql<
    { id: string; chat_id: string }[]
  >`select id, chat_id from messages where workspace_id = ${work.workspaceId} and thread_id = ${place.threadId} and direction = 'out'
    and at <= to_timestamp(${event.upTo / 1000}) and delivery in ('sent', 'delivered') and at > clock_timestamp() - interval '30 days'
    order by at, position, id for no key update`
  for (const row of rows) {
    const parts = await work.sql<Settled[]>`
      with old as (select message_id, n, state from outgoing_parts where workspace_id = ${work.workspaceId} and message_id = ${row.id})
      update outgoing_parts p set state = ${event.state} from old where p.workspace_id = ${work.workspaceId} and p.message_id = old.message_id and p.n = old.n
        and ${rankOf(work, 'p.state')} < ${deliveryRank[event.state]} returning p.message_id, p.n, old.state as before`
    await noteSettled(work, parts, event)
    await advance(work, row.id, row.chat_id, event.state)
  }
}

/** An echo or a receipt that names the part: what was unknown is settled. */
async function settlePart(work: Work, channelId: string, event: Extract<Reference, { type: 'message' | 'receipt' }>): Promise<void> {
  const [messageId, n] = (event.partKey ?? '').split('.')
  if (!messageId || !/^[0-9a-f-]{36}$/.test(messageId) || !/^\d{1,4}$/.test(n ?? '')) return
  const state = event.type === 'receipt' ? event.state : 'sent'
  const externalId = event.type === 'message' ? event.id : (event.ids?.[0] ?? null)
  await lockMessage(work, messageId)
  const settled = await work.sql<Settled[]>`
    with old as (
      select p.message_id, p.n, p.state from outgoing_parts p join messages m on m.workspace_id = p.workspace_id and m.id = p.message_id
      where p.workspace_id = ${work.workspaceId} and p.message_id = ${messageId} and p.n = ${Number(n)} and m.channel_id = ${channelId}
    )
    update outgoing_parts p set state = ${state}, external_id = coalesce(p.external_id, ${externalId}), failure = ${event.type === 'receipt' && event.failure ? work.sql.json(event.failure as never) : null}
    from old where p.workspace_id = ${work.workspaceId} and p.message_id = old.message_id and p.n = old.n and (${mayBecome(work, state, 'p.state')} or (p.state = 'failed' and ${event.type === 'message'}))
    returning p.message_id, p.n, old.state as before`
  if (event.type === 'receipt') await noteSettled(work, settled, event)
  else if (settled.length > 0) await noteAttempt(work, { messageId, n: Number(n) }, 'echo')
  await refreshDelivery(work, messageId)
}

async function applyPeer(work: Work, channelId: string, event: Extract<Reference, { type: 'peer' }>): Promise<void> {
  const name = clip(event.peer.name)
  const username = clip(event.peer.username)
  await work.sql`update identities set reachable = ${event.change !== 'unreachable'}, name = coalesce(${name}, name), username = coalesce(${username}, username)
    where workspace_id = ${work.workspaceId} and channel_id = ${channelId} and external_id = ${event.peer.id}`
  const called = name ?? username
  if (!called) return
  // What a person calls the customer stays; one without a name gets the one the platform tells.
  const named = await work.sql<{ id: string }[]>`
    update customers c set name = ${called}, ${work.sql.unsafe(nameChanged)} from identities i where i.workspace_id = ${work.workspaceId} and i.channel_id = ${channelId}
      and i.external_id = ${event.peer.id} and c.workspace_id = i.workspace_id and c.id = i.customer_id and c.name is null returning c.id`
  for (const { id } of named) await tellChats(work, id)
}

const clip = (words: string | undefined): string | null => words?.replaceAll('\u0000', '').slice(0, 120) || null

/** Takes what waits for messages out of the park, in the order it came. `arrived`: "<thread id> <external id>". */
export async function unpark(work: Work, arrived: string[]): Promise<Target[]> {
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
const rankOf = (work: Work, column: 'p.state' | 'delivery') =>
  work.sql`(${work.sql.json(deliveryRank)}::jsonb ->> ${work.sql(column)})::int`
