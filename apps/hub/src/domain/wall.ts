import { and, asc, eq, inArray } from 'drizzle-orm'
import { chats } from '../db/tables/chat.ts'
import { groupMembers, groups } from '../db/tables/group.ts'
import { operators } from '../db/tables/operator.ts'
import { notFound } from '../errors.ts'
import type { OperatorActor, Work } from '../work.ts'
import { ensure } from './access.ts'
import type { Operator } from './operator.ts'
import { groupsInSight, seesAll, visibleChats } from './sight.ts'

/** An operator as those who supervise him see him: his chats in their sight, those who wait longest first. */
export interface WallSeat {
  operator: Operator
  chatIds: string[]
  held: number
  waiting: number
  unread: number
}

/** Chats shown of one operator; the figures count all of them. */
export const mostShown = 12

/** The operators one supervises, with their chats. A limited supervisor sees the members of his groups. */
export async function listWall(work: Work<OperatorActor>, groupId: string | null): Promise<WallSeat[]> {
  ensure(work.actor, 'wall.read')
  const seats = await seated(work, groupId)
  if (seats.length === 0) return []
  const ids = seats.map(({ id }) => id)
  const rows = await work.sql<{ operator_id: string; chat_ids: string[]; held: number; waiting: number; unread: number }[]>`
    select operator_id, (array_agg(id order by waiting_since nulls last, last_message_at desc, id))[1:${mostShown}] as chat_ids,
      count(*)::int as held, count(waiting_since)::int as waiting, count(*) filter (where unread > 0)::int as unread
    from chats where workspace_id = ${work.workspaceId} and state = 'serving' and operator_id = any(${ids}::uuid[])
      and id = any(${await visibleIds(work, ids)}::uuid[]) group by operator_id`
  const heldBy = new Map(rows.map((row) => [row.operator_id, row]))
  return seats.map((operator) => {
    const row = heldBy.get(operator.id)
    return { operator, chatIds: row?.chat_ids ?? [], held: row?.held ?? 0, waiting: row?.waiting ?? 0, unread: row?.unread ?? 0 }
  })
}

async function visibleIds(work: Work<OperatorActor>, operatorIds: string[]): Promise<string[]> {
  const rows = await work.db
    .select({ id: chats.id })
    .from(chats)
    .where(
      and(
        eq(chats.workspaceId, work.workspaceId),
        eq(chats.state, 'serving'),
        inArray(chats.operatorId, operatorIds),
        visibleChats(work.actor),
      ),
    )
    .limit(20_000)
  return rows.map(({ id }) => id)
}

async function seated(work: Work<OperatorActor>, groupId: string | null): Promise<Operator[]> {
  const all = seesAll(work.actor)
  if (groupId && !all && !groupsInSight(work.actor).has(groupId)) throw notFound()
  if (groupId) {
    const [group] = await work.db
      .select({ id: groups.id })
      .from(groups)
      .where(and(eq(groups.workspaceId, work.workspaceId), eq(groups.id, groupId)))
    if (!group) throw notFound()
  }
  const groupIds = groupId ? [groupId] : all ? null : [...groupsInSight(work.actor)]
  if (groupIds?.length === 0) return []
  const members = work.db
    .select({ id: groupMembers.operatorId })
    .from(groupMembers)
    .where(and(eq(groupMembers.workspaceId, work.workspaceId), inArray(groupMembers.groupId, groupIds ?? [''])))
  return work.db
    .select()
    .from(operators)
    .where(
      and(eq(operators.workspaceId, work.workspaceId), eq(operators.active, true), groupIds ? inArray(operators.id, members) : undefined),
    )
    .orderBy(asc(operators.name), asc(operators.id))
    .limit(1_000)
}
