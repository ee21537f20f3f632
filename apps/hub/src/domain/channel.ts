import { randomBytes } from 'node:crypto'
import type { Capabilities } from '@parley/schema/connector'
import { type ChannelKind, limits } from '@parley/schema/vocabulary'
import { and, eq } from 'drizzle-orm'
import { channels } from '../db/tables/channel.ts'
import { groups } from '../db/tables/group.ts'
import { HubError, notFound, textOf } from '../errors.ts'
import type { Work } from '../work.ts'
import { ensure } from './access.ts'
import { newId } from './ids.ts'

export type Channel = typeof channels.$inferSelect
/** Options checked by their connector, the secret ones sealed. Given by the gateway. */
export interface CheckedOptions {
  options: Record<string, unknown>
  secrets: Record<string, string>
  capabilities: Capabilities
}
export type OptionsCheck = (
  channel: { workspaceId: string; id: string; kind: ChannelKind },
  options: unknown,
  present?: Channel,
) => CheckedOptions
export interface NewChannel {
  kind: ChannelKind
  name: string
  groupId?: string | null
  options: unknown
}
export interface ChannelChange {
  name?: string | null
  groupId?: string | null
  options?: unknown
  paused?: boolean | null
}

export async function createChannel(work: Work, check: OptionsCheck, input: NewChannel): Promise<Channel> {
  ensure(work.actor, 'channel.manage')
  if (input.groupId) await ensureGroup(work, input.groupId)
  const id = newId()
  const checked = check({ workspaceId: work.workspaceId, id, kind: input.kind }, input.options)
  const [row] = await work.db
    .insert(channels)
    .values({
      workspaceId: work.workspaceId,
      id,
      kind: input.kind,
      name: textOf(input.name, 'name', limits.name),
      groupId: input.groupId ?? null,
      ...checked,
      hookToken: randomBytes(24).toString('base64url'),
      publicKey: `${work.workspaceId.replaceAll('-', '')}.${randomBytes(9).toString('base64url')}`,
    })
    .returning()
  if (!row) throw new Error('the channel was not inserted')
  work.record({ type: 'channel.changed', subjectId: id })
  return row
}

export async function updateChannel(work: Work, check: OptionsCheck, channelId: string, change: ChannelChange): Promise<Channel> {
  ensure(work.actor, 'channel.manage')
  const mine = and(eq(channels.workspaceId, work.workspaceId), eq(channels.id, channelId))
  const [channel] = await work.db.select().from(channels).where(mine).for('no key update')
  if (!channel) throw notFound()
  if (change.groupId) await ensureGroup(work, change.groupId)
  const checked = change.options == null ? {} : check(channel, change.options, channel)
  const [row] = await work.db
    .update(channels)
    .set({
      name: change.name == null ? channel.name : textOf(change.name, 'name', limits.name),
      groupId: change.groupId === undefined ? channel.groupId : change.groupId,
      paused: change.paused ?? channel.paused,
      holdUntil: null,
      ...checked,
    })
    .where(mine)
    .returning()
  work.record({ type: 'channel.changed', subjectId: channelId })
  return row ?? channel
}

/** The workspace a website's public key belongs to; the channel itself is looked up inside it. */
export function workspaceOfKey(publicKey: string): string | null {
  const [, hex] = /^([0-9a-f]{32})\.[\w-]{12}$/.exec(publicKey) ?? []
  return hex ? hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') : null
}

async function ensureGroup(work: Work, groupId: string): Promise<void> {
  const [group] = await work.db
    .select({ id: groups.id })
    .from(groups)
    .where(and(eq(groups.workspaceId, work.workspaceId), eq(groups.id, groupId)))
  if (!group) throw new HubError('not_found', { field: 'groupId' })
}
