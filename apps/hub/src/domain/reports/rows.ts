import { sql } from 'drizzle-orm'
import type { OperatorActor, Work } from '../../work.ts'
import { type Asked, local } from './asked.ts'
import { cohort, facts } from './cohort.ts'
import type { ReportChat } from './csv.ts'
import { patiently } from './patience.ts'

/** The chats of a report as they are written out, in the order they came into the period, after a number; so many at a time. */
export function listReportChats(work: Work<OperatorActor>, asked: Asked, afterNumber: number, limit: number): Promise<ReportChat[]> {
  const { workspaceId } = work
  const clock = (column: ReturnType<typeof sql>) => sql`to_char(${local(asked, column)}, 'YYYY-MM-DD HH24:MI:SS')`
  const said = (direction: 'in' | 'out', by: 'customer' | 'operator') => sql`(select count(*)::int from messages m
    where m.workspace_id = ${workspaceId} and m.chat_id = f.id and m.direction = ${direction} and m.author_kind = ${by})`
  return patiently<ReportChat>(
    work,
    sql`with cohort as materialized (select * from (${cohort(work, asked)}) c where number > ${afterNumber} order by number limit ${limit}), facts as materialized (${facts(work)})
    select f.number::float8 as number, ${clock(sql`f.opened_at`)} as opened, ${clock(sql`f.closed_at`)} as closed, f.state,
      ch.name as channel, ch.kind, g.name as "group", o.name as operator, cu.name as customer,
      ${clock(sql`f.answered_at`)} as answered, round(f.waited)::float8 as waited, round(f.lasted)::float8 as lasted, f.abandoned,
      ${said('in', 'customer')} as received, ${said('out', 'operator')} as sent, f.score, f.rating_comment as "ratingComment",
      (select string_agg(t.name, ', ' order by t.name) from chat_tags ct join tags t on t.workspace_id = ct.workspace_id and t.id = ct.tag_id
        where ct.workspace_id = ${workspaceId} and ct.chat_id = f.id) as tags
    from facts f
    join channels ch on ch.workspace_id = ${workspaceId} and ch.id = f.channel_id
    join customers cu on cu.workspace_id = ${workspaceId} and cu.id = f.customer_id
    left join groups g on g.workspace_id = ${workspaceId} and g.id = f.group_id
    left join operators o on o.workspace_id = ${workspaceId} and o.id = f.operator_id
    order by f.number`,
  )
}
