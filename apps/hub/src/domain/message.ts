import type { Capabilities, OutboundMessage, Plan, StoredFile } from '@parley/schema/connector'
import { type ChannelKind, limits } from '@parley/schema/vocabulary'
import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import { channels } from '../db/tables/channel.ts'
import { chats, threads } from '../db/tables/chat.ts'
import { identities } from '../db/tables/customer.ts'
import { files } from '../db/tables/file.ts'
import { lanes, messages, parts, type StoredContent } from '../db/tables/message.ts'
import { HubError, notFound } from '../errors.ts'
import type { OperatorActor, Work } from '../work.ts'
import { assignToSelf, type Chat, change, lockChat, readAll } from './chat.ts'
import { newId } from './ids.ts'
import { refreshDelivery } from './references.ts'
import { visibleChats } from './sight.ts'

export type Message = typeof messages.$inferSelect
export interface NewMessage {
  chatId: string
  clientId: string
  text?: string | null
  fileIds?: string[]
  replyToId?: string | null
}
/** How a kind of channel cuts a message into parts; given by the gateway. */
export type Planner = (kind: ChannelKind, message: OutboundMessage, capabilities: Capabilities) => Plan

type StoredFileRow = typeof files.$inferSelect

/** An operator's reply. The same client id answers with the same message; the first reply to a queued chat takes it. */
export async function sendMessage(work: Work<OperatorActor>, plan: Planner, input: NewMessage): Promise<Message> {
  const text = bodyOf(input)
  const locked = await lockChat(work, input.chatId, 'message.send')
  const repeated = await findByClientId(work, input)
  if (repeated) return repeated
  if (locked.state === 'closed') throw new HubError('chat_closed')
  const chat = locked.state === 'queued' ? await assignToSelf(work, locked) : locked
  const attached = await unlinkedFiles(work, work.actor.operatorId, input.fileIds ?? [])
  const target = await targetOf(work, chat)
  const quoted = input.replyToId ? await quotedIn(work, chat, input.replyToId) : null
  const outbound: OutboundMessage = {
    thread: target.thread,
    to: target.to,
    text,
    files: attached.map(plannedFile),
    replyTo: quoted?.externalId ?? undefined,
  }
  const planned = plan(target.kind, outbound, target.capabilities)
  if ('refusal' in planned)
    throw new HubError(planned.refusal.code === 'too_large' ? 'too_large' : 'unsupported', {
      field: planned.refusal.code === 'too_large' ? 'fileIds' : undefined,
      max: planned.refusal.message,
    })
  const message = await insertReply(work, chat, input, { text, replyToId: quoted?.id ?? null, direct: target.kind === 'web' })
  await linkFiles(work, message.id, attached)
  if (target.kind !== 'web')
    await queueParts(
      work,
      message,
      planned.parts.map((part) => ({ content: storedContent(part.content), replyTo: part.replyTo })),
    )
  // Who answers has read what he answers to.
  if (chat.unread > 0) await readAll(work, chat)
  await change(work, chat, {
    lastMessageAt: sql`(select at from messages where workspace_id = ${work.workspaceId} and id = ${message.id})`,
    lastMessageId: message.id,
    waitingSince: null,
    unread: 0,
    firstUnreadId: null,
  })
  work.record({ type: 'message.sent', chatId: chat.id, subjectId: message.id })
  return message
}

/** Puts a failed or unknown message back into its lane: a new attempt of the same message, from the first part not sent. */
export async function resendMessage(work: Work, messageId: string): Promise<Message> {
  const message = await lockUnsettled(work, messageId)
  await work.db
    .update(parts)
    .set({ state: 'queued', failure: null, attempt: 0, firstTriedAt: null })
    .where(and(ofMessage(work, message.id), inArray(parts.state, ['failed', 'unknown'])))
  await wakeLane(work, message.threadId, message.channelId)
  const [row] = await work.db
    .update(messages)
    .set({ delivery: 'queued', failure: null })
    .where(and(eq(messages.workspaceId, work.workspaceId), eq(messages.id, message.id)))
    .returning()
  work.record({ type: 'message.delivery', chatId: message.chatId, subjectId: message.id })
  return row ?? message
}

/** A person saw that an unknown message did arrive. */
export async function confirmMessage(work: Work, messageId: string): Promise<Message> {
  const message = await lockUnsettled(work, messageId)
  if (message.delivery !== 'unknown') throw new HubError('not_unsettled')
  await work.db
    .update(parts)
    .set({ state: 'sent', failure: null })
    .where(and(ofMessage(work, message.id), eq(parts.state, 'unknown')))
  await refreshDelivery(work, message.id)
  return (
    (
      await work.db
        .select()
        .from(messages)
        .where(and(eq(messages.workspaceId, work.workspaceId), eq(messages.id, message.id)))
    )[0] ?? message
  )
}

/** Rows "queued" for a message, and its lane due now. */
export async function queueParts(work: Work, message: Message, planned: { content: StoredContent; replyTo?: string }[]): Promise<void> {
  await work.db.insert(parts).values(
    planned.map((part, n) => ({
      workspaceId: work.workspaceId,
      messageId: message.id,
      n,
      threadId: message.threadId,
      content: part.content,
      replyTo: part.replyTo ?? null,
    })),
  )
  await wakeLane(work, message.threadId, message.channelId)
}

/** Files someone uploaded that no message carries yet, in the order asked for. Anything else looks missing. */
export async function unlinkedFiles(work: Work, uploaderId: string, fileIds: string[]): Promise<StoredFileRow[]> {
  if (fileIds.length === 0) return []
  if (fileIds.length > limits.messageFiles) throw new HubError('too_many', { field: 'fileIds', max: limits.messageFiles })
  const rows = await work.db
    .select()
    .from(files)
    .where(
      and(eq(files.workspaceId, work.workspaceId), inArray(files.id, fileIds), eq(files.uploaderId, uploaderId), isNull(files.messageId)),
    )
    .for('update')
  return fileIds.map((id) => {
    const row = rows.find((file) => file.id === id)
    if (!row) throw new HubError('not_found', { field: 'fileIds' })
    return row
  })
}

export async function linkFiles(work: Work, messageId: string, attached: StoredFileRow[]): Promise<void> {
  for (const [position, file] of attached.entries()) {
    await work.db
      .update(files)
      .set({ messageId, position })
      .where(and(eq(files.workspaceId, work.workspaceId), eq(files.id, file.id)))
  }
}

/** Text or files, and a client id of sane size. */
export function bodyOf(input: { clientId: string; text?: string | null; fileIds?: string[] }): string | undefined {
  if (!input.clientId) throw new HubError('required', { field: 'clientId' })
  if (input.clientId.length > limits.id) throw new HubError('too_long', { field: 'clientId', max: limits.id })
  const text = input.text?.trim() ? input.text : undefined
  if (!text && !input.fileIds?.length) throw new HubError('empty_message', { field: 'text' })
  if (text && text.length > limits.messageText) throw new HubError('too_long', { field: 'text', max: limits.messageText })
  return text
}

async function findByClientId(work: Work<OperatorActor>, input: NewMessage): Promise<Message | undefined> {
  const [found] = await work.db
    .select()
    .from(messages)
    .where(
      and(eq(messages.workspaceId, work.workspaceId), eq(messages.authorId, work.actor.operatorId), eq(messages.clientId, input.clientId)),
    )
  if (found && (found.chatId !== input.chatId || (found.text ?? '') !== (input.text?.trim() ? input.text : '')))
    throw new HubError('client_id_reused', { field: 'clientId' })
  return found
}

async function targetOf(work: Work, chat: Chat) {
  const [row] = await work.db
    .select({ thread: threads, identity: identities, kind: channels.kind, capabilities: channels.capabilities })
    .from(threads)
    .innerJoin(identities, and(eq(identities.workspaceId, threads.workspaceId), eq(identities.id, threads.identityId)))
    .innerJoin(channels, and(eq(channels.workspaceId, threads.workspaceId), eq(channels.id, threads.channelId)))
    .where(and(eq(threads.workspaceId, work.workspaceId), eq(threads.id, chat.threadId)))
  if (!row) throw notFound()
  return {
    kind: row.kind,
    capabilities: row.capabilities,
    thread: { id: row.thread.externalId, kind: row.thread.kind },
    to: { id: row.identity.externalId },
  }
}

/** Quoting is reading: a message of an earlier chat of the thread is there only for whoever sees that chat. */
async function quotedIn(work: Work, chat: Chat, messageId: string): Promise<Message> {
  const [row] = await work.db
    .select({ quoted: messages })
    .from(messages)
    .innerJoin(chats, and(eq(chats.workspaceId, messages.workspaceId), eq(chats.id, messages.chatId)))
    .where(
      and(
        eq(messages.workspaceId, work.workspaceId),
        eq(messages.threadId, chat.threadId),
        eq(messages.id, messageId),
        visibleChats(work.actor),
      ),
    )
  if (!row) throw new HubError('not_found', { field: 'replyToId' })
  return row.quoted
}

async function insertReply(
  work: Work<OperatorActor>,
  chat: Chat,
  input: NewMessage,
  more: { text: string | undefined; replyToId: string | null; direct: boolean },
): Promise<Message> {
  const [row] = await work.db
    .insert(messages)
    .values({
      workspaceId: work.workspaceId,
      id: newId(),
      chatId: chat.id,
      threadId: chat.threadId,
      channelId: chat.channelId,
      direction: 'out',
      authorKind: 'operator',
      authorId: work.actor.operatorId,
      text: more.text ?? null,
      replyToId: more.replyToId,
      clientId: input.clientId,
      // Our own website delivers from the database: once committed, it is sent.
      delivery: more.direct ? 'sent' : 'queued',
      at: sql`date_trunc('milliseconds', greatest(clock_timestamp(), (select last_message_at from chats where workspace_id = ${work.workspaceId} and id = ${chat.id}))) + interval '1 millisecond'`,
    })
    .returning()
  if (!row) throw new Error('the message was not inserted')
  return row
}

async function wakeLane(work: Work, threadId: string, channelId: string): Promise<void> {
  await work.db
    .insert(lanes)
    .values({ workspaceId: work.workspaceId, threadId, channelId, dueAt: sql`clock_timestamp()` })
    // Written all the same: it waits for a hub that is about to end the lane. A lane that must wait goes on waiting.
    .onConflictDoUpdate({ target: [lanes.workspaceId, lanes.threadId], set: { dueAt: sql`${lanes.dueAt}` } })
}

async function lockUnsettled(work: Work, messageId: string): Promise<Message> {
  const [found] = await work.db
    .select({ chatId: messages.chatId })
    .from(messages)
    .where(and(eq(messages.workspaceId, work.workspaceId), eq(messages.id, messageId)))
  if (!found) throw notFound()
  await lockChat(work, found.chatId, 'message.settle')
  const [message] = await work.db
    .select()
    .from(messages)
    .where(and(eq(messages.workspaceId, work.workspaceId), eq(messages.id, messageId)))
    .for('no key update')
  if (message?.delivery !== 'failed' && message?.delivery !== 'unknown') throw new HubError('not_unsettled')
  return message
}

const ofMessage = (work: Work, messageId: string) => and(eq(parts.workspaceId, work.workspaceId), eq(parts.messageId, messageId))

const storedContent = (content: Extract<Plan, { parts: unknown }>['parts'][number]['content']): StoredContent =>
  content.type === 'text'
    ? content
    : { type: 'media', kind: content.kind, fileId: content.file.id, ...(content.caption === undefined ? {} : { caption: content.caption }) }

/** Planning looks at a file's size and type only. */
const plannedFile = (file: StoredFileRow): StoredFile => ({
  id: file.id,
  sha256: file.sha256 ?? '',
  size: file.size,
  mime: file.mime,
  name: file.name,
  open: () => Promise.reject(new Error('a plan does not read files')),
})
