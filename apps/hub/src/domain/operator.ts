import { limits, type Presence, type Role } from '@parley/schema/vocabulary'
import { and, count, eq, inArray, sql } from 'drizzle-orm'
import { z } from 'zod'
import { groupMembers, groups } from '../db/tables/group.ts'
import { operators } from '../db/tables/operator.ts'
import { workspaces } from '../db/tables/workspace.ts'
import { HubError, notFound, textOf } from '../errors.ts'
import type { OperatorActor, Work } from '../work.ts'
import { ensure, ensureOnGroups } from './access.ts'
import { newId } from './ids.ts'

export type Operator = typeof operators.$inferSelect
export interface NewOperator {
  name: string
  email: string
  role: Role
  groupIds?: string[]
}
export interface OperatorChange {
  name?: string | null
  role?: Role | null
  active?: boolean | null
  /** Null: as the workspace says. */
  capacity?: number | null
}

/** By which account an operator signs in, and where; null: he never did. */
export async function findUser(work: Work, operatorId: string): Promise<{ userId: string; slug: string } | null> {
  const [row] = await work.db
    .select({ userId: operators.userId, slug: workspaces.slug })
    .from(operators)
    .innerJoin(workspaces, eq(workspaces.id, operators.workspaceId))
    .where(and(eq(operators.workspaceId, work.workspaceId), eq(operators.id, operatorId)))
  return row?.userId ? { userId: row.userId, slug: row.slug } : null
}

/** A colleague who has not signed in yet. Only admins give other roles than operator. */
export async function addOperator(work: Work, input: NewOperator): Promise<Operator> {
  ensureOnGroups(work.actor, 'operator.invite', input.groupIds ?? [])
  if (input.role !== 'operator') ensure(work.actor, 'operator.role')
  const email = emailOf(input.email, 'email')
  const [operator] = await work.db
    .insert(operators)
    .values({
      workspaceId: work.workspaceId,
      id: newId(),
      name: textOf(input.name, 'name', limits.name),
      email,
      role: input.role,
      limited: input.role === 'supervisor' && (input.groupIds?.length ?? 0) > 0,
    })
    .onConflictDoNothing()
    .returning()
  if (!operator) throw new HubError('already_member', { field: 'email' })
  await joinGroups(work, operator.id, input.groupIds ?? [], input.role === 'supervisor')
  work.record({ type: 'operator.changed', subjectId: operator.id })
  return operator
}

export async function updateOperator(work: Work<OperatorActor>, operatorId: string, change: OperatorChange): Promise<Operator> {
  ensure(work.actor, 'operator.manage')
  const [operator] = await work.db.select().from(operators).where(here(work, operatorId)).for('no key update')
  if (!operator) throw notFound()
  await mayManage(work, operator, change)
  if (operator.role === 'admin' && ((change.role != null && change.role !== 'admin') || change.active === false))
    await keepAnAdmin(work, operator)
  const [row] = await work.db
    .update(operators)
    .set({
      name: change.name == null ? operator.name : textOf(change.name, 'name', limits.name),
      role: change.role ?? operator.role,
      active: change.active ?? operator.active,
      // Given anew, the role has no limit but that of the groups he supervises now.
      ...(change.role != null && { limited: false }),
      ...(change.capacity !== undefined && { capacity: change.capacity === null ? null : capacityOf(change.capacity) }),
      ...(change.active === false && operator.presence !== 'offline' && { presence: 'offline' as const, presenceAt: now }),
    })
    .where(here(work, operatorId))
    .returning()
  work.record({ type: 'operator.changed', subjectId: operatorId })
  return row ?? operator
}

/** Shown to colleagues and, as "somebody is there", to visitors. */
export async function setPresence(work: Work<OperatorActor>, presence: Presence): Promise<Operator> {
  const [row] = await work.db
    .update(operators)
    .set({
      presence,
      presenceChosen: presence,
      presenceAt: sql`case when ${operators.presence} = ${presence} then ${operators.presenceAt} else ${now} end`,
    })
    .where(here(work, work.actor.operatorId))
    .returning()
  if (!row) throw notFound()
  work.record({ type: 'operator.presence', subjectId: row.id })
  return row
}

/** A console of these operators is connected: they are as they chose to be. Answers with those whose presence changed. */
export async function markSeen(work: Work, operatorIds: string[]): Promise<void> {
  const back = await work.sql<{ id: string }[]>`
    with before as (select id, presence from operators where workspace_id = ${work.workspaceId} and id = any(${operatorIds}::uuid[]) and active order by id for no key update)
    update operators o set seen_at = clock_timestamp(), presence = o.presence_chosen,
      presence_at = case when b.presence = o.presence_chosen then o.presence_at else clock_timestamp() end from before b
    where o.workspace_id = ${work.workspaceId} and o.id = b.id returning case when b.presence <> o.presence then o.id end as id`
  for (const { id } of back) if (id) work.record({ type: 'operator.presence', subjectId: id })
}

/** Whose last console has been gone for a minute is offline. */
export async function endPresences(work: Work): Promise<void> {
  const gone = await work.sql<
    { id: string }[]
  >`with gone as (select id from operators where workspace_id = ${work.workspaceId} and presence <> 'offline'
      and (seen_at is null or seen_at < clock_timestamp() - interval '60 seconds') order by id for no key update)
    update operators o set presence = 'offline', presence_at = clock_timestamp() from gone where o.workspace_id = ${work.workspaceId} and o.id = gone.id returning o.id`
  for (const { id } of gone) work.record({ type: 'operator.presence', subjectId: id })
}

/** A figure of chats at the same time; 0: none are given by the hub. */
export function capacityOf(value: number): number {
  if (value < 0 || value > limits.capacity) throw new HubError('invalid', { field: 'capacity' })
  return value
}

export function emailOf(value: string, field: string): string {
  const email = textOf(value, field, limits.email).toLowerCase()
  if (!z.email().safeParse(email).success) throw new HubError('bad_email', { field })
  return email
}

async function mayManage(work: Work<OperatorActor>, operator: Operator, change: OperatorChange): Promise<void> {
  if (change.role != null && change.role !== operator.role) ensure(work.actor, 'operator.role')
  if (operator.role !== 'operator' && operator.id !== work.actor.operatorId) ensure(work.actor, 'operator.role')
  if (work.actor.role === 'admin') return
  const memberships = await work.db
    .select({ groupId: groupMembers.groupId })
    .from(groupMembers)
    .where(and(eq(groupMembers.workspaceId, work.workspaceId), eq(groupMembers.operatorId, operator.id)))
  ensureOnGroups(
    work.actor,
    'operator.invite',
    memberships.map((row) => row.groupId),
  )
}

async function keepAnAdmin(work: Work, operator: Operator): Promise<void> {
  // Two admins taking the role from each other at once must not both succeed.
  await work.sql`select id from operators where workspace_id = ${work.workspaceId} and role = 'admin' and active order by id for no key update`
  const [others] = await work.db
    .select({ count: count() })
    .from(operators)
    .where(
      and(
        eq(operators.workspaceId, work.workspaceId),
        eq(operators.role, 'admin'),
        eq(operators.active, true),
        sql`${operators.id} <> ${operator.id}`,
      ),
    )
  if (!others?.count) throw new HubError('last_admin')
}

async function joinGroups(work: Work, operatorId: string, groupIds: string[], supervises: boolean): Promise<void> {
  if (groupIds.length === 0) return
  const found = await work.db
    .select({ id: groups.id })
    .from(groups)
    .where(and(eq(groups.workspaceId, work.workspaceId), inArray(groups.id, groupIds)))
  if (found.length !== new Set(groupIds).size) throw new HubError('not_found', { field: 'groupIds' })
  await work.db.insert(groupMembers).values(found.map(({ id }) => ({ workspaceId: work.workspaceId, groupId: id, operatorId, supervises })))
}

const now = sql`clock_timestamp()`
const here = (work: Work, operatorId: string) => and(eq(operators.workspaceId, work.workspaceId), eq(operators.id, operatorId))
