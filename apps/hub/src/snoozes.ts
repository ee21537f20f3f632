import type { Database } from './db/client.ts'
import { workspaces } from './db/tables/workspace.ts'
import { endSilentControl } from './domain/control.ts'
import { markMissed } from './domain/missed.ts'
import { wakeDue } from './domain/snooze.ts'
import type { Log } from './log.ts'
import { lookEvery } from './looking.ts'
import { systemOf, type Works } from './work.ts'

const lookMs = 2_000

/** Brings chats back when their time has come, and those of which another program has let go; sets those aside whose visitors left before an answer. Their rows are the timers: any hub may look, and each chat comes back once. */
export function wakeSnoozed(database: Database, works: Works, log: Log) {
  async function look(): Promise<void> {
    for (const { id } of await database.db.select({ id: workspaces.id }).from(workspaces)) {
      while ((await works.work(systemOf(id), (work) => wakeDue(work))) > 0);
      while ((await works.work(systemOf(id), (work) => markMissed(work))) > 0);
      while ((await works.work(systemOf(id), (work) => endSilentControl(work))) > 0);
    }
  }
  return lookEvery(lookMs, look, (error) => log.warn({ err: error }, 'chats whose time has come could not be brought back'))
}
