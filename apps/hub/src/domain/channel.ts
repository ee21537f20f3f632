import { randomBytes } from 'node:crypto'
import type { Capabilities } from '@parley/schema/connector'
import { type ChannelKind, limits } from '@parley/schema/vocabulary'
import { and, asc, eq, isNull, sql } from 'drizzle-orm'
import { channels } from '../db/tables/channel.ts'
import { chats } from '../db/tables/chat.ts'
import { groups } from '../db/tables/group.ts'
import { HubError, notFound, textOf } from '../errors.ts'
import type { Work } from '../work.ts'
import { ensure } from './access.ts'
import { change as changeChat, tell, waiting } from './chat.ts'
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
) => Promise<CheckedOptions>
export interface NewChannel {
  kind: ChannelKind
  name: string
  groupId?: string | null
  options: unknown
  assigns?: boolean | null
}
export interface ChannelChange {
  name?: string | null
  groupId?: string | null
  options?: unknown
  paused?: boolean | null
  assigns?: boolean | null
  /** Null: the workspace's. */
  reopenMinutes?: number | null
  /** Null: judged by earlier weeks; 0: never. */
  quietMinutes?: number | null
  /** With a group: the channel's waiting chats go there too. */
  moveWaiting?: boolean | null
}

/** Those in use, by name. */
export const listChannels = (work: Work): Promise<Channel[]> =>
  work.db
    .select()
    .from(channels)
    .where(and(eq(channels.workspaceId, work.workspaceId), isNull(channels.removedAt)))
    .orderBy(asc(channels.name))
    .limit(500)

/** A channel in use. */
export async function findChannel(work: Work, channelId: string): Promise<Channel> {
  const [row] = await work.db.select().from(channels).where(inUse(work, channelId))
  if (!row) throw notFound()
  return row
}
export async function lockChannel(work: Work, channelId: string): Promise<Channel> {
  const [row] = await work.db.select().from(channels).where(inUse(work, channelId)).for('no key update')
  if (!row) throw notFound()
  return row
}
const inUse = (work: Work, channelId: string) =>
  and(eq(channels.workspaceId, work.workspaceId), eq(channels.id, channelId), isNull(channels.removedAt))

export async function createChannel(work: Work, check: OptionsCheck, input: NewChannel): Promise<Channel> {
  ensure(work.actor, 'channel.manage')
  if (input.groupId) await ensureGroup(work, input.groupId)
  const id = newId()
  const checked = await check({ workspaceId: work.workspaceId, id, kind: input.kind }, input.options)
  const [row] = await work.db
    .insert(channels)
    .values({
      workspaceId: work.workspaceId,
      id,
      kind: input.kind,
      name: textOf(input.name, 'name', limits.name),
      groupId: input.groupId ?? null,
      assigns: input.assigns ?? false,
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
  const channel = await lockChannel(work, channelId)
  if (change.groupId) await ensureGroup(work, change.groupId)
  if (change.reopenMinutes != null && (change.reopenMinutes < 0 || change.reopenMinutes > limits.reopenMinutes))
    throw new HubError('invalid', { field: 'reopenMinutes' })
  if (change.quietMinutes != null && (change.quietMinutes < 0 || change.quietMinutes > limits.quietMinutes))
    throw new HubError('invalid', { field: 'quietMinutes' })
  const paused = change.paused ?? channel.paused
  const checked = change.options == null ? {} : await check(channel, change.options, channel)
  const [row] = await work.db
    .update(channels)
    .set({
      name: change.name == null ? channel.name : textOf(change.name, 'name', limits.name),
      groupId: change.groupId === undefined ? channel.groupId : change.groupId,
      paused,
      // Silence counts anew after a pause, and what was wrong before it is looked at afresh.
      ...(paused !== channel.paused && { watchedSince: sql`clock_timestamp()`, checked: null, alarm: null, alarmSince: null }),
      quietMinutes: change.quietMinutes === undefined ? channel.quietMinutes : change.quietMinutes,
      assigns: change.assigns ?? channel.assigns,
      reopenMinutes: change.reopenMinutes === undefined ? channel.reopenMinutes : change.reopenMinutes,
      holdUntil: null,
      ...checked,
    })
    .where(mine)
    .returning()
  if (change.moveWaiting && change.groupId !== undefined) await moveWaiting(work, channelId, change.groupId)
  work.record({ type: 'channel.changed', subjectId: channelId })
  return row ?? channel
}

async function moveWaiting(work: Work, channelId: string, groupId: string | null): Promise<void> {
  const queued = await work.db
    .select()
    .from(chats)
    .where(and(eq(chats.workspaceId, work.workspaceId), eq(chats.channelId, channelId), eq(chats.state, 'queued')))
    .orderBy(asc(chats.id))
    .for('no key update')
  for (const chat of queued) {
    if (chat.groupId === groupId) continue
    const moved = await changeChat(work, chat, { ...waiting, groupId, participantIds: [], returnedFrom: null })
    tell(work, 'chat.transferred', chat, moved, { toGroupId: groupId })
  }
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
