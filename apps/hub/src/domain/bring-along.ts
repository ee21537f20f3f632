import { limits } from '@parley/schema/vocabulary'
import { and, eq, inArray, ne, type SQL, sql } from 'drizzle-orm'
import { chats, threads } from '../db/tables/chat.ts'
import { identities } from '../db/tables/customer.ts'
import { type Brought, type ChatChange, customerMerges, type Moved } from '../db/tables/merge.ts'
import type { Work } from '../work.ts'
import { type Chat, change, ended, tell } from './chat.ts'
import { type Customer, type Identity, tellChats } from './customer.ts'
import { valuesIn, writeFields } from './customer-change.ts'
import { nameLast } from './give-back.ts'
import { newId } from './ids.ts'
import { copyTags, findWhole, lockCustomers, moveNotes, standBehind, takenFields } from './merge.ts'

/**
 * Somebody who is known signed in on a browser in which he had just written as a stranger: what was said there goes on in his own
 * thread. Only what this browser's own token opened, and only of late: on a computer that others use too, what was said there
 * before is not his. Kept as a merge, to be taken apart where it was somebody else all the same. The caller has locked both identities.
 */
export async function bringAlong(work: Work, stranger: Identity, known: Identity): Promise<void> {
  await lockCustomers(work, [...new Set([stranger.customerId, known.customerId])])
  const [from, into] = [await ownerOf(work, stranger), await ownerOf(work, known)]
  const uploads = await moveFiles(work, from, into, null)
  const late = await chatsIn(work, from.threadId, isRecent)
  if (late.length === 0) return
  const open = late.find(({ state }) => state !== 'closed')
  const [other] = open ? await chatsIn(work, into.threadId, ne(chats.state, 'closed')) : []
  const joined = open && other ? await joinOpen(work, open, other) : null
  const moved = await moveChats(work, late, into.threadId, known)
  const words = await moveWords(work, [...late.map(({ id }) => id), ...(joined?.messageIds ?? [])], from, into)
  for (const after of moved) {
    const before = late.find(({ id }) => id === after.id)
    if (before && after.state !== 'closed') tell(work, 'chat.identified', before, after)
    work.record({ type: 'customer.changed', chatId: after.id, subjectId: after.customerId })
  }
  for (const id of joined?.messageIds ?? []) work.record({ type: 'message.received', chatId: joined?.stayed.id, subjectId: id })
  // Whose customers were one already has nothing that could be taken apart.
  if (stranger.customerId === known.customerId) return
  const id = newId()
  const fileIds = [...uploads, ...words.fileIds]
  const brought: Brought = { from, into, chatIds: late.map((chat) => chat.id), ...words, fileIds, joined, profile: false }
  await work.db.insert(customerMerges).values({
    workspaceId: work.workspaceId,
    id,
    fromId: stranger.customerId,
    intoId: known.customerId,
    reason: '',
    channelId: known.channelId,
    moved: { ...nothingMoved, brought },
  })
  const profile = await joinProfiles(work, id, stranger, known)
  if (!profile) return
  await work.db
    .update(customerMerges)
    .set({ moved: { ...profile, brought: { ...brought, profile: true } } })
    .where(and(eq(customerMerges.workspaceId, work.workspaceId), eq(customerMerges.id, id)))
}

const nothingMoved: Moved = { identityIds: [], noteIds: [], fields: {}, phoneE164: null, registered: true, version: 0 }

/** Long enough to wait for an answer, or to look for a password. */
const isRecent = sql`${chats.lastMessageAt} > clock_timestamp() - ${limits.signInMinutes} * interval '1 minute'`

/** Whoever talks with him now goes on; otherwise it is as if he had written as himself from the start. */
async function joinOpen(work: Work, open: Chat, other: Chat): Promise<NonNullable<Brought['joined']>> {
  const [ends, stays] = open.state === 'serving' ? [other, open] : [open, other]
  const before = await rowsOf(work, [ends.id, stays.id])
  const messageIds = await endIn(work, ends, stays)
  const after = await rowsOf(work, [ends.id, stays.id])
  const changeOf = (id: string): ChatChange => {
    const [was, is] = [before.get(id) ?? {}, after.get(id) ?? {}]
    const written = Object.keys(was).filter((name) => JSON.stringify(was[name]) !== JSON.stringify(is[name]))
    const only = (row: Record<string, unknown>) => Object.fromEntries(written.map((name) => [name, row[name]]))
    return { id, before: only(was), after: only(is) }
  }
  return { ended: changeOf(ends.id), stayed: changeOf(stays.id), messageIds }
}

/** As PostgreSQL says them: a moment in JavaScript has lost its microseconds. */
async function rowsOf(work: Work, ids: string[]): Promise<Map<string, Record<string, unknown>>> {
  const rows = await work.sql<
    { id: string; row: Record<string, unknown> }[]
  >`select id, to_jsonb(c) as row from chats c where workspace_id = ${work.workspaceId} and id = any(${ids}::uuid[])`
  return new Map(rows.map(({ id, row }) => [id, row]))
}

/**
 * One open chat of two ends, for a thread has one: what waits there for an answer goes over to the chat that stays, the rest stays as an
 * earlier chat. Answers with the messages that went over.
 */
async function endIn(work: Work, ends: Chat, stays: Chat): Promise<string[]> {
  const { sql: q, workspaceId } = work
  const carried = ends.waitingSince
    ? await q<
        { id: string }[]
      >`update messages m set chat_id = ${stays.id} where m.workspace_id = ${workspaceId} and m.chat_id = ${ends.id} and m.direction = 'in'
        and not exists (select from messages a where a.workspace_id = ${workspaceId} and a.chat_id = ${ends.id} and a.direction = 'out' and a.author_kind = 'operator'
          and (a.at, a.position, a.id) > (m.at, m.position, m.id)) returning m.id`
    : []
  if (carried.length > 0)
    await q`update chats c set unread = c.unread + ${ends.unread},
        first_unread_id = (select id from messages where workspace_id = ${workspaceId} and chat_id = c.id and id in (c.first_unread_id, ${ends.firstUnreadId})
          order by at, position, id limit 1),
        waiting_since = least(c.waiting_since, e.waiting_since), customer_wrote_at = greatest(c.customer_wrote_at, e.customer_wrote_at),
        calmed_at = null, missed_at = null, snoozed_at = null, snoozed_until = null
      from chats e where c.workspace_id = ${workspaceId} and c.id = ${stays.id} and e.workspace_id = ${workspaceId} and e.id = ${ends.id}`
  // What is left of it is of before: nobody goes on there.
  const over = await change(work, ends, { ...ended, closedFully: true, missedAt: null })
  await nameLast(work, [ends.id, stays.id])
  tell(work, 'chat.identified', ends, over, { continuesIn: stays.number })
  tell(work, 'chat.closed', ends, over)
  return carried.map(({ id }) => id)
}

const moveChats = (work: Work, late: Chat[], threadId: string, { customerId }: Identity): Promise<Chat[]> =>
  work.db
    .update(chats)
    .set({ threadId, customerId })
    .where(
      and(
        eq(chats.workspaceId, work.workspaceId),
        inArray(
          chats.id,
          late.map(({ id }) => id),
        ),
      ),
    )
    .returning()

type Owner = Brought['from']
/** The messages of these chats, or these themselves. Ids that a browser chose may be those of another: the earlier message keeps them. */
async function moveWords(work: Work, ids: string[], from: Owner, into: Owner): Promise<Pick<Brought, 'messageIds' | 'keys' | 'fileIds'>> {
  const { sql: q, workspaceId } = work
  const before = await q<
    { id: string; clientId: string | null; externalId: string | null }[]
  >`select id, client_id as "clientId", external_id as "externalId" from messages
    where workspace_id = ${workspaceId} and thread_id = ${from.threadId} and (chat_id = any(${ids}::uuid[]) or id = any(${ids}::uuid[])) order by id`
  const messageIds = before.map(({ id }) => id)
  const moved = await q<
    { id: string; client_id: string | null; external_id: string | null }[]
  >`update messages m set thread_id = ${into.threadId},
      author_id = case when m.author_id = ${from.identityId} then ${into.identityId} else m.author_id end,
      client_id = case when m.author_id = ${from.identityId} and exists (select from messages o where o.workspace_id = ${workspaceId} and o.author_id = ${into.identityId} and o.client_id = m.client_id)
        then null else m.client_id end,
      external_id = case when exists (select from messages o where o.workspace_id = ${workspaceId} and o.channel_id = m.channel_id
        and o.thread_id = ${into.threadId} and o.external_id = m.external_id) then null else m.external_id end
    where m.workspace_id = ${workspaceId} and m.id = any(${messageIds}::uuid[]) returning id, client_id, external_id`
  const kept = new Map(moved.map((row) => [row.id, row]))
  return {
    messageIds,
    keys: before.filter(({ id, clientId, externalId }) => clientId !== kept.get(id)?.client_id || externalId !== kept.get(id)?.external_id),
    fileIds: await moveFiles(work, from, into, messageIds),
  }
}

/** Of these messages; null: of what is still being written. */
async function moveFiles({ sql: q, workspaceId }: Work, from: Owner, into: Owner, messageIds: string[] | null): Promise<string[]> {
  const which = messageIds ? q`message_id = any(${messageIds}::uuid[])` : q`message_id is null`
  const moved = await q<
    { id: string }[]
  >`update files set uploader_id = ${into.identityId} where workspace_id = ${workspaceId} and uploader_id = ${from.identityId} and ${which} returning id`
  return moved.map(({ id }) => id)
}

/** Where nothing else hangs on the stranger's profile, it is the known one's: notes, tags, and what that had not filled in. */
async function joinProfiles(work: Work, mergeId: string, stranger: Identity, known: Identity): Promise<Moved | null> {
  if (await hasMore(work, stranger)) return null
  const [from, into] = [await findWhole(work, stranger.customerId), await findWhole(work, known.customerId)]
  const noteIds = await moveNotes(work, from.id, into.id)
  await copyTags(work, from.id, into.id, mergeId)
  await work.db
    .update(identities)
    .set({ customerId: into.id })
    .where(and(eq(identities.workspaceId, work.workspaceId), eq(identities.id, stranger.id)))
  await standBehind(work, from, into.id)
  const taken = Object.entries(takenFields(from, into))
  const typed = taken.filter(([name]) => saidHimself(from, stranger, name))
  const written = taken.filter((field) => !typed.includes(field))
  const more = { ...(taken.some(([name]) => name === 'phone') && { phoneE164: from.phoneE164 }) }
  const half = typed.length > 0 ? await writeFields(work, into, Object.fromEntries(typed), more, true) : into
  const whole =
    written.length > 0
      ? await writeFields(work, half, Object.fromEntries(written), {
          ...more,
          ...(!into.registeredAt && { registeredAt: from.registeredAt }),
        })
      : half
  await tellChats(work, into.id, 'customer.merged')
  return {
    identityIds: [stranger.id],
    noteIds,
    fields: Object.fromEntries(taken.map(([name, after]) => [name, { before: valuesIn(into, name), after }])),
    phoneE164: into.phoneE164,
    registered: into.registeredAt !== null,
    version: whole.version,
  }
}

/** His website may say it better one day; what an operator wrote it may not. */
const saidHimself = (customer: Customer, identity: Identity, name: string): boolean =>
  customer.changes[name]?.visitor === true || ((name === 'name' || name === 'email') && valuesIn(customer, name)[0] === identity[name])

/** Another account of the stranger's profile, or an earlier chat that is not brought along. */
async function hasMore(work: Work, { id, customerId }: Identity): Promise<boolean> {
  const { sql: q, workspaceId } = work
  const rows = await q`select from identities where workspace_id = ${workspaceId} and customer_id = ${customerId} and id <> ${id}
    union all select from chats where workspace_id = ${workspaceId} and customer_id = ${customerId} limit 1`
  return rows.length > 0
}

async function ownerOf(work: Work, identity: Identity): Promise<Owner> {
  const [thread] = await work.db
    .select({ id: threads.id })
    .from(threads)
    .where(and(eq(threads.workspaceId, work.workspaceId), eq(threads.channelId, identity.channelId), eq(threads.identityId, identity.id)))
  if (!thread) throw new Error('a visitor has a thread')
  return { identityId: identity.id, threadId: thread.id }
}

const chatsIn = (work: Work, threadId: string, which: SQL): Promise<Chat[]> =>
  work.db
    .select()
    .from(chats)
    .where(and(eq(chats.workspaceId, work.workspaceId), eq(chats.threadId, threadId), which))
