import { and, asc, eq, sql } from 'drizzle-orm'
import type { Sight } from '../db/tables/event.ts'
import { groupMembers } from '../db/tables/group.ts'
import { operators } from '../db/tables/operator.ts'
import type { OperatorActor, Work } from '../work.ts'
import type { Audience } from './audience.ts'
import { hears } from './audience.ts'
import type { Operator } from './operator.ts'
import { sees } from './sight.ts'

/** Active operators who see a chat, by name: those who may be named in its comments. `audience` narrows them to who reads that comment. */
export async function listColleagues(work: Work, chat: Sight, audience?: Audience): Promise<Operator[]> {
  const rows = await work.db
    .select({
      operator: operators,
      groupIds: sql<string[]>`coalesce(array_agg(${groupMembers.groupId}) filter (where ${groupMembers.groupId} is not null), '{}')`,
      supervisedIds: sql<string[]>`coalesce(array_agg(${groupMembers.groupId}) filter (where ${groupMembers.supervises}), '{}')`,
    })
    .from(operators)
    .leftJoin(groupMembers, and(eq(groupMembers.workspaceId, operators.workspaceId), eq(groupMembers.operatorId, operators.id)))
    .where(and(eq(operators.workspaceId, work.workspaceId), eq(operators.active, true)))
    .groupBy(operators.workspaceId, operators.id)
    .orderBy(asc(operators.name), asc(operators.id))
    .limit(1_000)
  return rows
    .map((row) => ({ operator: row.operator, actor: actorOf(row.operator, row.groupIds, row.supervisedIds) }))
    .filter(({ actor }) => sees(actor, chat) && (!audience || hears(actor, audience)))
    .map(({ operator }) => operator)
}

/** What he would see if he asked himself. */
function actorOf(operator: Operator, groupIds: string[], supervisedIds: string[]): OperatorActor {
  const limited = operator.role === 'supervisor' && (operator.limited || supervisedIds.length > 0)
  return {
    kind: 'operator',
    workspaceId: operator.workspaceId,
    operatorId: operator.id,
    userId: operator.userId ?? '',
    role: operator.role,
    groupIds: new Set(groupIds),
    supervisedIds: limited ? new Set(supervisedIds) : null,
    language: 'en',
  }
}
