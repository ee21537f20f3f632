import { and, asc, eq, gt, inArray, sql } from 'drizzle-orm'
import { chats } from '../db/tables/chat.ts'
import { activitiesOnly, events, type Sight } from '../db/tables/event.ts'
import { counters } from '../db/tables/workspace.ts'
import type { Works } from '../work.ts'
import { systemOf } from '../work.ts'

/** An event as it stands in the log, with who could see its chat then and who can now. */
export interface FeedEvent {
  seq: number
  at: Date
  type: (typeof events.$inferSelect)['type']
  operatorId: string | null
  chatId: string | null
  subjectId: string | null
  data: (typeof events.$inferSelect)['data']
  /** The chat's sight now; null for events that are not about a chat. */
  sight: Sight | null
}
export interface Position {
  head: number
  oldest: number
}

/** The newest number of the feed and the oldest one that can still be replayed. */
export async function readPosition(works: Works, workspaceId: string): Promise<Position> {
  const rows = await works.read(systemOf(workspaceId), (work) =>
    work.db
      .select({ name: counters.name, value: counters.value })
      .from(counters)
      .where(and(eq(counters.workspaceId, workspaceId), inArray(counters.name, ['event', 'pruned']))),
  )
  const value = (name: string) => rows.find((row) => row.name === name)?.value ?? 0
  return { head: value('event'), oldest: value('pruned') }
}

/** Events after `after`, in order, at most `limit`. `threadId`: only those of one thread. */
export function readEvents(works: Works, workspaceId: string, after: number, limit: number, threadId?: string): Promise<FeedEvent[]> {
  return works.read(systemOf(workspaceId), async (work) => {
    const rows = await work.db
      .select({ event: events, chat: chats })
      .from(events)
      .leftJoin(chats, and(eq(chats.workspaceId, events.workspaceId), eq(chats.id, events.chatId)))
      .where(and(eq(events.workspaceId, workspaceId), gt(events.seq, after), threadId ? sql`${chats.threadId} = ${threadId}` : undefined))
      .orderBy(asc(events.seq))
      .limit(limit)
    return rows.map(({ event, chat }) => ({
      seq: event.seq,
      at: event.at,
      type: event.type,
      operatorId: event.operatorId,
      chatId: event.chatId,
      subjectId: event.subjectId,
      data: event.data,
      sight: chat && {
        operatorId: chat.operatorId,
        groupId: chat.groupId,
        channelId: chat.channelId,
        customerId: chat.customerId,
        threadId: chat.threadId,
        state: chat.state,
        participantIds: chat.participantIds,
      },
    }))
  })
}

/** Forgets what is older than the retained feed, but for the activities, which are part of the chats. */
export async function pruneEvents(works: Works, workspaceId: string, days = 7): Promise<void> {
  await works.work(
    systemOf(workspaceId),
    (work) => work.sql`
    with gone as (
      delete from events where workspace_id = ${workspaceId} and at < clock_timestamp() - ${days} * interval '1 day'
        and not (${work.sql.unsafe(activitiesOnly)}) returning seq
    )
    insert into counters (workspace_id, name, value) select ${workspaceId}, 'pruned', coalesce(max(seq), 0) from gone having max(seq) is not null
    on conflict (workspace_id, name) do update set value = greatest(counters.value, excluded.value)`,
  )
}
