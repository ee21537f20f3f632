import type { InboundEvent, Peer } from '@parley/schema/connector'
import { limits } from '@parley/schema/vocabulary'
import type { Work } from '../work.ts'
import { type Answer, noteAnswers } from './button.ts'
import { applyControl, noteControl } from './control.ts'
import { newId } from './ids.ts'
import { shortened } from './letter.ts'
import { findPlaces, isRefused, lockPlaces, type Place, placeKey } from './place.ts'
import { applyReferences, type Reference, unpark } from './references.ts'
import { tellWoken } from './snooze.ts'

/** What one commit of a connector brings: events of one channel, with the raw delivery they were read from. */
export interface Delivery {
  channelId: string
  events: InboundEvent[]
  raw?: { body: string; note?: string }
  cursor?: string
}
/** `payload`: of the button that was pressed to say it. */
type MessageEvent = Extract<InboundEvent, { type: 'message' }> & { payload?: string }
/** A message as it was stored, or as it was already there. */
export interface Received {
  messageId: string
  chatId: string
  key: string
}

interface Fresh<E> {
  channelId: string
  event: E
}
interface Stored {
  id: string
  chat_id: string
  at: Date
  late: boolean
  /** What it quotes, of what was said here. */
  quoted: string | null
  /** Of ours, the last message that reached the customer before this one, where it offered answers. */
  asked: string | null
}

/**
 * Takes deliveries of one workspace in: journal, drop what is known, find or make identity, customer, thread and open chat,
 * store the messages, apply edits, removals, reactions and receipts (or park them until their message comes), record the
 * events, move the cursors. Many deliveries cost as many statements as one, so they are handed in together.
 */
export async function receive(work: Work, deliveries: Delivery[]): Promise<Received[]> {
  const all = deliveries.flatMap(({ channelId, events }) => events.map((event) => ({ channelId, event })))
  // In one flight. Places of what is dropped afterwards were looked up for nothing; that is rare.
  const [known, found] = await Promise.all([dropKnown(work, deliveries, all), lockPlaces(work, all.filter(isStored))])
  const stored = known.filter(isStored).map((item) => ({ ...item, event: spoken(item.event) }))
  const messages = stored.filter((item): item is Fresh<MessageEvent> => item.event.type === 'message' && !isEcho(item.event))
  const places = await findPlaces(work, stored, messages, found)
  const wanted = messages.filter((item) => places.get(placeKey(item))?.chat && !isRefused(item, places))
  const [received, unparked] = await Promise.all([
    storeMessages(work, wanted, places),
    unpark(
      work,
      wanted.map((item) => `${placeOf(places, item).threadId} ${item.event.id}`),
    ),
  ])
  const references = stored.filter(
    (item): item is Fresh<Reference> => item.event.type !== 'control' && (item.event.type !== 'message' || isEcho(item.event)),
  )
  await applyReferences(
    work,
    references.filter((item) => !isRefused(item, places)),
    places,
    unparked,
  )
  await applyControls(work, stored, places)
  // Last, as whoever finishes a send comes to the channel after its message too.
  work.alongside(moveCursors(work, deliveries))
  return received
}

/** Which program of the platform has the conversations; in the order in which it was told. */
async function applyControls(work: Work, stored: Fresh<InboundEvent | MessageEvent>[], places: Map<string, Place>): Promise<void> {
  const moved = new Set<string>()
  for (const { channelId, event } of stored) {
    const chat = places.get(placeKey({ channelId, event }))?.chat
    if (!chat) continue
    if (event.type === 'control') await applyControl(work, event, chat)
    else if (event.type !== 'message' || event.elsewhere === undefined) continue
    else if (event.elsewhere !== (chat.elsewhereSince !== null) || moved.has(chat.id))
      await noteControl(work, chat, { elsewhere: event.elsewhere, at: event.at })
    else continue
    moved.add(chat.id)
  }
}

const isStored = ({ event }: { event: InboundEvent }): boolean => event.type !== 'typing'

/** A pressed button is something the customer said. */
const spoken = (event: InboundEvent): InboundEvent | MessageEvent =>
  event.type === 'postback' ? { ...event, type: 'message', by: 'peer', text: event.title ?? event.payload } : event

const isEcho = (event: MessageEvent): boolean => event.by === 'hub' && event.partKey !== undefined

/** Journals what came and keeps the events whose key was never seen on their channel. */
async function dropKnown(work: Work, deliveries: Delivery[], all: Fresh<InboundEvent>[]): Promise<Fresh<InboundEvent>[]> {
  const raws = deliveries.flatMap(({ channelId, raw }) =>
    raw ? [{ id: newId(), channel_id: channelId, body: raw.body.replaceAll('\u0000', ''), note: raw.note ?? null }] : [],
  )
  const keys = all.map(({ channelId, event }) => ({ channel_id: channelId, key: event.key }))
  const [, known] = await Promise.all([
    raws.length === 0
      ? undefined
      : work.sql`insert into raw_deliveries (workspace_id, id, channel_id, body, note)
      select ${work.workspaceId}, r.id, r.channel_id, r.body, r.note from jsonb_to_recordset(${work.sql.json(raws)}) as r(id uuid, channel_id uuid, body text, note text)`,
    keys.length === 0
      ? []
      : work.sql<{ channel_id: string; key: string }[]>`insert into inbound_keys (workspace_id, channel_id, key)
      select ${work.workspaceId}, k.channel_id, k.key from jsonb_to_recordset(${work.sql.json(keys)}) as k(channel_id uuid, key text)
      order by 2, 3 on conflict do nothing returning channel_id, key`,
  ])
  const fresh = new Set(known.map((row) => `${row.channel_id} ${row.key}`))
  // `delete` answers true once: of two equal keys in one batch only the first is fresh.
  return all.filter(({ channelId, event }) => fresh.delete(`${channelId} ${event.key}`))
}

interface Ready {
  item: Fresh<MessageEvent>
  place: Place
  id: string
}

async function storeMessages(work: Work, items: Fresh<MessageEvent>[], places: Map<string, Place>): Promise<Received[]> {
  if (items.length === 0) return []
  const ready = items.map((item): Ready => ({ item, place: placeOf(places, item), id: newId() })).sort(byPosition)
  const perThread = new Map<string, number>()
  const rows = ready.map((one) => {
    const n = perThread.get(one.place.threadId) ?? 0
    perThread.set(one.place.threadId, n + 1)
    return messageRow(one, n)
  })
  // No two messages of a chat share a millisecond, which is what clients see of a moment; a late one takes that of the one it precedes.
  const inserted = await work.sql<Stored[]>`
    insert into messages (workspace_id, id, chat_id, thread_id, channel_id, direction, author_kind, author_id, text, at, position, platform_at, late, reply_to_id, album_id, unsupported, extra, delivery, client_id, external_id)
    select ${work.workspaceId}, r.id, r.chat_id, r.thread_id, r.channel_id, r.direction, r.author_kind, r.author_id, r.text,
      coalesce(later.at, date_trunc('milliseconds', greatest(clock_timestamp(), c.last_message_at)) + (r.n + 1) * interval '1 millisecond'),
      coalesce(r.position, (select max(p.position) from messages p where p.workspace_id = ${work.workspaceId} and p.thread_id = r.thread_id and p.direction = 'in'), 0),
      case when r.platform_at > 0 then to_timestamp(r.platform_at / 1000.0) end, later.at is not null,
      (select q.id from messages q where q.workspace_id = ${work.workspaceId} and q.thread_id = r.thread_id and q.channel_id = r.channel_id and q.external_id = r.reply_to
        union all select p.message_id from outgoing_parts p where p.workspace_id = ${work.workspaceId} and p.thread_id = r.thread_id and p.external_id = r.reply_to limit 1),
      r.album_id, r.unsupported, r.extra, r.delivery, r.client_id, r.external_id
    from jsonb_to_recordset(${work.sql.json(rows as never)}) as r(n int, id uuid, chat_id uuid, thread_id uuid, channel_id uuid, direction text, author_kind text, author_id uuid, text text,
      position bigint, platform_at bigint, reply_to text, album_id text, unsupported text, extra jsonb, delivery text, client_id text, external_id text)
    join chats c on c.workspace_id = ${work.workspaceId} and c.id = r.chat_id
    left join lateral (
      select m.at from messages m where m.workspace_id = ${work.workspaceId} and m.thread_id = r.thread_id and m.direction = 'in' and m.position > r.position
      order by m.position limit 1
    ) later on r.direction = 'in'
    on conflict do nothing returning id, chat_id, at, late, reply_to_id as quoted,
      case when direction = 'in' then (select case when q.extra ? 'buttons' then q.id end from (
        select p.id, p.direction, p.delivery, p.removed_at, p.extra from messages p where p.workspace_id = messages.workspace_id and p.chat_id = messages.chat_id
        order by p.at desc, p.position desc, p.id desc limit ${lookedBack}) q
        where q.direction = 'out' and q.removed_at is null and q.delivery not in ('queued', 'failed') limit 1) end as asked`
  const stored = new Map(inserted.map((row) => [row.id, row]))
  const kept = ready.filter(({ id }) => stored.has(id))
  tellWoken(
    work,
    kept.flatMap(({ item, place }) => (item.event.by === 'peer' && place.chat ? [place.chat] : [])),
  )
  for (const { id, place, item } of kept)
    work.record({ type: item.event.by === 'peer' ? 'message.received' : 'message.sent', chatId: place.chat?.id ?? null, subjectId: id })
  await noteAnswers(
    work,
    kept.flatMap((one) => answerIn(one, stored.get(one.id))),
  )
  // Neither is read again in this work.
  work.alongside(storeMedia(work, kept))
  work.alongside(touchChats(work, kept, stored))
  return kept.map(({ id, place, item }) => ({ messageId: id, chatId: place.chat?.id ?? '', key: item.event.key }))
}

/** So far back is looked for what he may answer without quoting it. */
const lookedBack = 10

function answerIn({ id, item: { event } }: Ready, stored: Stored | undefined): Answer[] {
  if (event.by !== 'peer') return []
  if (event.payload !== undefined || stored?.quoted) return [{ messageId: id, payload: event.payload }]
  // What quotes a message that is not known here answers that one, and none of ours.
  return event.replyTo === undefined && stored?.asked && event.text ? [{ messageId: id, asked: stored.asked }] : []
}

const placeOf = (places: Map<string, Place>, item: Fresh<InboundEvent>): Place => {
  const place = places.get(placeKey(item))
  if (!place) throw new Error('a message without a place')
  return place
}

/** Null: the platform does not say, so it belongs at the end. A clock that runs ahead must not push later messages behind. */
function positionOf({ order, at }: MessageEvent): number | null {
  // One beyond what can be counted says nothing, and no column takes it.
  if (Number.isSafeInteger(order)) return order as number
  return at > 0 ? Math.min(at, Date.now() + 60_000) : null
}
/** Thread by thread, in the platform's order; what has none stays behind in the order it came. */
const byPosition = (a: Ready, b: Ready): number => {
  if (a.place.threadId !== b.place.threadId) return a.place.threadId < b.place.threadId ? -1 : 1
  return (positionOf(a.item.event) ?? Number.MAX_SAFE_INTEGER) - (positionOf(b.item.event) ?? Number.MAX_SAFE_INTEGER)
}

const letterOf = ({ subject, quoted, automatic, references }: NonNullable<MessageEvent['letter']>) => ({
  ...(references?.length && { references: shortened(references) }),
  ...(subject && { subject: subject.replaceAll('\u0000', '').slice(0, limits.subject) }),
  ...(quoted && { quoted: quoted.replaceAll('\u0000', '').slice(0, limits.messageText) }),
  ...(automatic && { automatic }),
})

const authorIn = ({ id, name, username, phone }: Peer) => ({
  id,
  name: (name ?? username ?? phone)?.replaceAll('\u0000', '').slice(0, limits.name) || null,
})

function messageRow({ item: { channelId, event }, place, id }: Ready, n: number) {
  const peer = event.by === 'peer'
  const extra = {
    ...(peer && event.thread.kind === 'group' && { author: authorIn(event.from) }),
    ...(event.location && { location: event.location }),
    ...(event.contacts && { contacts: event.contacts }),
    ...(event.referral && { referral: event.referral }),
    ...(event.letter && { letter: letterOf(event.letter) }),
  }
  return {
    n,
    id,
    chat_id: place.chat?.id,
    thread_id: place.threadId,
    channel_id: channelId,
    direction: peer ? 'in' : 'out',
    author_kind: peer ? 'customer' : event.by === 'hub' ? 'system' : event.by,
    author_id: peer ? place.identityId : null,
    // PostgreSQL keeps no NUL in text.
    text: event.text?.replaceAll('\u0000', '') ?? null,
    position: positionOf(event),
    platform_at: event.at,
    reply_to: event.replyTo ?? null,
    album_id: event.albumId ?? null,
    unsupported: event.unsupported ?? null,
    extra: Object.keys(extra).length > 0 ? extra : null,
    delivery: 'sent',
    client_id: event.by === 'peer' ? (place.clientIds?.get(event.key) ?? null) : null,
    external_id: event.id,
  }
}

async function storeMedia(work: Work, ready: Ready[]): Promise<void> {
  const rows = ready.flatMap(({ item: { channelId, event }, id }) =>
    (event.media ?? []).map((media, position) => ({
      id: newId(),
      message_id: id,
      position,
      name: (media.name ?? media.kind).replaceAll('\u0000', '').slice(0, 200),
      mime: media.mime ?? 'application/octet-stream',
      size: media.size ?? 0,
      kind: media.kind,
      width: media.width ?? null,
      height: media.height ?? null,
      duration_ms: media.durationMs ?? null,
      source: media,
      channel_id: channelId,
    })),
  )
  if (rows.length === 0) return
  await work.sql`insert into files (workspace_id, id, message_id, position, name, mime, size, kind, width, height, duration_ms, state, source, channel_id, due_at)
    select ${work.workspaceId}, r.id, r.message_id, r.position, r.name, r.mime, r.size, r.kind, r.width, r.height, r.duration_ms, 'fetching', r.source, r.channel_id, clock_timestamp()
    from jsonb_to_recordset(${work.sql.json(rows as never)}) as r(id uuid, message_id uuid, position int, name text, mime text, size bigint, kind text, width int, height int, duration_ms int, source jsonb, channel_id uuid)`
}

/**
 * The chat's last line, its unread figure, since when the customer waits, and when he last wrote: by the platform's clock,
 * from which its reply window counts, and never in the future.
 */
async function touchChats(work: Work, ready: Ready[], stored: Map<string, Stored>): Promise<void> {
  const byChat = new Map<
    string,
    { id: string; last: string | null; unread: number; first: string | null; own: boolean; wrote: number | null }
  >()
  for (const { id, place, item } of ready) {
    const chatId = place.chat?.id ?? ''
    const sum = byChat.get(chatId) ?? { id: chatId, last: null, unread: 0, first: null, own: false, wrote: null }
    if (!stored.get(id)?.late) sum.last = id
    if (item.event.by === 'peer') {
      sum.unread += 1
      sum.first ??= id
      sum.own = false
      sum.wrote = Math.max(sum.wrote ?? 0, item.event.at || Date.now())
    } else sum.own = true
    byChat.set(chatId, sum)
  }
  if (byChat.size === 0) return
  await work.sql`
    update chats c set
      last_message_at = greatest(c.last_message_at, m.at), last_message_id = coalesce(r.last, c.last_message_id),
      unread = c.unread + r.unread, first_unread_id = coalesce(c.first_unread_id, r.first),
      waiting_since = case when r.own then null when r.unread > 0 then coalesce(c.waiting_since, clock_timestamp()) else c.waiting_since end,
      customer_wrote_at = case when r.unread > 0 then greatest(c.customer_wrote_at, least(clock_timestamp(), to_timestamp(r.wrote / 1000.0))) else c.customer_wrote_at end,
      calmed_at = case when r.unread > 0 then null else c.calmed_at end,
      missed_at = case when r.unread > 0 then null else c.missed_at end,
      snoozed_at = case when r.unread > 0 then null else c.snoozed_at end,
      snoozed_until = case when r.unread > 0 then null else c.snoozed_until end
    from jsonb_to_recordset(${work.sql.json([...byChat.values()])}) as r(id uuid, last uuid, unread int, first uuid, own boolean, wrote bigint)
    left join messages m on m.workspace_id = ${work.workspaceId} and m.id = r.last
    where c.workspace_id = ${work.workspaceId} and c.id = r.id`
}

async function moveCursors(work: Work, deliveries: Delivery[]): Promise<void> {
  const moves = new Map<string, { id: string; cursor: string | null; lag: number | null }>()
  for (const { channelId, cursor, events } of deliveries) {
    const { cursor: before = null, lag = null } = moves.get(channelId) ?? {}
    moves.set(channelId, { id: channelId, cursor: cursor ?? before, lag: lagOf(events) ?? lag })
  }
  // The time of the last inbound is for people; writing it each time would make every commit of a channel wait for the one before.
  await work.sql`
    with old as (
      select c.id, r.cursor, r.lag, c.last_inbound_at is null or c.last_inbound_at < clock_timestamp() - interval '10 seconds' as beat
      from jsonb_to_recordset(${work.sql.json([...moves.values()])}) as r(id uuid, cursor text, lag bigint)
      join channels c on c.workspace_id = ${work.workspaceId} and c.id = r.id
    ), moved as (
      update channels c set cursor = coalesce(old.cursor, c.cursor), last_inbound_at = clock_timestamp(), inbound_lag_ms = coalesce(old.lag, c.inbound_lag_ms)
      from old where c.workspace_id = ${work.workspaceId} and c.id = old.id and (old.cursor is not null or old.beat)
    )
    insert into channel_hours (workspace_id, channel_id, hour, beats)
    select ${work.workspaceId}, id, date_trunc('hour', clock_timestamp(), 'UTC'), 1 from old where beat
    on conflict (workspace_id, channel_id, hour) do update set beats = channel_hours.beats + 1`
}

/** How late the newest message of a person came, in ms; null where there is none, or the platform has no clock. */
function lagOf(events: InboundEvent[]): number | null {
  const times = events.flatMap((event) => (event.type === 'message' && event.by === 'peer' && event.at > 0 ? [event.at] : []))
  return times.length === 0 ? null : Math.max(0, Math.round(Date.now() - Math.max(...times)))
}
