import { sql } from 'drizzle-orm'
import { activitiesOnly } from '../../db/tables/event.ts'
import type { OperatorActor, Work } from '../../work.ts'
import type { Asked } from './asked.ts'
import { cohortOfAll, onlyOf } from './cohort.ts'
import { patiently } from './patience.ts'

/** What an operator did in the chats of a report, whoever holds them now. */
export interface Deeds {
  operatorId: string
  /** Chats that came into his hands: taken, assigned, transferred, begun, opened again. */
  taken: number
  messages: number
}

/** Of those whose figures the actor may see. */
export async function countDeeds(work: Work<OperatorActor>, asked: Asked): Promise<Deeds[]> {
  const wanted = [onlyOf(work.actor), asked.operatorId].flatMap((id) => (id ? [sql` and operator_id = ${id}::uuid`] : []))
  const rows = await patiently<{ operator_id: string; taken: number; messages: number }>(
    work,
    sql`with cohort as materialized (${cohortOfAll(work, asked)}), deeds as (
      select m.author_id as operator_id, 0 as taken, count(*)::int as messages from cohort c
      join messages m on m.workspace_id = ${work.workspaceId} and m.chat_id = c.id and m.direction = 'out' and m.author_kind = 'operator'
      where m.author_id is not null group by 1
      union all
      select (e.data -> 'after' ->> 'operatorId')::uuid, count(distinct e.chat_id)::int, 0 from cohort c
      join events e on e.workspace_id = ${work.workspaceId} and e.chat_id = c.id and ${sql.raw(activitiesOnly)}
        and type in ('chat.opened', 'chat.taken', 'chat.assigned', 'chat.transferred', 'chat.reopened')
      where e.data -> 'after' ->> 'operatorId' is not null group by 1
    )
    select operator_id, sum(taken)::int as taken, sum(messages)::int as messages from deeds
    where true${sql.join(wanted)} group by 1`,
  )
  return rows.map(({ operator_id: operatorId, ...deeds }) => ({ operatorId, ...deeds }))
}
