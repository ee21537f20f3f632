import { and, eq } from 'drizzle-orm'
import { channels } from '../db/tables/channel.ts'
import { identities } from '../db/tables/customer.ts'
import { HubError } from '../errors.ts'
import type { SystemActor, VisitorActor, Work } from '../work.ts'
import { isBlocked } from './visitor.ts'

/** Whom a link to a file names. */
export async function visitorNamed(work: Work<SystemActor>, identityId: string): Promise<VisitorActor | null> {
  const { workspaceId } = work
  const [row] = await work.db
    .select({ channelId: identities.channelId })
    .from(identities)
    .where(and(eq(identities.workspaceId, workspaceId), eq(identities.id, identityId)))
  return row ? { kind: 'visitor', workspaceId, channelId: row.channelId, identityId, tokenHash: null, language: 'en' } : null
}

/** How large a file this visitor may send, in bytes. Throws `not_accepted` when he is blocked. */
export async function mostFileBytes(work: Work<VisitorActor>): Promise<number> {
  if (await isBlocked(work)) throw new HubError('not_accepted')
  const [row] = await work.db
    .select({ options: channels.options })
    .from(channels)
    .where(and(eq(channels.workspaceId, work.workspaceId), eq(channels.id, work.actor.channelId)))
  return maxFileBytes(row?.options)
}

/** As the admin set it on the website's channel; 2 MiB where he has not. */
export const maxFileBytes = (options: Record<string, unknown> = {}): number => Number(options.maxFileBytes ?? 2 * 1024 * 1024)
