import type { Filter } from '@parley/schema/filter'
import { type ActivityType, type ChatOrder, type ChatSection, chatSections } from '@parley/schema/vocabulary'
import { and, asc, desc, eq, type SQL, sql } from 'drizzle-orm'
import type { AnyPgColumn } from 'drizzle-orm/pg-core'
import { chats } from '../db/tables/chat.ts'
import { activitiesOnly, type EventData } from '../db/tables/event.ts'
import { messages } from '../db/tables/message.ts'
import { workspaces } from '../db/tables/workspace.ts'
import { HubError } from '../errors.ts'
import type { OperatorActor, Work } from '../work.ts'
import type { Chat } from './chat.ts'
import { fitting } from './filter.ts'
import { groupsInSight, participates, seesAll, visibleChats } from './sight.ts'

/** Where a list goes on: the sort key of the last row (microseconds since 1970) and its id. */
export interface After {
  key: string
  id: string
}
export interface ChatFilter {
  section: ChatSection
  groupId?: string | null
  operatorId?: string | null
  order?: ChatOrder
  after?: After
  limit: number
}
/** Counts of everything would cost more with every chat ever closed. */
export const countCap = 1_000

const micros = (column: SQL | AnyPgColumn) => sql<string>`(extract(epoch from ${column}) * 1000000)::bigint::text`
const momentOf = (key: string) => sql`timestamptz 'epoch' + ${key}::bigint * interval '1 microsecond'`

/** The end of the reply window; what has none, or an ended one, comes last. */
const closesAt = sql`coalesce((select case when until > now() then until end from channels c
  cross join lateral (select ${chats.customerWroteAt} + (c.capabilities -> 'replyWindow' ->> 'hours')::numeric * interval '1 hour' as until) w
  where c.workspace_id = ${chats.workspaceId} and c.id = ${chats.channelId}), timestamptz '4000-01-01 00:00+00')`

/** Chats of a section in the actor's sight, by key: the longest waiting first in `new`, the newest activity first elsewhere. */
export async function listChats(work: Work<OperatorActor>, filter: ChatFilter): Promise<(Chat & { key: string })[]> {
  if (filter.section === 'all' && !hasSection(work.actor, 'all')) throw new HubError('forbidden', { field: 'section' })
  const closing = filter.order === 'closing'
  const rising = closing || filter.section === 'new'
  const column = closing
    ? closesAt
    : filter.section === 'new'
      ? chats.openedAt
      : filter.section === 'closed'
        ? chats.closedAt
        : chats.lastMessageAt
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
        beyond(column, rising, filter.after),
      ),
    )
    .orderBy(...inOrder(column, rising))
    .limit(filter.limit)
  return rows.map(({ chat, key }) => ({ ...chat, key }))
}

const inOrder = (column: SQL | AnyPgColumn, rising: boolean) => [column, chats.id].map((each) => (rising ? asc(each) : desc(each)))
const beyond = (column: SQL | AnyPgColumn, rising: boolean, after: After | undefined) =>
  after && sql`(${column}, ${chats.id}) ${rising ? sql`>` : sql`<`} (${momentOf(after.key)}, ${after.id}::uuid)`

/** A checked filter with the calendar of whoever reads it. */
export interface Sought {
  filter: Filter
  timeZone: string
}
/** What of the actor's sight fits a filter; whoever asks for it is told of nothing else. */
const sought = (work: Work<OperatorActor>, { filter, timeZone }: Sought): SQL | undefined =>
  and(eq(chats.workspaceId, work.workspaceId), visibleChats(work.actor), fitting(filter, { actor: work.actor, timeZone }))

/** Chats in sight that fit a filter, by key: the newest activity first. */
export async function listFitting(
  work: Work<OperatorActor>,
  wanted: Sought & { after?: After; limit: number },
): Promise<(Chat & { key: string })[]> {
  const column = chats.lastMessageAt
  const rows = await planned<{ id: string; key: string }>(
    work,
    work.db
      .select({ id: chats.id, key: micros(column).as('key') })
      .from(chats)
      .where(and(sought(work, wanted), beyond(column, false, wanted.after)))
      .orderBy(...inOrder(column, false))
      .limit(wanted.limit),
  )
  return inThatOrder(rows, await chatsOf(work, rows))
}

/** How many chats in sight fit a filter, up to `countCap`. */
export async function countFitting(work: Work<OperatorActor>, wanted: Sought): Promise<number> {
  const some = work.db
    .select({ one: sql`1`.as('one') })
    .from(chats)
    .where(sought(work, wanted))
    .limit(countCap)
  const [row] = await planned<{ count: number }>(
    work,
    work.db.select({ count: sql<number>`count(*)::int`.as('count') }).from(some.as('some')),
  )
  return row?.count ?? 0
}

/** Those of these chats that are in sight and fit a filter now. */
export async function whichFit(work: Work<OperatorActor>, wanted: Sought, chatIds: readonly string[]): Promise<Chat[]> {
  const named = sql`${chats.id} = any(${`{${chatIds.join(',')}}`}::uuid[])`
  const rows = await planned<{ id: string }>(
    work,
    work.db
      .select({ id: chats.id })
      .from(chats)
      .where(and(sought(work, wanted), named)),
  )
  return chatsOf(work, rows)
}

/** The ids of what fits a filter, the longest idle first; one more than `most` where there are more. */
export async function idsFitting(work: Work<OperatorActor>, wanted: Sought, most: number): Promise<string[]> {
  const query = work.db
    .select({ id: chats.id })
    .from(chats)
    .where(sought(work, wanted))
    .orderBy(...inOrder(chats.lastMessageAt, true))
  return (await planned<{ id: string }>(work, query.limit(most + 1))).map(({ id }) => id)
}

/** A filter may ask for what no index knows; nobody waits longer than this, and nobody else waits for it. */
const patienceMs = 6_000

/** Filters have shapes without end: each is planned for its own values, and its statement is not kept. */
async function planned<Row>(work: Work, query: { toSQL(): { sql: string; params: unknown[] } }): Promise<Row[]> {
  const { sql: text, params } = query.toSQL()
  // Room to keep what a condition found: without it, it would be looked for anew for every chat.
  await work.sql`select set_config('statement_timeout', ${String(patienceMs)}, true), set_config('work_mem', '128MB', true)`
  try {
    return (await work.sql.unsafe(text, params as never[], { prepare: false })) as unknown as Row[]
  } catch (error) {
    throw (error as { code?: string }).code === '57014' ? new HubError('filter_slow', { field: 'filter' }) : error
  }
}

const chatsOf = (work: Work, rows: { id: string }[]): Promise<Chat[]> =>
  work.db
    .select()
    .from(chats)
    .where(and(eq(chats.workspaceId, work.workspaceId), sql`${chats.id} = any(${`{${rows.map(({ id }) => id).join(',')}}`}::uuid[])`))

function inThatOrder(rows: { id: string; key: string }[], found: Chat[]): (Chat & { key: string })[] {
  const byId = new Map(found.map((chat) => [chat.id, chat]))
  return rows.flatMap(({ id, key }) => {
    const chat = byId.get(id)
    return chat ? [{ ...chat, key }] : []
  })
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
  const counts = {} as Record<ChatSection, number | null>
  for (const section of chatSections) counts[section] = hasSection(work.actor, section) ? await capped(section) : null
  return counts
}

/** Who holds open chats in the actor's sight, and how many of them, the busiest first. */
export async function countHolders(work: Work<OperatorActor>): Promise<{ operatorId: string; count: number }[]> {
  if (!seesOthers(work.actor)) return []
  const rows = await work.db
    .select({ operatorId: chats.operatorId, count: sql<number>`count(*)::int` })
    .from(chats)
    .where(and(eq(chats.workspaceId, work.workspaceId), eq(chats.state, 'serving'), visibleChats(work.actor)))
    .groupBy(chats.operatorId)
    .orderBy(sql`2 desc`, chats.operatorId)
    .limit(1_000)
  return rows.flatMap(({ operatorId, count }) => (operatorId ? [{ operatorId, count }] : []))
}

/** Every open chat in sight is a section for those who lead; colleagues' chats one for those who see any. */
export function hasSection(actor: OperatorActor, section: ChatSection): boolean {
  if (section === 'all') return actor.role !== 'operator'
  return section !== 'others' || seesOthers(actor)
}

/** Colleagues' chats are there for those who have a group or the whole workspace in sight. */
export const seesOthers = (actor: OperatorActor): boolean => seesAll(actor) || groupsInSight(actor).size > 0

async function inSection(work: Work<OperatorActor>, section: ChatSection): Promise<SQL> {
  const own = sql`(${chats.operatorId} = ${work.actor.operatorId} or ${participates(work.actor)})`
  const held = sql`${chats.state} = 'serving' and ${own}`
  const mine = sql`${held} and ${chats.snoozedAt} is null`
  if (section === 'new') return sql`${chats.state} = 'queued' and ${chats.missedAt} is null`
  if (section === 'missed') return sql`${chats.state} = 'queued' and ${chats.missedAt} is not null`
  if (section === 'mine') return mine
  if (section === 'snoozed') return sql`${held} and ${chats.snoozedAt} is not null`
  if (section === 'closed') return sql`${chats.state} = 'closed'`
  if (section === 'others') return sql`${chats.state} = 'serving' and not ${own}`
  if (section === 'all') return sql`${chats.state} <> 'closed'`
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
export type TimelineRow = { key: string[] } & ({ kind: 'message' | 'comment'; id: string } | ActivityRow)
/** `before`/`after`: microseconds, position, and the tie-breaking text of a row of the timeline. */
export interface TimelineWindow {
  limit: number
  backward: boolean
  from?: string[]
}

/** Messages, internal comments and activities of a chat in one order. The caller has asked whether the chat may be seen. */
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
  // The rule of audience.ts as SQL.
  const me = work.actor.kind === 'operator' ? work.actor.operatorId : null
  const heard = work.actor.kind === 'system' ? q`true` : q`(to_operator_id is null or ${me}::uuid in (to_operator_id, author_id))`
  const rows = await q<
    {
      kind: 'message' | 'comment' | 'activity'
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
      (select * from (select 'comment' as kind, id::text as id, at, 0::bigint as position, id::text as tie, null::text as type, null::uuid as operator_id, null::jsonb as data
        from comments where workspace_id = ${workspaceId} and chat_id = ${chatId} and ${heard}) c where ${beyond} order by ${order} limit ${window.limit})
      union all
      (select * from (select 'activity' as kind, seq::text as id, at, 0::bigint as position, lpad(seq::text, 20, '0') as tie, type, operator_id, data
        from events where workspace_id = ${workspaceId} and chat_id = ${chatId} and ${q.unsafe(activitiesOnly)}) a where ${beyond} order by ${order} limit ${window.limit})
    ) all_kinds order by ${order} limit ${window.limit}`
  return rows.map((row) => {
    const key = [row.key, row.position, row.tie]
    if (row.kind !== 'activity') return { kind: row.kind, id: row.id, key }
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
