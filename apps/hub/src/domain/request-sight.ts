import { type SQL, sql } from 'drizzle-orm'
import type { Sight } from '../db/tables/event.ts'
import { requests } from '../db/tables/request.ts'
import type { Actor } from '../work.ts'
import { groupsInSight, seesAll } from './sight.ts'

export type Request = typeof requests.$inferSelect

/** A request is seen like a chat of its group: one that nobody works on like a chat that waits. */
export const requestSight = (request: Request): Sight => ({
  operatorId: request.operatorId,
  groupId: request.groupId,
  channelId: '',
  customerId: '',
  threadId: '',
  state: request.operatorId ? 'serving' : 'queued',
  participantIds: [],
})

/** The same as SQL. */
export function visibleRequests(actor: Actor): SQL {
  if (actor.kind === 'visitor') return sql`false`
  if (actor.kind !== 'operator' || seesAll(actor)) return sql`${requests.workspaceId} = ${actor.workspaceId}`
  return sql`(${requests.workspaceId} = ${actor.workspaceId} and (${requests.operatorId} = ${actor.operatorId}
    or ${requests.groupId} = any(${sql.param([...groupsInSight(actor)])}::uuid[])
    or (${requests.groupId} is null and ${requests.operatorId} is null)))`
}
