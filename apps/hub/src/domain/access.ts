import type { Sight } from '../db/tables/event.ts'
import { HubError, notFound } from '../errors.ts'
import type { Actor, OperatorActor } from '../work.ts'
import { groupsInSight, sees } from './sight.ts'

type OnChat = (actor: Actor, chat: Sight) => boolean
type OnGroups = (actor: Actor, groupIds: readonly string[]) => boolean
type Plain = (actor: Actor) => boolean

const operator = (actor: Actor): actor is OperatorActor => actor.kind === 'operator'
const admin: Plain = (actor) => actor.kind === 'system' || (operator(actor) && actor.role === 'admin')
const supervisor: Plain = (actor) => admin(actor) || (operator(actor) && actor.role === 'supervisor')
/** Settings are nobody's who is limited to groups. */
const unlimited: Plain = (actor) => admin(actor) || (operator(actor) && actor.role === 'supervisor' && actor.supervisedIds === null)
const anyOperator: Plain = (actor) => operator(actor)
const holds: OnChat = (actor, chat) => operator(actor) && chat.operatorId === actor.operatorId
const supervises: OnChat = (actor, chat) => supervisor(actor) && sees(actor, chat)
const queuedInSight: OnChat = (actor, chat) => chat.state === 'queued' && sees(actor, chat)
const servesOrLeads: OnChat = (actor, chat) => holds(actor, chat) || queuedInSight(actor, chat) || supervises(actor, chat)
/** A supervisor limited to groups manages only in these. */
const leadsGroups: OnGroups = (actor, groupIds) =>
  supervisor(actor) &&
  (!operator(actor) ||
    actor.supervisedIds === null ||
    actor.role === 'admin' ||
    (groupIds.length > 0 && groupIds.every((id) => actor.supervisedIds?.has(id))))

/** Who may do what to a chat. Every operation of the API stands here or in one of the two lists below. */
export const onChat = {
  'chat.read': (actor, chat) => sees(actor, chat),
  'chat.take': (actor, chat) => operator(actor) && queuedInSight(actor, chat),
  'chat.transfer': servesOrLeads,
  'chat.close': servesOrLeads,
  'chat.reopen': (actor, chat) => holds(actor, chat) || supervises(actor, chat),
  'chat.markRead': servesOrLeads,
  'message.send': (actor, chat) => operator(actor) && servesOrLeads(actor, chat),
  'message.settle': servesOrLeads,
  'chat.typing': servesOrLeads,
  'customer.edit': (actor, chat) => operator(actor) && sees(actor, chat),
  'customer.block': supervises,
} satisfies Record<string, OnChat>

export const onGroups = {
  'operator.invite': leadsGroups,
  'group.members': (actor, groupIds) => supervisor(actor) || (operator(actor) && groupIds.every((id) => groupsInSight(actor).has(id))),
} satisfies Record<string, OnGroups>

export const plain = {
  'workspace.read': anyOperator,
  'workspace.edit': admin,
  'operator.list': anyOperator,
  'operator.contact': supervisor,
  'operator.manage': supervisor,
  'operator.role': admin,
  'presence.set': anyOperator,
  'group.list': anyOperator,
  'group.manage': admin,
  'channel.list': anyOperator,
  'channel.options': unlimited,
  'channel.manage': admin,
  'file.upload': (actor) => operator(actor) || actor.kind === 'visitor',
  'api.explore': admin,
} satisfies Record<string, Plain>

export type ChatOperation = keyof typeof onChat
export type GroupOperation = keyof typeof onGroups
export type PlainOperation = keyof typeof plain

/** Throws not-found where the chat may not even be seen, forbidden where it may. */
export function ensureOnChat(actor: Actor, operation: ChatOperation, chat: Sight): void {
  if (onChat[operation](actor, chat)) return
  throw sees(actor, chat) ? new HubError('forbidden') : notFound()
}

export function ensureOnGroups(actor: Actor, operation: GroupOperation, groupIds: readonly string[]): void {
  if (!onGroups[operation](actor, groupIds)) throw new HubError('forbidden')
}

export function ensure(actor: Actor, operation: PlainOperation): void {
  if (!plain[operation](actor)) throw new HubError('forbidden')
}
