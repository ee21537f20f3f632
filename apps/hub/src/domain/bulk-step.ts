import { and, asc, eq, sql } from 'drizzle-orm'
import { bulkItems, bulkRuns } from '../db/tables/bulk.ts'
import { HubError } from '../errors.ts'
import type { OperatorActor, Work } from '../work.ts'
import { type BulkItem, type BulkRun, end, tell } from './bulk.ts'
import { act } from './bulk-acts.ts'
import type { Planner } from './message.ts'

/** Runs that are not over, the oldest first. */
export const runningRuns = (work: Work): Promise<BulkRun[]> =>
  work.db
    .select()
    .from(bulkRuns)
    .where(and(eq(bulkRuns.workspaceId, work.workspaceId), eq(bulkRuns.state, 'running')))
    .orderBy(asc(bulkRuns.createdAt))

/** What a step that was refused leaves behind: the chat, and why. */
export class StepFailure extends Error {
  readonly n: number
  readonly reason: unknown
  constructor(n: number, reason: unknown) {
    super('a step of a bulk run failed', { cause: reason })
    this.n = n
    this.reason = reason
  }
}

/**
 * Does the next chat of the run that no other hub is doing; false when there is none. A refusal undoes the step and is thrown
 * as {@link StepFailure}, for {@link markFailed} to keep.
 */
export async function step(work: Work<OperatorActor>, plan: Planner, run: BulkRun, told: boolean): Promise<boolean> {
  const item = await nextItem(work, run)
  if (!item) return false
  try {
    const trace = await act(work, plan, run.action, item.chatId, item.trace)
    await settle(work, item, { state: trace === null ? 'unchanged' : 'done', trace: trace ?? item.trace })
  } catch (error) {
    throw new StepFailure(item.n, error)
  }
  if (told) tell(work, run)
  return true
}

/** The step was refused, or broke; it is not tried again. */
export async function markFailed(work: Work, run: BulkRun, { n, reason }: StepFailure): Promise<void> {
  const refusal = reason instanceof HubError ? { code: reason.code, details: reason.details } : { code: 'unavailable', details: {} }
  await work.db
    .update(bulkItems)
    .set({ state: 'failed', ...refusal, at: sql`clock_timestamp()` })
    .where(
      and(eq(bulkItems.workspaceId, work.workspaceId), eq(bulkItems.runId, run.id), eq(bulkItems.n, n), eq(bulkItems.state, 'waiting')),
    )
  tell(work, run)
}

/** Its operator is none here any more: nothing further is done in his name. */
export async function giveUp(work: Work, run: BulkRun): Promise<void> {
  await work.db
    .update(bulkItems)
    .set({ state: 'failed', code: 'forbidden', details: {}, at: sql`clock_timestamp()` })
    .where(and(eq(bulkItems.workspaceId, work.workspaceId), eq(bulkItems.runId, run.id), eq(bulkItems.state, 'waiting')))
}

/** Ends a run of which nothing is left; what another hub is doing now is left to it. */
export async function endIfDone(work: Work, run: BulkRun): Promise<void> {
  const [left] = await work.db
    .select({ n: bulkItems.n })
    .from(bulkItems)
    .where(and(eq(bulkItems.workspaceId, work.workspaceId), eq(bulkItems.runId, run.id), eq(bulkItems.state, 'waiting')))
    .limit(1)
  if (left) return
  const [open] = await work.db
    .select()
    .from(bulkRuns)
    .where(and(eq(bulkRuns.workspaceId, work.workspaceId), eq(bulkRuns.id, run.id), eq(bulkRuns.state, 'running')))
    .for('update')
  if (open) await end(work, open, 'done')
}

async function nextItem(work: Work, run: BulkRun): Promise<BulkItem | undefined> {
  const [item] = await work.db
    .select()
    .from(bulkItems)
    .where(and(eq(bulkItems.workspaceId, work.workspaceId), eq(bulkItems.runId, run.id), eq(bulkItems.state, 'waiting')))
    .orderBy(asc(bulkItems.n))
    .limit(1)
    .for('no key update', { skipLocked: true })
  return item
}

const settle = (work: Work, item: BulkItem, values: Pick<BulkItem, 'state' | 'trace'>) =>
  work.db
    .update(bulkItems)
    .set({ ...values, at: sql`clock_timestamp()` })
    .where(and(eq(bulkItems.workspaceId, work.workspaceId), eq(bulkItems.runId, item.runId), eq(bulkItems.n, item.n)))
