import { sql } from 'drizzle-orm'
import { chats } from '../db/tables/chat.ts'
import type { Work } from '../work.ts'
import type { Chat } from './chat.ts'
import { sightOf } from './sight.ts'

/**
 * Opens the last chat of each of these threads again, where it was closed no longer ago than the admin allows: with its
 * operator, unless he is away, else in its group's queue. The caller holds the threads' locks, and none has an open chat.
 */
export async function reopenRecent(work: Work, threadIds: string[]): Promise<Chat[]> {
  const recent = await work.sql<{ id: string; stays: boolean }[]>`
    select last.id, exists (select from operators o where o.workspace_id = ${work.workspaceId} and o.id = last.operator_id and o.active and o.presence <> 'offline') as stays
    from (
      select distinct on (thread_id) id, thread_id, channel_id, operator_id, closed_at from chats
      where workspace_id = ${work.workspaceId} and thread_id = any(${threadIds}::uuid[]) order by thread_id, closed_at desc, opened_at desc
    ) last
    join workspaces w on w.workspace_id = ${work.workspaceId}
    join channels ch on ch.workspace_id = ${work.workspaceId} and ch.id = last.channel_id and ch.removed_at is null
    where last.closed_at > clock_timestamp() - coalesce(ch.reopen_minutes, w.reopen_minutes) * interval '1 minute'`
  const reopened: Chat[] = []
  for (const { id, stays } of recent) {
    const here = sql`${chats.workspaceId} = ${work.workspaceId} and ${chats.id} = ${id}`
    const [closed] = await work.db.select().from(chats).where(here).for('no key update')
    if (closed?.state !== 'closed') continue
    const [open] = await work.db
      .update(chats)
      .set({
        state: stays ? 'serving' : 'queued',
        operatorId: stays ? closed.operatorId : null,
        closedAt: null,
        closedFully: false,
      })
      .where(here)
      .returning()
    if (!open) continue
    work.record({
      type: 'chat.reopened',
      chatId: id,
      subjectId: id,
      data: { before: sightOf(closed), after: sightOf(open), toOperatorId: open.operatorId, byCustomer: true },
    })
    reopened.push(open)
  }
  return reopened
}
