import type { Filter } from '@parley/schema/filter'
import { type BulkItemState, limits } from '@parley/schema/vocabulary'
import { and, asc, count, desc, eq, inArray, sql } from 'drizzle-orm'
import { type BulkAction, bulkItems, bulkRuns, type UndoableAction } from '../db/tables/bulk.ts'
import { chats } from '../db/tables/chat.ts'
import { tags } from '../db/tables/tag.ts'
import { HubError, notFound, textOf } from '../errors.ts'
import type { OperatorActor, Work } from '../work.ts'
import { newId } from './ids.ts'
import { idsFitting, type Sought } from './lists.ts'
import { visibleChats } from './sight.ts'
import { ensureCanTake } from './taker.ts'

export type BulkRun = typeof bulkRuns.$inferSelect
export type BulkItem = typeof bulkItems.$inferSelect
export type BulkCounts = Record<BulkItemState, number>
/** The chats: those named, or all that fit a filter now. */
export type BulkWanted = { chatIds: string[] } | { sought: Sought }

/** Writes down what is to be done to which chats; they are done one by one, by whichever hub looks next. */
export async function startBulk(
  work: Work<OperatorActor>,
  action: Exclude<BulkAction, { kind: 'undo' }>,
  wanted: BulkWanted,
): Promise<BulkRun> {
  await ensureThere(work, action)
  await ensureFewRunning(work)
  const found = 'sought' in wanted ? await idsFitting(work, wanted.sought, limits.bulkChats) : await seenOf(work, wanted.chatIds)
  if (found.length > limits.bulkChats) throw new HubError('too_many', { max: limits.bulkChats })
  if (found.length === 0) throw notFound()
  return begin(work, action, found, {
    filter: 'sought' in wanted ? wanted.sought.filter : null,
    leftOut: 'chatIds' in wanted ? new Set(wanted.chatIds).size - found.length : 0,
  })
}

/** Puts back what a run of one's own has done, chat by chat. */
export async function undoBulk(work: Work<OperatorActor>, runId: string): Promise<BulkRun> {
  const run = await lockRun(work, runId)
  if (!isUndoable(run.action)) throw new HubError('not_undoable')
  if (run.state === 'running') throw new HubError('still_running')
  if (!mayUndoNow(run)) throw new HubError('undo_too_late', { minutes: limits.undoMinutes })
  const [undone] = await work.db
    .select({ id: bulkRuns.id })
    .from(bulkRuns)
    .where(and(eq(bulkRuns.workspaceId, work.workspaceId), eq(bulkRuns.undoesId, runId)))
    .limit(1)
  if (undone) throw new HubError('undone_already')
  await ensureFewRunning(work)
  const done = await work.db
    .select({ chatId: bulkItems.chatId, trace: bulkItems.trace })
    .from(bulkItems)
    .where(and(ofRun(work, runId), eq(bulkItems.state, 'done')))
    .orderBy(asc(bulkItems.n))
  if (done.length === 0) throw new HubError('not_undoable')
  return begin(
    work,
    { kind: 'undo', of: run.action },
    done.map(({ chatId }) => chatId),
    { undoesId: runId, traces: done.map(({ trace }) => trace) },
  )
}

/** What has not been done yet is left as it is. Cancelling what has ended changes nothing. */
export async function cancelBulk(work: Work<OperatorActor>, runId: string): Promise<BulkRun> {
  const run = await lockRun(work, runId)
  if (run.state !== 'running') return run
  await work.db
    .update(bulkItems)
    .set({ state: 'cancelled', at: sql`clock_timestamp()` })
    .where(and(ofRun(work, runId), eq(bulkItems.state, 'waiting')))
  return end(work, run, 'cancelled')
}

/** The actor's own runs, the newest first. */
export const listRuns = (work: Work<OperatorActor>, limit: number): Promise<BulkRun[]> =>
  work.db
    .select()
    .from(bulkRuns)
    .where(and(eq(bulkRuns.workspaceId, work.workspaceId), eq(bulkRuns.operatorId, work.actor.operatorId)))
    .orderBy(desc(bulkRuns.createdAt), desc(bulkRuns.id))
    .limit(limit)

export async function findRun(work: Work<OperatorActor>, runId: string): Promise<BulkRun | null> {
  const [run] = await work.db
    .select()
    .from(bulkRuns)
    .where(and(here(work, runId), eq(bulkRuns.operatorId, work.actor.operatorId)))
  return run ?? null
}

/** What was refused, in the order of the run. */
export const listFailures = (work: Work, runId: string, limit: number): Promise<BulkItem[]> =>
  work.db
    .select()
    .from(bulkItems)
    .where(and(ofRun(work, runId), eq(bulkItems.state, 'failed')))
    .orderBy(asc(bulkItems.n))
    .limit(limit)

export async function countItems(work: Work, runIds: string[]): Promise<Map<string, BulkCounts>> {
  const rows = await work.db
    .select({ runId: bulkItems.runId, state: bulkItems.state, count: count() })
    .from(bulkItems)
    .where(and(eq(bulkItems.workspaceId, work.workspaceId), inArray(bulkItems.runId, runIds)))
    .groupBy(bulkItems.runId, bulkItems.state)
  const counts = new Map<string, BulkCounts>(runIds.map((id) => [id, { waiting: 0, done: 0, unchanged: 0, failed: 0, cancelled: 0 }]))
  for (const row of rows) {
    const of = counts.get(row.runId)
    if (of) of[row.state] = row.count
  }
  return counts
}

export const isUndoable = (action: BulkAction): action is UndoableAction =>
  action.kind !== 'undo' && action.kind !== 'read' && action.kind !== 'reopen'

/** Whether its time to be put back is not over. */
export const mayUndoNow = (run: BulkRun): boolean =>
  run.endedAt !== null && run.endedAt.getTime() > Date.now() - limits.undoMinutes * 60_000

async function begin(
  work: Work<OperatorActor>,
  action: BulkAction,
  chatIds: string[],
  more: { filter?: Filter | null; leftOut?: number; undoesId?: string; traces?: (BulkItem['trace'] | null)[] },
): Promise<BulkRun> {
  const { workspaceId } = work
  const { traces, ...values } = more
  const [run] = await work.db
    .insert(bulkRuns)
    .values({ workspaceId, id: newId(), operatorId: work.actor.operatorId, action, total: chatIds.length, ...values })
    .returning()
  if (!run) throw notFound()
  const rows = chatIds.map((chatId, n) => ({ n, chat_id: chatId, trace: traces?.[n] ?? null }))
  await work.sql`
    insert into bulk_items (workspace_id, run_id, n, chat_id, trace)
    select ${workspaceId}, ${run.id}, n, chat_id, trace from jsonb_to_recordset(${work.sql.json(rows as never)}) as r(n int, chat_id uuid, trace jsonb)`
  tell(work, run)
  return run
}

/** Ends the run; the caller holds its lock. */
export async function end(work: Work, run: BulkRun, state: 'done' | 'cancelled'): Promise<BulkRun> {
  const [ended] = await work.db.update(bulkRuns).set({ state, endedAt: sql`clock_timestamp()` }).where(here(work, run.id)).returning()
  tell(work, run)
  return ended ?? run
}

/** Told to its operator alone. */
export const tell = (work: Work, run: Pick<BulkRun, 'id' | 'operatorId'>): void =>
  work.record({ type: 'bulk.changed', operatorId: run.operatorId, subjectId: run.id, data: { forOperatorId: run.operatorId } })

async function seenOf(work: Work<OperatorActor>, chatIds: string[]): Promise<string[]> {
  if (chatIds.length > limits.bulkChats) throw new HubError('too_many', { field: 'chatIds', max: limits.bulkChats })
  const rows = await work.db
    .select({ id: chats.id })
    .from(chats)
    .where(
      and(eq(chats.workspaceId, work.workspaceId), sql`${chats.id} = any(${`{${chatIds.join(',')}}`}::uuid[])`, visibleChats(work.actor)),
    )
  const seen = new Set(rows.map(({ id }) => id))
  return [...new Set(chatIds)].filter((id) => seen.has(id))
}

async function ensureFewRunning(work: Work<OperatorActor>): Promise<void> {
  const [running] = await work.db
    .select({ count: count() })
    .from(bulkRuns)
    .where(and(eq(bulkRuns.workspaceId, work.workspaceId), eq(bulkRuns.state, 'running'), eq(bulkRuns.operatorId, work.actor.operatorId)))
  if ((running?.count ?? 0) >= limits.bulkRuns) throw new HubError('too_many', { max: limits.bulkRuns })
}

/** What the action names is asked for once, so that a mistake is not a failure of every chat. */
async function ensureThere(work: Work, action: BulkAction): Promise<void> {
  if (action.kind === 'tag') await ensureRow(work, tags, action.tagId)
  if (action.kind === 'snooze' && action.until !== null) {
    const at = Date.parse(action.until)
    if (!(at > Date.now() && at <= Date.now() + limits.snoozeDays * 86_400_000)) throw new HubError('invalid', { field: 'until' })
  }
  if (action.kind !== 'transfer') return
  if (action.operatorId) await ensureCanTake(work, { operatorId: action.operatorId })
  if (action.groupId) await ensureCanTake(work, { groupId: action.groupId })
  if (action.comment !== undefined) textOf(action.comment, 'comment', limits.comment)
}

async function ensureRow(work: Work, table: typeof tags, id: string): Promise<void> {
  const [row] = await work.db
    .select({ id: table.id })
    .from(table)
    .where(and(eq(table.workspaceId, work.workspaceId), eq(table.id, id)))
  if (!row) throw notFound()
}

async function lockRun(work: Work<OperatorActor>, runId: string): Promise<BulkRun> {
  const [run] = await work.db.select().from(bulkRuns).where(here(work, runId)).for('update')
  if (run?.operatorId !== work.actor.operatorId) throw notFound()
  return run
}

const here = (work: Work, runId: string) => and(eq(bulkRuns.workspaceId, work.workspaceId), eq(bulkRuns.id, runId))
const ofRun = (work: Work, runId: string) => and(eq(bulkItems.workspaceId, work.workspaceId), eq(bulkItems.runId, runId))
