import type { Database } from './db/client.ts'
import { workspaces } from './db/tables/workspace.ts'
import { dropUnlinked } from './domain/file.ts'
import { dropUnusedPictures } from './domain/look.ts'
import { dropOldVisits } from './domain/visit.ts'
import { pruneEvents } from './feed/read.ts'
import type { Partials } from './files/partial.ts'
import type { Storage } from './files/storage.ts'
import { sweepOrphans } from './files/sweep.ts'
import type { Log } from './log.ts'
import { systemOf, type Works } from './work.ts'

const everyMs = 60 * 60_000
/** What was stored just now may still be waiting for its row. */
const youngMs = 60 * 60_000
/** Longer than a fetch is tried for. */
const forgottenMs = 24 * 60 * 60_000

/** Takes away what has had its time: old events, journals and keys, uploads nobody sent, fetches nobody goes on with, bytes no row names. */
export function keepHouse(database: Database, works: Works, storage: Storage, partials: Partials, log: Log, young = youngMs) {
  async function sweep(): Promise<void> {
    for (const { id } of await database.db.select({ id: workspaces.id }).from(workspaces)) {
      await pruneEvents(works, id)
      const keys = await works.work(systemOf(id), async (work) => {
        await work.sql`delete from raw_deliveries where workspace_id = ${id} and received_at < clock_timestamp() - interval '30 days'`
        await work.sql`delete from inbound_keys where workspace_id = ${id} and received_at < clock_timestamp() - interval '30 days'`
        await work.sql`delete from parked_events where workspace_id = ${id} and parked_at < clock_timestamp() - interval '30 days'`
        await work.sql`delete from alerts where workspace_id = ${id} and at < clock_timestamp() - interval '90 days'`
        await dropOldVisits(work)
        await dropUnusedPictures(work)
        return dropUnlinked(work)
      })
      for (const key of keys) await storage.remove(key)
    }
    await partials.clean(new Date(Date.now() - forgottenMs))
    await sweepOrphans(storage, { known, before: new Date(Date.now() - young) })
  }
  /** Rows are read workspace by workspace: no statement sees the files of two. */
  async function known(keys: string[]): Promise<Set<string>> {
    const found = new Set<string>()
    for (const { id } of await database.db.select({ id: workspaces.id }).from(workspaces)) {
      const rows = await works.read(
        systemOf(id),
        (work) => work.sql<{ storage_key: string | null; thumbnail_key: string | null }[]>`
          select storage_key, thumbnail_key from files where workspace_id = ${id} and (storage_key = any(${keys}) or thumbnail_key = any(${keys}))
          union all select avatar_key, null from operators where workspace_id = ${id} and avatar_key = any(${keys})
          union all select storage_key, null from widget_images where workspace_id = ${id} and storage_key = any(${keys})`,
      )
      for (const row of rows) for (const key of [row.storage_key, row.thumbnail_key]) if (key) found.add(key)
    }
    return found
  }
  const timer = setInterval(() => void sweep().catch((error) => log.warn({ err: error }, 'the house was not kept')), everyMs)
  timer.unref()
  return { sweep, close: () => clearInterval(timer) }
}
