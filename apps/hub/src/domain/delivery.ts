import type { Part, SendFailure, SendOutcome, StoredFile } from '@parley/schema/connector'
import type { StoredContent } from '../db/tables/message.ts'
import type { Work } from '../work.ts'
import { beginChange, type ChangeClaim } from './change-delivery.ts'
import { beginHandOver, type HandOverClaim } from './hand-over-delivery.ts'
import { endLane, holdChannel, holdOn, holdsLane, lockMessage, restLane, waitFor } from './lane.ts'
import { noteAttempt } from './ledger.ts'
import { lineOf } from './letter.ts'
import { applyReferences, refreshDelivery, unpark } from './references.ts'

/** A lane held for a while, and what stands at its head. */
export interface Claim {
  threadId: string
  /** The head was handed to the platform before and nobody knows what became of it: settle first. */
  interrupted: boolean
  /** When this attempt began, in ms since 1970, by the database's clock. */
  begunAt: number
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
  now: string
  thread: string
  kind: Part['thread']['kind']
  title: string | null
  peer: string
  letters: boolean | null
  /** A change of an earlier message, or a passing on of the conversation, stands before it. */
  other_first: boolean
}

/** After this long in vain a message is told to have failed, and may be sent again by a person. */
const giveUpHours = 6

/**
 * Begins what stands at the head of a held lane, a part, a change of an earlier message or a passing on of the conversation, and
 * holds the lane anew; null when the lane is lost, or empty, which ends it.
 */
export async function beginNext(work: Work, threadId: string, owner: string): Promise<Claim | ChangeClaim | HandOverClaim | null> {
  if (!(await holdsLane(work, threadId, owner))) return null
  await holdOn(work, threadId)
  for (;;) {
    const [head] = await work.sql<Head[]>`
      select p.message_id, p.n, p.state, p.content, p.reply_to, p.attempt, coalesce(extract(epoch from p.first_tried_at) * 1000, extract(epoch from clock_timestamp()) * 1000)::bigint::text as tried, (extract(epoch from clock_timestamp()) * 1000)::bigint::text as now,
        t.external_id as thread, t.kind, t.title, i.external_id as peer, (h.capabilities ->> 'letters')::boolean as letters,
        exists (select from message_changes c where c.workspace_id = ${work.workspaceId} and c.thread_id = ${threadId} and c.state in ('queued', 'sending') and c.at < m.at)
          or exists (select from chats o where o.workspace_id = ${work.workspaceId} and o.thread_id = ${threadId} and o.hand_over is not null and o.hand_over -> 'failure' is null and (o.hand_over ->> 'at')::timestamptz < m.at) as other_first
      from outgoing_parts p join messages m on m.workspace_id = ${work.workspaceId} and m.id = p.message_id
      join threads t on t.workspace_id = ${work.workspaceId} and t.id = p.thread_id join identities i on i.workspace_id = ${work.workspaceId} and i.id = t.identity_id
      join channels h on h.workspace_id = ${work.workspaceId} and h.id = t.channel_id
      where p.workspace_id = ${work.workspaceId} and p.thread_id = ${threadId} and p.state in ('queued', 'sending') order by m.at, m.id, p.n limit 1`
    if (!head || head.other_first) {
      const other = (await beginHandOver(work, threadId)) ?? (await beginChange(work, threadId))
      if (other) return other
      if (head) continue
      await endLane(work, threadId, owner)
      return null
    }
    const claim = await beginPart(work, threadId, head)
    if (claim) return claim
  }
}

/** Marks a part "sending"; null when it was changed or taken back since it was read. */
async function beginPart(work: Work, threadId: string, head: Head): Promise<Claim | null> {
  const interrupted = head.state === 'sending'
  let { content } = head
  if (!interrupted) {
    await lockMessage(work, head.message_id)
    const [begun] = await work.sql<
      { content: StoredContent }[]
    >`update outgoing_parts set state = 'sending', attempt = attempt + 1, first_tried_at = coalesce(first_tried_at, clock_timestamp())
      where workspace_id = ${work.workspaceId} and message_id = ${head.message_id} and n = ${head.n} and state = 'queued' returning content`
    if (!begun) return null
    content = begun.content
    await refreshDelivery(work, head.message_id)
  }
  return {
    threadId,
    interrupted,
    begunAt: Number(head.now),
    messageId: head.message_id,
    n: head.n,
    part: {
      key: `${head.message_id}.${head.n}`,
      attempt: head.attempt + (interrupted ? 0 : 1),
      firstTriedAt: Number(head.tried),
      thread: { id: head.thread, kind: head.kind, ...(head.title && { title: head.title }) },
      to: { id: head.peer },
      ...(head.reply_to ? { replyTo: head.reply_to } : {}),
      ...(head.reply_to && head.letters && { references: await lineOf(work, threadId, head.reply_to) }),
      content,
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
  await noteOutcome(work, claim, outcome)
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
      wait = outcome.scope === 'channel' ? await putBack(work, claim, outcome.failure) : await fail(work, claim, outcome.failure, pauseMs)
  }
  await refreshDelivery(work, claim.messageId)
  // Receipts may have come before the platform's answer, when nobody knew yet what they spoke of.
  if (outcome.outcome === 'sent') await applyReferences(work, [], new Map(), await unpark(work, [`${claim.threadId} ${outcome.id}`]))
  await restLane(work, claim.threadId, owner, wait)
  return wait
}

/** Somebody else holds the lane and may have called this part unknown; that it was sent is worth knowing all the same. */
async function tellLate(work: Work, claim: Claim, outcome: SendOutcome | { outcome: 'not_sent' }): Promise<void> {
  if (outcome.outcome !== 'sent') return
  await lockMessage(work, claim.messageId)
  await noteOutcome(work, claim, outcome)
  await work.sql`update outgoing_parts set state = 'sent', failure = null, external_id = ${outcome.id}
    where workspace_id = ${work.workspaceId} and message_id = ${claim.messageId} and n = ${claim.n} and attempt = ${claim.part.attempt} and state in ('sending', 'unknown')`
  await refreshDelivery(work, claim.messageId)
  await applyReferences(work, [], new Map(), await unpark(work, [`${claim.threadId} ${outcome.id}`]))
}

const noteOutcome = (work: Work, claim: Claim, outcome: SendOutcome | { outcome: 'not_sent' }): Promise<void> =>
  noteAttempt(work, claim, outcome.outcome === 'not_sent' ? 'not-sent' : outcome.outcome, {
    failure: 'failure' in outcome ? outcome.failure : null,
    begunAt: claim.begunAt,
  })

async function retryLater(work: Work, claim: Claim, outcome: Extract<SendOutcome, { outcome: 'retry' }>): Promise<number> {
  if (Date.now() - claim.part.firstTriedAt > giveUpHours * 3_600_000) return fail(work, claim, outcome.failure, 0)
  await setPart(work, claim, 'queued', outcome.failure, null)
  return waitFor(work, claim.threadId, claim.part.attempt, outcome)
}

async function putBack(work: Work, claim: Claim, failure: SendFailure): Promise<number> {
  await setPart(work, claim, 'queued', failure, null)
  return holdChannel(work, claim.threadId)
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

/** The files of a part, by their ids. */
export const filesOf = ({ part: { content } }: Claim): string[] =>
  content.type === 'media' ? [content.fileId, ...(content.moreFileIds ?? [])] : []

/** The content as the connector takes it, its files openable: those of {@link filesOf}, in that order. */
export function withFiles(claim: Claim, files: StoredFile[]): Part {
  const { content } = claim.part
  if (content.type !== 'media') return { ...claim.part, content }
  const [file, ...more] = files
  if (!file || more.length !== (content.moreFileIds?.length ?? 0)) throw new Error('a file of an outgoing part is missing')
  return {
    ...claim.part,
    content: {
      type: 'media',
      kind: content.kind,
      file,
      ...(more.length > 0 && { more }),
      ...(content.caption === undefined ? {} : { caption: content.caption }),
    },
  }
}
