import type { Capabilities } from '@parley/schema/connector'
import { limits, type MessageChangeKind } from '@parley/schema/vocabulary'
import { and, asc, desc, eq, inArray, sql } from 'drizzle-orm'
import { files } from '../db/tables/file.ts'
import { type ChangeStep, type MessageReaction, messageChanges, messages, parts } from '../db/tables/message.ts'
import { operators } from '../db/tables/operator.ts'
import { HubError, notFound } from '../errors.ts'
import type { OperatorActor, Work } from '../work.ts'
import { type ChatOperation, onChat } from './access.ts'
import { bodyFor } from './button.ts'
import { type Chat, lockChat } from './chat.ts'
import { newId } from './ids.ts'
import { type Message, ofMessage, type Planner, planFor, storedContent, targetOf, wakeLane } from './message.ts'
import { applyEffect, type MessageChange, noteDone } from './message-history.ts'
import { sightOf } from './sight.ts'
import { ensureReplyAllowed } from './window.ts'

type StoredPart = typeof parts.$inferSelect
interface Place {
  message: Message
  chat: Chat
  target: Awaited<ReturnType<typeof targetOf>>
  /** Our own website reads the message itself: what is changed there is changed for the visitor. */
  direct: boolean
  parts: StoredPart[]
}

/**
 * An operator changes what he wrote. What has not gone out yet goes out changed; what has is changed at the platform, in the
 * lane of its thread, and here once the platform took it. The same text again changes nothing.
 */
export async function editMessage(work: Work<OperatorActor>, plan: Planner, messageId: string, given: string): Promise<Message> {
  if (!given.trim()) throw new HubError('required', { field: 'text' })
  if (given.length > limits.messageText) throw new HubError('too_long', { field: 'text', max: limits.messageText })
  const place = await placeOf(work, messageId, 'message.edit')
  const { message } = place
  if (!isOwn(work, message)) throw new HubError('forbidden')
  if (message.removedAt) throw new HubError('message_removed')
  if (message.text === null) throw new HubError('edit_no_text')
  const [waiting] = await underWay(work, message, ['edit', 'removal'])
  if (waiting?.kind === 'removal') throw new HubError('message_removed')
  if ((waiting?.text ?? message.text) === given) return message
  if (place.direct) {
    ensureCan(place, 'edit', await now(work))
    await noteDone(work, message, { kind: 'edit', operatorId: work.actor.operatorId, text: given })
    await applyEffect(work, message, { kind: 'edit', text: given })
    return reload(work, message)
  }
  const planned = await planFor(plan, place.target, {
    ...bodyFor({ messageId, text: given, signature: message.signature, labels: message.extra?.buttons ?? [] }, place.target.capabilities),
    files: await filesOf(work, message),
    replyTo: place.parts[0]?.replyTo ?? undefined,
  })
  const contents = planned.map((part) => storedContent(part.content))
  if (isUnsent(place)) {
    await rewriteParts(work, place, contents)
    await setText(work, message, given)
    return reload(work, message)
  }
  ensureSettled(place)
  ensureCan(place, 'edit', await now(work))
  const steps = stepsBetween(place.parts, contents, waiting?.state === 'sending')
  if (!steps) throw new HubError('edit_splits', { field: 'text' })
  await queueChange(work, place, { kind: 'edit', text: given, steps }, ['edit'])
  return reload(work, message)
}

/** Takes a message back: what has not gone out never will, what has is deleted at the platform. Twice is once. */
export async function removeMessage(work: Work<OperatorActor>, messageId: string): Promise<Message> {
  const place = await placeOf(work, messageId, 'message.remove')
  const { message, chat } = place
  if (message.direction !== 'out') throw new HubError('forbidden')
  if (!isOwn(work, message) && !onChat['message.removeOthers'](work.actor, sightOf(chat))) throw new HubError('forbidden')
  if (message.removedAt) return message
  const kinds = ['edit', 'removal', 'reaction'] as const
  const [waiting] = await underWay(work, message, ['removal'])
  if (waiting) return message
  const unsent = !place.direct && isUnsent(place)
  if (place.direct || unsent) {
    if (place.direct) ensureCan(place, 'removal', await now(work))
    await drop(work, message, kinds)
    await work.db.delete(parts).where(ofMessage(work, message.id))
    await noteDone(work, message, { kind: 'removal', operatorId: work.actor.operatorId })
    if (unsent)
      await work.db
        .update(messages)
        .set({ delivery: null, failure: null })
        .where(and(eq(messages.workspaceId, work.workspaceId), eq(messages.id, message.id)))
    await applyEffect(work, message, { kind: 'removal' })
    return reload(work, message)
  }
  ensureSettled(place)
  ensureCan(place, 'removal', await now(work))
  const out = place.parts.filter((part) => !notOut(part))
  await work.db.delete(parts).where(and(ofMessage(work, message.id), inArray(parts.state, ['queued', 'failed'])))
  const steps: ChangeStep[] = place.parts.length === 0 ? [{ n: null }] : out.map(({ n }) => ({ n }))
  await queueChange(work, place, { kind: 'removal', steps }, kinds)
  return reload(work, message)
}

/**
 * Puts a reaction to a message, or takes it away (null). On a website each operator has his own; elsewhere the company has
 * one account, and so one reaction.
 */
export async function reactToMessage(work: Work<OperatorActor>, messageId: string, given: string | null): Promise<Message> {
  if (given !== null && given.length > limits.reaction) throw new HubError('too_long', { field: 'emoji', max: limits.reaction })
  if (given !== null && !isEmoji(given)) throw new HubError('bad_emoji', { field: 'emoji' })
  const place = await placeOf(work, messageId, 'message.react')
  const { message } = place
  if (message.removedAt) throw new HubError('message_removed')
  ensureCan(place, 'reaction', new Date())
  const { emojis } = place.target.capabilities.reactions
  const emoji = given && emojis ? (emojis.find((one) => bare(one) === bare(given)) ?? null) : given
  if (given !== null && emoji === null) throw new HubError('emoji_not_offered', { field: 'emoji' })
  const ours = (message.extra?.reactions ?? []).find(({ operatorId }) =>
    place.direct ? operatorId === work.actor.operatorId : operatorId !== undefined,
  )
  const [waiting] = await underWay(work, message, ['reaction', 'removal'])
  if (waiting?.kind === 'removal') throw new HubError('message_removed')
  if (waiting ? waiting.emoji === emoji && waiting.operatorId === work.actor.operatorId : (ours?.emoji ?? null) === emoji) return message
  if (place.direct) {
    await noteDone(work, message, { kind: 'reaction', operatorId: work.actor.operatorId, emoji })
    await applyEffect(work, message, {
      kind: 'reaction',
      reactions: await reactionsAfter(work, message, work.actor.operatorId, emoji, true),
    })
    return reload(work, message)
  }
  await ensureReplyAllowed(work, place.chat, place.target.capabilities)
  if (message.direction === 'out') ensureSettled(place)
  await queueChange(work, place, { kind: 'reaction', emoji, steps: [{ n: place.parts[0]?.n ?? null }] }, ['reaction'])
  return reload(work, message)
}

/** The reactions of a message once this operator's is put or taken away. */
export async function reactionsAfter(
  work: Work,
  message: Pick<Message, 'extra'>,
  operatorId: string,
  emoji: string | null,
  eachHisOwn: boolean,
): Promise<MessageReaction[]> {
  const others = (message.extra?.reactions ?? []).filter((one) =>
    eachHisOwn ? one.operatorId !== operatorId : one.operatorId === undefined,
  )
  if (emoji === null) return others
  const [operator] = await work.db
    .select({ name: operators.name })
    .from(operators)
    .where(and(eq(operators.workspaceId, work.workspaceId), eq(operators.id, operatorId)))
  return [...others, { by: operator?.name ?? '', emoji, operatorId }]
}

/** The same emoji with and without the sign that asks for colour. */
const bare = (emoji: string): string => emoji.replaceAll('\uFE0F', '')

/** One emoji as people see it, such as a flag or a family of four. */
export const isEmoji = (text: string): boolean => pictured.test(text) && [...graphemes.segment(text)].length === 1
const pictured = /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20E3/u
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** The message, its chat and its lane, locked in the order the lanes lock them. */
async function placeOf(work: Work<OperatorActor>, messageId: string, operation: ChatOperation): Promise<Place> {
  const mine = and(eq(messages.workspaceId, work.workspaceId), eq(messages.id, messageId))
  const [found] = await work.db.select().from(messages).where(mine)
  if (!found) throw notFound()
  const chat = await lockChat(work, found.chatId, operation)
  const target = await targetOf(work, chat)
  const direct = target.kind === 'web'
  if (!direct) await wakeLane(work, found.threadId, found.channelId)
  const [message] = await work.db.select().from(messages).where(mine).for('no key update')
  if (!message) throw notFound()
  const rows = await work.db.select().from(parts).where(ofMessage(work, messageId)).orderBy(asc(parts.n))
  return { message, chat, target, direct, parts: rows }
}

const isOwn = (work: Work<OperatorActor>, message: Message): boolean =>
  message.direction === 'out' && message.authorKind === 'operator' && message.authorId === work.actor.operatorId

/** Certainly not with the platform. */
const notOut = (part: StoredPart): boolean => part.state === 'queued' || part.state === 'failed'

const isUnsent = ({ parts: all }: Place): boolean => all.length > 0 && all.every(notOut)

/** Whether the customer has it is known, and by which name the platform knows it. */
function ensureSettled({ message, parts: all }: Place): void {
  if (message.delivery === 'unknown' || message.delivery === 'failed') throw new HubError('not_settled')
  if (all.length === 0 && message.externalId === null) throw new HubError('unsupported')
}

function ensureCan({ target: { capabilities }, message }: Place, kind: MessageChangeKind, at: Date): void {
  const can: Pick<Capabilities['edit'], 'out' | 'maxAgeMs'> =
    kind === 'edit' ? capabilities.edit : kind === 'removal' ? capabilities.remove : capabilities.reactions
  if (can.out === 'no') throw new HubError('unsupported')
  if (can.maxAgeMs !== undefined && at.getTime() - message.at.getTime() > can.maxAgeMs) throw new HubError('too_old_to_change')
}

async function now(work: Work): Promise<Date> {
  const [clock] = await work.sql<{ now: Date }[]>`select clock_timestamp() as now`
  return clock?.now ?? new Date()
}

/** The newest of these that waits or is on its way. */
const underWay = (work: Work, message: Message, kinds: MessageChangeKind[]): Promise<MessageChange[]> =>
  work.db
    .select()
    .from(messageChanges)
    .where(and(ofThis(work, message), inArray(messageChanges.kind, kinds), inArray(messageChanges.state, ['queued', 'sending'])))
    .orderBy(desc(messageChanges.at), desc(messageChanges.id))
    .limit(1)

/** What waits is overtaken; what failed is no longer of interest. One on its way ends as it will, before what comes now. */
async function drop(work: Work, message: Message, kinds: readonly MessageChangeKind[]): Promise<void> {
  await work.db
    .update(messageChanges)
    .set({ state: 'dropped' })
    .where(and(ofThis(work, message), inArray(messageChanges.kind, [...kinds]), inArray(messageChanges.state, ['queued', 'failed'])))
}

async function queueChange(
  work: Work<OperatorActor>,
  { message }: Place,
  change: { kind: MessageChangeKind; steps: ChangeStep[]; text?: string; emoji?: string | null },
  overtaken: readonly MessageChangeKind[],
): Promise<void> {
  await drop(work, message, overtaken)
  work.record({ type: 'message.changed', chatId: message.chatId, subjectId: message.id })
  // What waited took back what is here now: it is enough that it waits no longer.
  if (change.steps.length === 0) return
  await work.db.insert(messageChanges).values({
    workspaceId: work.workspaceId,
    id: newId(),
    messageId: message.id,
    threadId: message.threadId,
    operatorId: work.actor.operatorId,
    ...change,
    state: 'queued',
    // Behind the message, which may stand a moment ahead of the clock.
    at: sql`greatest(clock_timestamp(), (select at from messages where workspace_id = ${work.workspaceId} and id = ${message.id}))`,
  })
}

type Content = StoredPart['content']
const textIn = (content: Content): string | undefined =>
  content.type === 'text' ? content.text : content.type === 'media' ? content.caption : undefined
const fileIdsOf = (content: Extract<Content, { type: 'media' }>): string[] => [content.fileId, ...(content.moreFileIds ?? [])]
const sameKind = (one: Content, other: Content): boolean =>
  one.type === other.type &&
  (one.type !== 'media' || (other.type === 'media' && fileIdsOf(one).join() === fileIdsOf(other).join())) &&
  (textIn(one) === undefined) === (textIn(other) === undefined)

/**
 * Which parts get another text; null where the new text would make other parts of it. `all`: those too that have it already,
 * because another text is on its way to them.
 */
function stepsBetween(present: StoredPart[], next: Content[], all: boolean): ChangeStep[] | null {
  if (present.length !== next.length || !present.every(({ content }, n) => next[n] && sameKind(content, next[n]))) return null
  return present.flatMap(({ n, content }, place) => {
    const text = next[place] && textIn(next[place])
    return text !== undefined && (all || text !== textIn(content)) ? [{ n, text }] : []
  })
}

/** Nobody has seen it: it becomes what it would have been. A failed one stays failed until it is sent again. */
async function rewriteParts(work: Work, { message, parts: present }: Place, contents: Content[]): Promise<void> {
  const [first] = present
  await work.db.delete(parts).where(ofMessage(work, message.id))
  await work.db.insert(parts).values(
    contents.map((content, n) => ({
      workspaceId: work.workspaceId,
      messageId: message.id,
      n,
      threadId: message.threadId,
      content,
      replyTo: n === 0 ? (first?.replyTo ?? null) : null,
      state: first?.state ?? ('queued' as const),
      failure: first?.failure ?? null,
    })),
  )
}

async function setText(work: Work, message: Message, text: string): Promise<void> {
  await work.db
    .update(messages)
    .set({ text })
    .where(and(eq(messages.workspaceId, work.workspaceId), eq(messages.id, message.id)))
  work.record({ type: 'message.changed', chatId: message.chatId, subjectId: message.id })
}

const filesOf = (work: Work, message: Message) =>
  work.db
    .select()
    .from(files)
    .where(and(eq(files.workspaceId, work.workspaceId), eq(files.messageId, message.id)))
    .orderBy(asc(files.position))

const ofThis = (work: Work, message: Message) =>
  and(eq(messageChanges.workspaceId, work.workspaceId), eq(messageChanges.messageId, message.id))

async function reload(work: Work, message: Message): Promise<Message> {
  const [row] = await work.db
    .select()
    .from(messages)
    .where(and(eq(messages.workspaceId, work.workspaceId), eq(messages.id, message.id)))
  return row ?? message
}
