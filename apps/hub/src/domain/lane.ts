import type { SendOutcome } from '@parley/schema/connector'
import type { Work } from '../work.ts'

/** Longer than any send may take, a big file sent twice included. */
const leaseSeconds = 300
/** The channel as a whole is held; its lanes ask again as soon as it is not. */
const leastHoldMs = 1_000
const retrySeconds = [1, 2, 5, 10, 30, 60, 120, 300]

/**
 * Takes up to `count` due lanes of a channel that nobody holds. Lanes of other hubs are skipped, not waited for. `fence`: the
 * lease of the connection; who has lost it gets nothing. Chosen apart from the change, else PostgreSQL may choose anew for each
 * row, and more than so many.
 */
export async function claimLanes(
  work: Work,
  channelId: string,
  owner: string,
  count: number,
  fence: { key: string; value: number },
): Promise<string[]> {
  const rows = await work.sql<{ thread_id: string }[]>`
    with due as materialized (
      select thread_id from outgoing_lanes where workspace_id = ${work.workspaceId} and channel_id = ${channelId} and due_at <= clock_timestamp()
        and (lease_until is null or lease_until < clock_timestamp())
        and exists (select from leases f where f.workspace_id = ${work.workspaceId} and f.key = ${fence.key} and f.fence = ${fence.value})
        and not exists (select from channels c where c.workspace_id = ${work.workspaceId} and c.id = ${channelId} and (c.paused or c.hold_until > clock_timestamp()))
      order by due_at limit ${count} for update skip locked
    )
    update outgoing_lanes l set owner = ${owner}, lease_until = clock_timestamp() + ${leaseSeconds} * interval '1 second'
    from due where l.workspace_id = ${work.workspaceId} and l.thread_id = due.thread_id returning l.thread_id`
  return rows.map((row) => row.thread_id)
}

/** Lanes whose holder has certainly ended are free at once; what he had in hand is settled by who takes them. */
export async function freeLanes(work: Work, channelId: string, isGone: (owner: string) => boolean): Promise<void> {
  const held = await work.sql<
    { owner: string }[]
  >`select distinct owner from outgoing_lanes where workspace_id = ${work.workspaceId} and channel_id = ${channelId} and lease_until > clock_timestamp()`
  const gone = held.map((row) => row.owner).filter(isGone)
  if (gone.length > 0)
    await work.sql`update outgoing_lanes set lease_until = null where workspace_id = ${work.workspaceId} and channel_id = ${channelId} and owner = any(${gone})`
}

/** Gives a lane back in which nothing is under way. */
export const releaseLane = (work: Work, threadId: string, owner: string) =>
  work.sql`update outgoing_lanes set lease_until = null where workspace_id = ${work.workspaceId} and thread_id = ${threadId} and owner = ${owner}`

export async function holdsLane(work: Work, threadId: string, owner: string): Promise<boolean> {
  const rows =
    await work.sql`select 1 from outgoing_lanes where workspace_id = ${work.workspaceId} and thread_id = ${threadId} and owner = ${owner} and lease_until is not null for update`
  return rows.length > 0
}

/** Holds a held lane for as long again. */
export const holdOn = (work: Work, threadId: string) =>
  work.sql`update outgoing_lanes set lease_until = clock_timestamp() + ${leaseSeconds} * interval '1 second' where workspace_id = ${work.workspaceId} and thread_id = ${threadId}`

/** There is nothing in it. */
export const endLane = (work: Work, threadId: string, owner: string) =>
  work.sql`delete from outgoing_lanes where workspace_id = ${work.workspaceId} and thread_id = ${threadId} and owner = ${owner}`

/** Lets a held lane wait for `ms`; one that waits long is given back. */
export const restLane = (work: Work, threadId: string, owner: string, ms: number) =>
  work.sql`update outgoing_lanes set due_at = clock_timestamp() + ${ms} * interval '1 millisecond', lease_until = case when ${ms} > 50 then null else lease_until end
    where workspace_id = ${work.workspaceId} and thread_id = ${threadId} and owner = ${owner}`

/** How long what failed for now waits, in ms; with it its channel, when all of it must. */
export async function waitFor(
  work: Work,
  threadId: string,
  attempt: number,
  outcome: Extract<SendOutcome, { outcome: 'retry' }>,
): Promise<number> {
  const base = outcome.afterMs ?? (retrySeconds[Math.min(attempt, retrySeconds.length) - 1] ?? 300) * 1000
  // Up to a fifth more, so that what failed together is not tried again together.
  const wait = Math.round(base * (1 + Math.random() / 5))
  if (outcome.scope === 'channel')
    await work.sql`update channels set hold_until = clock_timestamp() + ${wait} * interval '1 millisecond' where workspace_id = ${work.workspaceId} and id = (select channel_id from outgoing_lanes where workspace_id = ${work.workspaceId} and thread_id = ${threadId})`
  return wait
}

/** The account is refused: the queue is kept, and goes on when the connection is well again. */
export async function holdChannel(work: Work, threadId: string): Promise<number> {
  await work.sql`update channels set hold_until = clock_timestamp() + interval '1 minute' where workspace_id = ${work.workspaceId} and id = (select channel_id from outgoing_lanes where workspace_id = ${work.workspaceId} and thread_id = ${threadId})`
  return leastHoldMs
}

/**
 * The message before its parts, and these before the channel, everywhere: two that took them the other way round would wait for
 * each other until the database ends one of them, a second later.
 */
export const lockMessage = (work: Work, messageId: string) =>
  work.sql`select 1 from messages where workspace_id = ${work.workspaceId} and id = ${messageId} for no key update`
