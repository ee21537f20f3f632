import type { EventType } from '@parley/schema/vocabulary'
import type { Database } from './db/client.ts'
import { workspaces } from './db/tables/workspace.ts'
import { assignWaiting, returnForgotten } from './domain/routing.ts'
import type { NewEvent } from './feed/record.ts'
import type { Log } from './log.ts'
import { systemOf, type Works } from './work.ts'

/** What can make a chat wait or an operator free. Whoever committed it, in whichever process, gives out what can be given. */
const stirring: ReadonlySet<EventType> = new Set([
  'chat.opened',
  'chat.taken',
  'chat.transferred',
  'chat.returned',
  'chat.left',
  'chat.closed',
  'operator.changed',
  'operator.presence',
  'group.changed',
  'channel.changed',
  'workspace.changed',
])
/** Somebody else was changing the chat; by then he has done so. */
const againMs = 50
/** Limits are minutes; a few seconds more are nobody's harm. */
const usualSweepMs = 5_000

export interface Routing {
  /** Told of every commit. */
  heed(workspaceId: string, events: readonly NewEvent[]): void
  /** Begins to look at the limits of time. */
  start(database: Pick<Database, 'db'>, works: Works): void
  close(): Promise<void>
}

/**
 * Gives waiting chats to operators the moment a commit made it possible, one look at a time for each workspace. The sweep
 * takes chats back whose time is up, and gives out what a hub that died could not.
 */
export function createRouting(log: Log, sweepMs = usualSweepMs): Routing {
  let works: Works | undefined
  let timer: NodeJS.Timeout | undefined
  let closed = false
  const looking = new Map<string, Promise<void>>()
  const stirred = new Set<string>()
  /** Workspaces whose held chats are to be looked at too. */
  const due = new Set<string>()

  function wake(workspaceId: string): void {
    if (closed || !works) return
    stirred.add(workspaceId)
    if (looking.has(workspaceId)) return
    const look = giveOut(works, workspaceId)
      .catch((error) => log.warn({ err: error }, 'waiting chats were not given out'))
      .finally(() => {
        looking.delete(workspaceId)
        // Stirred after the last look and before this moment.
        if (stirred.has(workspaceId)) wake(workspaceId)
      })
    looking.set(workspaceId, look)
  }

  async function giveOut(through: Works, workspaceId: string): Promise<void> {
    const system = systemOf(workspaceId)
    while (stirred.delete(workspaceId) && !closed) {
      if (due.delete(workspaceId)) while (!closed && (await through.work(system, returnForgotten)));
      while (!closed && (await through.work(system, assignWaiting))) await new Promise((resolve) => setTimeout(resolve, againMs))
    }
  }

  return {
    heed(workspaceId, events) {
      if (!events.some(({ type }) => stirring.has(type))) return
      // Whoever lost his access holds nothing any longer.
      if (events.some(({ type }) => type === 'operator.changed')) due.add(workspaceId)
      wake(workspaceId)
    },
    start(database, through) {
      works = through
      const sweep = async () => {
        for (const { id } of await database.db.select({ id: workspaces.id }).from(workspaces)) {
          due.add(id)
          wake(id)
        }
      }
      timer = setInterval(() => void sweep().catch((error) => log.warn({ err: error }, 'waiting chats were not looked after')), sweepMs)
      timer.unref()
    },
    async close() {
      closed = true
      clearInterval(timer)
      await Promise.all(looking.values())
    },
  }
}
