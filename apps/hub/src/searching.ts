import type { EventType } from '@parley/schema/vocabulary'
import type { Database } from './db/client.ts'
import { workspaces } from './db/tables/workspace.ts'
import { fillSome, isBehind, tells } from './domain/search-fill.ts'
import type { Bus } from './feed/bus.ts'
import type { Log } from './log.ts'
import { lookEvery } from './looking.ts'
import { systemOf, type Works } from './work.ts'

/** What is told in one moment is read together: fewer and larger steps cost the messages less. */
const gatherMs = 200
/** What another hub told, or one that died left behind. */
const lookMs = 2_000

/**
 * Keeps what is searched up with what is written: behind the write, so that no message waits for it, and within a second. Any hub may do it;
 * each workspace is done by one at a time.
 */
export function fillSearch(database: Pick<Database, 'db'>, works: Works, bus: Pick<Bus, 'onWake'>, log: Log) {
  let closed = false
  const filling = new Map<string, Promise<void>>()
  const timers = new Map<string, NodeJS.Timeout>()

  async function fill(workspaceId: string): Promise<void> {
    const system = systemOf(workspaceId)
    if (!(await works.read(system, isBehind))) return
    for (;;) {
      const began = performance.now()
      if (closed || !(await works.work(system, fillSome))) return
      // Where there is much to do, those who write come first: it takes half of the time and no more.
      await new Promise((resolve) => setTimeout(resolve, performance.now() - began))
    }
  }
  function begin(workspaceId: string): Promise<void> {
    const present = filling.get(workspaceId)
    if (present !== undefined) return present
    const run = fill(workspaceId)
      .catch((error) => log.warn({ err: error }, 'what was written could not be made ready for searching'))
      .finally(() => filling.delete(workspaceId))
    filling.set(workspaceId, run)
    return run
  }
  /** A step under way may have read before this was told; then the timer stands again when it fires. */
  function later(workspaceId: string): void {
    if (closed || timers.has(workspaceId)) return
    const timer = setTimeout(() => {
      timers.delete(workspaceId)
      if (filling.has(workspaceId)) later(workspaceId)
      else void begin(workspaceId)
    }, gatherMs)
    timers.set(workspaceId, timer)
  }

  const unheed = bus.onWake((workspaceId, types: ReadonlySet<EventType>) => {
    for (const type of types) if (tells.has(type)) return later(workspaceId)
  })
  const look = async () => {
    for (const { id } of await database.db.select({ id: workspaces.id }).from(workspaces)) if (!closed) await begin(id)
  }
  const looking = lookEvery(lookMs, look, (error) => log.warn({ err: error }, 'searching could not be looked after'))
  return {
    async close() {
      closed = true
      unheed()
      for (const timer of timers.values()) clearTimeout(timer)
      await looking.close()
      await Promise.all(filling.values())
    },
  }
}
