import type { ActivityType, ChatSection } from '@parley/schema/vocabulary'
import { and, asc, desc, eq, type SQL, sql } from 'drizzle-orm'
import { chats } from '../db/tables/chat.ts'
import type { EventData } from '../db/tables/event.ts'
import { messages } from '../db/tables/message.ts'
import { workspaces } from '../db/tables/workspace.ts'
import type { OperatorActor, Work } from '../work.ts'
import type { Chat } from './chat.ts'
import { groupsInSight, seesAll, visibleChats } from './sight.ts'

/** Where a list goes on: the sort key of the last row (microseconds since 1970) and its id. */
export interface After {
  key: string
  id: string
}
export interface ChatFilter {
  section: ChatSection
  groupId?: string | null
  operatorId?: string | null
  after?: After
  limit: number
}
/** Counts of everything would cost more with every chat ever closed. */
export const countCap = 1_000

const micros = (column: SQL | typeof chats.openedAt) => sql<string>`(extract(epoch from ${column}) * 1000000)::bigint::text`
const momentOf = (key: string) => sql`timestamptz 'epoch' + ${key}::bigint * interval '1 microsecond'`

/** Chats of a section in the actor's sight, by key: the longest waiting first in `new`, the newest activity first elsewhere. */
export async function listChats(work: Work<OperatorActor>, filter: ChatFilter): Promise<(Chat & { key: string })[]> {
  const queue = filter.section === 'new'
  const column = queue ? chats.openedAt : filter.section === 'closed' ? chats.closedAt : chats.lastMessageAt
  const direction = queue ? asc : desc
  const rows = await work.db
    .select({ chat: chats, key: micros(sql`${column}`) })
    .from(chats)
    .where(
      and(
        eq(chats.workspaceId, work.workspaceId),
        await inSection(work, filter.section),
        visibleChats(work.actor),
        filter.groupId ? eq(chats.groupId, filter.groupId) : undefined,
        filter.operatorId ? eq(chats.operatorId, filter.operatorId) : undefined,
        filter.after &&
          (queue
            ? sql`(${column}, ${chats.id}) > (${momentOf(filter.after.key)}, ${filter.after.id}::uuid)`
            : sql`(${column}, ${chats.id}) < (${momentOf(filter.after.key)}, ${filter.after.id}::uuid)`),
      ),
    )
    .orderBy(direction(column), direction(chats.id))
    .limit(filter.limit)
  return rows.map(({ chat, key }) => ({ ...chat, key }))
}

export async function countSections(work: Work<OperatorActor>): Promise<Record<ChatSection, number | null>> {
  const capped = async (section: ChatSection) => {
    const inside = work.db
      .select({ one: sql`1` })
      .from(chats)
      .where(and(eq(chats.workspaceId, work.workspaceId), await inSection(work, section), visibleChats(work.actor)))
      .limit(countCap)
    const [row] = await work.db.select({ count: sql<number>`count(*)::int` }).from(inside.as('some'))
    return row?.count ?? 0
  }
  const sections: ChatSection[] = ['new', 'mine', 'unread', 'waiting', 'open', 'others', 'closed']
  const counts = {} as Record<ChatSection, number | null>
  for (const section of sections) counts[section] = section === 'others' && !seesOthers(work.actor) ? null : await capped(section)
  return counts
}

/** Colleagues' chats are there for those who have a group or the whole workspace in sight. */
export const seesOthers = (actor: OperatorActor): boolean => seesAll(actor) || groupsInSight(actor).size > 0

async function inSection(work: Work<OperatorActor>, section: ChatSection): Promise<SQL> {
  const mine = sql`${chats.state} = 'serving' and ${chats.operatorId} = ${work.actor.operatorId}`
  if (section === 'new') return sql`${chats.state} = 'queued'`
  if (section === 'mine') return mine
  if (section === 'closed') return sql`${chats.state} = 'closed'`
  if (section === 'others') return sql`${chats.state} = 'serving' and ${chats.operatorId} <> ${work.actor.operatorId}`
  if (section === 'unread') return sql`${mine} and ${chats.unread} > 0`
  const [workspace] = await work.db
    .select({ minutes: workspaces.waitingAfterMinutes })
    .from(workspaces)
    .where(eq(workspaces.id, work.workspaceId))
  const overdue = sql`${chats.waitingSince} < clock_timestamp() - ${workspace?.minutes ?? 10} * interval '1 minute'`
  return section === 'waiting'
    ? sql`${mine} and ${chats.unread} = 0 and ${overdue}`
    : sql`${mine} and ${chats.unread} = 0 and (${chats.waitingSince} is null or not (${overdue}))`
}

export interface ActivityRow {
  kind: 'activity'
  id: string
  type: ActivityType
  at: Date
  operatorId: string | null
  data: EventData | null
}
export type TimelineRow = { key: string[] } & ({ kind: 'message'; id: string } | ActivityRow)
/** `before`/`after`: microseconds, position, and the tie-breaking text of a row of the timeline. */
export interface TimelineWindow {
  limit: number
  backward: boolean
  from?: string[]
}

/** Messages and activities of a chat in one order. The caller has asked whether the chat may be seen. */
export async function listTimeline(work: Work, chatId: string, window: TimelineWindow): Promise<TimelineRow[]> {
  const { sql: q, workspaceId } = work
  const [at, position, tie] = window.from ?? []
  const edge = q`(timestamptz 'epoch' + ${at ?? '0'}::bigint * interval '1 microsecond')`
  // The bound on `at` alone is what the index can use; the row comparison decides among equals.
  const beyond =
    at === undefined
      ? q`true`
      : window.backward
        ? q`at <= ${edge} and (at, position, tie) < (${edge}, ${position ?? '0'}::bigint, ${tie ?? ''})`
        : q`at >= ${edge} and (at, position, tie) > (${edge}, ${position ?? '0'}::bigint, ${tie ?? ''})`
  const order = window.backward ? q`at desc, position desc, tie desc` : q`at, position, tie`
  const rows = await q<
    {
      kind: 'message' | 'activity'
      id: string
      at: Date
      key: string
      position: string
      tie: string
      type: string | null
      operator_id: string | null
      data: EventData | null
    }[]
  >`
    select kind, id, at, (extract(epoch from at) * 1000000)::bigint::text as key, position::text, tie, type, operator_id, data from (
      (select * from (select 'message' as kind, id::text as id, at, position, id::text as tie, null::text as type, null::uuid as operator_id, null::jsonb as data
        from messages where workspace_id = ${workspaceId} and chat_id = ${chatId}) m where ${beyond} order by ${order} limit ${window.limit})
      union all
      (select * from (select 'activity' as kind, seq::text as id, at, 0::bigint as position, lpad(seq::text, 20, '0') as tie, type, operator_id, data
        from events where workspace_id = ${workspaceId} and chat_id = ${chatId} and type in ('chat.opened', 'chat.taken', 'chat.transferred', 'chat.closed', 'chat.reopened')) a where ${beyond} order by ${order} limit ${window.limit})
    ) both_kinds order by ${order} limit ${window.limit}`
  return rows.map((row) => {
    const key = [row.key, row.position, row.tie]
    if (row.kind === 'message') return { kind: 'message', id: row.id, key }
    return {
      kind: 'activity',
      id: row.id,
      type: (row.type ?? 'chat.opened') as ActivityType,
      at: row.at,
      operatorId: row.operator_id,
      data: row.data,
      key,
    }
  })
}

/** What a visitor may read back: his own thread over all its chats, newest first, from before a message. */
export function listThread(work: Work, threadId: string, window: { limit: number; beforeId?: string }) {
  return work.db
    .select()
    .from(messages)
    .where(
      and(
        eq(messages.workspaceId, work.workspaceId),
        eq(messages.threadId, threadId),
        window.beforeId
          ? sql`(${messages.at}, ${messages.position}, ${messages.id}) < (select at, position, id from messages where workspace_id = ${work.workspaceId} and thread_id = ${threadId} and id = ${window.beforeId})`
          : undefined,
      ),
    )
    .orderBy(desc(messages.at), desc(messages.position), desc(messages.id))
    .limit(window.limit)
}
