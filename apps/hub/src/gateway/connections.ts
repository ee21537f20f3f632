import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Connection, ConnectionReport, ConnectorModule, Host } from '@parley/schema/connector'
import { and, eq } from 'drizzle-orm'
import { channels } from '../db/tables/channel.ts'
import type { Channel } from '../domain/channel.ts'
import type { Log } from '../log.ts'
import { seal, unseal } from '../seal.ts'
import { systemOf, type Works } from '../work.ts'
import type { createIntake } from './intake.ts'
import { type createLeases, ensureOwner, type Fence } from './leases.ts'
import { openOptions, placeOf } from './options.ts'

export interface GatewayOptions {
  works: Works
  log: Log
  /** Seals the secrets of channels. */
  key: Uint8Array
  dataDir: string
  fetch: typeof fetch
  /** Addresses of mail servers, by the rules of `fetch`. */
  resolve: Host<never>['resolve']
  chromiumPath: string | undefined
  webhookUrl(channel: { id: string; hookToken: string }): string
}
/** A connection this process owns. */
export interface Owned {
  channel: Channel
  connection: Connection
  fence: number
  stop: AbortController
  version: string
}

export const leaseKey = (channelId: string): string => `channel:${channelId}`
/** A change of these starts the connection anew. */
export const versionOf = (channel: Channel): string => JSON.stringify([channel.options, channel.secrets, channel.paused])

/** Starts the connection of a channel as its owner. Failures to start are told as the channel's state. */
export function open(
  options: GatewayOptions,
  intake: ReturnType<typeof createIntake>,
  module: ConnectorModule,
  channel: Channel,
  fence: number,
): Owned {
  const stop = new AbortController()
  const host = hostOf(options, intake, channel, fence, stop.signal)
  const connection = module.connect(host as Host<never>)
  const owned = { channel, connection, fence, stop, version: versionOf(channel) }
  connection.start().catch((error: unknown) => {
    options.log.warn({ err: error, channelId: channel.id }, 'a connection did not start')
    host.report({ state: 'failed', reason: 'The connection could not be started.', action: 'restart' })
  })
  return owned
}

export async function shut(owned: Owned, leases: ReturnType<typeof createLeases>): Promise<void> {
  owned.stop.abort()
  await owned.connection.stop().catch(() => {})
  await leases.release(owned.channel.workspaceId, leaseKey(owned.channel.id)).catch(() => {})
}

function hostOf(
  { works, log, key, dataDir, fetch, resolve, chromiumPath, webhookUrl }: GatewayOptions,
  intake: ReturnType<typeof createIntake>,
  channel: Channel,
  fence: number,
  signal: AbortSignal,
): Host<Record<string, unknown>> {
  const { workspaceId, id } = channel
  const owned: Fence = { key: leaseKey(id), value: fence }
  const mine = and(eq(channels.workspaceId, workspaceId), eq(channels.id, id))
  const system = systemOf(workspaceId)
  const row = () => works.read(system, async (work) => (await work.db.select().from(channels).where(mine))[0])
  const note = (level: 'debug' | 'info' | 'warn' | 'error') => (message: string, data?: object) =>
    log[level]({ channelId: id, ...data }, message)
  let told = Promise.resolve()
  return {
    options: openOptions(key, channel),
    signal,
    fetch,
    resolve,
    ...(chromiumPath && { chromiumPath }),
    commit: ({ events, delivery, cursor }) =>
      intake.submit({
        workspaceId,
        fence: owned,
        delivery: { channelId: id, events, ...(delivery && { raw: delivery }), ...(cursor !== undefined && { cursor }) },
      }),
    // An owner that was asleep must not ask the platform for what another already fetches.
    cursor: async () => {
      await works.read(system, (work) => ensureOwner(work, owned, false))
      return (await row())?.cursor ?? undefined
    },
    // In order, though each is written when there is time.
    report: (state) => {
      told = told
        .then(() => writeState(works, channel, owned, state))
        .catch((error) => log.warn({ err: error, channelId: id }, 'a state was not noted'))
    },
    secrets: {
      get: async (name) => {
        const sealed = (await row())?.secrets[`kept.${name}`]
        return sealed && unseal(key, sealed, placeOf(channel, `kept.${name}`))
      },
      set: (name, value) =>
        works.work(system, async (work) => {
          await work.sql`update channels set secrets = secrets || ${work.sql.json({ [`kept.${name}`]: seal(key, value, placeOf(channel, `kept.${name}`)) })} where workspace_id = ${workspaceId} and id = ${id}`
        }),
    },
    directory: async () => {
      const folder = join(dataDir, 'channels', id)
      await mkdir(folder, { recursive: true, mode: 0o700 })
      return folder
    },
    publicUrl: () => webhookUrl(channel),
    log: { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') },
  }
}

/** The channel's state as people see it. A connection that is well again lets its held queue go on, and is asked anew: what it answered before says nothing any more. */
async function writeState(works: Works, channel: Channel, fence: Fence, report: ConnectionReport): Promise<void> {
  const { state, action = 'none', account, memory = null, accessEndsAt } = report
  const reason = report.reason?.slice(0, 500) ?? null
  const pairing = report.pairing ? JSON.stringify(report.pairing) : null
  await works.work(systemOf(channel.workspaceId), async (work) => {
    await ensureOwner(work, fence)
    const rows =
      await work.sql`update channels set state = ${state}, reason = ${reason}, action = ${action}, pairing = ${pairing}::text::jsonb, memory_bytes = ${memory},
      state_since = case when state = ${state} then state_since else clock_timestamp() end,
      access_ends_at = case when ${state === 'connected'} then ${accessEndsAt ? new Date(accessEndsAt) : null} else access_ends_at end,
      account = coalesce(${account?.username ?? account?.name ?? null}, account), hold_until = case when ${state} = 'connected' then null else hold_until end,
      check_asked_at = case when ${state} = 'connected' and state <> 'connected' then clock_timestamp() else check_asked_at end
      where workspace_id = ${channel.workspaceId} and id = ${channel.id}
        and ((state, reason, action, pairing, memory_bytes) is distinct from (${state}, ${reason}, ${action}, ${pairing}::text::jsonb, ${memory})
          or (${state === 'connected'} and access_ends_at is distinct from ${accessEndsAt ? new Date(accessEndsAt) : null})) returning id`
    if (rows.length > 0) work.record({ type: 'channel.changed', subjectId: channel.id })
  })
}
