import { limits, type RequestPriority, type RequestSource, type RequestState } from '@parley/schema/vocabulary'
import { and, asc, desc, eq, type SQL, sql } from 'drizzle-orm'
import { channels } from '../db/tables/channel.ts'
import { chats, threads } from '../db/tables/chat.ts'
import { customers, identities } from '../db/tables/customer.ts'
import { groups } from '../db/tables/group.ts'
import { messages } from '../db/tables/message.ts'
import { operators } from '../db/tables/operator.ts'
import { requests } from '../db/tables/request.ts'
import { HubError, notFound, textOf } from '../errors.ts'
import type { OperatorActor, Work } from '../work.ts'
import { ensureOnChat } from './access.ts'
import { type Chat, change, lockChat } from './chat.ts'
import { type Closing, finishChat } from './closing.ts'
import { newId } from './ids.ts'
import type { After } from './lists.ts'
import { type MailLinks, queueMail } from './mail.ts'
import { bodyOf, insertOutgoing, type Message, type Planner, queueParts, storedContent, targetOf } from './message.ts'
import { answersOf, getRequestSettings } from './request-settings.ts'
import { type Request, requestSight, visibleRequests } from './request-sight.ts'
import { ensureReplyAllowed } from './window.ts'

export type { Request } from './request-sight.ts'
export interface NewRequest {
  clientId: string
  title: string
  text: string
  category?: string | null
  pageUrl?: string | null
  answers?: { fieldId: string; value: string }[] | null
}
export interface RequestDetails {
  title?: string | null
  category?: string | null
  type?: string | null
  priority?: RequestPriority | null
}
/** What is left out stays; null takes a value away. */
export interface RequestChange extends RequestDetails {
  state?: RequestState | null
  groupId?: string | null
  operatorId?: string | null
}
export interface RequestFilter {
  state?: RequestState | null
  source?: RequestSource | null
  mine?: boolean | null
  groupId?: string | null
  category?: string | null
  search?: string | null
  after?: After
  limit: number
}

/** What a visitor leaves while nobody is there: his words stand in a chat that waits for nobody. */
export async function leaveRequest(work: Work, identityId: string, input: NewRequest): Promise<Request> {
  const title = textOf(input.title, 'title', limits.requestTitle)
  const text = textOf(input.text, 'text', limits.messageText)
  const settings = await getRequestSettings(work)
  const answers = answersOf(settings.fields, input.answers ?? [])
  const category = listed(input.category, settings.categories, 'category') ?? settings.category
  const thread = await lockThreadOf(work, identityId)
  bodyOf({ clientId: input.clientId, text })
  const known = await findLeft(work, identityId, input.clientId)
  if (known) return known
  if (thread.busy) throw new HubError('chat_open')
  const groupId = settings.groupId ?? thread.groupId
  const [id, messageId] = [newId(), newId()]
  const number = await nextNumber(work, 'chat')
  const { workspaceId } = work
  // It is opened, said, closed and left at one moment, by one clock.
  const at = await momentOf(work)
  const [chat] = await work.db
    .insert(chats)
    .values({
      workspaceId,
      id,
      number,
      threadId: thread.id,
      channelId: thread.channelId,
      customerId: thread.customerId,
      state: 'closed',
      groupId,
      openedAt: at.moment,
      closedAt: at.moment,
      customerWroteAt: at.moment,
    })
    .returning()
  if (!chat) throw new Error('the chat of a request was not inserted')
  const page = input.pageUrl?.trim().slice(0, limits.url)
  await work.db.insert(messages).values({
    workspaceId,
    id: messageId,
    chatId: id,
    threadId: thread.id,
    channelId: thread.channelId,
    direction: 'in',
    authorKind: 'customer',
    authorId: identityId,
    text,
    clientId: input.clientId,
    at: at.moment,
    position: at.ms,
    delivery: 'sent',
    extra: page ? { referral: { pageUrl: page } } : null,
  })
  await change(work, chat, { lastMessageId: messageId, lastMessageAt: at.moment })
  return insertRequest(work, {
    chatId: id,
    source: 'form',
    title,
    category,
    type: settings.type,
    priority: settings.priority,
    groupId,
    createdBy: null,
    createdAt: at.moment,
    changedAt: at.moment,
    answers,
  })
}

/** Now, by the database's clock, to the next full millisecond: not before what this work has made so far. */
async function momentOf(work: Work) {
  const [row] = await work.sql<{ ms: string }[]>`select ceil(extract(epoch from clock_timestamp()) * 1000)::text as ms`
  const ms = Number(row?.ms)
  return { ms, moment: new Date(ms) }
}

async function findLeft(work: Work, identityId: string, clientId: string): Promise<Request | undefined> {
  const [row] = await work.db
    .select({ request: requests })
    .from(messages)
    .innerJoin(requests, and(eq(requests.workspaceId, messages.workspaceId), eq(requests.chatId, messages.chatId)))
    .where(and(eq(messages.workspaceId, work.workspaceId), eq(messages.authorId, identityId), eq(messages.clientId, clientId)))
  return row?.request
}

/** Closes a chat, and what is still to be done about it becomes a request that has all of its history. */
export async function turnIntoRequest(
  work: Work<OperatorActor>,
  plan: Planner,
  chatId: string,
  details: RequestDetails & { groupId?: string | null },
  closing: Closing,
): Promise<Request> {
  const chat = await lockChat(work, chatId, 'chat.close')
  if (chat.state === 'closed') throw new HubError('chat_closed')
  const [there] = await work.db.select({ id: requests.id }).from(requests).where(ofChat(work, chatId))
  if (there) throw new HubError('has_request')
  const settings = await getRequestSettings(work)
  const given = title(details.title) ?? settings.title ?? (await firstWords(work, chat))
  if (details.groupId) await ensureGroup(work, details.groupId)
  await finishChat(work, plan, chatId, closing)
  return insertRequest(work, {
    chatId,
    source: 'chat',
    title: given,
    category: details.category === undefined ? settings.category : listed(details.category, settings.categories, 'category'),
    type: details.type === undefined ? settings.type : listed(details.type, settings.types, 'type'),
    priority: details.priority ?? settings.priority,
    groupId: details.groupId === undefined ? (settings.groupId ?? chat.groupId) : details.groupId,
    createdBy: work.actor.operatorId,
  })
}

export async function updateRequest(work: Work<OperatorActor>, requestId: string, given: RequestChange): Promise<Request> {
  const request = await lockRequest(work, requestId)
  const settings = await getRequestSettings(work)
  if (given.groupId) await ensureGroup(work, given.groupId)
  if (given.operatorId) await ensureOperator(work, given.operatorId)
  const words = (name: 'category' | 'type', list: string[]) =>
    given[name] === undefined || given[name] === request[name] ? {} : { [name]: listed(given[name], list, name) }
  return save(work, request, {
    ...(given.title != null && { title: textOf(given.title, 'title', limits.requestTitle) }),
    ...words('category', settings.categories),
    ...words('type', settings.types),
    ...(given.priority && { priority: given.priority }),
    ...(given.groupId !== undefined && { groupId: given.groupId }),
    ...(given.operatorId !== undefined && { operatorId: given.operatorId }),
    // Whoever is given a new one is at it.
    ...(given.operatorId && request.state === 'new' && { state: 'open' as const }),
    ...(given.state && { state: given.state }),
  })
}

export interface Answer {
  clientId: string
  text: string
  /** Also to the customer's e-mail. */
  mail: boolean
}

/** Answers in the chat, where the customer finds it on his return, and by mail if asked. The same client id answers with the same. */
export async function answerRequest(
  work: Work<OperatorActor>,
  plan: Planner,
  links: MailLinks | null,
  requestId: string,
  answer: Answer,
): Promise<Request> {
  const text = bodyOf(answer) ?? ''
  const request = await lockRequest(work, requestId)
  const [known] = await work.db
    .select({ chatId: messages.chatId, text: messages.text })
    .from(messages)
    .where(
      and(eq(messages.workspaceId, work.workspaceId), eq(messages.authorId, work.actor.operatorId), eq(messages.clientId, answer.clientId)),
    )
  if (known && (known.chatId !== request.chatId || known.text !== text)) throw new HubError('client_id_reused', { field: 'clientId' })
  if (known) return request
  const [chat] = await work.db
    .select()
    .from(chats)
    .where(and(eq(chats.workspaceId, work.workspaceId), eq(chats.id, request.chatId)))
    .for('no key update')
  if (!chat) throw notFound()
  const message = await say(work, plan, chat, text, answer.clientId)
  if (answer.mail) {
    if (!links) throw new HubError('no_mail', { field: 'mail' })
    if (!(await queueMail(work, links, { chat, message, about: request.title }))) throw new HubError('no_email', { field: 'mail' })
  }
  return save(work, request, {
    state: 'answered',
    operatorId: request.operatorId ?? work.actor.operatorId,
    answeredAt: sql`clock_timestamp()`,
  })
}

async function say(work: Work<OperatorActor>, plan: Planner, chat: Chat, text: string, clientId: string): Promise<Message> {
  const target = await targetOf(work, chat)
  await ensureReplyAllowed(work, chat, target.capabilities)
  const planned = await plan(
    target.kind,
    { thread: target.thread, to: target.to, text, files: [], replyTo: target.answers },
    target.capabilities,
  )
  if ('refusal' in planned) throw new HubError('unsupported', { max: planned.refusal.message })
  const direct = target.kind === 'web'
  const message = await insertOutgoing(work, chat, {
    authorKind: 'operator',
    authorId: work.actor.operatorId,
    text,
    clientId,
    delivery: direct ? 'sent' : 'queued',
  })
  if (!direct)
    await queueParts(
      work,
      message,
      planned.parts.map((part) => ({ content: storedContent(part.content), replyTo: part.replyTo })),
    )
  await change(work, chat, {
    lastMessageAt: sql`(select at from messages where workspace_id = ${work.workspaceId} and id = ${message.id})`,
    lastMessageId: message.id,
    waitingSince: null,
  })
  work.record({ type: 'message.sent', chatId: chat.id, subjectId: message.id })
  return message
}

export async function findRequest(work: Work<OperatorActor>, requestId: string): Promise<Request | undefined> {
  const [row] = await work.db
    .select()
    .from(requests)
    .where(and(here(work, requestId), visibleRequests(work.actor)))
  return row
}

/** Those in sight, what was last changed first. */
export async function listRequests(work: Work<OperatorActor>, filter: RequestFilter): Promise<(Request & { key: string })[]> {
  const rows = await work.db
    .select({ request: requests, key: sql<string>`(extract(epoch from ${requests.changedAt}) * 1000000)::bigint::text` })
    .from(requests)
    .innerJoin(chats, and(eq(chats.workspaceId, requests.workspaceId), eq(chats.id, requests.chatId)))
    .innerJoin(customers, and(eq(customers.workspaceId, chats.workspaceId), eq(customers.id, chats.customerId)))
    .where(and(eq(requests.workspaceId, work.workspaceId), visibleRequests(work.actor), ...conditions(work, filter)))
    .orderBy(desc(requests.changedAt), desc(requests.id))
    .limit(filter.limit)
  return rows.map(({ request, key }) => ({ ...request, key }))
}

function conditions(work: Work<OperatorActor>, filter: RequestFilter): (SQL | undefined)[] {
  const words = filter.search?.trim().slice(0, limits.search)
  const pattern = words && `%${words.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`
  return [
    filter.state ? eq(requests.state, filter.state) : undefined,
    filter.source ? eq(requests.source, filter.source) : undefined,
    filter.mine ? eq(requests.operatorId, work.actor.operatorId) : undefined,
    filter.groupId ? eq(requests.groupId, filter.groupId) : undefined,
    filter.category ? eq(requests.category, filter.category) : undefined,
    pattern
      ? sql`concat_ws(' ', ${requests.title}, '#' || ${requests.number}, ${customers.name}, ${customers.email}) ilike ${pattern}`
      : undefined,
    filter.after &&
      sql`(${requests.changedAt}, ${requests.id}) < (timestamptz 'epoch' + ${filter.after.key}::bigint * interval '1 microsecond', ${filter.after.id}::uuid)`,
  ]
}

/** How many in sight nobody has looked at yet, a thousand at most. */
export async function countNewRequests(work: Work<OperatorActor>): Promise<number> {
  const inside = work.db
    .select({ one: sql`1` })
    .from(requests)
    .where(and(eq(requests.workspaceId, work.workspaceId), eq(requests.state, 'new'), visibleRequests(work.actor)))
    .limit(1_000)
  const [row] = await work.db.select({ count: sql<number>`count(*)::int` }).from(inside.as('some'))
  return row?.count ?? 0
}

/** What was said, oldest first; the newest five hundred. */
export async function listRequestMessages(work: Work, chatId: string): Promise<Message[]> {
  const rows = await work.db
    .select()
    .from(messages)
    .where(and(eq(messages.workspaceId, work.workspaceId), eq(messages.chatId, chatId)))
    .orderBy(desc(messages.at), desc(messages.position), desc(messages.id))
    .limit(500)
  return rows.reverse()
}

async function insertRequest(work: Work, values: Omit<typeof requests.$inferInsert, 'workspaceId' | 'id' | 'number'>): Promise<Request> {
  const [request] = await work.db
    .insert(requests)
    // By the clock, not by the beginning of the transaction: what its chat holds came before it.
    .values({
      workspaceId: work.workspaceId,
      id: newId(),
      number: await nextNumber(work, 'request'),
      createdAt: sql`clock_timestamp()`,
      changedAt: sql`clock_timestamp()`,
      ...values,
    })
    .returning()
  if (!request) throw new Error('the request was not inserted')
  work.record({ type: 'request.changed', subjectId: request.id })
  return request
}

type Saved = { [K in keyof Request]?: Request[K] | ReturnType<typeof sql> }
async function save(work: Work, request: Request, values: Saved): Promise<Request> {
  if (Object.keys(values).length === 0) return request
  const [row] = await work.db
    .update(requests)
    .set({ ...(values as Partial<Request>), changedAt: sql`clock_timestamp()` as unknown as Date })
    .where(here(work, request.id))
    .returning()
  work.record({ type: 'request.changed', subjectId: request.id })
  return row ?? request
}

async function lockRequest(work: Work<OperatorActor>, requestId: string): Promise<Request> {
  const [request] = await work.db.select().from(requests).where(here(work, requestId)).for('no key update')
  if (!request) throw notFound()
  ensureOnChat(work.actor, 'request.work', requestSight(request))
  return request
}

/** The visitor's thread, locked; `busy`: a chat of it is open. */
async function lockThreadOf(work: Work, identityId: string) {
  const [row] = await work.db
    .select({ id: threads.id, channelId: threads.channelId, customerId: identities.customerId, groupId: channels.groupId })
    .from(threads)
    .innerJoin(identities, and(eq(identities.workspaceId, threads.workspaceId), eq(identities.id, threads.identityId)))
    .innerJoin(channels, and(eq(channels.workspaceId, threads.workspaceId), eq(channels.id, threads.channelId)))
    .where(and(eq(threads.workspaceId, work.workspaceId), eq(threads.identityId, identityId)))
    .orderBy(asc(threads.createdAt))
    .limit(1)
    .for('no key update', { of: threads })
  if (!row) throw notFound()
  const [open] = await work.db
    .select({ id: chats.id })
    .from(chats)
    .where(and(eq(chats.workspaceId, work.workspaceId), eq(chats.threadId, row.id), sql`${chats.state} <> 'closed'`))
  return { ...row, busy: open !== undefined }
}

async function nextNumber(work: Work, name: 'chat' | 'request'): Promise<number> {
  const [row] = await work.sql<
    { value: string }[]
  >`insert into counters (workspace_id, name, value) values (${work.workspaceId}, ${name}, 1)
    on conflict (workspace_id, name) do update set value = counters.value + 1 returning value`
  return Number(row?.value)
}

/** What the customer wrote first, as a title. */
async function firstWords(work: Work, chat: Chat): Promise<string> {
  const [row] = await work.db
    .select({ text: messages.text })
    .from(messages)
    .where(
      and(
        eq(messages.workspaceId, work.workspaceId),
        eq(messages.chatId, chat.id),
        eq(messages.direction, 'in'),
        sql`${messages.text} is not null`,
      ),
    )
    .orderBy(asc(messages.at))
    .limit(1)
  const words = row?.text?.replace(/\s+/g, ' ').trim()
  return words ? (words.length > 80 ? `${words.slice(0, 79)}…` : words) : `#${chat.number}`
}

const title = (given: string | null | undefined): string | undefined =>
  given?.trim() ? textOf(given, 'title', limits.requestTitle) : undefined

function listed(given: string | null | undefined, list: string[], field: string): string | null {
  if (!given) return null
  if (!list.includes(given)) throw new HubError('invalid', { field })
  return given
}

async function ensureGroup(work: Work, groupId: string): Promise<void> {
  const [group] = await work.db
    .select({ id: groups.id })
    .from(groups)
    .where(and(eq(groups.workspaceId, work.workspaceId), eq(groups.id, groupId)))
  if (!group) throw new HubError('not_found', { field: 'groupId' })
}

async function ensureOperator(work: Work, operatorId: string): Promise<void> {
  const [operator] = await work.db
    .select({ active: operators.active })
    .from(operators)
    .where(and(eq(operators.workspaceId, work.workspaceId), eq(operators.id, operatorId)))
  if (!operator) throw new HubError('not_found', { field: 'operatorId' })
  if (!operator.active) throw new HubError('cannot_take', { field: 'operatorId' })
}

const here = (work: Work, requestId: string) => and(eq(requests.workspaceId, work.workspaceId), eq(requests.id, requestId))
const ofChat = (work: Work, chatId: string) => and(eq(requests.workspaceId, work.workspaceId), eq(requests.chatId, chatId))
