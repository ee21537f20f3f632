import { and, eq } from 'drizzle-orm'
import { groupMembers, groups } from '../db/tables/group.ts'
import { operators } from '../db/tables/operator.ts'
import { workspaces } from '../db/tables/workspace.ts'
import { HubError, notFound } from '../errors.ts'
import type { Work } from '../work.ts'

export type TransferTarget = { operatorId: string } | { groupId: string }

/**
 * Refuses to hand chats to whoever cannot take one: an operator who is no longer one here, or, unless the workspace allows
 * it, who is offline; a group without operators, where nobody would ever take it. Whoever hands one to himself is there.
 */
export async function ensureCanTake(work: Work, to: TransferTarget): Promise<void> {
  return 'operatorId' in to ? ensureOperator(work, to.operatorId) : ensureGroup(work, to.groupId)
}

async function ensureOperator(work: Work, operatorId: string): Promise<void> {
  const [target] = await work.db
    .select({ name: operators.name, active: operators.active, presence: operators.presence, offlineToo: workspaces.transferOffline })
    .from(operators)
    .innerJoin(workspaces, eq(workspaces.id, operators.workspaceId))
    .where(and(eq(operators.workspaceId, work.workspaceId), eq(operators.id, operatorId)))
  if (!target) throw notFound()
  if (!target.active) throw new HubError('cannot_take', { field: 'operatorId' })
  const isSelf = work.actor.kind === 'operator' && work.actor.operatorId === operatorId
  if (target.presence === 'offline' && !target.offlineToo && !isSelf)
    throw new HubError('operator_offline', { field: 'operatorId', name: target.name })
}

async function ensureGroup(work: Work, groupId: string): Promise<void> {
  const [group] = await work.db
    .select({ id: groups.id })
    .from(groups)
    .where(and(eq(groups.workspaceId, work.workspaceId), eq(groups.id, groupId)))
  if (!group) throw notFound()
  const [someone] = await work.db
    .select({ id: operators.id })
    .from(groupMembers)
    .innerJoin(operators, and(eq(operators.workspaceId, groupMembers.workspaceId), eq(operators.id, groupMembers.operatorId)))
    .where(and(eq(groupMembers.workspaceId, work.workspaceId), eq(groupMembers.groupId, groupId), eq(operators.active, true)))
    .limit(1)
  if (!someone) throw new HubError('cannot_take', { field: 'groupId' })
}
