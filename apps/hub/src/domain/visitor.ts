import { limits } from '@parley/schema/vocabulary'
import { and, eq, inArray, sql } from 'drizzle-orm'
import { channels } from '../db/tables/channel.ts'
import { chats, threads } from '../db/tables/chat.ts'
import { customers, identities } from '../db/tables/customer.ts'
import { messages } from '../db/tables/message.ts'
import { HubError, notFound } from '../errors.ts'
import type { VisitorActor, Work } from '../work.ts'
import { findBlocks } from './block.ts'
import { noteAnswers } from './button.ts'
import { linkFiles, unlinkedFiles } from './file.ts'
import { newId } from './ids.ts'
import { bodyOf, type Message } from './message.ts'
import { seeVisitors } from './missed.ts'
import { receive } from './receive.ts'
import { advance } from './references.ts'
import { hoursOf } from './schedule.ts'
import { isAsked, keepSaid, listVisitorFields, type Said, type VisitorField, valuesSaid } from './visitor-field.ts'
import { giveToken, holdToken } from './visitor-token.ts'

export interface NewVisitor {
  name?: string | null
  email?: string | null
  values?: Said[] | null
  language?: string | null
}
export interface VisitorMessage {
  clientId: string
  text?: string | null
  fileIds?: string[]
  replyToId?: string | null
  pageUrl?: string | null
  pageTitle?: string | null
}

/**
 * The pre-chat form: makes customer, identity and thread, and the token his browser keeps (256 bits, stored hashed). Kept is
 * what is asked; `asked`: other than before a chat of this website.
 */
export async function startVisitor(
  work: Work,
  channelId: string,
  input: NewVisitor,
  address: string | null = null,
  asked?: VisitorField[],
): Promise<{ token: string; identityId: string }> {
  const fields = asked ?? (await listVisitorFields(work, channelId)).filter(isAsked)
  const given = [
    ...(['name', 'email'] as const).flatMap((field) => (input[field] == null ? [] : [{ field, values: [input[field]] }])),
    ...(input.values ?? []),
  ]
  const values = valuesSaid(
    fields,
    given.filter(({ field }) => (field !== 'name' && field !== 'email') || fields.some(({ name }) => name === field)),
    true,
  )
  const { name: [name = null] = [], email: [email = null] = [], ...others } = values
  const identityId = await makeVisitor(work, channelId, { name, email, language: input.language?.slice(0, 20) ?? null, address })
  await keepSaid(work, identityId, others)
  return { token: await giveToken(work, channelId, identityId), identityId }
}

/** What the visitor says of himself in the form, or the page (`bySite`) of him. */
export async function describeVisitor(work: Work<VisitorActor>, said: Said[], bySite: boolean): Promise<void> {
  const { channelId, identityId } = work.actor
  await holdToken(work, work.actor)
  const fields = (await listVisitorFields(work, channelId)).filter((field) => (bySite ? field.siteSets : isAsked(field)))
  if (await isBlocked(work)) return
  await keepSaid(work, identityId, valuesSaid(fields, said, false))
}

/** A customer, his identity on the website, and the thread in which he will write. Answers the identity's id. */
export async function makeVisitor(
  work: Work,
  channelId: string,
  who: Pick<typeof identities.$inferInsert, 'name' | 'email' | 'language' | 'address' | 'signedId'>,
): Promise<string> {
  const { workspaceId } = work
  const [identityId, customerId] = [newId(), newId()]
  await work.db.insert(customers).values({ workspaceId, id: customerId, name: who.name, email: who.email })
  await work.db.insert(identities).values({
    workspaceId,
    id: identityId,
    channelId,
    customerId,
    externalId: identityId,
    ...who,
    seenAt: sql`clock_timestamp()`,
  })
  await work.db.insert(threads).values({ workspaceId, id: newId(), channelId, externalId: identityId, kind: 'direct', identityId })
  return identityId
}

/** A further token for a visitor who is known already, as by a link in a mail; null: he is not, or the website is paused. */
export async function welcomeBack(work: Work, identityId: string): Promise<{ token: string; channelId: string } | null> {
  const [row] = await work.db
    .select({ channelId: channels.id })
    .from(identities)
    .innerJoin(channels, and(eq(channels.workspaceId, identities.workspaceId), eq(channels.id, identities.channelId)))
    .where(
      and(
        eq(identities.workspaceId, work.workspaceId),
        eq(identities.id, identityId),
        eq(channels.kind, 'web'),
        eq(channels.paused, false),
      ),
    )
  return row ? { token: await giveToken(work, row.channelId, identityId), channelId: row.channelId } : null
}

/**
 * A visitor's message takes the same way in as every other channel's. The same client id answers with the same message; null:
 * he is blocked, and the attempt was counted.
 */
export async function sendAsVisitor(
  work: Work<VisitorActor>,
  input: VisitorMessage,
  address: string | null = null,
): Promise<Message | null> {
  const { identityId, channelId } = work.actor
  const text = bodyOf(input)
  await holdToken(work, work.actor)
  const known = await findOwn(work, input.clientId)
  if (known) {
    if ((known.text ?? '') !== (text ?? '')) throw new HubError('client_id_reused', { field: 'clientId' })
    return known
  }
  if (address) await rememberAddress(work, address)
  await seeVisitors(work, [identityId])
  const blocked = await isBlocked(work)
  const replyToId = input.replyToId ? await ownThreadMessage(work, input.replyToId) : null
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
          ...(replyToId && { replyTo: replyToId }),
          ...(input.pageUrl && { referral: pageOf(input) }),
        },
      ],
    },
  ])
  if (!stored) {
    if (blocked) return null
    return (await findOwn(work, input.clientId)) ?? Promise.reject(new Error("the visitor's message was not stored"))
  }
  await linkFiles(work, { messageId: stored.messageId }, attached)
  const [message] = await work.db
    .update(messages)
    .set({ clientId: input.clientId, ...(replyToId && { replyToId }) })
    .where(and(eq(messages.workspaceId, work.workspaceId), eq(messages.id, stored.messageId)))
    .returning()
  if (!message) throw notFound()
  if (replyToId) await noteAnswers(work, [{ messageId: message.id }])
  return message
}

export const isBlocked = async (work: Work<VisitorActor>): Promise<boolean> =>
  (await findBlocks(work, [work.actor.identityId])).has(work.actor.identityId)

/** Where he writes from now. */
async function rememberAddress(work: Work<VisitorActor>, address: string): Promise<void> {
  await work.sql`update identities set address = ${address}::text::inet
    where workspace_id = ${work.workspaceId} and id = ${work.actor.identityId} and address is distinct from ${address}::text::inet`
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

/** The visitor's open chat, else the one that was closed last: of two that became one the later may have ended first. */
export async function findVisitorChat(work: Work<VisitorActor>) {
  const thread = await threadOf(work)
  if (!thread) return null
  const [chat] = await work.db
    .select()
    .from(chats)
    .where(and(eq(chats.workspaceId, work.workspaceId), eq(chats.threadId, thread.id)))
    .orderBy(sql`${chats.state} = 'closed', ${chats.closedAt} desc, ${chats.openedAt} desc`)
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

/** Whether somebody is there to answer on this channel: within its hours, and an operator of it is online. */
export async function isOnline(work: Work, channelId: string): Promise<boolean> {
  if (!(await hoursOf(work, channelId)).open) return false
  const [row] = await work.sql<{ online: boolean }[]>`
    select exists (select from operators o where o.workspace_id = ${work.workspaceId} and o.presence = 'online' and o.active and (c.group_id is null
      or exists (select from group_members g where g.workspace_id = ${work.workspaceId} and g.group_id = c.group_id and g.operator_id = o.id))) as online
    from channels c where c.workspace_id = ${work.workspaceId} and c.id = ${channelId}`
  return row?.online ?? false
}

/** Those of these threads whose chat somebody holds. */
export async function servedThreads(work: Work, threadIds: string[]): Promise<string[]> {
  const rows = await work.sql<
    { thread_id: string }[]
  >`select thread_id from chats where workspace_id = ${work.workspaceId} and state = 'serving' and thread_id = any(${threadIds}::uuid[])`
  return rows.map(({ thread_id }) => thread_id)
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

/** A message the visitor can see, in this chat or an earlier one. */
async function ownThreadMessage(work: Work<VisitorActor>, messageId: string): Promise<string> {
  const thread = await threadOf(work)
  const [found] = await work.db
    .select({ id: messages.id })
    .from(messages)
    .where(and(eq(messages.workspaceId, work.workspaceId), eq(messages.id, messageId), eq(messages.threadId, thread?.id ?? newId())))
  if (!found) throw new HubError('not_found', { field: 'replyToId' })
  return found.id
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

const pageOf = (input: VisitorMessage): Record<string, string> => ({
  pageUrl: (input.pageUrl ?? '').slice(0, limits.url),
  ...(input.pageTitle && { pageTitle: input.pageTitle.slice(0, limits.name) }),
})
