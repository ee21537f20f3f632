import { and, asc, eq, inArray, sql } from 'drizzle-orm'
import { chats } from '../db/tables/chat.ts'
import { HubError } from '../errors.ts'
import type { Work } from '../work.ts'
import { listMails, type MailLinks, queueMail } from './mail.ts'
import type { Message } from './message.ts'

/** How long a visitor may be without a connection before he counts as gone. */
const goneSeconds = 75

/** These visitors are on the website now: whoever was missed is told to be back. */
export async function seeVisitors(work: Work, identityIds: string[]): Promise<void> {
  await work.sql`update identities set seen_at = clock_timestamp() where workspace_id = ${work.workspaceId} and id = any(${identityIds}::uuid[])
    and (seen_at is null or seen_at < clock_timestamp() - interval '5 seconds')`
  const back = await work.sql<{ id: string }[]>`
    update chats set missed_at = null where workspace_id = ${work.workspaceId} and missed_at is not null
      and thread_id in (select id from threads where workspace_id = ${work.workspaceId} and identity_id = any(${identityIds}::uuid[])) returning id`
  for (const { id } of back) work.record({ type: 'chat.visited', chatId: id, subjectId: id })
}

/** Marks the chats whose visitors left before anybody answered. Answers how many. */
export async function markMissed(work: Work, most = 100): Promise<number> {
  const found = await work.sql<{ id: string }[]>`
    select c.id from chats c join threads t on t.workspace_id = c.workspace_id and t.id = c.thread_id
    join identities i on i.workspace_id = c.workspace_id and i.id = t.identity_id
    where c.workspace_id = ${work.workspaceId} and c.state = 'queued' and c.missed_at is null
      and i.seen_at < clock_timestamp() - ${goneSeconds} * interval '1 second'
      and not exists (select from messages m where m.workspace_id = c.workspace_id and m.chat_id = c.id and m.direction = 'out' and m.author_kind = 'operator')
    order by c.opened_at limit ${most}`
  if (found.length === 0) return 0
  const rows = await work.db
    .select({ id: chats.id })
    .from(chats)
    .where(
      and(
        eq(chats.workspaceId, work.workspaceId),
        eq(chats.state, 'queued'),
        inArray(
          chats.id,
          found.map(({ id }) => id),
        ),
      ),
    )
    .orderBy(asc(chats.id))
    .for('no key update', { skipLocked: true })
  for (const { id } of rows) {
    await work.db
      .update(chats)
      .set({ missedAt: sql`clock_timestamp()` })
      .where(and(eq(chats.workspaceId, work.workspaceId), eq(chats.id, id)))
    work.record({ type: 'chat.missed', chatId: id, subjectId: id })
  }
  return rows.length
}

/** What is written to a visitor who was missed goes to his e-mail as well, where he left one. The same message goes once, and so many an hour at most. */
export async function mailMissed(work: Work, links: MailLinks, message: Message): Promise<void> {
  const [chat] = await work.db
    .select()
    .from(chats)
    .where(and(eq(chats.workspaceId, work.workspaceId), eq(chats.id, message.chatId)))
  if (!chat?.missedAt || (await listMails(work, [message.id])).length > 0) return
  await queueMail(work, links, { chat, message, about: null }).catch((error: unknown) => {
    // He finds it in the chat all the same.
    if (!(error instanceof HubError && error.code === 'too_many_mails')) throw error
  })
}
