import { type SQL, sql } from 'drizzle-orm'
import { chats } from '../db/tables/chat.ts'
import type { Sight } from '../db/tables/event.ts'
import type { Actor, OperatorActor } from '../work.ts'

/**
 * Who may see a chat: the one rule, twice. `sees` decides for one chat in memory, `visibleChats` is the same as SQL for every
 * query, count and search. A test walks both over every kind of actor and chat and finds them equal.
 *
 * Admins and unlimited supervisors see the workspace. Others see what they hold or take part in, what belongs to their groups, and
 * what waits for anybody (queued, no group).
 */
export function sees(actor: Actor, chat: Sight): boolean {
  if (actor.kind === 'visitor') return false
  if (actor.kind !== 'operator') return true
  if (seesAll(actor)) return true
  if (chat.operatorId === actor.operatorId || takesPart(actor, chat)) return true
  if (chat.groupId !== null) return groupsInSight(actor).has(chat.groupId)
  return chat.state === 'queued'
}

export function visibleChats(actor: Actor): SQL {
  if (actor.kind === 'visitor')
    return sql`${chats.threadId} in (select id from threads where workspace_id = ${actor.workspaceId} and identity_id = ${actor.identityId})`
  if (actor.kind !== 'operator' || seesAll(actor)) return sql`${chats.workspaceId} = ${actor.workspaceId}`
  const groups = [...groupsInSight(actor)]
  return sql`(${chats.workspaceId} = ${actor.workspaceId} and (${chats.operatorId} = ${actor.operatorId}
    or ${participates(actor)}
    or ${chats.groupId} = any(${sql.param(groups)}::uuid[])
    or (${chats.groupId} is null and ${chats.state} = 'queued')))`
}

export const takesPart = (actor: OperatorActor, chat: Sight): boolean => chat.participantIds?.includes(actor.operatorId) ?? false
/** The same as SQL; its first half is what the index of shared chats can use. */
export const participates = (actor: OperatorActor): SQL =>
  sql`(${chats.participantIds} <> '{}' and ${actor.operatorId}::uuid = any(${chats.participantIds}))`

export const seesAll = (actor: OperatorActor): boolean =>
  actor.role === 'admin' || (actor.role === 'supervisor' && actor.supervisedIds === null)

/** Groups whose chats he sees: those he belongs to and those he supervises. */
export function groupsInSight(actor: OperatorActor): ReadonlySet<string> {
  return actor.role === 'supervisor' && actor.supervisedIds ? new Set([...actor.groupIds, ...actor.supervisedIds]) : actor.groupIds
}

export const sightOf = (chat: typeof chats.$inferSelect): Sight => ({
  operatorId: chat.operatorId,
  groupId: chat.groupId,
  channelId: chat.channelId,
  customerId: chat.customerId,
  threadId: chat.threadId,
  state: chat.state,
  participantIds: chat.participantIds,
})
