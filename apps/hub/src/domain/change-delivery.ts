import type { OutboundMessage, SendFailure, SendOutcome, Thread } from '@parley/schema/connector'
import { and, asc, eq, inArray, sql } from 'drizzle-orm'
import { threads } from '../db/tables/chat.ts'
import { type ChangeStep, messageChanges, messages, parts } from '../db/tables/message.ts'
import type { Work } from '../work.ts'
import { holdChannel, holdsLane, lockMessage, restLane, waitFor } from './lane.ts'
import { reactionsAfter } from './message-change.ts'
import { applyEffect, type MessageChange } from './message-history.ts'

/** The head of a held lane where it is a change of a message. */
export interface ChangeClaim {
  threadId: string
  change: MessageChange
  step: ChangeStep
  /** What the platform is asked to change; `id` null: it never named it. Null: the part never got there, nothing to ask. */
  target: { thread: Thread; id: string | null; text: string | undefined; buttons?: OutboundMessage['buttons'] } | null
}

/** A change is of interest while the talk is about it; what waits for a broken connection waits as long as messages do. */
const giveUpMinutes = { part: 10, thread: 60, channel: 360 }

/** Marks the first change of the lane "sending"; null when there is none. */
export async function beginChange(work: Work, threadId: string): Promise<ChangeClaim | null> {
  for (;;) {
    const [next] = await work.db
      .select({ id: messageChanges.id, messageId: messageChanges.messageId })
      .from(messageChanges)
      .where(
        and(
          eq(messageChanges.workspaceId, work.workspaceId),
          eq(messageChanges.threadId, threadId),
          inArray(messageChanges.state, ['queued', 'sending']),
        ),
      )
      .orderBy(asc(messageChanges.at), asc(messageChanges.id))
      .limit(1)
    if (!next) return null
    await lockMessage(work, next.messageId)
    const [change] = await work.db
      .update(messageChanges)
      .set({
        state: 'sending',
        attempt: sql`${messageChanges.attempt} + 1`,
        firstTriedAt: sql`coalesce(${messageChanges.firstTriedAt}, clock_timestamp())`,
      })
      .where(
        and(
          eq(messageChanges.workspaceId, work.workspaceId),
          eq(messageChanges.id, next.id),
          inArray(messageChanges.state, ['queued', 'sending']),
        ),
      )
      .returning()
    const step = change?.steps[change.step]
    if (change && step) return { threadId, change, step, target: await targetOf(work, change, step) }
  }
}

async function targetOf(work: Work, change: MessageChange, step: ChangeStep): Promise<ChangeClaim['target']> {
  const [row] = await work.db
    .select({ thread: threads.externalId, kind: threads.kind, id: messages.externalId })
    .from(messages)
    .innerJoin(threads, and(eq(threads.workspaceId, messages.workspaceId), eq(threads.id, messages.threadId)))
    .where(and(eq(messages.workspaceId, work.workspaceId), eq(messages.id, change.messageId)))
  if (!row) return null
  const about = { thread: { id: row.thread, kind: row.kind }, text: step.text }
  if (step.n === null) return { ...about, id: row.id }
  const [part] = await work.db
    .select({ id: parts.externalId, state: parts.state, content: parts.content })
    .from(parts)
    .where(ofPart(work, change.messageId, step.n))
  if (!part || (part.id === null && part.state === 'failed' && change.kind !== 'reaction')) return null
  return { ...about, id: part.id, ...(part.content.type === 'text' && part.content.buttons && { buttons: part.content.buttons }) }
}

/** What the platform said. `pauseMs`: the least time until the lane's next. Answers how long the lane waits, in ms; null: it is lost. */
export async function finishChange(
  work: Work,
  claim: ChangeClaim,
  owner: string,
  outcome: SendOutcome,
  pauseMs: number,
): Promise<number | null> {
  // Whoever holds the lane now asks for the same again.
  if (!(await holdsLane(work, claim.threadId, owner))) return null
  await lockMessage(work, claim.change.messageId)
  const wait = isThere(claim, outcome) ? await goOn(work, claim, pauseMs) : await goWithout(work, claim, outcome, pauseMs)
  await restLane(work, claim.threadId, owner, wait)
  return wait
}

type Refused = Extract<SendOutcome, { failure: SendFailure }>
/** What is to be deleted and is not there is deleted: an answer to an earlier attempt may have been lost. */
function isThere({ change }: ChangeClaim, outcome: SendOutcome): outcome is Exclude<SendOutcome, Refused> {
  if (!('failure' in outcome)) return true
  return change.kind === 'removal' && outcome.outcome === 'failed' && outcome.failure.code === 'not_found' && change.attempt > 1
}

async function goOn(work: Work, { change, step, target }: ChangeClaim, pauseMs: number): Promise<number> {
  if (step.n !== null && step.text !== undefined) await setPartText(work, change.messageId, step.n, step.text)
  const wait = target ? pauseMs : 0
  if (change.step + 1 < change.steps.length) {
    await setChange(work, change, { state: 'queued', step: change.step + 1, attempt: 0, firstTriedAt: null, failure: null })
    return wait
  }
  const [message] = await work.db
    .select()
    .from(messages)
    .where(and(eq(messages.workspaceId, work.workspaceId), eq(messages.id, change.messageId)))
  if (!message) return wait
  // The platform may have told us of it before it answered; then nothing stood there before that is not kept already.
  const before = change.kind !== 'reaction' && message.text !== change.text ? message.text : null
  await setChange(work, change, { state: 'done', failure: null, before })
  if (change.kind === 'edit') await applyEffect(work, message, { kind: 'edit', text: change.text ?? '' })
  else if (change.kind === 'removal') await applyEffect(work, message, { kind: 'removal' })
  else {
    const reactions = await reactionsAfter(work, message, change.operatorId ?? '', change.emoji, false)
    await applyEffect(work, message, { kind: 'reaction', reactions })
  }
  return wait
}

async function goWithout(work: Work, claim: ChangeClaim, outcome: SendOutcome, pauseMs: number): Promise<number> {
  const { change, threadId } = claim
  if (!('failure' in outcome)) return pauseMs
  const { failure } = outcome
  if (outcome.outcome === 'failed' && outcome.scope === 'channel') {
    await setChange(work, change, { state: 'queued', failure })
    return holdChannel(work, threadId)
  }
  const again = outcome.outcome === 'retry' ? outcome : { outcome: 'retry' as const, scope: 'part' as const, failure }
  const late = Date.now() - (change.firstTriedAt ?? new Date()).getTime() > giveUpMinutes[again.scope] * 60_000
  if (outcome.outcome === 'failed' || late) {
    await setChange(work, change, { state: 'failed', failure })
    const [message] = await work.db
      .select({ chatId: messages.chatId })
      .from(messages)
      .where(and(eq(messages.workspaceId, work.workspaceId), eq(messages.id, change.messageId)))
    work.record({ type: 'message.changed', chatId: message?.chatId ?? null, subjectId: change.messageId })
    return pauseMs
  }
  await setChange(work, change, { state: 'queued', failure })
  return waitFor(work, threadId, change.attempt, again)
}

async function setChange(work: Work, change: MessageChange, values: Partial<MessageChange>): Promise<void> {
  await work.db
    .update(messageChanges)
    .set(values)
    .where(and(eq(messageChanges.workspaceId, work.workspaceId), eq(messageChanges.id, change.id)))
}

async function setPartText(work: Work, messageId: string, n: number, text: string): Promise<void> {
  await work.sql`update outgoing_parts set content = jsonb_set(content, case when content ->> 'type' = 'media' then '{caption}'::text[] else '{text}'::text[] end, to_jsonb(${text}::text))
    where workspace_id = ${work.workspaceId} and message_id = ${messageId} and n = ${n}`
}

const ofPart = (work: Work, messageId: string, n: number) =>
  and(eq(parts.workspaceId, work.workspaceId), eq(parts.messageId, messageId), eq(parts.n, n))
