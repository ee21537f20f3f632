import type { ChannelAlarm, ConnectionState } from '@parley/schema/vocabulary'
import { and, desc, eq, ne } from 'drizzle-orm'
import { chats } from '../db/tables/chat.ts'
import { HubError } from '../errors.ts'
import type { OperatorActor, Work } from '../work.ts'
import { ensure } from './access.ts'
import { callAdmins } from './alert.ts'
import { type Channel, findChannel, lockChannel } from './channel.ts'
import { type Chat, lockChat } from './chat.ts'
import { type Message, type Planner, targetOf } from './message.ts'
import { sayInName } from './notice.ts'
import { visibleChats } from './sight.ts'
import { ensureReplyAllowed } from './window.ts'

/** What passes by itself within this time calls nobody. */
const wobbleMs = 45_000
const startMs = 180_000
const expiringMs = 7 * 86_400_000
/** A shorter silence is never unusual by itself. */
const leastQuietMs = 30 * 60_000
const weekMs = 7 * 86_400_000
const weeks = 4
/** Every earlier week must have had so many signs of life in the same hours, and there must be so many weeks. */
const leastBeats = 3
const leastWeeks = 2

const broken: readonly ConnectionState[] = ['logged_out', 'conflict', 'failed']
const shaky: readonly ConnectionState[] = ['disconnected', 'degraded']

type Watched = Pick<
  Channel,
  'kind' | 'state' | 'account' | 'stateSince' | 'checked' | 'accessEndsAt' | 'quietMinutes' | 'lastInboundAt' | 'watchedSince'
>

/** How long nothing has come in, in ms. */
export const silenceOf = ({ lastInboundAt, watchedSince }: Pick<Watched, 'lastInboundAt' | 'watchedSince'>, now: number): number =>
  Math.max(0, now - Math.max(lastInboundAt?.getTime() ?? 0, watchedSince.getTime()))

/** What is to be told of a channel that is not paused. `unusual`: the silence is longer than earlier weeks know. */
export function alarmOf(channel: Watched, now: number, unusual: boolean): ChannelAlarm | null {
  const lasts = now - channel.stateSince.getTime()
  if (broken.includes(channel.state)) return 'down'
  if (shaky.includes(channel.state) && lasts >= wobbleMs) return 'down'
  if (channel.state === 'starting' && lasts >= startMs) return 'down'
  const isNew = channel.state === 'pairing' && channel.account === null
  if (!isNew && channel.checked && !channel.checked.ok && now - channel.checked.since >= wobbleMs) return 'down'
  const silence = silenceOf(channel, now)
  if (channel.quietMinutes === null ? unusual : channel.quietMinutes > 0 && silence >= channel.quietMinutes * 60_000) return 'quiet'
  if (channel.accessEndsAt && channel.accessEndsAt.getTime() - now < expiringMs) return 'expiring'
  return null
}

/**
 * Whether a silence that began at `since` is longer than any in the same hours of earlier weeks. `hours`: signs of life by the
 * beginning of their hour, in ms. `known`: since when the channel is there; weeks before that say nothing.
 */
export function isUnusual(hours: ReadonlyMap<number, number>, since: number, now: number, known: number): boolean {
  if (now - since < leastQuietMs) return false
  const earlier = Array.from({ length: weeks }, (_, n) => (n + 1) * weekMs).filter((shift) => since - shift >= known)
  return earlier.length >= leastWeeks && earlier.every((shift) => beatsIn(hours, since - shift, now - shift) >= leastBeats)
}

/** Signs of life between two moments; of an hour that lies partly between them, its part. */
function beatsIn(hours: ReadonlyMap<number, number>, from: number, to: number): number {
  let sum = 0
  for (let hour = Math.floor(from / 3_600_000) * 3_600_000; hour < to; hour += 3_600_000)
    sum += ((hours.get(hour) ?? 0) * (Math.min(to, hour + 3_600_000) - Math.max(from, hour))) / 3_600_000
  return sum
}

/** Raises and ends the alarms of a workspace's channels. Of several hubs that look at once, one tells. */
export async function watchChannels(work: Work): Promise<void> {
  const rows = await work.sql<
    (Omit<Watched, 'checked'> & { id: string; alarm: ChannelAlarm | null; checked: Watched['checked']; now: Date; created: Date })[]
  >`
    select id, kind, state, account, state_since as "stateSince", checked, access_ends_at as "accessEndsAt", quiet_minutes as "quietMinutes",
      last_inbound_at as "lastInboundAt", watched_since as "watchedSince", alarm, created_at as created, clock_timestamp() as now
    from channels where workspace_id = ${work.workspaceId} and not paused`
  for (const row of rows) {
    const now = row.now.getTime()
    const alarm = alarmOf(row, now, await isQuieter(work, row, now))
    if (alarm !== row.alarm) await setAlarm(work, row.id, alarm)
  }
}

async function isQuieter(work: Work, row: Watched & { id: string; created: Date }, now: number): Promise<boolean> {
  const silence = silenceOf(row, now)
  if (row.quietMinutes !== null || silence < leastQuietMs) return false
  // What was quiet for a week is like itself; before that more weeks of the same say nothing new.
  const since = Math.max(now - silence, now - weekMs)
  const rows = await work.sql<{ hour: Date; beats: number }[]>`select hour, beats from channel_hours
    where workspace_id = ${work.workspaceId} and channel_id = ${row.id} and hour >= ${new Date(since - (weeks + 1) * weekMs)}`
  return isUnusual(new Map(rows.map(({ hour, beats }) => [hour.getTime(), beats])), since, now, row.created.getTime())
}

async function setAlarm(work: Work, channelId: string, alarm: ChannelAlarm | null): Promise<void> {
  const changed = await work.sql`update channels set alarm = ${alarm}, alarm_since = ${alarm ? work.sql`clock_timestamp()` : null}
    where workspace_id = ${work.workspaceId} and id = ${channelId} and alarm is distinct from ${alarm} and not paused returning id`
  if (changed.length === 0) return
  work.record({ type: 'channel.changed', subjectId: channelId })
  if (alarm) await callAdmins(work, { channelId, alarm })
}

export interface ChannelHealth {
  channel: Channel
  /** Messages on their way out, and since when the first of them waits. */
  waiting: number
  waitingSince: Date | null
  /** Of the last 24 hours: failed or of unknown fate, and given up by nobody. */
  undelivered: number
  /** Of the last 24 hours: what the platform handed over and could not be read. */
  unreadable: number
}

export async function findHealth(work: Work, channelId: string): Promise<ChannelHealth> {
  ensure(work.actor, 'channel.manage')
  const channel = await findChannel(work, channelId)
  const [row] = await work.sql<{ waiting: number; waiting_since: Date | null; undelivered: number; unreadable: number }[]>`select
    (select count(distinct p.message_id)::int from outgoing_lanes l join outgoing_parts p on p.workspace_id = l.workspace_id and p.thread_id = l.thread_id and p.state in ('queued', 'sending')
      where l.workspace_id = ${work.workspaceId} and l.channel_id = ${channelId}) as waiting,
    (select min(m.at) from outgoing_lanes l join outgoing_parts p on p.workspace_id = l.workspace_id and p.thread_id = l.thread_id and p.state in ('queued', 'sending')
      join messages m on m.workspace_id = p.workspace_id and m.id = p.message_id where l.workspace_id = ${work.workspaceId} and l.channel_id = ${channelId}) as waiting_since,
    (select count(*)::int from messages where workspace_id = ${work.workspaceId} and channel_id = ${channelId} and delivery in ('failed', 'unknown') and direction = 'out'
      and given_up_at is null and at > clock_timestamp() - interval '24 hours') as undelivered,
    (select count(*)::int from raw_deliveries where workspace_id = ${work.workspaceId} and channel_id = ${channelId} and note is not null and received_at > clock_timestamp() - interval '24 hours') as unreadable`
  return {
    channel,
    waiting: row?.waiting ?? 0,
    waitingSince: row?.waiting_since ?? null,
    undelivered: row?.undelivered ?? 0,
    unreadable: row?.unreadable ?? 0,
  }
}

/** Open chats of the channel with the latest message first: one of them may be the admin's own, for a test. */
export async function latestChats(work: Work<OperatorActor>, channelId: string, limit: number): Promise<Chat[]> {
  return work.db
    .select()
    .from(chats)
    .where(
      and(eq(chats.workspaceId, work.workspaceId), eq(chats.channelId, channelId), ne(chats.state, 'closed'), visibleChats(work.actor)),
    )
    .orderBy(desc(chats.lastMessageAt), desc(chats.id))
    .limit(limit)
}

/** Has the platform asked whether it knows us, by the hub that owns the connection; the answer comes as a change of the channel. */
export async function askForCheck(work: Work, channelId: string): Promise<Channel> {
  ensure(work.actor, 'channel.manage')
  const channel = await lockChannel(work, channelId)
  if (channel.paused) throw new HubError('channel_paused')
  await work.sql`update channels set check_asked_at = clock_timestamp() where workspace_id = ${work.workspaceId} and id = ${channelId}`
  work.record({ type: 'channel.changed', subjectId: channelId })
  return findChannel(work, channelId)
}

/** A real message to whoever this chat is with; the chat stays where it is. */
export async function sendTest(work: Work, plan: Planner, chatId: string, text: string): Promise<Message> {
  ensure(work.actor, 'channel.manage')
  const chat = await lockChat(work, chatId, 'chat.read')
  if (chat.state === 'closed') throw new HubError('chat_closed')
  const { capabilities } = await targetOf(work, chat)
  await ensureReplyAllowed(work, chat, capabilities)
  const message = await sayInName(work, plan, chat, text)
  if (!message) throw new HubError('unsupported', { field: 'chatId' })
  return message
}
