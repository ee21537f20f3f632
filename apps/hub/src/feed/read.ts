import { and, asc, eq, gt, inArray, or, type SQL, sql } from 'drizzle-orm'
import { builtOnce } from '../db/built.ts'
import type { Db } from '../db/client.ts'
import { chats } from '../db/tables/chat.ts'
import { activitiesOnly, events, type Sight } from '../db/tables/event.ts'
import { messages } from '../db/tables/message.ts'
import { counters } from '../db/tables/workspace.ts'
import type { Reading, SystemActor, Works } from '../work.ts'
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
/** The threads whose visitors it concerns: where its chat is and, when that was taken apart from another customer, where it was. */
export const threadsOf = ({ type, sight, data }: FeedEvent): string[] => [
  ...(sight ? [sight.threadId] : []),
  ...(type === 'chat.parted' && data?.before ? [data.before.threadId] : []),
]

/** Events read together, and what was read with them: their frames need it. Kept no longer than it takes to tell of them. */
export interface Batch {
  events: readonly FeedEvent[]
  chats: ReadonlyMap<string, typeof chats.$inferSelect>
  messages: ReadonlyMap<string, typeof messages.$inferSelect>
  /** For what else they need: in the transaction they were read in, as long as it is open. */
  read: Reading<SystemActor>
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

const selectEvents = (where?: SQL) => (db: Db) =>
  db
    .select({ event: events, chat: chats, message: messages })
    .from(events)
    .leftJoin(chats, and(eq(chats.workspaceId, events.workspaceId), eq(chats.id, events.chatId)))
    .leftJoin(
      messages,
      and(eq(messages.workspaceId, events.workspaceId), eq(messages.id, events.subjectId), sql`${events.type} like 'message.%'`),
    )
    .where(and(eq(events.workspaceId, sql.placeholder('workspaceId')), gt(events.seq, sql.placeholder('after')), where))
    .orderBy(asc(events.seq))
    .limit(sql.placeholder('limit'))
const eventsAfter = builtOnce(selectEvents())
const eventsOfThread = builtOnce(
  selectEvents(
    or(
      eq(chats.threadId, sql.placeholder('threadId')),
      and(eq(events.type, 'chat.parted'), sql`${events.data} #>> '{before,threadId}' = ${sql.placeholder('threadId')}`),
    ),
  ),
)

/** Events after `after`, in order, at most `limit`. `threadId`: only those of one thread. */
export async function readEvents(works: Works, workspaceId: string, after: number, limit: number, threadId?: string): Promise<Batch> {
  const read = works.reading(systemOf(workspaceId))
  const rows = await read((work) =>
    threadId === undefined
      ? eventsAfter(work.db, { workspaceId, after, limit })
      : eventsOfThread(work.db, { workspaceId, after, limit, threadId }),
  )
  return {
    events: rows.map(({ event, chat }) => eventOf(event, chat)),
    chats: new Map(rows.flatMap(({ chat }) => (chat ? [[chat.id, chat]] : []))),
    messages: new Map(rows.flatMap(({ message }) => (message ? [[message.id, message]] : []))),
    read,
  }
}

/** Events that are known already. */
export const batchOf = (works: Works, workspaceId: string, known: readonly FeedEvent[]): Batch => ({
  events: known,
  chats: new Map(),
  messages: new Map(),
  read: works.reading(systemOf(workspaceId)),
})

const eventOf = (event: typeof events.$inferSelect, chat: typeof chats.$inferSelect | null): FeedEvent => ({
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
})

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
