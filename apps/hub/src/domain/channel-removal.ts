import { randomBytes } from 'node:crypto'
import { and, asc, eq, ne, sql } from 'drizzle-orm'
import { channels } from '../db/tables/channel.ts'
import { chats } from '../db/tables/chat.ts'
import { HubError } from '../errors.ts'
import type { Work } from '../work.ts'
import { ensure } from './access.ts'
import { type Channel, findChannel } from './channel.ts'
import { change, tell } from './chat.ts'
import { refreshDelivery } from './references.ts'

/** What becomes of what, before it does. */
export interface RemovalPreview {
  /** Closed with the channel. */
  openChats: number
  /** Stay to be read. */
  closedChats: number
  /** On their way out, and never sent. */
  unsent: number
}

export async function previewRemoval(work: Work, channelId: string): Promise<RemovalPreview> {
  ensure(work.actor, 'channel.manage')
  await findChannel(work, channelId)
  const [row] = await work.sql<RemovalPreview[]>`select
    (select count(*)::int from chats where workspace_id = ${work.workspaceId} and channel_id = ${channelId} and state <> 'closed') as "openChats",
    (select count(*)::int from chats where workspace_id = ${work.workspaceId} and channel_id = ${channelId} and state = 'closed') as "closedChats",
    (select count(distinct p.message_id)::int from outgoing_lanes l join outgoing_parts p on p.workspace_id = l.workspace_id and p.thread_id = l.thread_id and p.state in ('queued', 'sending')
      where l.workspace_id = ${work.workspaceId} and l.channel_id = ${channelId}) as unsent`
  return row ?? { openChats: 0, closedChats: 0, unsent: 0 }
}

/**
 * Ends a channel for good: its open chats are closed, what is still to be sent is given up, its secrets and its addresses are
 * gone. Its chats stay to be read. `name`: the channel's own, so that nobody ends the wrong one.
 */
export async function removeChannel(work: Work, channelId: string, name: string): Promise<Channel> {
  ensure(work.actor, 'channel.manage')
  // Waits for the chats that are being opened on it now.
  await work.sql`select 1 from channels where workspace_id = ${work.workspaceId} and id = ${channelId} for update`
  const channel = await findChannel(work, channelId)
  if (name.trim() !== channel.name) throw new HubError('other_name', { field: 'name' })
  await closeAll(work, channelId)
  await giveUpUnsent(work, channelId)
  await work.sql`delete from visitor_tokens where workspace_id = ${work.workspaceId} and channel_id = ${channelId}`
  const [row] = await work.db
    .update(channels)
    .set({
      removedAt: sql`clock_timestamp()`,
      paused: true,
      assigns: false,
      secrets: {},
      hookToken: randomBytes(24).toString('base64url'),
      publicKey: randomBytes(24).toString('base64url'),
      state: 'stopped',
      reason: null,
      action: 'none',
      pairing: null,
      memoryBytes: null,
      cursor: null,
      alarm: null,
      alarmSince: null,
      checked: null,
    })
    .where(and(eq(channels.workspaceId, work.workspaceId), eq(channels.id, channelId)))
    .returning()
  work.record({ type: 'channel.changed', subjectId: channelId })
  return row ?? channel
}

async function closeAll(work: Work, channelId: string): Promise<void> {
  const open = await work.db
    .select()
    .from(chats)
    .where(and(eq(chats.workspaceId, work.workspaceId), eq(chats.channelId, channelId), ne(chats.state, 'closed')))
    .orderBy(asc(chats.id))
    .for('no key update')
  const passed = await work.sql<{ id: string }[]>`update chats set hand_over = null
    where workspace_id = ${work.workspaceId} and channel_id = ${channelId} and hand_over is not null returning id`
  for (const { id } of passed) work.record({ type: 'control.changed', chatId: id, subjectId: id })
  for (const chat of open) {
    const closed = await change(work, chat, {
      state: 'closed',
      closedAt: sql`clock_timestamp()`,
      calmedAt: null,
      waitingSince: null,
      unread: 0,
      firstUnreadId: null,
      snoozedAt: null,
      snoozedUntil: null,
    })
    tell(work, 'chat.closed', chat, closed)
  }
}

async function giveUpUnsent(work: Work, channelId: string): Promise<void> {
  const failure = work.sql.json({ code: 'internal', message: 'The channel was removed.' })
  await work.sql`select from messages where workspace_id = ${work.workspaceId} and id in (
    select p.message_id from outgoing_lanes l join outgoing_parts p on p.workspace_id = l.workspace_id and p.thread_id = l.thread_id and p.state in ('queued', 'sending')
    where l.workspace_id = ${work.workspaceId} and l.channel_id = ${channelId}) order by at, position, id for no key update`
  const rows = await work.sql<{ message_id: string }[]>`
    update outgoing_parts p set state = case when p.state = 'sending' then 'unknown' else 'failed' end, failure = ${failure}
    from outgoing_lanes l where l.workspace_id = ${work.workspaceId} and l.channel_id = ${channelId}
      and p.workspace_id = l.workspace_id and p.thread_id = l.thread_id and p.state in ('queued', 'sending') returning p.message_id`
  await work.sql`delete from outgoing_lanes where workspace_id = ${work.workspaceId} and channel_id = ${channelId}`
  for (const id of new Set(rows.map((row) => row.message_id))) await refreshDelivery(work, id)
  await work.sql`update messages set given_up_at = clock_timestamp() where workspace_id = ${work.workspaceId} and channel_id = ${channelId}
    and delivery in ('failed', 'unknown') and direction = 'out' and given_up_at is null`
}
