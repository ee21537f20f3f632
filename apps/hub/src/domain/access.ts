import type { FilterScope, TemplateScope } from '@parley/schema/vocabulary'
import type { Sight } from '../db/tables/event.ts'
import { HubError, notFound } from '../errors.ts'
import type { Actor, OperatorActor } from '../work.ts'
import { groupsInSight, sees, seesAll, takesPart } from './sight.ts'

type OnChat = (actor: Actor, chat: Sight) => boolean
type OnGroups = (actor: Actor, groupIds: readonly string[]) => boolean
type Plain = (actor: Actor) => boolean
/** Whose a template is. */
export interface TemplatePlace {
  scope: TemplateScope
  groupId: string | null
  ownerId: string | null
}
type OnTemplate = (actor: Actor, template: TemplatePlace) => boolean
/** Whose a saved filter is. */
export interface FilterPlace {
  scope: FilterScope
  groupId: string | null
  ownerId: string
}
type OnFilter = (actor: Actor, filter: FilterPlace) => boolean

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
/** A participant answers with whoever holds the chat; who holds it is not his to decide. */
const answers: OnChat = (actor, chat) => servesOrLeads(actor, chat) || (operator(actor) && takesPart(actor, chat))
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
  /** Another one with the same customer, by a message of ours. */
  'chat.begin': (actor, chat) => operator(actor) && sees(actor, chat),
  'chat.take': (actor, chat) => operator(actor) && queuedInSight(actor, chat),
  'chat.transfer': servesOrLeads,
  'chat.takeOver': (actor, chat) => operator(actor) && supervises(actor, chat),
  'chat.close': servesOrLeads,
  'chat.snooze': (actor, chat) => holds(actor, chat) || supervises(actor, chat),
  'chat.calm': servesOrLeads,
  'chat.form': servesOrLeads,
  /** However long ago the chat was closed. */
  'chat.lateForm': supervises,
  'chat.reopen': (actor, chat) => holds(actor, chat) || supervises(actor, chat),
  'chat.markRead': answers,
  'chat.share': (actor, chat) => holds(actor, chat) || supervises(actor, chat),
  'chat.leave': (actor, chat) => holds(actor, chat) || (operator(actor) && takesPart(actor, chat)),
  /** To the customer's own address. */
  'chat.transcript': answers,
  /** To the inbox of the platform, and back. */
  'chat.handOver': (actor, chat) => operator(actor) && answers(actor, chat),
  'message.send': (actor, chat) => operator(actor) && answers(actor, chat),
  'message.settle': answers,
  'message.fetchFiles': answers,
  'message.edit': (actor, chat) => operator(actor) && answers(actor, chat),
  'message.react': (actor, chat) => operator(actor) && answers(actor, chat),
  /** An own one. */
  'message.remove': (actor, chat) => operator(actor) && answers(actor, chat),
  /** A colleague's, and what was written there before. */
  'message.removeOthers': (actor, chat) => operator(actor) && supervises(actor, chat),
  'chat.typing': answers,
  'comment.write': (actor, chat) => operator(actor) && sees(actor, chat),
  'chat.viewing': (actor, chat) => operator(actor) && sees(actor, chat),
  'comment.toOperator': (actor, chat) => operator(actor) && supervises(actor, chat),
  'comment.remove': supervises,
  'template.use': (actor, chat) => operator(actor) && sees(actor, chat),
  'chat.tag': (actor, chat) => operator(actor) && sees(actor, chat),
  'customer.edit': (actor, chat) => operator(actor) && sees(actor, chat),
  'customer.tag': (actor, chat) => operator(actor) && sees(actor, chat),
  'customer.block': supervises,
  /** Of both customers. */
  'customer.merge': supervises,
  'note.write': (actor, chat) => operator(actor) && sees(actor, chat),
  'note.remove': supervises,
  /** Of a request, with the sight it has itself. */
  'request.work': (actor, request) => operator(actor) && sees(actor, request),
} satisfies Record<string, OnChat>

export const onGroups = {
  'operator.invite': leadsGroups,
  'group.members': (actor, groupIds) => supervisor(actor) || (operator(actor) && groupIds.every((id) => groupsInSight(actor).has(id))),
} satisfies Record<string, OnGroups>

export const onTemplate = {
  'template.read': (actor, { scope, groupId, ownerId }) =>
    operator(actor) &&
    (scope === 'group'
      ? seesAll(actor) || (groupId !== null && groupsInSight(actor).has(groupId))
      : scope !== 'own' || ownerId === actor.operatorId),
  'template.manage': (actor, { scope, groupId, ownerId }) =>
    operator(actor) &&
    (scope === 'group'
      ? leadsGroups(actor, groupId ? [groupId] : [])
      : scope === 'all'
        ? unlimited(actor)
        : ownerId === actor.operatorId || (scope === 'shared' && unlimited(actor))),
} satisfies Record<string, OnTemplate>

/** Who leads a group shares with it, and who leads the workspace with everybody; what is shared its owner or an admin changes. */
export const onFilter = {
  'filter.read': (actor, { scope, groupId, ownerId }) =>
    operator(actor) &&
    (scope === 'all' ||
      ownerId === actor.operatorId ||
      (scope === 'group' && (seesAll(actor) || (groupId !== null && groupsInSight(actor).has(groupId))))),
  'filter.share': (actor, { scope, groupId, ownerId }) =>
    operator(actor) &&
    (scope === 'own' ? ownerId === actor.operatorId : scope === 'all' ? unlimited(actor) : leadsGroups(actor, groupId ? [groupId] : [])),
  'filter.manage': (actor, { scope, ownerId }) => operator(actor) && (ownerId === actor.operatorId || (scope !== 'own' && admin(actor))),
} satisfies Record<string, OnFilter>

export const plain = {
  'workspace.read': anyOperator,
  'workspace.edit': admin,
  'assignment.read': anyOperator,
  'assignment.manage': admin,
  'operator.list': anyOperator,
  'operator.contact': supervisor,
  'operator.manage': supervisor,
  'operator.role': admin,
  'presence.set': anyOperator,
  'alert.own': anyOperator,
  'profile.own': anyOperator,
  'wall.read': supervisor,
  /** Of the chats one sees; an operator his own figures: domain/reports/cohort.ts. */
  'report.read': anyOperator,
  'group.list': anyOperator,
  'group.manage': admin,
  'tag.list': anyOperator,
  'tag.manage': unlimited,
  'template.list': anyOperator,
  'template.write': anyOperator,
  'bulk.own': anyOperator,
  'filter.list': anyOperator,
  'filter.write': anyOperator,
  'library.list': anyOperator,
  'library.manage': admin,
  'customer.list': anyOperator,
  'field.list': anyOperator,
  'field.manage': admin,
  'form.list': anyOperator,
  'closing.read': anyOperator,
  'closing.manage': admin,
  'look.manage': admin,
  'schedule.list': anyOperator,
  'schedule.manage': admin,
  'request.list': anyOperator,
  'request.settings': anyOperator,
  'request.manage': admin,
  'mail.manage': admin,
  /** Addresses, and the list of all: whom a block hits then, no group can say. */
  'block.manage': unlimited,
  'form.manage': admin,
  /** On the websites he sees. */
  'visit.read': anyOperator,
  'visit.approach': anyOperator,
  'approach.read': anyOperator,
  'approach.manage': admin,
  'channel.list': anyOperator,
  'channel.options': unlimited,
  'channel.manage': admin,
  'file.upload': (actor) => operator(actor) || actor.kind === 'visitor',
  'api.explore': admin,
} satisfies Record<string, Plain>

/** What is said to visitors: everybody's is an admin's to write, one's own is one's own. */
export const mayManageApproachText = (actor: Actor, ownerId: string | null): boolean =>
  operator(actor) && (ownerId === null ? admin(actor) : ownerId === actor.operatorId)

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
