import type { Capabilities, OutboundMessage, Plan, PlannedPart, StoredFile, TemplateUse } from '@parley/schema/connector'
import { type ChannelKind, limits } from '@parley/schema/vocabulary'
import { and, asc, eq, inArray, isNotNull, isNull, ne, sql } from 'drizzle-orm'
import { channels } from '../db/tables/channel.ts'
import { chats, threads } from '../db/tables/chat.ts'
import { identities } from '../db/tables/customer.ts'
import { lanes, messages, parts, type StoredContent } from '../db/tables/message.ts'
import { HubError, notFound } from '../errors.ts'
import type { OperatorActor, Work } from '../work.ts'
import { fillApproved } from './approved.ts'
import { bodyFor, labelsOf } from './button.ts'
import { assignToSelf, type Chat, change, lockChat, readAll } from './chat.ts'
import { type File, linkFiles, unlinkedFiles } from './file.ts'
import { newId } from './ids.ts'
import { noteAttempt } from './ledger.ts'
import { signatureOf } from './profile.ts'
import { refreshDelivery } from './references.ts'
import { visibleChats } from './sight.ts'
import { ensureReplyAllowed } from './window.ts'

export type Message = typeof messages.$inferSelect
export interface NewMessage {
  chatId: string
  clientId: string
  text?: string | null
  fileIds?: string[]
  /** What is written on buttons below the text. */
  buttons?: string[] | null
  replyToId?: string | null
  /** The last message its writer has seen: a colleague's later one stops this one. */
  seenMessageId?: string | null
  /** Sent all the same, though a colleague answered meanwhile. */
  anyway?: boolean | null
  /** Instead of text and files: a text the platform has approved, also when free replies are over. */
  template?: TemplateUse | null
}

/** A colleague wrote to the customer after what the writer of this message has seen; nothing was sent. */
export class AnsweredMeanwhile extends HubError {
  /** What the colleagues wrote, oldest first. */
  readonly answers: Message[]
  constructor(answers: Message[]) {
    super('answered_meanwhile')
    this.answers = answers
  }
}
const mostAnswers = 10

/** How a kind of channel cuts a message into parts; given by the gateway. */
export type Planner = (kind: ChannelKind, message: OutboundMessage, capabilities: Capabilities) => Promise<Plan>

/** An operator's reply. The same client id answers with the same message; the first reply to a queued chat takes it. */
export async function sendMessage(work: Work<OperatorActor>, plan: Planner, given: NewMessage): Promise<Message> {
  ensureClientId(given.clientId)
  const written = given.template ? undefined : bodyOf(given)
  const labels = labelsOf(given.buttons, written)
  const locked = await lockChat(work, given.chatId, 'message.send')
  if (given.template) await ensureHasApproved(work, locked)
  const approved = given.template ? await fillApproved(work, locked.channelId, given.template) : null
  const text = approved?.text ?? written
  const input = { ...given, text }
  const repeated = await findByClientId(work, input)
  if (repeated) return repeated
  if (locked.state === 'closed') throw new HubError('chat_closed')
  if (input.seenMessageId) await ensureNobodyAnswered(work, locked, input.seenMessageId, input.anyway ?? false)
  const chat = locked.state === 'queued' ? await assignToSelf(work, locked) : locked
  const attached = await unlinkedFiles(work, work.actor.operatorId, input.fileIds ?? [])
  const target = await targetOf(work, chat)
  if (!approved) await ensureReplyAllowed(work, chat, target.capabilities)
  const quoted = input.replyToId ? await quotedIn(work, chat, input.replyToId) : null
  // A website shows the name and the picture of who writes; elsewhere the company has one face.
  const signature = text && !approved && target.kind !== 'web' ? await signatureOf(work) : null
  const messageId = newId()
  const planned = await planFor(plan, target, {
    ...(approved ? { template: approved.template } : bodyFor({ messageId, text, signature, labels }, target.capabilities)),
    files: attached,
    replyTo: quoted ? await externalIdOf(work, quoted) : target.answers,
  })
  const message = await insertReply(work, chat, input, {
    id: messageId,
    text,
    signature,
    labels,
    replyToId: quoted?.id ?? null,
    direct: target.kind === 'web',
  })
  await linkFiles(work, { messageId: message.id }, attached)
  if (target.kind !== 'web')
    await queueParts(
      work,
      message,
      planned.map((part) => ({ content: storedContent(part.content), replyTo: part.replyTo })),
    )
  // Who answers has read what he answers to.
  if (chat.unread > 0) await readAll(work, chat)
  await change(work, chat, {
    lastMessageAt: sql`(select at from messages where workspace_id = ${work.workspaceId} and id = ${message.id})`,
    lastMessageId: message.id,
    waitingSince: null,
    unread: 0,
    firstUnreadId: null,
    ...(chat.operatorId === work.actor.operatorId && { heldSeen: true }),
  })
  work.record({ type: 'message.sent', chatId: chat.id, subjectId: message.id })
  return message
}

/** What a message becomes on its way out; what its channel cannot carry is refused. */
export async function planFor(
  plan: Planner,
  target: Awaited<ReturnType<typeof targetOf>>,
  { files, ...message }: Pick<OutboundMessage, 'text' | 'buttons' | 'template'> & { files: File[]; replyTo?: string | undefined },
): Promise<PlannedPart[]> {
  const outbound: OutboundMessage = { thread: target.thread, to: target.to, ...message, files: files.map(plannedFile) }
  const planned = await plan(target.kind, outbound, target.capabilities)
  if (!('refusal' in planned)) return planned.parts
  throw new HubError(planned.refusal.code === 'too_large' ? 'too_large' : 'unsupported', {
    field: planned.refusal.code === 'too_large' ? 'fileIds' : undefined,
    max: planned.refusal.message,
  })
}

/** Puts a failed or unknown message back into its lane: a new attempt of the same message, from the first part not sent. */
export async function resendMessage(work: Work, messageId: string): Promise<Message> {
  const message = await lockUnsettled(work, messageId)
  const chat = await chatOf(work, message)
  if (!(await isApproved(work, message))) await ensureReplyAllowed(work, chat, (await targetOf(work, chat)).capabilities)
  const again = await work.db
    .update(parts)
    .set({ state: 'queued', failure: null, attempt: 0, firstTriedAt: null })
    .where(and(ofMessage(work, message.id), inArray(parts.state, ['failed', 'unknown'])))
    .returning({ n: parts.n })
  for (const { n } of again) await noteAttempt(work, { messageId: message.id, n }, 'resent')
  await wakeLane(work, message.threadId, message.channelId)
  const [row] = await work.db
    .update(messages)
    .set({ delivery: 'queued', failure: null, givenUpAt: null })
    .where(and(eq(messages.workspaceId, work.workspaceId), eq(messages.id, message.id)))
    .returning()
  work.record({ type: 'message.delivery', chatId: message.chatId, subjectId: message.id })
  return row ?? message
}

async function ensureHasApproved(work: Work, chat: Chat): Promise<void> {
  if (chat.state === 'closed') throw new HubError('chat_closed')
  if (!(await targetOf(work, chat)).capabilities.templates) throw new HubError('unsupported', { field: 'chatId' })
}

/** A text the platform has approved goes at any time. */
async function isApproved(work: Work, message: Message): Promise<boolean> {
  const [part] = await work.db.select({ content: parts.content }).from(parts).where(ofMessage(work, message.id)).limit(1)
  return part?.content.type === 'template'
}

/** A person saw that an unknown message did arrive. */
export async function confirmMessage(work: Work, messageId: string): Promise<Message> {
  const message = await lockUnsettled(work, messageId)
  if (message.delivery !== 'unknown') throw new HubError('not_unsettled')
  const arrived = await work.db
    .update(parts)
    .set({ state: 'sent', failure: null })
    .where(and(ofMessage(work, message.id), eq(parts.state, 'unknown')))
    .returning({ n: parts.n })
  for (const { n } of arrived) await noteAttempt(work, { messageId: message.id, n }, 'confirmed')
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

/** A person will not have it sent again. What is known of it stays; a late receipt may still tell more. */
export async function giveUpMessage(work: Work, messageId: string): Promise<Message> {
  const message = await lockUnsettled(work, messageId)
  if (message.givenUpAt) return message
  const lost = await work.db
    .select({ n: parts.n })
    .from(parts)
    .where(and(ofMessage(work, message.id), inArray(parts.state, ['failed', 'unknown'])))
  for (const { n } of lost) await noteAttempt(work, { messageId: message.id, n }, 'given-up')
  const [row] = await work.db
    .update(messages)
    .set({ givenUpAt: sql`clock_timestamp()` })
    .where(and(eq(messages.workspaceId, work.workspaceId), eq(messages.id, message.id)))
    .returning()
  work.record({ type: 'message.delivery', chatId: message.chatId, subjectId: message.id })
  return row ?? message
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

function ensureClientId(clientId: string): void {
  if (!clientId) throw new HubError('required', { field: 'clientId' })
  if (clientId.length > limits.id) throw new HubError('too_long', { field: 'clientId', max: limits.id })
}

/** Text or files, and a client id of sane size. */
export function bodyOf(input: { clientId: string; text?: string | null; fileIds?: string[] }): string | undefined {
  ensureClientId(input.clientId)
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

/** The chat's lock is held: nobody can answer between this look and the message. */
async function ensureNobodyAnswered(work: Work<OperatorActor>, chat: Chat, seenMessageId: string, anyway: boolean): Promise<void> {
  const [seen] = await work.db
    .select({ id: messages.id })
    .from(messages)
    .where(and(eq(messages.workspaceId, work.workspaceId), eq(messages.threadId, chat.threadId), eq(messages.id, seenMessageId)))
  if (!seen) throw new HubError('not_found', { field: 'seenMessageId' })
  if (anyway) return
  const answers = await work.db
    .select()
    .from(messages)
    .where(
      and(
        eq(messages.workspaceId, work.workspaceId),
        eq(messages.chatId, chat.id),
        eq(messages.authorKind, 'operator'),
        ne(messages.authorId, work.actor.operatorId),
        isNull(messages.removedAt),
        sql`(${messages.at}, ${messages.position}, ${messages.id}) > (select at, position, id from messages where workspace_id = ${work.workspaceId} and id = ${seenMessageId})`,
      ),
    )
    .orderBy(asc(messages.at), asc(messages.position), asc(messages.id))
    .limit(mostAnswers)
  if (answers.length > 0) throw new AnsweredMeanwhile(answers)
}

/** What a letter answers that quotes nothing: the customer's last one, or, where he has written none, our own. Null where messages are no letters. */
const lastLetter = (work: Work) => sql<string | null>`case when (${channels.capabilities} ->> 'letters')::boolean then coalesce(
  (select m.external_id from messages m where m.workspace_id = ${work.workspaceId} and m.thread_id = ${threads.id} and m.direction = 'in' order by m.position desc limit 1),
  (select p.external_id from outgoing_parts p join messages m on m.workspace_id = ${work.workspaceId} and m.id = p.message_id
    where p.workspace_id = ${work.workspaceId} and p.thread_id = ${threads.id} and p.external_id is not null order by m.at desc, p.n limit 1)) end`

/** Where a chat's messages go, and what its channel can carry. */
export async function targetOf(work: Work, chat: Chat) {
  const [row] = await work.db
    .select({ thread: threads, identity: identities, kind: channels.kind, capabilities: channels.capabilities, answers: lastLetter(work) })
    .from(threads)
    .innerJoin(identities, and(eq(identities.workspaceId, threads.workspaceId), eq(identities.id, threads.identityId)))
    .innerJoin(channels, and(eq(channels.workspaceId, threads.workspaceId), eq(channels.id, threads.channelId)))
    .where(and(eq(threads.workspaceId, work.workspaceId), eq(threads.id, chat.threadId)))
  if (!row) throw notFound()
  return {
    kind: row.kind,
    capabilities: row.capabilities,
    thread: { id: row.thread.externalId, kind: row.thread.kind, ...(row.thread.title && { title: row.thread.title }) },
    to: { id: row.identity.externalId },
    answers: row.answers ?? undefined,
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

/** The platform's id of a message; of one that went out in parts, that of the first. */
async function externalIdOf(work: Work, message: Message): Promise<string | undefined> {
  if (message.externalId) return message.externalId
  const [part] = await work.db
    .select({ externalId: parts.externalId })
    .from(parts)
    .where(and(ofMessage(work, message.id), isNotNull(parts.externalId)))
    .orderBy(asc(parts.n))
    .limit(1)
  return part?.externalId ?? undefined
}

const insertReply = (
  work: Work<OperatorActor>,
  chat: Chat,
  input: NewMessage,
  more: { id: string; text: string | undefined; signature: string | null; labels: string[]; replyToId: string | null; direct: boolean },
): Promise<Message> =>
  insertOutgoing(work, chat, {
    id: more.id,
    authorKind: 'operator',
    authorId: work.actor.operatorId,
    text: more.text ?? null,
    ...(more.labels.length > 0 && { extra: { buttons: more.labels } }),
    signature: more.signature,
    replyToId: more.replyToId,
    clientId: input.clientId,
    // Our own website delivers from the database: once committed, it is sent.
    delivery: more.direct ? 'sent' : 'queued',
  })

type Outgoing = Pick<Message, 'authorKind' | 'authorId' | 'text' | 'delivery'> &
  Partial<Pick<Message, 'id' | 'signature' | 'replyToId' | 'clientId' | 'extra'>>

/** A message to the customer at the end of his chat, which the caller has locked. */
export async function insertOutgoing(work: Work, chat: Chat, message: Outgoing): Promise<Message> {
  const [row] = await work.db
    .insert(messages)
    .values({
      workspaceId: work.workspaceId,
      id: newId(),
      chatId: chat.id,
      threadId: chat.threadId,
      channelId: chat.channelId,
      direction: 'out',
      ...message,
      at: sql`date_trunc('milliseconds', greatest(clock_timestamp(), (select last_message_at from chats where workspace_id = ${work.workspaceId} and id = ${chat.id}))) + interval '1 millisecond'`,
    })
    .returning()
  if (!row) throw new Error('the message was not inserted')
  return row
}

/** The lane of a thread, which it has from now on and which is due unless it must wait. */
export async function wakeLane(work: Work, threadId: string, channelId: string): Promise<void> {
  await work.db
    .insert(lanes)
    .values({ workspaceId: work.workspaceId, threadId, channelId, dueAt: sql`clock_timestamp()` })
    // Written all the same: it waits for a hub that is about to end the lane. A lane that must wait goes on waiting.
    .onConflictDoUpdate({ target: [lanes.workspaceId, lanes.threadId], set: { dueAt: sql`${lanes.dueAt}` } })
}

async function chatOf(work: Work, message: Message): Promise<Chat> {
  const [chat] = await work.db
    .select()
    .from(chats)
    .where(and(eq(chats.workspaceId, work.workspaceId), eq(chats.id, message.chatId)))
  if (!chat) throw notFound()
  return chat
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

export const ofMessage = (work: Work, messageId: string) => and(eq(parts.workspaceId, work.workspaceId), eq(parts.messageId, messageId))

/** A planned part as it is stored. */
export const storedContent = (content: Extract<Plan, { parts: unknown }>['parts'][number]['content']): StoredContent =>
  content.type !== 'media'
    ? content
    : {
        type: 'media',
        kind: content.kind,
        fileId: content.file.id,
        ...(content.more && { moreFileIds: content.more.map(({ id }) => id) }),
        ...(content.caption === undefined ? {} : { caption: content.caption }),
      }

/** Planning looks at a file's size and type only. */
const plannedFile = (file: File): StoredFile => ({
  id: file.id,
  sha256: file.sha256 ?? '',
  size: file.size,
  mime: file.mime,
  name: file.name,
  open: () => Promise.reject(new Error('a plan does not read files')),
})
