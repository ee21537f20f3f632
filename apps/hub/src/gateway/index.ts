import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ConnectorModule, WebhookReply, WebhookRequest } from '@parley/schema/connector'
import { sameSecret } from '@parley/schema/same'
import type { EventType } from '@parley/schema/vocabulary'
import { and, eq } from 'drizzle-orm'
import type { Database } from '../db/client.ts'
import { channels } from '../db/tables/channel.ts'
import type { Channel } from '../domain/channel.ts'
import { freeLanes } from '../domain/lane.ts'
import type { Bus } from '../feed/bus.ts'
import type { Partials } from '../files/partial.ts'
import type { Storage } from '../files/storage.ts'
import type { Thumbnails } from '../files/thumbnails.ts'
import { systemOf } from '../work.ts'
import { withAbilities } from './abilities.ts'
import { createApproved } from './approved.ts'
import { createChecks } from './checks.ts'
import { type GatewayOptions, leaseKey, type Owned, open, shut, versionOf } from './connections.ts'
import { watchDue } from './due.ts'
import { createIntake } from './intake.ts'
import { createLeases } from './leases.ts'
import { createMedia } from './media.ts'
import { openOptions } from './options.ts'
import { createOutbound } from './outbound.ts'
import { isGone, ownerName } from './owner.ts'
import { createProfiles } from './profiles.ts'
import { moduleOf } from './registry.ts'

const lookMs = 5_000

interface Running {
  owned: Owned
  lanes: { wake(): void; stop(): Promise<void> }
  media: { wake(): void; stop(): Promise<void> }
  profiles: { wake(): void; stop(): Promise<void> }
  checks: { wake(): void; stop(): Promise<void> }
  approved: { wake(): void; stop(): Promise<void> }
}

/** Keeps the connections of all channels alive, each owned by one hub, and takes webhooks on every one. */
export function openGateway(
  options: GatewayOptions & {
    database: Database
    bus: Bus
    storage: Storage
    partials: Partials
    thumbnails: Thumbnails
    connects: boolean
  },
) {
  const { works, database, bus, storage, partials, thumbnails, log, key } = options
  const owner = ownerName()
  const intake = createIntake(works, ({ channelId, events }) => {
    const rooms = running.get(channelId)
    if (events.some((event) => event.type === 'message' && event.media?.length)) rooms?.media.wake()
    if (events.some((event) => 'from' in event && !event.from.name)) rooms?.profiles.wake()
  })
  const leases = createLeases(works, owner)
  const runLanes = createOutbound(works, storage, log, owner)
  const runFetches = createMedia(works, storage, partials, thumbnails, log)
  const runProfiles = createProfiles(works, intake, log)
  const runChecks = createChecks(works, log)
  const runApproved = createApproved(works, log)
  const running = new Map<string, Running>()
  /** Websites whose abilities this hub has looked at. */
  const renewed = new Set<string>()
  const forgotten = new Set<string>()
  const hooks = new Map<string, { at: number; hook: Promise<{ channel: Channel; options: Record<string, unknown> } | null> }>()
  let looking: Promise<void> | null = null
  let closed = false

  async function look(): Promise<void> {
    for (const { id, workspaceId } of await listChannels(database)) {
      if (closed) return
      await tend(workspaceId, id).catch((error) => log.warn({ err: error, channelId: id }, 'a channel could not be tended'))
    }
  }
  async function tend(workspaceId: string, id: string): Promise<void> {
    const present = running.get(id)
    const channel = await findChannel(workspaceId, id)
    const wanted = channel && !channel.paused && channel.kind !== 'web'
    if (present && (!wanted || present.owned.version !== versionOf(channel))) await end(id)
    if (channel?.removedAt) return forget(id)
    if (!wanted) return channel?.kind === 'web' ? noteWeb(channel) : undefined
    const fence = await leases.hold(workspaceId, leaseKey(id))
    if (fence === null || (running.get(id) && running.get(id)?.owned.fence !== fence)) await end(id)
    if (fence === null || running.has(id)) return
    const module = await moduleOf(channel.kind)
    if (closed) return
    await works.work(systemOf(workspaceId), (work) => freeLanes(work, id, isGone))
    const owned = open(options, intake, module, await withAbilities(works, key, channel), fence)
    running.set(id, {
      owned,
      lanes: runLanes(owned),
      media: runFetches(owned),
      profiles: runProfiles(owned),
      checks: runChecks(owned),
      approved: runApproved(owned),
    })
  }
  async function end(id: string): Promise<void> {
    const present = running.get(id)
    if (!present) return
    running.delete(id)
    await Promise.all([present.lanes.stop(), shut(present.owned, leases)])
    await Promise.all([present.media.stop(), present.profiles.stop(), present.checks.stop(), present.approved.stop()])
  }
  /** What a removed channel kept on this machine. */
  async function forget(id: string): Promise<void> {
    if (forgotten.has(id)) return
    await rm(join(options.dataDir, 'channels', id), { recursive: true, force: true })
    forgotten.add(id)
  }
  /** Our own website needs no connection: it is well whenever the hub is. */
  async function noteWeb(channel: Channel): Promise<void> {
    if (!renewed.has(channel.id)) {
      renewed.add(channel.id)
      await withAbilities(works, key, channel)
    }
    const state = channel.paused ? 'stopped' : 'connected'
    if (channel.state === state) return
    await works.work(systemOf(channel.workspaceId), async (work) => {
      await work.db
        .update(channels)
        .set({ state })
        .where(and(eq(channels.workspaceId, channel.workspaceId), eq(channels.id, channel.id)))
      work.record({ type: 'channel.changed', subjectId: channel.id })
    })
  }
  const findChannel = (workspaceId: string, id: string) =>
    works.read(
      systemOf(workspaceId),
      async (work) =>
        (
          await work.db
            .select()
            .from(channels)
            .where(and(eq(channels.workspaceId, workspaceId), eq(channels.id, id)))
        )[0],
    )
  const lookSoon = () => {
    if (options.connects && !closed)
      looking ??= look()
        .catch((error) => log.warn({ err: error }, 'channels could not be read'))
        .finally(() => {
          looking = null
        })
  }

  const lanesDue = watchDue(
    database,
    log,
    () => [...running.keys()],
    (channelId) => running.get(channelId)?.lanes.wake(),
  )
  // What this hub took in itself is told by its intake, which knows whether there is a file or a name to fetch.
  const offWake = bus.onWake((workspaceId, types, own) => {
    if ([...types].some(mayBeSent)) lanesDue.wake()
    const toFetch = types.has('file.changed') || (types.has('message.received') && !own)
    const toCheck = types.has('channel.changed')
    for (const { owned, media, profiles, checks } of running.values()) {
      if (owned.channel.workspaceId !== workspaceId) continue
      if (toCheck) checks.wake()
      if (!toFetch) continue
      media.wake()
      profiles.wake()
    }
  })
  const offSignal = bus.onSignal((topic, payload) => {
    if (topic === 'channel.approved') running.get((payload as { channelId: string }).channelId)?.approved.wake()
    if (topic !== 'channel.changed') return
    const { channelId } = payload as { channelId: string }
    hooks.delete(channelId)
    lookSoon()
  })
  const timer = setInterval(lookSoon, lookMs)
  timer.unref()
  lookSoon()

  /** Looked up once for all who ask at the same time, and kept for a moment when it was found. */
  function hookOf(id: string) {
    const cached = hooks.get(id)
    if (cached && Date.now() - cached.at < 5_000) return cached.hook
    const entry = { at: Date.now(), hook: findHook(id) }
    hooks.set(id, entry)
    const forget = () => hooks.get(id) === entry && hooks.delete(id)
    entry.hook.then((hook) => hook ?? forget(), forget)
    return entry.hook
  }
  async function findHook(id: string) {
    const found = (await listChannels(database)).find((channel) => channel.id === id)
    const channel = found && (await findChannel(found.workspaceId, id))
    return channel && !channel.paused ? { channel, options: openOptions(key, channel) } : null
  }

  return {
    /** A delivery at /hooks/<channel>/<token>. Answers 2xx only once it is durable; throws when it could not be made so. */
    async webhook(channelId: string, token: string, request: WebhookRequest): Promise<WebhookReply> {
      const hook = /^[0-9a-f-]{36}$/.test(channelId) ? await hookOf(channelId) : null
      const module = hook && (await moduleOf(hook.channel.kind))
      if (!hook || !module?.webhook || !sameSecret(token, hook.channel.hookToken)) return { status: 404 }
      const verdict = module.webhook.verify(request, hook.options)
      if (verdict.verdict !== 'accepted') return verdict.reply
      const body = new TextDecoder().decode(request.body)
      const parsed = parseDelivery(module, body, hook.options)
      await intake.submit({
        workspaceId: hook.channel.workspaceId,
        delivery: { channelId, events: parsed.events, raw: { body, ...(parsed.note && { note: parsed.note }) } },
      })
      return verdict.reply ?? { status: 200 }
    },
    /** How many connections this process owns. */
    owned: () => running.size,
    async close(): Promise<void> {
      closed = true
      clearInterval(timer)
      offWake()
      offSignal()
      await lanesDue.stop()
      await looking
      await Promise.all([...running.keys()].map(end))
    },
  }
}

/** Whether an event of the type can leave something in a lane. */
const mayBeSent = (type: EventType): boolean => /^(message|channel)\./.test(type) && type !== 'message.received'

/** What cannot be read is journaled all the same, with the reason, so that it can be read again after a mend. */
function parseDelivery(module: ConnectorModule, body: string, options: Record<string, unknown>) {
  try {
    return { events: module.parse(JSON.parse(body), options), note: undefined }
  } catch (error) {
    return { events: [], note: error instanceof Error ? error.message.slice(0, 200) : 'unreadable' }
  }
}

/** All channels of all workspaces, by the policy made for the gateway; those removed of late, so that each hub ends them. */
function listChannels({ sql }: Database): Promise<{ id: string; workspaceId: string }[]> {
  return sql.begin('read only', async (tx) => {
    await tx`select set_config('parley.gateway', 'on', true)`
    return tx<{ id: string; workspaceId: string }[]>`select id, workspace_id as "workspaceId" from channels
      where removed_at is null or removed_at > now() - interval '1 day' order by id`
  }) as Promise<{ id: string; workspaceId: string }[]>
}
