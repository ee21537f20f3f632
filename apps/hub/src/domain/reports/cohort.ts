import { type SQL, sql } from 'drizzle-orm'
import { chats } from '../../db/tables/chat.ts'
import type { OperatorActor, Work } from '../../work.ts'
import { visibleChats } from '../sight.ts'
import { type Asked, inPeriod, local } from './asked.ts'

/**
 * Whose figures somebody may see: those who lead, of all chats in their sight; an operator his own alone. Null: everybody's.
 */
export const onlyOf = (actor: OperatorActor): string | null => (actor.role === 'operator' ? actor.operatorId : null)

/** The moment by which a chat belongs to a period. */
const momentOf = ({ basis }: Asked): SQL => (basis === 'closed' ? sql`${chats.closedAt}` : sql`${chats.openedAt}`)

/**
 * The chats a report speaks of, one row each, as `select`: in the actor's sight, of the period, and as the filters say. Every figure, every
 * list of figures and the file to download are made of these and no others.
 */
export function cohort(work: Work<OperatorActor>, asked: Asked): SQL {
  const only = onlyOf(work.actor)
  return someChats(work, asked, [
    ...(asked.operatorId ? [sql`${chats.operatorId} = ${asked.operatorId}`] : []),
    ...(only ? [sql`${chats.operatorId} = ${only}`] : []),
  ])
}

/** The same whoever holds them: what somebody wrote in a colleague's chat is his work too. The caller shows nobody but those asked for. */
export const cohortOfAll = (work: Work<OperatorActor>, asked: Asked): SQL => someChats(work, asked, [])

function someChats(work: Work<OperatorActor>, asked: Asked, more: SQL[]): SQL {
  const moment = momentOf(asked)
  const conditions = [
    sql`${chats.workspaceId} = ${work.workspaceId}`,
    visibleChats(work.actor),
    inPeriod(asked, moment),
    // A chat that was opened again was not closed; said so that the index of closed chats serves.
    ...(asked.basis === 'closed' ? [sql`${chats.state} = 'closed'`] : []),
    ...(asked.groupId ? [sql`${chats.groupId} = ${asked.groupId}`] : []),
    ...(asked.channelId ? [sql`${chats.channelId} = ${asked.channelId}`] : []),
    ...(asked.tagId
      ? [sql`${chats.id} in (select t.chat_id from chat_tags t where t.workspace_id = ${work.workspaceId} and t.tag_id = ${asked.tagId})`]
      : []),
    ...more,
  ]
  return sql`select id, number, state, operator_id, group_id, channel_id, customer_id, opened_at, closed_at, missed_at,
    ${moment} as at, ${local(asked, moment)} as local from ${chats} where ${sql.join(conditions, sql` and `)}`
}

/**
 * What is known of each chat of `cohort`, as `select`; the definitions are in docs/reports.md. Seconds; null where there is nothing to
 * measure. What a visitor left in the form waits for no operator: its chat was closed as it was opened, and has no times.
 */
export const facts = (work: Work): SQL => sql`
  select c.*, asked.at as asked_at, answered.at as answered_at, r.score, r.comment as rating_comment, q.source as request,
    case when q.source is distinct from 'form' then extract(epoch from answered.at - asked.at)::float8 end as waited,
    case when q.source is distinct from 'form' and c.state = 'closed' then extract(epoch from c.closed_at - c.opened_at)::float8 end as lasted,
    given_up.after as given_up_after, coalesce(given_up.after is not null, false) as abandoned,
    (given_up.after is not null and c.missed_at is not null) as has_left
  from cohort c
  left join ratings r on r.workspace_id = ${work.workspaceId} and r.chat_id = c.id
  left join requests q on q.workspace_id = ${work.workspaceId} and q.chat_id = c.id
  left join lateral (select m.at, m.position, m.id from messages m where m.workspace_id = ${work.workspaceId} and m.chat_id = c.id
    and m.direction = 'in' and m.author_kind = 'customer' order by m.at, m.position, m.id limit 1) asked on true
  left join lateral (select m.at from messages m where asked.at is not null and m.workspace_id = ${work.workspaceId} and m.chat_id = c.id
    and ${byUs} and (m.at, m.position, m.id) > (asked.at, asked.position, asked.id) order by m.at, m.position, m.id limit 1) answered on true
  left join lateral (select greatest(extract(epoch from coalesce(c.missed_at, c.closed_at) - asked.at), 0)::float8 as after
    where asked.at is not null and answered.at is null and q.source is null and (c.state = 'closed' or c.missed_at is not null)
    and not exists (select from messages m where m.workspace_id = ${work.workspaceId} and m.chat_id = c.id and ${byUs})) given_up on true`

/** Written by a person of the company, in the console or on its own phone. */
const byUs = sql`m.direction = 'out' and m.author_kind in ('operator', 'device')`
