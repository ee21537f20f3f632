import type { InboundEvent, Peer } from '@parley/schema/connector'
import { sql } from 'drizzle-orm'
import { builtOnce, rowsBy } from '../db/built.ts'
import { chats } from '../db/tables/chat.ts'
import type { Work } from '../work.ts'
import { blockedNow, countHits } from './block.ts'
import type { Chat } from './chat.ts'
import { nameChanged } from './customer-change.ts'
import { newId } from './ids.ts'
import { platformE164Of } from './phone.ts'
import { reopenRecent } from './reopen.ts'
import { sightOf } from './sight.ts'

/** Where an event belongs: the thread it is about, whose it is, and the open chat of the thread if there is one. */
export interface Place {
  threadId: string
  identityId: string
  chat?: Chat
  /** What its person sends is counted and goes nowhere. */
  blocked: boolean
  /** Client ids by event key, where the author's client gave one. */
  clientIds?: Map<string, string>
}
interface Item {
  channelId: string
  event: InboundEvent
}

export const placeKey = ({ channelId, event }: Item): string => `${channelId} ${event.thread.id}`

interface ThreadRow {
  id: string
  channel_id: string
  external_id: string
  identity_id: string
  name: string | null
  blocked: boolean
}

/** The threads there are already, and their open chats. */
type Found = [ThreadRow[], Chat[]]

/** Locks the threads of events that are known, and their open chats, until the work ends. */
export const lockPlaces = async (work: Work, items: Item[]): Promise<Found> =>
  items.length === 0 ? [[], []] : lockThreads(work, uniqueKeys(items))

/** The places of all events, from those that were `found`; makes those their messages need. */
export async function findPlaces(work: Work, items: Item[], messages: Item[], found: Found): Promise<Map<string, Place>> {
  const places = new Map<string, Place>()
  if (items.length === 0) return places
  let [threads, open] = found
  const known = new Set(threads.map((row) => `${row.channel_id} ${row.external_id}`))
  const missing = [...messages, ...items.filter(mayComeFirst)].filter((item) => !known.has(placeKey(item)))
  if (missing.length > 0) {
    await makeThreads(work, missing)
    ;[threads, open] = await lockPlaces(work, items)
  }
  await nameNameless(work, threads, messages)
  const chatOf = new Map(open.map((chat) => [chat.threadId, chat]))
  for (const row of threads) {
    places.set(`${row.channel_id} ${row.external_id}`, {
      threadId: row.id,
      identityId: row.identity_id,
      blocked: row.blocked,
      chat: chatOf.get(row.id),
    })
  }
  const hits = messages.flatMap((item) => (isRefused(item, places) ? [places.get(placeKey(item))?.identityId ?? ''] : []))
  if (hits.length > 0) await countHits(work, hits)
  await openChats(work, messages, places)
  return places
}

/** What speaks of a message of someone unknown came before it and waits for it; in a group nobody could tell whose it is. */
const mayComeFirst = ({ event }: Item): boolean =>
  event.thread.kind === 'direct' && (event.type === 'edit' || event.type === 'removal' || event.type === 'reaction')

/** Someone first known by an edit or the like gets his name with his first message. */
async function nameNameless(work: Work, threads: ThreadRow[], messages: Item[]): Promise<void> {
  const nameless = new Map(threads.filter((row) => row.name === null).map((row) => [`${row.channel_id} ${row.external_id}`, row]))
  if (nameless.size === 0) return
  const named = new Map(
    messages.flatMap((item) => {
      const row = nameless.get(placeKey(item))
      return row ? [[row.identity_id, { ...describe(peerOf(item.event)), id: row.identity_id }]] : []
    }),
  )
  const rows = work.sql.json([...named.values()].filter((row) => row.name !== null))
  await work.sql`update identities i set name = r.name, username = coalesce(i.username, r.username), language = coalesce(i.language, r.language)
    from jsonb_to_recordset(${rows}) as r(id uuid, name text, username text, language text) where i.workspace_id = ${work.workspaceId} and i.id = r.id and i.name is null`
  // Whose the identity is now, and not as it was before its thread was locked: two customers may have been merged meanwhile.
  await work.sql`update customers c set name = r.name, ${work.sql.unsafe(nameChanged)} from jsonb_to_recordset(${rows}) as r(id uuid, name text)
    join identities i on i.workspace_id = ${work.workspaceId} and i.id = r.id
    where c.workspace_id = ${work.workspaceId} and c.id = i.customer_id and c.name is null`
}

function uniqueKeys(items: Item[]) {
  const keys = new Map(items.map((item) => [placeKey(item), { channel_id: item.channelId, external_id: item.event.thread.id }]))
  return [...keys.values()]
}

const chatsById = rowsBy(chats, chats.id)

/**
 * Two statements in one flight. The chats are read by the second one, after the locks of the first are held: a single
 * joined statement would show them as they were before it waited.
 */
function lockThreads(work: Work, keys: { channel_id: string; external_id: string }[]): Promise<Found> {
  const list = work.sql.json(keys)
  // Sent now: a query of postgres.js otherwise waits until somebody awaits it, and would come after the other one.
  const threads = work.sql<ThreadRow[]>`
      select t.id, t.channel_id, t.external_id, t.identity_id, i.name,
        ${blockedNow(work)} as blocked
      from jsonb_to_recordset(${list}) as k(channel_id uuid, external_id text)
      join threads t on t.workspace_id = ${work.workspaceId} and t.channel_id = k.channel_id and t.external_id = k.external_id
      join identities i on i.workspace_id = ${work.workspaceId} and i.id = t.identity_id
      order by t.id for no key update of t`.execute()
  return Promise.all([threads, lockOpenChats(work.db, { workspaceId: work.workspaceId, keys: JSON.stringify(keys) })])
}
const lockOpenChats = builtOnce((db) =>
  db
    .select()
    .from(chats)
    .where(
      sql`${chats.workspaceId} = ${sql.placeholder('workspaceId')} and ${chats.state} <> 'closed' and ${chats.threadId} in (
        select t.id from jsonb_to_recordset(${sql.placeholder('keys')}::text::jsonb) as k(channel_id uuid, external_id text)
        join threads t on t.workspace_id = ${sql.placeholder('workspaceId')} and t.channel_id = k.channel_id and t.external_id = k.external_id)`,
    )
    .orderBy(chats.id)
    .for('no key update'),
)

/** A group is one customer, whoever of it writes. */
const peerOf = (event: InboundEvent): Peer =>
  event.thread.kind === 'direct' && 'from' in event && !(event.type === 'message' && event.by !== 'peer')
    ? event.from
    : { id: event.thread.id, name: event.thread.title }

/** The first messages of someone new. Another hub may be doing the same: the unique keys decide, and the loser uses what won. */
async function makeThreads(work: Work, items: Item[]): Promise<void> {
  const people = new Map(
    items.map((item) => [
      `${item.channelId} ${peerOf(item.event).id}`,
      { id: newId(), customer_id: newId(), channel_id: item.channelId, ...describe(peerOf(item.event)) },
    ]),
  )
  const list = work.sql.json([...people.values()])
  await work.sql`
    with wanted as (
      select * from jsonb_to_recordset(${list}) as r(id uuid, customer_id uuid, channel_id uuid, external_id text, name text, username text, phone text, phone_e164 text, email text, language text)
    ), made as (
      insert into customers (workspace_id, id, name, email, phone, phone_e164)
      select ${work.workspaceId}, w.customer_id, w.name, w.email, w.phone, w.phone_e164 from wanted w
      where not exists (select from identities i where i.workspace_id = ${work.workspaceId} and i.channel_id = w.channel_id and i.external_id = w.external_id)
      returning id
    )
    insert into identities (workspace_id, id, channel_id, customer_id, external_id, name, username, phone, phone_e164, email, language)
    select ${work.workspaceId}, w.id, w.channel_id, w.customer_id, w.external_id, w.name, w.username, w.phone, w.phone_e164, w.email, w.language
    from wanted w join made on made.id = w.customer_id order by w.channel_id, w.external_id on conflict do nothing`
  // Whoever lost the race to another hub leaves a customer without an identity behind.
  await work.sql`delete from customers c where c.workspace_id = ${work.workspaceId} and c.id in (select r.customer_id from jsonb_to_recordset(${list}) as r(customer_id uuid))
    and not exists (select from identities i where i.workspace_id = c.workspace_id and i.customer_id = c.id)`
  const threads = new Map(
    items.map((item) => [
      placeKey(item),
      {
        id: newId(),
        channel_id: item.channelId,
        external_id: item.event.thread.id,
        kind: item.event.thread.kind,
        title: item.event.thread.title ?? null,
        peer: peerOf(item.event).id,
      },
    ]),
  )
  await work.sql`
    insert into threads (workspace_id, id, channel_id, external_id, kind, title, identity_id)
    select ${work.workspaceId}, r.id, r.channel_id, r.external_id, r.kind, r.title, i.id
    from jsonb_to_recordset(${work.sql.json([...threads.values()])}) as r(id uuid, channel_id uuid, external_id text, kind text, title text, peer text)
    join identities i on i.workspace_id = ${work.workspaceId} and i.channel_id = r.channel_id and i.external_id = r.peer
    order by r.channel_id, r.external_id on conflict do nothing`
}

/** Receipts tell of our messages, a removal takes something away, and what the company's own phone wrote is no word of his. */
export function isRefused(item: Item, places: Map<string, Place>): boolean {
  const { event } = item
  return (places.get(placeKey(item))?.blocked ?? false) && ((event.type === 'message' && event.by === 'peer') || speaksUp.has(event.type))
}
const speaksUp: ReadonlySet<InboundEvent['type']> = new Set(['edit', 'reaction'])

const clip = (value: string | undefined, max: number): string | null => value?.replaceAll('\u0000', '').slice(0, max) || null
const describe = (peer: Peer) => ({
  external_id: peer.id,
  name: clip(peer.name ?? peer.username, 120),
  username: clip(peer.username, 120),
  phone: clip(peer.phone, 40),
  phone_e164: platformE164Of(peer.phone),
  email: clip(peer.email, 254),
  language: clip(peer.language, 20),
})

/** Every thread with a new message gets an open chat: in the channel's group, waiting. */
async function openChats(work: Work, messages: Item[], places: Map<string, Place>): Promise<void> {
  const wanting = new Map<string, { place: Place; channelId: string }>()
  for (const item of messages) {
    const place = places.get(placeKey(item))
    if (place && !place.chat && !place.blocked) wanting.set(place.threadId, { place, channelId: item.channelId })
  }
  if (wanting.size === 0) return
  for (const chat of await reopenRecent(work, [...wanting.keys()])) {
    const wanted = wanting.get(chat.threadId)
    if (wanted) wanted.place.chat = chat
    wanting.delete(chat.threadId)
  }
  if (wanting.size === 0) return
  for (const chat of await openNew(
    work,
    [...wanting.values()].map(({ place, channelId }) => ({ threadId: place.threadId, channelId })),
  )) {
    const wanted = wanting.get(chat.threadId)
    if (wanted) wanted.place.chat = chat
  }
}

/** A new chat in each of these threads, waiting in the channel's group. The caller holds the threads' locks, and none has an open chat. */
export async function openNew(work: Work, wanted: { threadId: string; channelId: string }[]): Promise<Chat[]> {
  const rows = wanted.map(({ threadId, channelId }, n) => ({ n: n + 1, id: newId(), thread_id: threadId, channel_id: channelId }))
  await work.sql`
    with taken as (
      insert into counters (workspace_id, name, value) values (${work.workspaceId}, 'chat', ${rows.length})
      on conflict (workspace_id, name) do update set value = counters.value + excluded.value returning value
    )
    insert into chats (workspace_id, id, number, thread_id, channel_id, customer_id, thread_kind, state, group_id)
    select ${work.workspaceId}, r.id, taken.value - ${rows.length} + r.n, r.thread_id, r.channel_id, i.customer_id, t.kind, 'queued', ch.group_id
    from taken, jsonb_to_recordset(${work.sql.json(rows)}) as r(n int, id uuid, thread_id uuid, channel_id uuid)
    join channels ch on ch.workspace_id = ${work.workspaceId} and ch.id = r.channel_id and ch.removed_at is null
    join threads t on t.workspace_id = ${work.workspaceId} and t.id = r.thread_id
    join identities i on i.workspace_id = ${work.workspaceId} and i.id = t.identity_id`
  const opened = await chatsById(
    work.db,
    work.workspaceId,
    rows.map((row) => row.id),
  )
  for (const chat of opened) work.record({ type: 'chat.opened', chatId: chat.id, subjectId: chat.id, data: { after: sightOf(chat) } })
  return opened
}
