import { limits } from '@parley/schema/vocabulary'
import { and, eq, inArray } from 'drizzle-orm'
import { groupMembers, groups } from '../db/tables/group.ts'
import { operators } from '../db/tables/operator.ts'
import { HubError, notFound, textOf } from '../errors.ts'
import type { Work } from '../work.ts'
import { ensure } from './access.ts'
import { newId } from './ids.ts'

export type Group = typeof groups.$inferSelect
export interface GroupChange {
  name?: string | null
  memberIds?: string[] | null
  supervisorIds?: string[] | null
  assigns?: boolean | null
}

export async function createGroup(work: Work, name: string, memberIds: string[], supervisorIds: string[], assigns = false): Promise<Group> {
  ensure(work.actor, 'group.manage')
  const [group] = await work.db
    .insert(groups)
    .values({ workspaceId: work.workspaceId, id: newId(), name: textOf(name, 'name', limits.name), assigns })
    .onConflictDoNothing()
    .returning()
  if (!group) throw new HubError('taken', { field: 'name' })
  await setMembers(work, group.id, memberIds, supervisorIds)
  work.record({ type: 'group.changed', subjectId: group.id })
  return group
}

/** Lists that are given replace those that were. */
export async function updateGroup(work: Work, groupId: string, change: GroupChange): Promise<Group> {
  ensure(work.actor, 'group.manage')
  const mine = and(eq(groups.workspaceId, work.workspaceId), eq(groups.id, groupId))
  const [group] = await work.db.select().from(groups).where(mine).for('update')
  if (!group) throw notFound()
  const name = change.name == null ? group.name : textOf(change.name, 'name', limits.name)
  const [twin] = await work.db
    .select({ id: groups.id })
    .from(groups)
    .where(and(eq(groups.workspaceId, work.workspaceId), eq(groups.name, name)))
  if (twin && twin.id !== groupId) throw new HubError('taken', { field: 'name' })
  const assigns = change.assigns ?? group.assigns
  await work.db.update(groups).set({ name, assigns }).where(mine)
  if (change.memberIds || change.supervisorIds) {
    const rows = await work.db
      .select()
      .from(groupMembers)
      .where(and(eq(groupMembers.workspaceId, work.workspaceId), eq(groupMembers.groupId, groupId)))
    const members = change.memberIds ?? rows.filter((row) => !row.supervises).map((row) => row.operatorId)
    const supervisors = change.supervisorIds ?? rows.filter((row) => row.supervises).map((row) => row.operatorId)
    await work.db.delete(groupMembers).where(and(eq(groupMembers.workspaceId, work.workspaceId), eq(groupMembers.groupId, groupId)))
    await setMembers(work, groupId, members, supervisors)
  }
  work.record({ type: 'group.changed', subjectId: groupId })
  return { ...group, name, assigns }
}

async function setMembers(work: Work, groupId: string, memberIds: string[], supervisorIds: string[]): Promise<void> {
  const ids = [...new Set([...memberIds, ...supervisorIds])]
  if (ids.length > limits.groupMembers) throw new HubError('too_many', { field: 'memberIds', max: limits.groupMembers })
  if (ids.length === 0) return
  if (supervisorIds.length > 0)
    await work.db
      .update(operators)
      .set({ limited: true })
      .where(and(eq(operators.workspaceId, work.workspaceId), inArray(operators.id, supervisorIds)))
  const found = await work.db
    .select({ id: operators.id })
    .from(operators)
    .where(and(eq(operators.workspaceId, work.workspaceId), inArray(operators.id, ids)))
  if (found.length !== ids.length) throw new HubError('not_found', { field: 'memberIds' })
  await work.db
    .insert(groupMembers)
    .values(
      ids.map((operatorId) => ({ workspaceId: work.workspaceId, groupId, operatorId, supervises: supervisorIds.includes(operatorId) })),
    )
}
