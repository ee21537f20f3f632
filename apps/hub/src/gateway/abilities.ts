import { isDeepStrictEqual } from 'node:util'
import { and, eq } from 'drizzle-orm'
import { channels } from '../db/tables/channel.ts'
import type { Channel } from '../domain/channel.ts'
import { systemOf, type Works } from '../work.ts'
import { openOptions } from './options.ts'
import { moduleOf } from './registry.ts'

/** The channel as this version of its connector can serve it: what it can is kept with it, and an older hub may have written that. */
export async function withAbilities(works: Works, key: Uint8Array, channel: Channel): Promise<Channel> {
  // As they come back from the database: nothing in them is undefined.
  const capabilities = JSON.parse(JSON.stringify((await moduleOf(channel.kind)).capabilities(openOptions(key, channel))))
  if (isDeepStrictEqual(capabilities, channel.capabilities)) return channel
  await works.work(systemOf(channel.workspaceId), async (work) => {
    await work.db
      .update(channels)
      .set({ capabilities })
      .where(and(eq(channels.workspaceId, work.workspaceId), eq(channels.id, channel.id)))
    work.record({ type: 'channel.changed', subjectId: channel.id })
  })
  return { ...channel, capabilities }
}
