import type { Database } from './db/client.ts'
import { workspaces } from './db/tables/workspace.ts'
import { dropUnlinked } from './domain/file.ts'
import { pruneEvents } from './feed/read.ts'
import type { Storage } from './files/storage.ts'
import type { Log } from './log.ts'
import { systemOf, type Works } from './work.ts'

const everyMs = 10 * 60_000

/** Takes away what has had its time: old events, journals and keys, uploads nobody sent. */
export function keepHouse(database: Database, works: Works, storage: Storage, log: Log) {
  async function sweep(): Promise<void> {
    for (const { id } of await database.db.select({ id: workspaces.id }).from(workspaces)) {
      await pruneEvents(works, id)
      const keys = await works.work(systemOf(id), async (work) => {
        await work.sql`delete from raw_deliveries where workspace_id = ${id} and received_at < clock_timestamp() - interval '30 days'`
        await work.sql`delete from inbound_keys where workspace_id = ${id} and received_at < clock_timestamp() - interval '30 days'`
        await work.sql`delete from parked_events where workspace_id = ${id} and parked_at < clock_timestamp() - interval '30 days'`
        return dropUnlinked(work)
      })
      for (const key of keys) await storage.remove(key)
    }
  }
  const timer = setInterval(() => void sweep().catch((error) => log.warn({ err: error }, 'the house was not kept')), everyMs)
  timer.unref()
  return { sweep, close: () => clearInterval(timer) }
}
