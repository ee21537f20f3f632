import { limits } from '@parley/schema/vocabulary'
import { and, eq, ne, sql } from 'drizzle-orm'
import { chats } from '../db/tables/chat.ts'
import type { EventData } from '../db/tables/event.ts'
import { groupMembers, groups } from '../db/tables/group.ts'
import { messages } from '../db/tables/message.ts'
import { operators } from '../db/tables/operator.ts'
import { HubError, notFound, textOf } from '../errors.ts'
import type { OperatorActor, Work } from '../work.ts'
import { type ChatOperation, ensureOnChat } from './access.ts'
import { sees, sightOf } from './sight.ts'

export type Chat = typeof chats.$inferSelect
export type TransferTarget = { operatorId: string } | { groupId: string }

/**
 * Locks the chat for this work and refuses what the actor may not do to it. Rows that others refer to are locked without
 * their key: the new message of another work refers to the chat and its thread, and two full locks would wait for each other.
 */
export async function lockChat(work: Work, chatId: string, operation: ChatOperation): Promise<Chat> {
  const [chat] = await work.db.select().from(chats).where(here(work, chatId)).for('no key update')
  if (!chat) throw notFound()
  ensureOnChat(work.actor, operation, sightOf(chat))
  return chat
}

/** Assigns a queued chat to oneself. Taking what one holds already changes nothing. */
export async function takeChat(work: Work<OperatorActor>, chatId: string): Promise<Chat> {
  const [held] = await work.db.select().from(chats).where(here(work, chatId)).for('no key update')
  if (!held || !sees(work.actor, sightOf(held))) throw notFound()
  if (held.state === 'serving' && held.operatorId === work.actor.operatorId) return held
  if (held.state === 'closed') throw new HubError('chat_closed')
  if (held.state === 'serving') throw new HubError('chat_taken')
  ensureOnChat(work.actor, 'chat.take', sightOf(held))
  return assignToSelf(work, held)
}

/** The queued chat becomes the actor's; the caller holds its lock and has asked for the right. */
export async function assignToSelf(work: Work<OperatorActor>, chat: Chat): Promise<Chat> {
  const taken = await change(work, chat, { state: 'serving', operatorId: work.actor.operatorId })
  tell(work, 'chat.taken', chat, taken, { toOperatorId: work.actor.operatorId })
  return taken
}

/** Hands the chat to an operator or a group; a group's chat waits until someone there takes it. */
export async function transferChat(work: Work<OperatorActor>, chatId: string, to: TransferTarget, comment?: string): Promise<Chat> {
  const chat = await lockChat(work, chatId, 'chat.transfer')
  if (chat.state === 'closed') throw new HubError('chat_closed')
  const words = comment?.trim() ? textOf(comment, 'comment', limits.comment) : undefined
  const moved = await change(work, chat, 'operatorId' in to ? await heldBy(work, chat, to.operatorId) : await waitingFor(work, to.groupId))
  tell(work, 'chat.transferred', chat, moved, {
    toOperatorId: moved.operatorId,
    toGroupId: 'groupId' in to ? moved.groupId : null,
    comment: words,
  })
  return moved
}

export async function closeChat(work: Work, chatId: string): Promise<Chat> {
  const chat = await lockChat(work, chatId, 'chat.close')
  if (chat.state === 'closed') return chat
  const closed = await change(work, chat, {
    state: 'closed',
    closedAt: sql`clock_timestamp()`,
    waitingSince: null,
    unread: 0,
    firstUnreadId: null,
  })
  tell(work, 'chat.closed', chat, closed)
  return closed
}

/** The one who reopens a chat serves it. */
export async function reopenChat(work: Work<OperatorActor>, chatId: string): Promise<Chat> {
  const chat = await lockChat(work, chatId, 'chat.reopen')
  if (chat.state !== 'closed') throw new HubError('chat_open')
  const [newer] = await work.db
    .select({ id: chats.id })
    .from(chats)
    .where(and(eq(chats.workspaceId, work.workspaceId), eq(chats.threadId, chat.threadId), ne(chats.state, 'closed')))
  if (newer) throw new HubError('thread_busy')
  const open = await change(work, chat, { state: 'serving', operatorId: work.actor.operatorId, closedAt: null })
  tell(work, 'chat.reopened', chat, open, { toOperatorId: work.actor.operatorId })
  return open
}

/** Everything the customer wrote up to this message is read. Reading what was read changes nothing. */
export async function readChat(work: Work, chatId: string, messageId: string): Promise<Chat> {
  const chat = await lockChat(work, chatId, 'chat.markRead')
  const [upTo] = await work.db
    .select({ id: messages.id })
    .from(messages)
    .where(and(eq(messages.workspaceId, work.workspaceId), eq(messages.chatId, chat.id), eq(messages.id, messageId)))
  if (!upTo) throw notFound()
  await work.sql`update messages set delivery = 'read' where workspace_id = ${work.workspaceId} and chat_id = ${chat.id} and direction = 'in' and delivery = 'sent'
    and (at, position, id) <= (select at, position, id from messages where workspace_id = ${work.workspaceId} and id = ${messageId})`
  if (chat.unread === 0) return chat
  const [left] = await work.sql<{ count: number; first: string | null }[]>`
    select count(*)::int as count, (array_agg(id order by at, position, id))[1] as first from messages
    where workspace_id = ${work.workspaceId} and chat_id = ${chat.id} and direction = 'in'
      and (at, position, id) > (select at, position, id from messages where workspace_id = ${work.workspaceId} and id = ${messageId})
      and (at, position, id) >= (select at, position, id from messages where workspace_id = ${work.workspaceId} and id = ${chat.firstUnreadId})`
  const read = await change(work, chat, { unread: left?.count ?? 0, firstUnreadId: left?.first ?? null })
  work.record({ type: 'chat.read', chatId: chat.id, subjectId: messageId })
  return read
}

/** Tells the customer's side that all he wrote was read. The caller holds the chat's lock and clears its figure. */
export async function readAll(work: Work, chat: Chat): Promise<void> {
  await work.sql`update messages set delivery = 'read' where workspace_id = ${work.workspaceId} and chat_id = ${chat.id} and direction = 'in' and delivery = 'sent'`
  const [last] = await work.sql<
    { id: string }[]
  >`select id from messages where workspace_id = ${work.workspaceId} and chat_id = ${chat.id} and direction = 'in' order by at desc, position desc, id desc limit 1`
  if (last) work.record({ type: 'chat.read', chatId: chat.id, subjectId: last.id })
}

/** An operator who may take it: active, and able to see the chat once he holds it, which holding gives him. */
async function heldBy(work: Work, chat: Chat, operatorId: string) {
  const [target] = await work.db
    .select({ active: operators.active })
    .from(operators)
    .where(and(eq(operators.workspaceId, work.workspaceId), eq(operators.id, operatorId)))
  if (!target) throw notFound()
  if (!target.active || chat.operatorId === operatorId) throw new HubError('cannot_take', { field: 'operatorId' })
  return { state: 'serving' as const, operatorId }
}

async function waitingFor(work: Work, groupId: string) {
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
  return { state: 'queued' as const, operatorId: null, groupId }
}

type Change = { [K in keyof Chat]?: Chat[K] | ReturnType<typeof sql> }

export async function change(work: Work, chat: Chat, values: Change): Promise<Chat> {
  const [row] = await work.db
    .update(chats)
    .set(values as Partial<Chat>)
    .where(here(work, chat.id))
    .returning()
  if (!row) throw notFound()
  return row
}

function tell(
  work: Work,
  type: 'chat.taken' | 'chat.transferred' | 'chat.closed' | 'chat.reopened',
  before: Chat,
  after: Chat,
  more: Omit<EventData, 'before' | 'after'> = {},
): void {
  work.record({ type, chatId: after.id, subjectId: after.id, data: { before: sightOf(before), after: sightOf(after), ...more } })
}

const here = (work: Work, chatId: string) => and(eq(chats.workspaceId, work.workspaceId), eq(chats.id, chatId))
