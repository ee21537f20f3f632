import type { Peer, Thread } from '@parley/schema/connector'
import { type ChannelKind, limits } from '@parley/schema/vocabulary'
import { and, eq } from 'drizzle-orm'
import { chats, threads } from '../db/tables/chat.ts'
import { identities } from '../db/tables/customer.ts'
import { messages } from '../db/tables/message.ts'
import { HubError, notFound, textOf } from '../errors.ts'
import type { OperatorActor, Work } from '../work.ts'
import { type Channel, findChannel } from './channel.ts'
import { assignToSelf, type Chat } from './chat.ts'
import { type Customer, ensureOnOne, lockCustomer } from './customer.ts'
import { newId } from './ids.ts'
import { bodyOf, type Planner, sendMessage } from './message.ts'
import { openNew } from './place.ts'
import { groupsInSight, seesAll } from './sight.ts'

/** How a kind of channel opens a thread with somebody who has not written there; given by the gateway. */
export type Opener = (
  kind: ChannelKind,
  address: { email?: string; phone?: string },
  seed: string,
) => Promise<{ thread: Thread; to: Peer } | undefined>

export interface NewChat {
  customerId: string
  channelId: string
  /** Of the first message. */
  clientId: string
  subject: string
  text?: string | null
  fileIds?: string[]
}

/** Writes to a customer first: a chat with its first message, held by who wrote it. The same client id answers with the same chat; with other words it is refused. */
export async function beginChat(work: Work<OperatorActor>, plan: Planner, begin: Opener, input: NewChat): Promise<Chat> {
  const subject = textOf(input.subject.replace(/\s+/g, ' '), 'subject', limits.subject)
  const text = bodyOf(input)
  const customer = await lockCustomer(work, input.customerId)
  await ensureOnOne(work, 'chat.begin', customer.id)
  const begun = await findBegun(work, input.clientId)
  if (begun && begun.chat.customerId !== customer.id) throw new HubError('client_id_reused', { field: 'clientId' })
  if (begun && (begun.subject !== subject || (begun.text ?? '') !== (text ?? ''))) throw new HubError('sent_already', { field: 'text' })
  if (begun) return begun.chat
  const channel = await channelFor(work, input.channelId)
  const opened = customer.email ? await begin(channel.kind, { email: customer.email }, input.clientId) : undefined
  if (!opened) throw new HubError('no_email', { field: 'customerId' })
  const identityId = await identityOf(work, channel, customer, opened.to)
  const [thread] = await work.db
    .insert(threads)
    .values({
      workspaceId: work.workspaceId,
      id: newId(),
      channelId: channel.id,
      externalId: opened.thread.id,
      kind: opened.thread.kind,
      title: subject,
      identityId,
    })
    .onConflictDoNothing()
    .returning()
  if (!thread) throw new HubError('client_id_reused', { field: 'clientId' })
  const [chat] = await openNew(work, [{ threadId: thread.id, channelId: channel.id }])
  if (!chat) throw notFound()
  const held = await assignToSelf(work, chat)
  const sent = await sendMessage(work, plan, { chatId: held.id, clientId: input.clientId, text: input.text, fileIds: input.fileIds })
  await work.db
    .update(messages)
    .set({ extra: { letter: { subject } } })
    .where(and(eq(messages.workspaceId, work.workspaceId), eq(messages.id, sent.id)))
  return held
}

async function findBegun(work: Work<OperatorActor>, clientId: string) {
  const [found] = await work.db
    .select({ chat: chats, text: messages.text, subject: threads.title })
    .from(messages)
    .innerJoin(threads, and(eq(threads.workspaceId, messages.workspaceId), eq(threads.id, messages.threadId)))
    .innerJoin(chats, and(eq(chats.workspaceId, messages.workspaceId), eq(chats.id, messages.chatId)))
    .where(and(eq(messages.workspaceId, work.workspaceId), eq(messages.authorId, work.actor.operatorId), eq(messages.clientId, clientId)))
  return found
}

/** One that lets us write first, and is the operator's to write on. */
async function channelFor(work: Work<OperatorActor>, channelId: string): Promise<Channel> {
  const channel = await findChannel(work, channelId).catch(() => {
    throw new HubError('not_found', { field: 'channelId' })
  })
  if (channel.groupId !== null && !seesAll(work.actor) && !groupsInSight(work.actor).has(channel.groupId))
    throw new HubError('forbidden', { field: 'channelId' })
  const { letters, startsChats } = channel.capabilities
  if (!letters || !startsChats) throw new HubError('unsupported', { field: 'channelId' })
  if (channel.paused) throw new HubError('channel_paused', { field: 'channelId' })
  return channel
}

/** His account on the channel: known from before, or made by the address. One that another customer has is not taken from him. */
async function identityOf(work: Work, channel: Channel, customer: Customer, peer: Peer): Promise<string> {
  await work.db
    .insert(identities)
    .values({
      workspaceId: work.workspaceId,
      id: newId(),
      channelId: channel.id,
      customerId: customer.id,
      externalId: peer.id,
      name: customer.name,
      email: peer.email ?? null,
    })
    .onConflictDoNothing()
  const [identity] = await work.db
    .select({ id: identities.id, customerId: identities.customerId })
    .from(identities)
    .where(and(eq(identities.workspaceId, work.workspaceId), eq(identities.channelId, channel.id), eq(identities.externalId, peer.id)))
  if (identity?.customerId !== customer.id) throw new HubError('email_elsewhere', { field: 'customerId' })
  return identity.id
}
