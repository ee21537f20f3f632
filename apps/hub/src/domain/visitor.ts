import { createHash, randomBytes } from 'node:crypto'
import { limits } from '@parley/schema/vocabulary'
import { and, eq, inArray, sql } from 'drizzle-orm'
import { channels } from '../db/tables/channel.ts'
import { chats, threads } from '../db/tables/chat.ts'
import { blocks, customers, identities, visitorTokens } from '../db/tables/customer.ts'
import { messages } from '../db/tables/message.ts'
import { HubError, notFound, textOf } from '../errors.ts'
import type { VisitorActor, Work } from '../work.ts'
import { newId } from './ids.ts'
import { bodyOf, linkFiles, type Message, unlinkedFiles } from './message.ts'
import { emailOf } from './operator.ts'
import { receive } from './receive.ts'
import { advance } from './references.ts'

export interface NewVisitor {
  name: string
  email: string
  language?: string | null
}
export interface VisitorMessage {
  clientId: string
  text?: string | null
  fileIds?: string[]
  pageUrl?: string | null
  pageTitle?: string | null
}

/** The pre-chat form: makes customer, identity and thread, and the token his browser keeps (256 bits, stored hashed). */
export async function startVisitor(work: Work, channelId: string, input: NewVisitor): Promise<{ token: string; identityId: string }> {
  const { workspaceId } = work
  const name = textOf(input.name, 'name', limits.name)
  const email = emailOf(input.email, 'email')
  const [identityId, customerId] = [newId(), newId()]
  await work.db.insert(customers).values({ workspaceId, id: customerId, name, email })
  await work.db.insert(identities).values({
    workspaceId,
    id: identityId,
    channelId,
    customerId,
    externalId: identityId,
    name,
    email,
    language: input.language?.slice(0, 20) ?? null,
  })
  await work.db.insert(threads).values({ workspaceId, id: newId(), channelId, externalId: identityId, kind: 'direct', identityId })
  const secret = randomBytes(32).toString('base64url')
  await work.db.insert(visitorTokens).values({ workspaceId, tokenHash: hashOf(secret), channelId, identityId })
  return { token: `${Buffer.from(workspaceId.replaceAll('-', ''), 'hex').toString('base64url')}.${secret}`, identityId }
}

/** Which workspace a token speaks of, and the hash it is looked up by; null for what is no token. */
export function readToken(token: string): { workspaceId: string; hash: string } | null {
  const [, workspace, secret] = /^([\w-]{22})\.([\w-]{43})$/.exec(token) ?? []
  if (!workspace || !secret) return null
  const hex = Buffer.from(workspace, 'base64url').toString('hex')
  return { workspaceId: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'), hash: hashOf(secret) }
}

export async function findVisitor(work: Work, hash: string): Promise<Pick<VisitorActor, 'channelId' | 'identityId'> | null> {
  const [row] = await work.db
    .select({ channelId: visitorTokens.channelId, identityId: visitorTokens.identityId })
    .from(visitorTokens)
    .innerJoin(channels, and(eq(channels.workspaceId, visitorTokens.workspaceId), eq(channels.id, visitorTokens.channelId)))
    .where(and(eq(visitorTokens.workspaceId, work.workspaceId), eq(visitorTokens.tokenHash, hash), eq(channels.paused, false)))
  return row ?? null
}

/** A visitor's message takes the same way in as every other channel's. The same client id answers with the same message. */
export async function sendAsVisitor(work: Work<VisitorActor>, input: VisitorMessage): Promise<Message> {
  const { identityId, channelId } = work.actor
  const text = bodyOf(input)
  const known = await findOwn(work, input.clientId)
  if (known) {
    if ((known.text ?? '') !== (text ?? '')) throw new HubError('client_id_reused', { field: 'clientId' })
    return known
  }
  const [blocked] = await work.db
    .select({ id: blocks.id })
    .from(blocks)
    .where(
      and(
        eq(blocks.workspaceId, work.workspaceId),
        eq(blocks.identityId, identityId),
        sql`(${blocks.until} is null or ${blocks.until} > clock_timestamp())`,
      ),
    )
  const attached = await unlinkedFiles(work, identityId, input.fileIds ?? [])
  const [stored] = await receive(work, [
    {
      channelId,
      events: [
        {
          type: 'message',
          key: `v:${identityId}:${input.clientId}`,
          id: input.clientId,
          at: 0,
          thread: { id: identityId, kind: 'direct' },
          from: { id: identityId },
          by: 'peer',
          ...(text !== undefined && { text }),
          ...(input.pageUrl && { referral: pageOf(input) }),
        },
      ],
    },
  ])
  if (!stored) {
    if (blocked) throw new HubError('blocked')
    return (await findOwn(work, input.clientId)) ?? Promise.reject(new Error("the visitor's message was not stored"))
  }
  await linkFiles(work, stored.messageId, attached)
  const [message] = await work.db
    .update(messages)
    .set({ clientId: input.clientId })
    .where(and(eq(messages.workspaceId, work.workspaceId), eq(messages.id, stored.messageId)))
    .returning()
  if (!message) throw notFound()
  return message
}

/** What reached or was seen by the visitor moves the operators' messages forward, up to this one. */
export async function acknowledge(work: Work<VisitorActor>, messageId: string, read: boolean): Promise<void> {
  const thread = await threadOf(work)
  if (!thread) throw notFound()
  const state = read ? 'read' : 'delivered'
  const rows = await work.sql<
    { id: string; chat_id: string }[]
  >`select id, chat_id from messages where workspace_id = ${work.workspaceId} and thread_id = ${thread.id} and direction = 'out'
    and delivery in ('sent', 'delivered') and (at, position, id) <= (select at, position, id from messages where workspace_id = ${work.workspaceId} and thread_id = ${thread.id} and id = ${messageId}) order by at, position, id for no key update`
  for (const row of rows) await advance(work, row.id, row.chat_id, state)
}

/** The visitor's newest chat and his place in its queue, from 1. */
export async function findVisitorChat(work: Work<VisitorActor>) {
  const thread = await threadOf(work)
  if (!thread) return null
  const [chat] = await work.db
    .select()
    .from(chats)
    .where(and(eq(chats.workspaceId, work.workspaceId), eq(chats.threadId, thread.id)))
    .orderBy(sql`${chats.openedAt} desc`)
    .limit(1)
  return chat ?? null
}

export async function placeInQueue(work: Work, chat: typeof chats.$inferSelect): Promise<number | null> {
  if (chat.state !== 'queued') return null
  const [row] = await work.sql<
    { place: number }[]
  >`select count(*)::int + 1 as place from chats where workspace_id = ${work.workspaceId} and state = 'queued'
    and group_id is not distinct from ${chat.groupId} and (opened_at, id) < (select opened_at, id from chats where workspace_id = ${work.workspaceId} and id = ${chat.id})`
  return row?.place ?? null
}

/** Whether somebody is there to answer on this channel. */
export async function isOnline(work: Work, channelId: string): Promise<boolean> {
  const [row] = await work.sql<{ online: boolean }[]>`
    select exists (select from operators o where o.workspace_id = ${work.workspaceId} and o.presence = 'online' and o.active and (c.group_id is null
      or exists (select from group_members g where g.workspace_id = ${work.workspaceId} and g.group_id = c.group_id and g.operator_id = o.id))) as online
    from channels c where c.workspace_id = ${work.workspaceId} and c.id = ${channelId}`
  return row?.online ?? false
}

export async function threadOf(work: Work<VisitorActor>) {
  const [thread] = await work.db
    .select()
    .from(threads)
    .where(
      and(
        eq(threads.workspaceId, work.workspaceId),
        eq(threads.channelId, work.actor.channelId),
        eq(threads.identityId, work.actor.identityId),
      ),
    )
  return thread
}

async function findOwn(work: Work<VisitorActor>, clientId: string): Promise<Message | undefined> {
  const [found] = await work.db
    .select()
    .from(messages)
    .where(
      and(eq(messages.workspaceId, work.workspaceId), eq(messages.authorId, work.actor.identityId), inArray(messages.clientId, [clientId])),
    )
  return found
}

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url')
const pageOf = (input: VisitorMessage): Record<string, string> => ({
  pageUrl: (input.pageUrl ?? '').slice(0, limits.url),
  ...(input.pageTitle && { pageTitle: input.pageTitle.slice(0, limits.name) }),
})
