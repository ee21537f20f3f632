import type { Part, SendFailure, SendOutcome, StoredFile } from '@parley/schema/connector'
import type { StoredContent } from '../db/tables/message.ts'
import type { Work } from '../work.ts'
import { applyReferences, refreshDelivery } from './references.ts'

/** A lane held for a while, and what stands at its head. */
export interface Claim {
  threadId: string
  /** The head was handed to the platform before and nobody knows what became of it: settle first. */
  interrupted: boolean
  messageId: string
  n: number
  part: Omit<Part, 'content'> & { content: StoredContent }
}
interface Head {
  message_id: string
  n: number
  state: 'queued' | 'sending'
  content: StoredContent
  reply_to: string | null
  attempt: number
  tried: string
  thread: string
  kind: Part['thread']['kind']
  peer: string
}

/** Longer than any send may take, a big file sent twice included. */
const leaseSeconds = 300
/** The channel as a whole is held; its lanes ask again as soon as it is not. */
const leastHoldMs = 1_000
const retrySeconds = [1, 2, 5, 10, 30, 60, 120, 300]
/** After this long in vain a message is told to have failed, and may be sent again by a person. */
const giveUpHours = 6

/**
 * Takes up to `count` due lanes of a channel that nobody holds. Lanes of other hubs are skipped, not waited for. `fence`: the
 * lease of the connection; who has lost it gets nothing.
 */
export async function claimLanes(
  work: Work,
  channelId: string,
  owner: string,
  count: number,
  fence: { key: string; value: number },
): Promise<string[]> {
  const rows = await work.sql<{ thread_id: string }[]>`
    update outgoing_lanes l set owner = ${owner}, lease_until = clock_timestamp() + ${leaseSeconds} * interval '1 second'
    from (
      select thread_id from outgoing_lanes where workspace_id = ${work.workspaceId} and channel_id = ${channelId} and due_at <= clock_timestamp()
        and (lease_until is null or lease_until < clock_timestamp())
        and exists (select from leases f where f.workspace_id = ${work.workspaceId} and f.key = ${fence.key} and f.fence = ${fence.value})
        and not exists (select from channels c where c.workspace_id = ${work.workspaceId} and c.id = ${channelId} and (c.paused or c.hold_until > clock_timestamp()))
      order by due_at limit ${count} for update skip locked
    ) due where l.workspace_id = ${work.workspaceId} and l.thread_id = due.thread_id returning l.thread_id`
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

/** Marks the head of a held lane "sending" and holds the lane anew; null when the lane is lost, or empty, which ends it. */
export async function beginPart(work: Work, threadId: string, owner: string): Promise<Claim | null> {
  if (!(await holdsLane(work, threadId, owner))) return null
  const [head] = await work.sql<Head[]>`
    select p.message_id, p.n, p.state, p.content, p.reply_to, p.attempt, coalesce(extract(epoch from p.first_tried_at) * 1000, extract(epoch from clock_timestamp()) * 1000)::bigint::text as tried,
      t.external_id as thread, t.kind, i.external_id as peer
    from outgoing_parts p join messages m on m.workspace_id = ${work.workspaceId} and m.id = p.message_id
    join threads t on t.workspace_id = ${work.workspaceId} and t.id = p.thread_id join identities i on i.workspace_id = ${work.workspaceId} and i.id = t.identity_id
    where p.workspace_id = ${work.workspaceId} and p.thread_id = ${threadId} and p.state in ('queued', 'sending') order by m.at, m.id, p.n limit 1`
  if (!head) {
    await work.sql`delete from outgoing_lanes where workspace_id = ${work.workspaceId} and thread_id = ${threadId} and owner = ${owner}`
    return null
  }
  await work.sql`update outgoing_lanes set lease_until = clock_timestamp() + ${leaseSeconds} * interval '1 second' where workspace_id = ${work.workspaceId} and thread_id = ${threadId}`
  const interrupted = head.state === 'sending'
  if (!interrupted) {
    await lockMessage(work, head.message_id)
    await work.sql`update outgoing_parts set state = 'sending', attempt = attempt + 1, first_tried_at = coalesce(first_tried_at, clock_timestamp()) where workspace_id = ${work.workspaceId} and message_id = ${head.message_id} and n = ${head.n}`
    await refreshDelivery(work, head.message_id)
  }
  return {
    threadId,
    interrupted,
    messageId: head.message_id,
    n: head.n,
    part: {
      key: `${head.message_id}.${head.n}`,
      attempt: head.attempt + (interrupted ? 0 : 1),
      firstTriedAt: Number(head.tried),
      thread: { id: head.thread, kind: head.kind },
      to: { id: head.peer },
      ...(head.reply_to ? { replyTo: head.reply_to } : {}),
      content: head.content,
    },
  }
}

/** What a send came to. `pauseMs`: the least time until the lane's next part. Answers how long the lane waits, in ms; null: it is lost. */
export async function finishPart(
  work: Work,
  claim: Claim,
  owner: string,
  outcome: SendOutcome | { outcome: 'not_sent' },
  pauseMs: number,
): Promise<number | null> {
  if (!(await holdsLane(work, claim.threadId, owner))) {
    await tellLate(work, claim, outcome)
    return null
  }
  await lockMessage(work, claim.messageId)
  let wait = pauseMs
  switch (outcome.outcome) {
    case 'sent':
      await setPart(work, claim, 'sent', null, outcome.id)
      await work.sql`update channels set last_outbound_at = clock_timestamp() where workspace_id = ${work.workspaceId} and id = (select channel_id from outgoing_lanes where workspace_id = ${work.workspaceId} and thread_id = ${claim.threadId})
        and (last_outbound_at is null or last_outbound_at < clock_timestamp() - interval '10 seconds')`
      break
    case 'accepted':
      await setPart(work, claim, 'sent', null, null)
      break
    case 'not_sent':
      await setPart(work, claim, 'queued', null, null)
      break
    case 'unknown':
      await setPart(work, claim, 'unknown', outcome.failure, null)
      break
    case 'retry':
      wait = await retryLater(work, claim, outcome)
      break
    case 'failed':
      wait =
        outcome.scope === 'channel' ? await holdChannel(work, claim, outcome.failure) : await fail(work, claim, outcome.failure, pauseMs)
  }
  await refreshDelivery(work, claim.messageId)
  // Receipts may have come before the platform's answer, when nobody knew yet what they spoke of.
  if (outcome.outcome === 'sent') await applyReferences(work, [], new Map(), [`${claim.threadId} ${outcome.id}`])
  await work.sql`update outgoing_lanes set due_at = clock_timestamp() + ${wait} * interval '1 millisecond', lease_until = case when ${wait} > 50 then null else lease_until end
    where workspace_id = ${work.workspaceId} and thread_id = ${claim.threadId} and owner = ${owner}`
  return wait
}

/** Somebody else holds the lane and may have called this part unknown; that it was sent is worth knowing all the same. */
async function tellLate(work: Work, claim: Claim, outcome: SendOutcome | { outcome: 'not_sent' }): Promise<void> {
  if (outcome.outcome !== 'sent') return
  await lockMessage(work, claim.messageId)
  await work.sql`update outgoing_parts set state = 'sent', failure = null, external_id = ${outcome.id}
    where workspace_id = ${work.workspaceId} and message_id = ${claim.messageId} and n = ${claim.n} and attempt = ${claim.part.attempt} and state in ('sending', 'unknown')`
  await refreshDelivery(work, claim.messageId)
  await applyReferences(work, [], new Map(), [`${claim.threadId} ${outcome.id}`])
}

async function retryLater(work: Work, claim: Claim, outcome: Extract<SendOutcome, { outcome: 'retry' }>): Promise<number> {
  if (Date.now() - claim.part.firstTriedAt > giveUpHours * 3_600_000) return fail(work, claim, outcome.failure, 0)
  await setPart(work, claim, 'queued', outcome.failure, null)
  const base = outcome.afterMs ?? (retrySeconds[Math.min(claim.part.attempt, retrySeconds.length) - 1] ?? 300) * 1000
  // Up to a fifth more, so that what failed together is not tried again together.
  const wait = Math.round(base * (1 + Math.random() / 5))
  if (outcome.scope === 'channel')
    await work.sql`update channels set hold_until = clock_timestamp() + ${wait} * interval '1 millisecond' where workspace_id = ${work.workspaceId} and id = (select channel_id from outgoing_lanes where workspace_id = ${work.workspaceId} and thread_id = ${claim.threadId})`
  return wait
}

/** The account is refused: the queue is kept, and goes on when the connection is well again. */
async function holdChannel(work: Work, claim: Claim, failure: SendFailure): Promise<number> {
  await setPart(work, claim, 'queued', failure, null)
  await work.sql`update channels set hold_until = clock_timestamp() + interval '1 minute' where workspace_id = ${work.workspaceId} and id = (select channel_id from outgoing_lanes where workspace_id = ${work.workspaceId} and thread_id = ${claim.threadId})`
  return leastHoldMs
}

/** A message is not sent in halves: the parts behind a failed one fail with it. */
async function fail(work: Work, claim: Claim, failure: SendFailure, pauseMs: number): Promise<number> {
  await setPart(work, claim, 'failed', failure, null)
  await work.sql`update outgoing_parts set state = 'failed', failure = ${work.sql.json(failure as never)} where workspace_id = ${work.workspaceId} and message_id = ${claim.messageId} and state = 'queued'`
  return pauseMs
}

async function setPart(work: Work, claim: Claim, state: string, failure: SendFailure | null, externalId: string | null): Promise<void> {
  // A receipt may have come before the answer to the send: it must not be put back. Nor may an outcome told twice strike the next attempt.
  await work.sql`update outgoing_parts set state = case when state in ('delivered', 'read') then state else ${state} end, failure = ${failure ? work.sql.json(failure as never) : null}, external_id = coalesce(${externalId}, external_id)
    where workspace_id = ${work.workspaceId} and message_id = ${claim.messageId} and n = ${claim.n} and attempt = ${claim.part.attempt} and (state = 'sending' or ${state} = 'sent')`
}

/** The message before its parts, as everywhere. */
const lockMessage = (work: Work, messageId: string) =>
  work.sql`select 1 from messages where workspace_id = ${work.workspaceId} and id = ${messageId} for no key update`

async function holdsLane(work: Work, threadId: string, owner: string): Promise<boolean> {
  const rows =
    await work.sql`select 1 from outgoing_lanes where workspace_id = ${work.workspaceId} and thread_id = ${threadId} and owner = ${owner} and lease_until is not null for update`
  return rows.length > 0
}

/** The content as the connector takes it, its file openable. */
export function withFile(claim: Claim, file: StoredFile | undefined): Part {
  const { content } = claim.part
  if (content.type === 'text') return { ...claim.part, content }
  if (!file) throw new Error(`the file ${content.fileId} of an outgoing part is missing`)
  return {
    ...claim.part,
    content: { type: 'media', kind: content.kind, file, ...(content.caption === undefined ? {} : { caption: content.caption }) },
  }
}
