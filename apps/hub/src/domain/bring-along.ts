import { limits } from '@parley/schema/vocabulary'
import { and, eq, inArray, ne, type SQL, sql } from 'drizzle-orm'
import { chats, threads } from '../db/tables/chat.ts'
import { identities } from '../db/tables/customer.ts'
import type { Work } from '../work.ts'
import { type Chat, change, ended, tell } from './chat.ts'
import type { Customer, Identity } from './customer.ts'
import { valuesIn, writeFields } from './customer-change.ts'
import { copyTags, findWhole, lockCustomers, moveNotes, standBehind, takenFields } from './merge.ts'

/**
 * Somebody who is known signed in on a browser in which he had just written as a stranger: what was said there goes on in his own
 * thread. Only what this browser's own token opened, and only of late: on a computer that others use too, what was said there
 * before is not his. The caller has locked both identities.
 */
export async function bringAlong(work: Work, stranger: Identity, known: Identity): Promise<void> {
  await lockCustomers(work, [...new Set([stranger.customerId, known.customerId])])
  const [from, into] = [await threadOf(work, stranger), await threadOf(work, known)]
  const late = await chatsIn(work, from, isRecent)
  if (late.length === 0) return
  const open = late.find(({ state }) => state !== 'closed')
  const [other] = open ? await chatsIn(work, into, ne(chats.state, 'closed')) : []
  // Whoever talks with him now goes on; otherwise it is as if he had written as himself from the start.
  const carried = !open || !other ? [] : open.state === 'serving' ? await endIn(work, other, open) : await endIn(work, open, other)
  const moved = await moveChats(work, late, into, known)
  await moveWords(
    work,
    [...late, ...carried].map(({ id }) => id),
    { thread: from, author: stranger.id },
    { thread: into, author: known.id },
  )
  for (const after of moved) {
    const before = late.find(({ id }) => id === after.id)
    if (before && after.state !== 'closed') tell(work, 'chat.identified', before, after)
    work.record({ type: 'customer.changed', chatId: after.id, subjectId: after.customerId })
  }
  for (const { id, chatId } of carried) work.record({ type: 'message.received', chatId, subjectId: id })
  await joinProfiles(work, stranger, known)
}

/** Long enough to wait for an answer, or to look for a password. */
const isRecent = sql`${chats.lastMessageAt} > clock_timestamp() - ${limits.signInMinutes} * interval '1 minute'`

/**
 * One open chat of two ends, for a thread has one: what waits there for an answer goes over to the chat that stays, the rest stays as an
 * earlier chat. Answers with the messages that went over.
 */
async function endIn(work: Work, ends: Chat, stays: Chat): Promise<{ id: string; chatId: string }[]> {
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
  await q`update chats c set last_message_id = l.id, last_message_at = coalesce(l.at, c.last_message_at) from chats k
      left join lateral (select m.id, m.at from messages m where m.workspace_id = ${workspaceId} and m.chat_id = k.id order by m.at desc, m.position desc, m.id desc limit 1) l on true
    where k.workspace_id = ${workspaceId} and k.id in (${ends.id}, ${stays.id}) and c.workspace_id = ${workspaceId} and c.id = k.id`
  tell(work, 'chat.identified', ends, over, { continuesIn: stays.number })
  tell(work, 'chat.closed', ends, over)
  return carried.map(({ id }) => ({ id, chatId: stays.id }))
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

interface Owner {
  thread: string
  author: string
}
/** The messages of these chats, or these themselves. Ids that a browser chose may be those of another: the earlier message keeps them. */
async function moveWords(work: Work, ids: string[], from: Owner, into: Owner): Promise<void> {
  const { sql: q, workspaceId } = work
  await q`update messages m set thread_id = ${into.thread},
      author_id = case when m.author_id = ${from.author} then ${into.author} else m.author_id end,
      client_id = case when m.author_id = ${from.author} and exists (select from messages o where o.workspace_id = ${workspaceId} and o.author_id = ${into.author} and o.client_id = m.client_id)
        then null else m.client_id end,
      external_id = case when exists (select from messages o where o.workspace_id = ${workspaceId} and o.channel_id = m.channel_id
        and o.thread_id = ${into.thread} and o.external_id = m.external_id) then null else m.external_id end
    where m.workspace_id = ${workspaceId} and m.thread_id = ${from.thread} and (m.chat_id = any(${ids}::uuid[]) or m.id = any(${ids}::uuid[]))`
  await q`update files set uploader_id = ${into.author} where workspace_id = ${workspaceId} and uploader_id = ${from.author}`
}

/** Where nothing else hangs on the stranger's profile, it is the known one's: notes, tags, and what that had not filled in. */
async function joinProfiles(work: Work, stranger: Identity, known: Identity): Promise<void> {
  if (stranger.customerId === known.customerId || (await hasMore(work, stranger))) return
  const [from, into] = [await findWhole(work, stranger.customerId), await findWhole(work, known.customerId)]
  await moveNotes(work, from.id, into.id)
  await copyTags(work, from.id, into.id, null)
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
  if (written.length > 0)
    await writeFields(work, half, Object.fromEntries(written), { ...more, registeredAt: into.registeredAt ?? from.registeredAt })
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

async function threadOf(work: Work, identity: Identity): Promise<string> {
  const [thread] = await work.db
    .select({ id: threads.id })
    .from(threads)
    .where(and(eq(threads.workspaceId, work.workspaceId), eq(threads.channelId, identity.channelId), eq(threads.identityId, identity.id)))
  return thread?.id ?? Promise.reject(new Error('a visitor has a thread'))
}

const chatsIn = (work: Work, threadId: string, which: SQL): Promise<Chat[]> =>
  work.db
    .select()
    .from(chats)
    .where(and(eq(chats.workspaceId, work.workspaceId), eq(chats.threadId, threadId), which))
