import type { Database } from '../db/client.ts'
import type { Log } from '../log.ts'
import { lookWhenWoken } from '../looking.ts'

const lookMs = 1_000
const leastGapMs = 20

/**
 * Tells which of the channels this hub serves have something to send: one look for all of them, so that a message on one
 * costs the others nothing. `due` hears of a channel again and again until its lanes are taken.
 */
export function watchDue(database: Database, log: Log, served: () => string[], due: (channelId: string) => void) {
  let stopped = false

  async function look(): Promise<void> {
    const ids = served()
    if (ids.length > 0) for (const id of await dueAmong(database, ids)) if (!stopped) due(id)
    // Wake-ups come with every event; this often is soon enough.
    await new Promise((resolve) => setTimeout(resolve, leastGapMs))
  }
  const { wake, rest } = lookWhenWoken(look, {
    isOver: () => stopped,
    failed: (error) => log.warn({ err: error }, 'nobody knows what is due'),
  })
  const timer = setInterval(wake, lookMs)
  timer.unref()
  return {
    /** Call when something may be due. */
    wake,
    async stop(): Promise<void> {
      stopped = true
      clearInterval(timer)
      await rest()
    },
  }
}

/** By the policies made for the gateway, which see all workspaces. */
async function dueAmong({ sql }: Database, channelIds: string[]): Promise<string[]> {
  const rows = (await sql.begin('read only', async (tx) => {
    await tx`select set_config('parley.gateway', 'on', true)`
    return tx<{ id: string }[]>`
      select c.id from channels c where c.id = any(${channelIds}::uuid[]) and not c.paused and (c.hold_until is null or c.hold_until <= clock_timestamp())
        and exists (select from outgoing_lanes l where l.workspace_id = c.workspace_id and l.channel_id = c.id
          and l.due_at <= clock_timestamp() and (l.lease_until is null or l.lease_until < clock_timestamp()))`
  })) as { id: string }[]
  return rows.map(({ id }) => id)
}
