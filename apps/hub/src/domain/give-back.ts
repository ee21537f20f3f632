import { and, eq, inArray, ne } from 'drizzle-orm'
import { chats } from '../db/tables/chat.ts'
import type { Brought, ChatChange } from '../db/tables/merge.ts'
import { HubError } from '../errors.ts'
import type { Work } from '../work.ts'
import { moveAdded } from './added-since.ts'
import { type Chat, change, ended, tell } from './chat.ts'
import { openNew } from './place.ts'

/**
 * What a visitor brought along when he signed in is the stranger's again: chats, messages and files, and of two chats that had
 * become one each is what it was. What was said since, and what was put to it, stays with who signed in, for it was said to him. The
 * caller has locked both customers.
 */
export async function giveBack(work: Work, mergeId: string, brought: Brought): Promise<void> {
  const { from, into, joined } = brought
  const before = await findChats(work, [...brought.chatIds, ...(joined ? [joined.ended.id, joined.stayed.id] : [])])
  const spoken = await spokenSince(work, brought)
  const own = before.filter(({ id }) => brought.chatIds.includes(id))
  if (own.some(({ id, state }) => state !== 'closed' && !spoken.has(id)) && (await openIn(work, from.threadId)))
    throw new HubError('thread_busy')
  const parting = own.filter(({ id }) => spoken.has(id))
  // Whoever talks with him goes on with him: what he had said as a stranger is of before.
  for (const chat of parting) if (chat.state !== 'closed') await change(work, chat, ended)
  await moveBack(work, brought, spoken)
  const homes = new Map<string, Chat>()
  const moved = [...(joined?.messageIds ?? [])]
  for (const chat of parting) {
    const { home, messageIds } = await goOn(work, chat, brought)
    await moveAdded(work, chat.id, home.id, mergeId)
    homes.set(chat.id, home)
    moved.push(...messageIds)
  }
  if (joined && !homes.has(joined.stayed.id)) await putApart(work, joined)
  const opened = [...homes.values()].filter(({ id }) => !before.some((chat) => chat.id === id))
  await tellApart(work, [...before, ...opened], homes, moved)
  await work.sql`update files set uploader_id = ${from.identityId} where workspace_id = ${work.workspaceId}
    and uploader_id = ${into.identityId} and id = any(${brought.fileIds}::uuid[])`
}

const findChats = (work: Work, ids: string[]): Promise<Chat[]> =>
  work.db
    .select()
    .from(chats)
    .where(and(eq(chats.workspaceId, work.workspaceId), inArray(chats.id, ids)))

async function openIn(work: Work, threadId: string): Promise<Chat | undefined> {
  const [open] = await work.db
    .select()
    .from(chats)
    .where(and(eq(chats.workspaceId, work.workspaceId), eq(chats.threadId, threadId), ne(chats.state, 'closed')))
  return open
}

/** Those of his chats in which somebody has said something since. */
async function spokenSince(work: Work, { into, chatIds, messageIds, joined }: Brought): Promise<Set<string>> {
  const known = [...messageIds, ...(joined?.messageIds ?? [])]
  const rows = await work.sql<
    { chat_id: string }[]
  >`select distinct chat_id from messages where workspace_id = ${work.workspaceId} and chat_id = any(${chatIds}::uuid[])
    and thread_id = ${into.threadId} and author_kind <> 'system' and not (id = any(${known}::uuid[]))`
  return new Set(rows.map((row) => row.chat_id))
}

/** Chats and messages into the stranger's thread, with the keys they had there, and what had gone from chat to chat to where it was. */
async function moveBack(
  work: Work,
  { from, into, chatIds, messageIds, keys, joined }: Brought,
  spoken: ReadonlySet<string>,
): Promise<void> {
  const { sql: q, workspaceId } = work
  if (joined)
    await q`update messages set chat_id = ${joined.ended.id} where workspace_id = ${workspaceId} and chat_id = ${joined.stayed.id} and id = any(${joined.messageIds}::uuid[])`
  // What the hub itself said since, where nobody else said anything, goes with its chat.
  const alone = chatIds.filter((id) => !spoken.has(id))
  await q`update messages m set thread_id = ${from.threadId},
      author_id = case when m.author_id = ${into.identityId} then ${from.identityId} else m.author_id end
    where m.workspace_id = ${workspaceId} and m.thread_id = ${into.threadId} and (m.id = any(${messageIds}::uuid[]) or m.chat_id = any(${alone}::uuid[]))`
  await q`update messages m set client_id = k."clientId", external_id = k."externalId"
    from jsonb_to_recordset(${q.json(keys)}) as k(id uuid, "clientId" text, "externalId" text) where m.workspace_id = ${workspaceId} and m.id = k.id`
  await q`update chats c set thread_id = ${from.threadId}, customer_id = i.customer_id from identities i
    where c.workspace_id = ${workspaceId} and c.id = any(${chatIds}::uuid[]) and i.workspace_id = ${workspaceId} and i.id = ${from.identityId}`
  await nameLast(work, await dangling(work, [...chatIds, ...(joined ? [joined.ended.id, joined.stayed.id] : [])]))
}

/** Chats whose last message is in another now. */
async function dangling(work: Work, chatIds: string[]): Promise<string[]> {
  const { sql: q, workspaceId } = work
  const rows = await q<{ id: string }[]>`select id from chats c where workspace_id = ${workspaceId} and id = any(${chatIds}::uuid[])
    and not exists (select from messages m where m.workspace_id = ${workspaceId} and m.id = c.last_message_id and m.chat_id = c.id)`
  return rows.map(({ id }) => id)
}

/**
 * The chat in which what was said since goes on: the one that he had himself, or a new one, as this one stood. What is left in the
 * thread of who signed in of this one's messages goes there. Answers with these messages too.
 */
async function goOn(work: Work, stood: Chat, { into, joined }: Brought): Promise<{ home: Chat; messageIds: string[] }> {
  const { sql: q, workspaceId } = work
  const open = await openIn(work, into.threadId)
  const [own] = joined?.stayed.id === stood.id ? await findChats(work, [joined.ended.id]) : []
  const home = own
    ? stood.state === 'closed' || open
      ? own
      : await change(work, own, standing(stood))
    : (open ?? (await openAs(work, stood, into)))
  const moved = await q<
    { id: string }[]
  >`update messages set chat_id = ${home.id} where workspace_id = ${workspaceId} and chat_id = ${stood.id} and thread_id = ${into.threadId} returning id`
  await nameLast(work, [home.id, stood.id])
  if (home.state !== 'closed') await countAnew(work, home.id, stood)
  return { home, messageIds: moved.map(({ id }) => id) }
}

async function openAs(work: Work, stood: Chat, { threadId }: Brought['into']): Promise<Chat> {
  const [opened] = await openNew(work, [{ threadId, channelId: stood.channelId }])
  if (!opened) throw new HubError('channel_removed')
  // He waits no shorter for it.
  return change(work, opened, { ...standing(stood), openedAt: stood.openedAt })
}

const standing = ({
  state,
  operatorId,
  groupId,
  closedAt,
  closedFully,
  heldSince,
  heldSeen,
  returnedFrom,
  participantIds,
  snoozedAt,
  snoozedUntil,
  calmedAt,
  missedAt,
}: Chat) => ({
  state,
  operatorId,
  groupId,
  closedAt,
  closedFully,
  heldSince,
  heldSeen,
  returnedFrom,
  participantIds,
  snoozedAt,
  snoozedUntil,
  calmedAt,
  missedAt,
})

/** What is unread in a chat and since when he waits, by its messages, where the chat they came from had any. */
const countAnew = (work: Work, chatId: string, { unread, waitingSince }: Chat) =>
  work.sql`update chats c set unread = case when ${unread > 0} then n.unread else 0 end, first_unread_id = case when ${unread > 0} then n.first end,
      waiting_since = case when ${waitingSince !== null} then n.waits end, customer_wrote_at = n.wrote
    from (
      select count(*) filter (where m.delivery = 'sent')::int as unread, (array_agg(m.id order by m.at, m.position, m.id) filter (where m.delivery = 'sent'))[1] as first,
        max(m.at) as wrote, min(m.at) filter (where not exists (select from messages a where a.workspace_id = ${work.workspaceId} and a.chat_id = ${chatId}
          and a.author_kind = 'operator' and (a.at, a.position, a.id) > (m.at, m.position, m.id))) as waits
      from messages m where m.workspace_id = ${work.workspaceId} and m.chat_id = ${chatId} and m.direction = 'in'
    ) n where c.workspace_id = ${work.workspaceId} and c.id = ${chatId}`

/** Each of the two is what it was; what was changed since is left as it was changed. */
async function putApart(work: Work, { ended: over, stayed }: NonNullable<Brought['joined']>): Promise<void> {
  const [was, stays] = await Promise.all([over, stayed].map(async ({ id }) => (await findChats(work, [id]))[0]))
  if (!was || !stays) return
  await putBack(work, stayed, stays.state === 'closed' ? ofAnyState : null)
  // Where he has begun another since, that one is over.
  if (await openIn(work, was.threadId)) await nameLast(work, [was.id])
  else await putBack(work, over, null)
  for (const { id } of [was, stays]) await countMissing(work, id)
}
/** What a closed chat has too. */
const ofAnyState = ['last_message_id', 'last_message_at', 'customer_wrote_at']

/** `only`: of these columns. Who was closed and is not as it was closed then has gone his own way. */
async function putBack(work: Work, { id, before, after }: ChatChange, only: string[] | null): Promise<void> {
  const { sql: q, workspaceId } = work
  const wanted = Object.fromEntries(Object.entries(before).filter(([name]) => !only || only.includes(name)))
  await q`update chats c set state = case when gone.operator then 'queued' else r.state end, operator_id = case when gone.operator then null else c.operator_id end,
      closed_at = r.closed_at, closed_fully = r.closed_fully, unread = r.unread, first_unread_id = r.first_unread_id, waiting_since = r.waiting_since,
      customer_wrote_at = r.customer_wrote_at, calmed_at = r.calmed_at, missed_at = r.missed_at, snoozed_at = r.snoozed_at, snoozed_until = r.snoozed_until,
      last_message_id = r.last_message_id, last_message_at = r.last_message_at
    from chats k
    cross join lateral jsonb_populate_record(k, coalesce((
      select jsonb_object_agg(w.key, w.value) from jsonb_each(${q.json(wanted as never)}::jsonb) w where to_jsonb(k) -> w.key = ${q.json(after as never)}::jsonb -> w.key
    ), '{}')) r
    cross join lateral (select r.state = 'serving' and not exists (
      select from operators o where o.workspace_id = ${workspaceId} and o.id = k.operator_id and o.active
    ) as operator) gone
    where k.workspace_id = ${workspaceId} and k.id = ${id} and c.workspace_id = ${workspaceId} and c.id = k.id
      and (not ${q.json(after as never)}::jsonb ? 'closed_at' or to_jsonb(k) -> 'closed_at' = ${q.json(after as never)}::jsonb -> 'closed_at')`
}

/** A figure that counted on messages that are elsewhere now. */
async function countMissing(work: Work, chatId: string): Promise<void> {
  const { sql: q, workspaceId } = work
  await nameLast(work, await dangling(work, [chatId]))
  const [chat] = await findChats(work, [chatId])
  if (!chat?.firstUnreadId) return
  const [there] = await q`select from messages where workspace_id = ${workspaceId} and id = ${chat.firstUnreadId} and chat_id = ${chatId}`
  if (!there) await countAnew(work, chatId, chat)
}

/** What became of each chat, and which messages are in another now. */
async function tellApart(work: Work, before: Chat[], homes: ReadonlyMap<string, Chat>, moved: string[]): Promise<void> {
  const after = new Map(
    (
      await findChats(
        work,
        before.map(({ id }) => id),
      )
    ).map((chat) => [chat.id, chat]),
  )
  for (const was of before) {
    const is = after.get(was.id) ?? was
    const home = homes.get(was.id)
    tell(work, 'chat.parted', was, is, home ? { continuesIn: home.number } : {})
    if (was.state !== 'closed' && is.state === 'closed') tell(work, 'chat.closed', was, is)
    if (was.state === 'closed' && is.state !== 'closed') tell(work, 'chat.reopened', was, is)
    work.record({ type: 'customer.changed', chatId: is.id, subjectId: is.customerId })
  }
  const rows = await work.sql<
    { id: string; chat_id: string }[]
  >`select id, chat_id from messages where workspace_id = ${work.workspaceId} and id = any(${moved}::uuid[]) order by at, position, id`
  for (const { id, chat_id: chatId } of rows) work.record({ type: 'message.changed', chatId, subjectId: id })
}

/** The last message of chats whose messages went elsewhere. */
export const nameLast = (work: Work, chatIds: string[]) =>
  work.sql`update chats c set last_message_id = l.id, last_message_at = coalesce(l.at, c.last_message_at) from chats k
      left join lateral (select m.id, m.at from messages m where m.workspace_id = ${work.workspaceId} and m.chat_id = k.id order by m.at desc, m.position desc, m.id desc limit 1) l on true
    where k.workspace_id = ${work.workspaceId} and k.id = any(${chatIds}::uuid[]) and c.workspace_id = ${work.workspaceId} and c.id = k.id`
