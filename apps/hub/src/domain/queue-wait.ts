import type { Work } from '../work.ts'

/** How a visitor who waits stands. */
export interface Waiting {
  /** From 1. */
  place: number
  /** How long others of late waited for the first answer, in seconds; null: too few did to say. */
  usualWait: number | null
}

const lookedAt = 20
/** Fewer answers than this say nothing. */
const leastAnswers = 3

/** Half of the group's last chats of a day, twenty at most, were answered within this, in seconds; null: there are too few. */
export async function usualWaitOf(work: Work, groupId: string | null): Promise<number | null> {
  const [row] = await work.sql<{ wait: number | null; count: number }[]>`
    select percentile_cont(0.5) within group (order by extract(epoch from answered.at - recent.opened_at))::float8 as wait, count(answered.at)::int as count
    from (
      select id, opened_at from chats where workspace_id = ${work.workspaceId} and opened_at > clock_timestamp() - interval '1 day'
        and state <> 'queued' and group_id is not distinct from ${groupId}
      order by opened_at desc limit ${lookedAt}
    ) recent
    cross join lateral (
      select min(at) as at from messages
      where workspace_id = ${work.workspaceId} and chat_id = recent.id and direction = 'out' and author_kind = 'operator'
    ) answered
    where answered.at > recent.opened_at`
  return row?.wait != null && row.count >= leastAnswers ? Math.round(row.wait) : null
}

/** How those of these threads stand whose chat waits, by thread. */
export async function listWaiting(work: Work, threadIds: string[]): Promise<Map<string, Waiting>> {
  const rows = await work.sql<{ threadId: string; groupId: string | null; place: number }[]>`
    select thread_id as "threadId", group_id as "groupId", place from (
      select thread_id, group_id, row_number() over (partition by group_id order by opened_at, id)::int as place
      from chats where workspace_id = ${work.workspaceId} and state = 'queued'
    ) queued where thread_id = any(${threadIds}::uuid[])`
  const waits = new Map<string | null, number | null>()
  for (const groupId of new Set(rows.map((row) => row.groupId))) waits.set(groupId, await usualWaitOf(work, groupId))
  return new Map(rows.map(({ threadId, groupId, place }) => [threadId, { place, usualWait: waits.get(groupId) ?? null }]))
}
