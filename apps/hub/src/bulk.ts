import type { Members } from './accounts/members.ts'
import type { Database } from './db/client.ts'
import { workspaces } from './db/tables/workspace.ts'
import type { BulkRun } from './domain/bulk.ts'
import { endIfDone, giveUp, markFailed, runningRuns, StepFailure, step } from './domain/bulk-step.ts'
import type { Planner } from './domain/message.ts'
import { findUser } from './domain/operator.ts'
import type { NewEvent } from './feed/record.ts'
import type { Log } from './log.ts'
import { systemOf, type Works } from './work.ts'

const lookMs = 2_000
/** Of one run, before another has its turn. */
const turn = 25
/** Progress is told no more often than this. */
const tellMs = 500

export interface Bulk {
  /** Told of every commit: a run that was begun here is done here at once. */
  heed(workspaceId: string, events: readonly NewEvent[]): void
  start(database: Pick<Database, 'db'>, works: Works, members: Pick<Members, 'operatorActor'>, plan: Planner): void
  close(): Promise<void>
}

/**
 * Does what bulk runs ask for, each chat in a work of its own with the rights their operator has at that moment. The rows are the
 * jobs: whichever hub looks goes on with what another began, and no chat is done twice.
 */
export function createBulk(log: Log): Bulk {
  let closed = false
  let timer: NodeJS.Timeout | undefined
  let parts: { database: Pick<Database, 'db'>; works: Works; members: Pick<Members, 'operatorActor'>; plan: Planner } | undefined
  const looking = new Map<string, Promise<void>>()
  const again = new Set<string>()
  const toldAt = new Map<string, number>()

  function wake(workspaceId: string): void {
    if (closed || !parts) return
    if (looking.has(workspaceId)) {
      again.add(workspaceId)
      return
    }
    const look = doAll(workspaceId)
      .catch((error) => log.warn({ err: error }, 'bulk runs could not go on'))
      .finally(() => {
        looking.delete(workspaceId)
        if (again.delete(workspaceId)) wake(workspaceId)
      })
    looking.set(workspaceId, look)
  }

  async function doAll(workspaceId: string): Promise<void> {
    for (;;) {
      const runs = (await parts?.works.read(systemOf(workspaceId), runningRuns)) ?? []
      let moved = false
      for (const run of runs) moved = (await doSome(run)) || moved
      if (closed || !moved) return
    }
  }

  /** A few chats of a run; false when none was left for this hub. */
  async function doSome(run: BulkRun): Promise<boolean> {
    if (!parts) return false
    const { works, plan } = parts
    const system = systemOf(run.workspaceId)
    for (let n = 0; n < turn && !closed; n += 1) {
      const actor = await actorOf(run)
      if (!actor) {
        await works.work(system, (work) => giveUp(work, run))
        break
      }
      const told = Date.now() - (toldAt.get(run.id) ?? 0) > tellMs
      try {
        if (!(await works.work(actor, (work) => step(work, plan, run, told)))) {
          await works.work(system, (work) => endIfDone(work, run))
          toldAt.delete(run.id)
          return false
        }
        if (told) toldAt.set(run.id, Date.now())
      } catch (error) {
        if (!(error instanceof StepFailure)) throw error
        await works.work(system, (work) => markFailed(work, run, error))
      }
    }
    return true
  }

  async function actorOf(run: BulkRun) {
    if (!parts) return null
    const { works, members } = parts
    const who = await works.read(systemOf(run.workspaceId), (work) => findUser(work, run.operatorId))
    return who ? members.operatorActor(who.userId, who.slug, 'en') : null
  }

  return {
    heed: (workspaceId, events) => {
      if (events.some(({ type }) => type === 'bulk.changed')) wake(workspaceId)
    },
    start(database, works, members, plan) {
      parts = { database, works, members, plan }
      const lookAt = async () => {
        for (const { id } of await database.db.select({ id: workspaces.id }).from(workspaces)) wake(id)
      }
      timer = setInterval(() => lookAt().catch((error) => log.warn({ err: error }, 'bulk runs could not be looked for')), lookMs)
      timer.unref()
    },
    async close() {
      closed = true
      clearInterval(timer)
      await Promise.all(looking.values())
    },
  }
}
