import type { SendOutcome, Thread } from '@parley/schema/connector'
import { and, eq } from 'drizzle-orm'
import { chats, type HandOver } from '../db/tables/chat.ts'
import type { Work } from '../work.ts'
import { type Chat, change } from './chat.ts'
import { setControl } from './control.ts'
import { holdChannel, holdsLane, restLane, waitFor } from './lane.ts'

/** The head of a held lane where it passes the conversation on, or takes it back. */
export interface HandOverClaim {
  threadId: string
  chatId: string
  handOver: HandOver
  thread: Thread
}

/** Who passes a conversation on looks on while it goes; later nobody wants it any more. */
const giveUpMs = 10 * 60_000

/** The first of the lane, unless a change of a message stands before it. It is not marked: an interrupted one is asked for again. */
export async function beginHandOver(work: Work, threadId: string): Promise<HandOverClaim | null> {
  const [row] = await work.sql<{ id: string; hand_over: HandOver; thread: string; kind: Thread['kind'] }[]>`
    select c.id, c.hand_over, t.external_id as thread, t.kind from chats c
    join threads t on t.workspace_id = c.workspace_id and t.id = c.thread_id
    where c.workspace_id = ${work.workspaceId} and c.thread_id = ${threadId} and c.hand_over is not null and c.hand_over -> 'failure' is null
      and not exists (select from message_changes x where x.workspace_id = c.workspace_id and x.thread_id = c.thread_id
        and x.state in ('queued', 'sending') and x.at < (c.hand_over ->> 'at')::timestamptz)
    order by (c.hand_over ->> 'at')::timestamptz limit 1`
  return row ? { threadId, chatId: row.id, handOver: row.hand_over, thread: { id: row.thread, kind: row.kind } } : null
}

/** What the platform said. `pauseMs`: the least time until the lane's next. Answers how long the lane waits, in ms; null: it is lost. */
export async function finishHandOver(
  work: Work,
  claim: HandOverClaim,
  owner: string,
  outcome: SendOutcome,
  pauseMs: number,
): Promise<number | null> {
  // The chat before its lane, as whoever asks for it locks them.
  const [chat] = await work.db
    .select()
    .from(chats)
    .where(and(eq(chats.workspaceId, work.workspaceId), eq(chats.id, claim.chatId)))
    .for('no key update')
  if (!chat || !(await holdsLane(work, claim.threadId, owner))) return null
  const { to, operatorId } = claim.handOver
  const wait = 'failure' in outcome ? await goWithout(work, claim, chat, outcome, pauseMs) : pauseMs
  if (!('failure' in outcome)) await setControl(work, chat.id, to === 'inbox', { operatorId })
  await restLane(work, claim.threadId, owner, wait)
  return wait
}

async function goWithout(
  work: Work,
  { threadId, handOver }: HandOverClaim,
  chat: Chat,
  outcome: Extract<SendOutcome, { failure: unknown }>,
  pauseMs: number,
): Promise<number> {
  // Somebody wished for something else meanwhile, or the platform has told of it.
  if (chat.handOver?.at !== handOver.at) return pauseMs
  const { failure } = outcome
  const tried = { ...handOver, attempt: handOver.attempt + 1, firstTriedAt: handOver.firstTriedAt ?? Date.now() }
  const isHeld = outcome.outcome === 'failed' && outcome.scope === 'channel'
  const isLate = Date.now() - tried.firstTriedAt > giveUpMs
  if (isLate || (outcome.outcome === 'failed' && !isHeld)) {
    await change(work, chat, { handOver: { ...tried, failure } })
    work.record({ type: 'control.changed', chatId: chat.id, subjectId: chat.id })
    return pauseMs
  }
  await change(work, chat, { handOver: tried })
  if (isHeld) return holdChannel(work, threadId)
  const again = outcome.outcome === 'retry' ? outcome : { outcome: 'retry' as const, scope: 'part' as const, failure }
  return waitFor(work, threadId, tried.attempt, again)
}
