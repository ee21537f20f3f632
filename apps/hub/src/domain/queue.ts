import type { OperatorActor, Work } from '../work.ts'
import { groupsInSight, seesAll } from './sight.ts'

/** Someone who can be given a chat now. */
export interface Free {
  id: string
  role: string
  load: number
  capacity: number
  groupIds: string[]
}
/** Whether he can be given chats of this group: its members can, and for chats of no group whoever has the role operator. */
export const serves = (one: Free, groupId: string | null): boolean =>
  groupId === null ? one.role === 'operator' : one.groupIds.includes(groupId)

/** Those with room, in the order of their turns. */
export const findFree = (work: Work): Promise<Free[]> => work.sql<Free[]>`
  select * from (
    select o.id, o.role, coalesce(o.capacity, w.capacity) as capacity,
      (select count(*)::int from chats c where c.workspace_id = o.workspace_id and c.operator_id = o.id and c.state = 'serving') as load,
      array(select m.group_id::text from group_members m where m.workspace_id = o.workspace_id and m.operator_id = o.id and not m.supervises) as "groupIds"
    from operators o join workspaces w on w.workspace_id = o.workspace_id
    where o.workspace_id = ${work.workspaceId} and o.active and o.presence = 'online'
    order by o.assigned_at nulls first, o.id
  ) online where load < capacity`

/** Chats that wait together, and who is next. */
export interface Queue {
  /** Null: chats of no group. */
  groupId: string | null
  waiting: number
  oldestAt: Date | null
  assigns: boolean
  online: number
  free: number
  nextId: string | null
}

/** The queues the actor may take from: that of no group first, then those of groups in his sight by name. */
export async function listQueues(work: Work<OperatorActor>): Promise<Queue[]> {
  const inSight = seesAll(work.actor) ? null : [...groupsInSight(work.actor)]
  const rows = await work.sql<Omit<Queue, 'free' | 'nextId'>[]>`
    with places as (
      select null::uuid as id, false as assigns, '' as name
      union all
      select id, assigns, name from groups where workspace_id = ${work.workspaceId} and (${inSight}::uuid[] is null or id = any(${inSight}::uuid[]))
    )
    select p.id as "groupId", q.waiting, q.oldest as "oldestAt",
      p.assigns or exists (select from channels c where c.workspace_id = ${work.workspaceId} and c.assigns and c.group_id is not distinct from p.id) as assigns,
      (select count(*)::int from operators o where o.workspace_id = ${work.workspaceId} and o.active and o.presence = 'online' and case when p.id is null then o.role = 'operator'
        else exists (select from group_members m where m.workspace_id = o.workspace_id and m.group_id = p.id and m.operator_id = o.id and not m.supervises) end) as online
    from places p left join lateral (
      select count(*)::int as waiting, min(opened_at) as oldest from chats where workspace_id = ${work.workspaceId} and state = 'queued' and missed_at is null and group_id is not distinct from p.id
    ) q on true
    order by p.id is not null, p.name limit 1000`
  const free = await findFree(work)
  return rows.map((row) => {
    const fit = free.filter((one) => serves(one, row.groupId))
    return { ...row, free: fit.length, nextId: fit[0]?.id ?? null }
  })
}
