import { type RequestState, requestStates } from '@parley/schema/vocabulary'
import { sql } from 'drizzle-orm'
import { requests } from '../../db/tables/request.ts'
import type { OperatorActor, Work } from '../../work.ts'
import { visibleRequests } from '../request-sight.ts'
import { type Asked, inPeriod } from './asked.ts'
import { onlyOf } from './cohort.ts'
import type { Times } from './figures.ts'
import { patiently } from './patience.ts'

export interface RequestFigures {
  total: number
  /** Left in the form of a website; the others are chats that were turned into requests. */
  form: number
  /** How many are in each state now. */
  states: { state: RequestState; count: number }[]
  /** From the request to its first answer. */
  answer: Times
}

/** The requests that came in the period, in the actor's sight; of an operator those he works on. */
export async function countRequests(work: Work<OperatorActor>, asked: Asked): Promise<RequestFigures> {
  const only = onlyOf(work.actor)
  const { workspaceId } = work
  const conditions = [
    sql`${requests.workspaceId} = ${workspaceId}`,
    visibleRequests(work.actor),
    inPeriod(asked, sql`${requests.createdAt}`),
    // What came since then was changed since then; said so that the index of what was changed serves.
    sql`${requests.changedAt} >= ${asked.from}::timestamp at time zone ${asked.timeZone}::text`,
    ...[only, asked.operatorId].flatMap((id) => (id ? [sql`${requests.operatorId} = ${id}`] : [])),
    ...(asked.groupId ? [sql`${requests.groupId} = ${asked.groupId}`] : []),
    ...(asked.channelId
      ? [
          sql`exists (select from chats c where c.workspace_id = ${workspaceId} and c.id = ${requests.chatId} and c.channel_id = ${asked.channelId})`,
        ]
      : []),
    ...(asked.tagId
      ? [
          sql`exists (select from chat_tags t where t.workspace_id = ${workspaceId} and t.chat_id = ${requests.chatId} and t.tag_id = ${asked.tagId})`,
        ]
      : []),
  ]
  const [row] = await patiently<{
    total: number
    form: number
    states: Partial<Record<RequestState, number>>
    answers: number
    average: number | null
    answered_at: number[] | null
  }>(
    work,
    sql`with asked as (select state, source, extract(epoch from answered_at - created_at)::float8 as waited from ${requests} where ${sql.join(conditions, sql` and `)})
    select count(*)::int as total, count(*) filter (where source = 'form')::int as form,
      coalesce((select jsonb_object_agg(state, n) from (select state, count(*) as n from asked group by 1) s), '{}') as states,
      count(waited)::int as answers, avg(waited) as average, percentile_cont(array[0.5, 0.9]) within group (order by waited) as answered_at
    from asked`,
  )
  return {
    total: row?.total ?? 0,
    form: row?.form ?? 0,
    states: requestStates.map((state) => ({ state, count: row?.states[state] ?? 0 })),
    answer: {
      count: row?.answers ?? 0,
      average: row?.average ?? null,
      median: row?.answered_at?.[0] ?? null,
      p90: row?.answered_at?.[1] ?? null,
    },
  }
}
