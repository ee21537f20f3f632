import type { Database } from './db/client.ts'
import { workspaces } from './db/tables/workspace.ts'
import { watchChannels } from './domain/health.ts'
import type { Log } from './log.ts'
import { lookEvery } from './looking.ts'
import { systemOf, type Works } from './work.ts'

const lookMs = 5_000

/** Raises the alarms of channels, and ends them. Any hub may look; each change is told once. */
export function watchOver(database: Database, works: Works, log: Log) {
  async function look(): Promise<void> {
    for (const { id } of await database.db.select({ id: workspaces.id }).from(workspaces))
      await works.work(systemOf(id), (work) => watchChannels(work))
  }
  return lookEvery(lookMs, look, (error) => log.warn({ err: error }, 'channels could not be watched'))
}
