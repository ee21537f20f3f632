import type { Capabilities, Pairing, PlatformTemplate } from '@parley/schema/connector'
import type { ChannelAlarm, ChannelKind, ConnectionState, UserAction } from '@parley/schema/vocabulary'
import { bigint, boolean, index, integer, jsonb, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core'
import { id, moment, within, workspaceId } from './columns.ts'
import { groups } from './group.ts'
import { schedules } from './schedule.ts'

/** The answer to a real question to the platform. */
export interface ChannelCheck {
  /** Milliseconds since 1970. */
  at: number
  ok: boolean
  latencyMs?: number
  note?: string
  /** Since when it has been as it is, in milliseconds since 1970. */
  since: number
}

export const channels = pgTable(
  'channels',
  {
    workspaceId: workspaceId(),
    id: id(),
    kind: text('kind').$type<ChannelKind>().notNull(),
    name: text('name').notNull(),
    groupId: uuid('group_id'),
    options: jsonb('options').$type<Record<string, unknown>>().notNull(),
    /** Secret options and rotated tokens, each sealed. */
    secrets: jsonb('secrets').$type<Record<string, string>>().notNull(),
    capabilities: jsonb('capabilities').$type<Capabilities>().notNull(),
    /** Its new chats are given to operators by the hub. */
    assigns: boolean('assigns').notNull().default(false),
    paused: boolean('paused').notNull().default(false),
    /** Part of the webhook's address, so that it cannot be guessed. */
    hookToken: text('hook_token').notNull(),
    /** Names the website channel in its snippet. */
    publicKey: text('public_key').notNull(),
    state: text('state').$type<ConnectionState>().notNull().default('stopped'),
    reason: text('reason'),
    action: text('action').$type<UserAction>().notNull().default('none'),
    account: text('account'),
    /** What is to be scanned or typed on the phone now; null: nothing. */
    pairing: jsonb('pairing').$type<Pairing>(),
    /** Of programs that run for this channel alone. */
    memoryBytes: bigint('memory_bytes', { mode: 'number' }),
    cursor: text('cursor'),
    lastInboundAt: moment('last_inbound_at'),
    lastOutboundAt: moment('last_outbound_at'),
    /** While in the future nothing is sent on this channel: the platform asked to wait, or refused the account. */
    holdUntil: moment('hold_until'),
    /** Overrules the workspace's; null: the workspace's. */
    reopenMinutes: integer('reopen_minutes'),
    /** After so many minutes without a sign of life admins are called; 0: never; null: judged by earlier weeks. */
    quietMinutes: integer('quiet_minutes'),
    /** Since when silence counts: the channel was made, or went on after a pause. */
    watchedSince: moment('watched_since').notNull().defaultNow(),
    stateSince: moment('state_since').notNull().defaultNow(),
    alarm: text('alarm').$type<ChannelAlarm>(),
    alarmSince: moment('alarm_since'),
    /** When the platform's access ends by itself. */
    accessEndsAt: moment('access_ends_at'),
    /** How late the last messages came, by the platform's clock. */
    inboundLagMs: bigint('inbound_lag_ms', { mode: 'number' }),
    checked: jsonb('checked').$type<ChannelCheck>(),
    /** Somebody wants it looked at now. */
    checkAskedAt: moment('check_asked_at'),
    /** Its past chats stay; it is no channel any more. */
    removedAt: moment('removed_at'),
    /** Its own working hours; null: those of its group. */
    scheduleId: uuid('schedule_id'),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    unique('channels_public_key').on(t.workspaceId, t.publicKey),
    index('channels_by_id').on(t.id),
    within([t.workspaceId, t.groupId], [groups.workspaceId, groups.id]),
    within([t.workspaceId, t.scheduleId], [schedules.workspaceId, schedules.id]),
  ],
)

/** How lively a channel was, hour by hour: `beats` counts spans of ten seconds in which something came in. */
export const channelHours = pgTable(
  'channel_hours',
  {
    workspaceId: workspaceId(),
    channelId: uuid('channel_id').notNull(),
    hour: moment('hour').notNull(),
    beats: integer('beats').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.channelId, t.hour] }),
    within([t.workspaceId, t.channelId], [channels.workspaceId, channels.id]),
  ],
)

/** The texts a platform has approved for a channel, as it last told. */
export const channelTemplates = pgTable(
  'channel_templates',
  {
    workspaceId: workspaceId(),
    channelId: uuid('channel_id').notNull(),
    templates: jsonb('templates').$type<PlatformTemplate[]>().notNull(),
    syncedAt: moment('synced_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.workspaceId, t.channelId] }), within([t.workspaceId, t.channelId], [channels.workspaceId, channels.id])],
)

/** Who owns a connection now. Effects of an owner whose fence is older are refused. */
export const leases = pgTable(
  'leases',
  {
    workspaceId: workspaceId(),
    key: text('key').notNull(),
    owner: text('owner').notNull(),
    fence: bigint('fence', { mode: 'number' }).notNull(),
    expiresAt: moment('expires_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.workspaceId, t.key] })],
)
