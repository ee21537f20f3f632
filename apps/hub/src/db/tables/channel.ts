import type { Capabilities } from '@parley/schema/connector'
import type { ChannelKind, ConnectionState, UserAction } from '@parley/schema/vocabulary'
import { bigint, boolean, index, jsonb, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core'
import { id, moment, within, workspaceId } from './columns.ts'
import { groups } from './group.ts'

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
    paused: boolean('paused').notNull().default(false),
    /** Part of the webhook's address, so that it cannot be guessed. */
    hookToken: text('hook_token').notNull(),
    /** Names the website channel in its snippet. */
    publicKey: text('public_key').notNull(),
    state: text('state').$type<ConnectionState>().notNull().default('stopped'),
    reason: text('reason'),
    action: text('action').$type<UserAction>().notNull().default('none'),
    account: text('account'),
    cursor: text('cursor'),
    lastInboundAt: moment('last_inbound_at'),
    lastOutboundAt: moment('last_outbound_at'),
    /** While in the future nothing is sent on this channel: the platform asked to wait, or refused the account. */
    holdUntil: moment('hold_until'),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    unique('channels_public_key').on(t.workspaceId, t.publicKey),
    index('channels_by_id').on(t.id),
    within([t.workspaceId, t.groupId], [groups.workspaceId, groups.id]),
  ],
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
