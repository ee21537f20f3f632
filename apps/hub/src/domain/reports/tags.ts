import { sql } from 'drizzle-orm'
import type { OperatorActor, Work } from '../../work.ts'
import type { Asked } from './asked.ts'
import { cohort } from './cohort.ts'
import { patiently } from './patience.ts'

export interface TagFigures {
  tagId: string
  /** Chats of the report that carry the tag. */
  chats: number
  /** Customers of the report who carry it, and their chats in the report. */
  customers: number
  customerChats: number
}

/** Tags that are on something of the report, what is on most chats first. */
export async function countTags(work: Work<OperatorActor>, asked: Asked): Promise<TagFigures[]> {
  const rows = await patiently<{ tag_id: string; chats: number; customers: number; customer_chats: number }>(
    work,
    sql`with cohort as materialized (${cohort(work, asked)}), uses as (
      select t.tag_id, count(*)::int as chats, 0 as customers, 0 as customer_chats from cohort c
      join chat_tags t on t.workspace_id = ${work.workspaceId} and t.chat_id = c.id group by 1
      union all
      select t.tag_id, 0, count(distinct c.customer_id)::int, count(*)::int from cohort c
      join customer_tags t on t.workspace_id = ${work.workspaceId} and t.customer_id = c.customer_id group by 1
    )
    select tag_id, sum(chats)::int as chats, sum(customers)::int as customers, sum(customer_chats)::int as customer_chats
    from uses group by 1 order by 2 desc, 3 desc, 1 limit 1000`,
  )
  return rows.map(({ tag_id: tagId, customer_chats: customerChats, ...figures }) => ({ tagId, customerChats, ...figures }))
}
