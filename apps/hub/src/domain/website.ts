import { and, eq } from 'drizzle-orm'
import { channels } from '../db/tables/channel.ts'
import { workspaces } from '../db/tables/workspace.ts'
import type { Work } from '../work.ts'

/** The website this public key names, and its company's language; undefined: there is none, or it is paused. */
export async function findWebsite(work: Work, key: string) {
  const [row] = await work.db
    .select({ channel: channels, language: workspaces.language })
    .from(channels)
    .innerJoin(workspaces, eq(workspaces.id, channels.workspaceId))
    .where(
      and(eq(channels.workspaceId, work.workspaceId), eq(channels.publicKey, key), eq(channels.kind, 'web'), eq(channels.paused, false)),
    )
  return row
}
