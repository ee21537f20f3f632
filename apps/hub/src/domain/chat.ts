import { type ActivityType, limits } from '@parley/schema/vocabulary'
import { and, asc, eq, inArray, isNull, ne, sql } from 'drizzle-orm'
import { channels } from '../db/tables/channel.ts'
import { chats } from '../db/tables/chat.ts'
import { activitiesOnly, type EventData } from '../db/tables/event.ts'
import { messages } from '../db/tables/message.ts'
import { HubError, notFound, textOf } from '../errors.ts'
import type { OperatorActor, Work } from '../work.ts'
import { type ChatOperation, ensureOnChat } from './access.ts'
import { callOperators } from './alert.ts'
import { addComment } from './comment.ts'
import { sees, sightOf, visibleChats } from './sight.ts'
import { ensureCanTake, type TransferTarget } from './taker.ts'

export type Chat = typeof chats.$inferSelect

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

/** Locks those of the chats that are in this state and that nobody else is changing, for a work of the hub itself. */
export async function lockAll(work: Work, chatIds: string[], state: Chat['state']): Promise<Map<string, Chat>> {
  if (chatIds.length === 0) return new Map()
  const rows = await work.db
    .select()
    .from(chats)
    .where(and(eq(chats.workspaceId, work.workspaceId), inArray(chats.id, chatIds), eq(chats.state, state)))
    .for('no key update', { skipLocked: true })
  return new Map(rows.map((row) => [row.id, row]))
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

/** Takes the longest waiting chat in sight; a colleague who asks at the same moment gets the one after it. */
export async function takeNextChat(work: Work<OperatorActor>): Promise<Chat> {
  const [next] = await work.db
    .select()
    .from(chats)
    .where(and(eq(chats.workspaceId, work.workspaceId), eq(chats.state, 'queued'), isNull(chats.missedAt), visibleChats(work.actor)))
    .orderBy(asc(chats.openedAt), asc(chats.id))
    .limit(1)
    .for('no key update', { skipLocked: true })
  if (!next) throw new HubError('queue_empty')
  ensureOnChat(work.actor, 'chat.take', sightOf(next))
  return assignToSelf(work, next)
}

/** The queued chat becomes the actor's; the caller holds its lock and has asked for the right. */
export async function assignToSelf(work: Work<OperatorActor>, chat: Chat): Promise<Chat> {
  const taken = await change(work, chat, holding(chat, work.actor.operatorId, true))
  tell(work, 'chat.taken', chat, taken, { toOperatorId: work.actor.operatorId })
  return taken
}

/**
 * Hands the chat to an operator or a group; a group's chat waits until someone there takes it. The same client id hands it on once: asked
 * again it is answered with the chat, wherever that has gone since.
 */
export async function transferChat(
  work: Work<OperatorActor>,
  chatId: string,
  to: TransferTarget,
  more: { comment?: string; clientId?: string } = {},
): Promise<Chat> {
  const [chat] = await work.db.select().from(chats).where(here(work, chatId)).for('no key update')
  if (!chat) throw notFound()
  const clientId = more.clientId === undefined ? undefined : textOf(more.clientId, 'clientId', limits.id)
  if (clientId && (await hasTransferred(work, chatId, clientId))) return chat
  ensureOnChat(work.actor, 'chat.transfer', sightOf(chat))
  if (chat.state === 'closed') throw new HubError('chat_closed')
  const words = more.comment?.trim() ? textOf(more.comment, 'comment', limits.comment) : undefined
  const moved = await change(work, chat, 'operatorId' in to ? await heldBy(work, chat, to.operatorId) : await waitingFor(work, to.groupId))
  tell(work, 'chat.transferred', chat, moved, {
    toOperatorId: moved.operatorId,
    toGroupId: 'groupId' in to ? moved.groupId : null,
    ...(clientId && { clientId }),
  })
  if (words) await addComment(work, chat, words)
  if (moved.operatorId) await callOperators(work, [moved.operatorId], { kind: 'transfer', chatId: chat.id })
  return moved
}

async function hasTransferred(work: Work<OperatorActor>, chatId: string, clientId: string): Promise<boolean> {
  const rows = await work.sql`select from events where workspace_id = ${work.workspaceId} and chat_id = ${chatId}
    and ${work.sql.unsafe(activitiesOnly)} and type = 'chat.transferred' and operator_id = ${work.actor.operatorId} and data ->> 'clientId' = ${clientId} limit 1`
  return rows.length > 0
}

/** Who supervises a chat takes it from its holder, who is told why. */
export async function takeOverChat(work: Work<OperatorActor>, chatId: string, reason: string): Promise<Chat> {
  const chat = await lockChat(work, chatId, 'chat.takeOver')
  const words = textOf(reason, 'reason', limits.comment)
  if (chat.state === 'closed') throw new HubError('chat_closed')
  if (chat.operatorId === work.actor.operatorId) return chat
  const taken = await change(work, chat, { state: 'serving', operatorId: work.actor.operatorId })
  // Who waited for the lock began before who had it: here the end counts, or the timeline would tell it the other way round.
  tell(work, 'chat.taken', chat, taken, { toOperatorId: work.actor.operatorId, fromOperatorId: chat.operatorId, comment: words }, true)
  if (chat.operatorId) await callOperators(work, [chat.operatorId], { kind: 'takeover', chatId })
  return taken
}

/** `full`: nobody but the customer can open it again. */
export async function closeChat(work: Work, chatId: string, full = false): Promise<Chat> {
  const chat = await lockChat(work, chatId, 'chat.close')
  if (chat.state === 'closed') return chat
  const closed = await change(work, chat, { ...ended, closedFully: full })
  tell(work, 'chat.closed', chat, closed, full ? { full } : {})
  return closed
}

/** The one who reopens a chat serves it. */
export async function reopenChat(work: Work<OperatorActor>, chatId: string): Promise<Chat> {
  const chat = await lockChat(work, chatId, 'chat.reopen')
  if (chat.state !== 'closed') throw new HubError('chat_open')
  if (chat.closedFully) throw new HubError('closed_fully')
  const [channel] = await work.db
    .select({ removedAt: channels.removedAt })
    .from(channels)
    .where(and(eq(channels.workspaceId, work.workspaceId), eq(channels.id, chat.channelId)))
  if (channel?.removedAt) throw new HubError('channel_removed')
  const [newer] = await work.db
    .select({ id: chats.id })
    .from(chats)
    .where(and(eq(chats.workspaceId, work.workspaceId), eq(chats.threadId, chat.threadId), ne(chats.state, 'closed')))
  if (newer) throw new HubError('thread_busy')
  const open = await change(work, chat, { ...holding(chat, work.actor.operatorId, true), closedAt: null })
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
  const heldSeen = chat.heldSeen || chat.operatorId === actorId(work)
  if (chat.unread === 0 && heldSeen === chat.heldSeen) return chat
  const [left] = await work.sql<{ count: number; first: string | null }[]>`
    select count(*)::int as count, (array_agg(id order by at, position, id))[1] as first from messages
    where workspace_id = ${work.workspaceId} and chat_id = ${chat.id} and direction = 'in'
      and (at, position, id) > (select at, position, id from messages where workspace_id = ${work.workspaceId} and id = ${messageId})
      and (at, position, id) >= (select at, position, id from messages where workspace_id = ${work.workspaceId} and id = ${chat.firstUnreadId})`
  const read = await change(work, chat, { unread: left?.count ?? 0, firstUnreadId: left?.first ?? null, heldSeen })
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

/** An operator who can take it, and is able to see the chat once he holds it, which holding gives him. */
async function heldBy(work: Work, chat: Chat, operatorId: string) {
  await ensureCanTake(work, { operatorId })
  if (chat.state === 'serving' && chat.operatorId === operatorId) throw new HubError('cannot_take', { field: 'operatorId' })
  return holding(chat, operatorId, false)
}

async function waitingFor(work: Work, groupId: string) {
  await ensureCanTake(work, { groupId })
  return { ...waiting, groupId, participantIds: [], returnedFrom: null }
}

/** What a chat becomes when this operator holds it; `seen`: he has it before his eyes. */
export const holding = (chat: Chat, operatorId: string, seen: boolean) => ({
  state: 'serving' as const,
  operatorId,
  heldSince: sql`clock_timestamp()`,
  heldSeen: seen,
  returnedFrom: null,
  participantIds: chat.participantIds.filter((id) => id !== operatorId),
})
/** What a chat becomes when its episode is over. */
export const ended = {
  state: 'closed' as const,
  closedAt: sql`clock_timestamp()`,
  calmedAt: null,
  waitingSince: null,
  unread: 0,
  firstUnreadId: null,
}
/** What a chat becomes when nobody holds it. */
export const waiting = { state: 'queued' as const, operatorId: null, heldSince: null, heldSeen: false }

const actorId = (work: Work): string | null => (work.actor.kind === 'operator' ? work.actor.operatorId : null)

type Change = { [K in keyof Chat]?: Chat[K] | ReturnType<typeof sql> }

/** A chat that changes hands is no longer put off. */
export async function change(work: Work, chat: Chat, given: Change): Promise<Chat> {
  const values = given.state !== undefined || given.operatorId !== undefined ? { snoozedAt: null, snoozedUntil: null, ...given } : given
  const [row] = await work.db
    .update(chats)
    .set(values as Partial<Chat>)
    .where(here(work, chat.id))
    .returning()
  if (!row) throw notFound()
  return row
}

/** Records what became of a chat, with who could see it before and who can now. */
export function tell(
  work: Work,
  type: Exclude<ActivityType, 'chat.opened'>,
  before: Chat,
  after: Chat,
  more: Omit<EventData, 'before' | 'after'> = {},
  atEnd = false,
): void {
  work.record({ type, chatId: after.id, subjectId: after.id, data: { before: sightOf(before), after: sightOf(after), ...more }, atEnd })
}

const here = (work: Work, chatId: string) => and(eq(chats.workspaceId, work.workspaceId), eq(chats.id, chatId))
