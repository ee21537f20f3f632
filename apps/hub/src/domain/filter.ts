import type { Condition, Filter, FilterState, MomentField, MomentUnit } from '@parley/schema/filter'
import { filterLimits, noGroup } from '@parley/schema/filter'
import { type SQL, sql } from 'drizzle-orm'
import { chats } from '../db/tables/chat.ts'
import type { OperatorActor } from '../work.ts'
import { ofCustomer } from './filter-customer.ts'
import { ofOwnField } from './filter-own-field.ts'
import { membersOf } from './filter-shape.ts'
import { isAnswered, isGivenUp } from './unanswered.ts'

/** Who reads a filter, and by which calendar: `me` and `today` mean something to a reader only. */
export interface Reader {
  actor: OperatorActor
  timeZone: string
}

/** A checked filter as SQL over `chats`; every value of it is a parameter. The caller adds who may see what. */
export function fitting(filter: Filter, reader: Reader): SQL {
  return joined(filter, (member) => ('field' in member ? conditionOf(member, reader) : joined(member, (one) => conditionOf(one, reader))))
}

function joined<Member>(group: { all: Member[] } | { any: Member[] }, each: (member: Member) => SQL): SQL {
  const { members, all } = membersOf(group)
  if (members.length === 0) return sql`true`
  return sql`(${sql.join(members.map(each), all ? sql` and ` : sql` or `)})`
}

function conditionOf(condition: Condition, reader: Reader): SQL {
  // Not the chat's own: what does not depend on the chat is looked up once and not for every chat.
  const workspace = sql`${reader.actor.workspaceId}::uuid`
  switch (condition.field) {
    case 'name':
    case 'email':
    case 'phone':
    case 'taxId':
      return ofCustomer(workspace, condition.field, condition.is, condition.value ?? '')
    case 'custom':
      return ofOwnField(workspace, condition, reader.timeZone)
    case 'chatTags':
      return tagged(workspace, sql`${chats.id}`, sql.raw('chat_tags'), sql.raw('chat_id'), condition.is, condition.ids ?? [])
    case 'customerTags':
      return tagged(
        workspace,
        sql`${chats.customerId}`,
        sql.raw('customer_tags'),
        sql.raw('customer_id'),
        condition.is,
        condition.ids ?? [],
      )
    case 'kind':
      return chosen(
        condition.is,
        sql`${chats.channelId} in (select id from channels where workspace_id = ${workspace} and kind = any(${list(condition.values)}::text[]))`,
      )
    case 'state':
      return chosen(condition.is, inState(condition.values))
    case 'channel':
      return chosen(condition.is, oneOf(sql`${chats.channelId}`, condition.values))
    case 'group':
      return chosen(
        condition.is,
        oneOf(
          sql`${chats.groupId}`,
          condition.values.filter((value) => value !== noGroup),
          condition.values.includes(noGroup),
        ),
      )
    case 'operator':
      return chosen(condition.is, heldBy(condition.values, reader.actor))
    case 'opened':
    case 'closed':
    case 'lastMessage':
    case 'givenUp':
      return within(workspace, condition, reader.timeZone)
    case 'answered':
      return condition.is === 'yes' ? isAnswered(workspace) : sql`not ${isAnswered(workspace)}`
    case 'waiting':
      return sql`${chats.waitingSince} < now() - ${condition.minutes}::int * interval '1 minute'`
    case 'unread':
      return condition.is === 'yes' ? sql`${chats.unread} > 0` : sql`${chats.unread} = 0`
    case 'rating':
      return rated(workspace, condition)
    case 'text':
      return said(workspace, condition.is, condition.value)
  }
}

/** An array as one parameter. */
const list = (values: readonly string[]): string => `{${values.map((value) => JSON.stringify(value)).join(',')}}`
const chosen = (is: 'any' | 'none', any: SQL): SQL => (is === 'any' ? any : sql`(${any}) is not true`)

function oneOf(column: SQL, ids: readonly string[], orNone = false): SQL {
  const named = sql`${column} = any(${list(ids)}::uuid[])`
  if (!orNone) return named
  return ids.length > 0 ? sql`(${named} or ${column} is null)` : sql`${column} is null`
}

function heldBy(values: readonly string[], actor: OperatorActor): SQL {
  const ids = values.flatMap((value) => (value === 'me' ? [actor.operatorId] : value === 'nobody' ? [] : [value]))
  return oneOf(sql`${chats.operatorId}`, ids, values.includes('nobody'))
}

function inState(values: readonly FilterState[]): SQL {
  const states = values.filter((value) => value !== 'snoozed')
  const plain = sql`${chats.state} = any(${list(states)}::text[])`
  if (!values.includes('snoozed')) return plain
  const snoozed = sql`(${chats.state} = 'serving' and ${chats.snoozedAt} is not null)`
  return states.length > 0 ? sql`(${plain} or ${snoozed})` : snoozed
}

function tagged(workspace: SQL, of: SQL, table: SQL, column: SQL, is: 'any' | 'all' | 'none' | 'empty', ids: readonly string[]): SQL {
  const here = sql`t.workspace_id = ${workspace}`
  const carries = (some: readonly string[]) =>
    sql`${of} in (select t.${column} from ${table} t where ${here} and t.tag_id = any(${list(some)}::uuid[]))`
  if (is === 'any') return carries(ids)
  if (is === 'all')
    return sql`(${sql.join(
      ids.map((id) => carries([id])),
      sql` and `,
    )})`
  const anyOf = is === 'none' ? sql` and t.tag_id = any(${list(ids)}::uuid[])` : sql``
  return sql`not exists (select from ${table} t where ${here} and t.${column} = ${of}${anyOf})`
}

function rated(workspace: SQL, condition: Extract<Condition, { field: 'rating' }>): SQL {
  const { least = 1, most = filterLimits.rating } = condition.is === 'range' ? condition : {}
  const marked = sql`${chats.id} in (select r.chat_id from ratings r where r.workspace_id = ${workspace} and r.score between ${least}::int and ${most}::int)`
  return condition.is === 'empty' ? sql`not (${marked})` : marked
}

const pattern = (text: string): string => `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`

function said(workspace: SQL, is: 'contains' | 'lacks', value: string): SQL {
  const found = sql`exists (select from messages m where m.workspace_id = ${workspace} and m.chat_id = ${chats.id}
    and m.removed_at is null and m.text ilike ${pattern(value)})`
  return is === 'contains' ? found : sql`not ${found}`
}

type OfMoment = Extract<Condition, { field: MomentField }>
function within(workspace: SQL, condition: OfMoment, timeZone: string): SQL {
  const at = (moment: SQL) => between(moment, condition, timeZone)
  switch (condition.field) {
    case 'opened':
      return at(sql`${chats.openedAt}`)
    case 'closed':
      // A chat that was opened again keeps no moment of closing; said here, so that the index of closed chats serves.
      return sql`(${chats.state} = 'closed' and ${at(sql`${chats.closedAt}`)})`
    case 'lastMessage':
      return at(sql`${chats.lastMessageAt}`)
    case 'givenUp':
      return isGivenUp(workspace, at)
  }
}

function between(column: SQL, condition: OfMoment, timeZone: string): SQL {
  const startOf = (local: SQL) => sql`(${local}) at time zone ${timeZone}::text`
  if (condition.is === 'between') {
    const { from, to } = condition
    return sql.join(
      [
        ...(from ? [sql`${column} >= ${startOf(sql`${from}::timestamp`)}`] : []),
        ...(to ? [sql`${column} < ${startOf(sql`${to}::timestamp + interval '1 day'`)}`] : []),
      ],
      sql` and `,
    )
  }
  const since = sinceWhen(condition.count, condition.unit, timeZone, startOf)
  return condition.is === 'last' ? sql`${column} >= ${since}` : sql`${column} < ${since}`
}

/** When the last `count` units began. */
function sinceWhen(count: number, unit: MomentUnit, timeZone: string, startOf: (local: SQL) => SQL): SQL {
  if (unit === 'minute' || unit === 'hour') return sql`now() - ${count * (unit === 'hour' ? 60 : 1)}::int * interval '1 minute'`
  const today = sql`date_trunc('day', now() at time zone ${timeZone}::text)`
  if (unit === 'month') return startOf(sql`${today} - ${count}::int * interval '1 month' + interval '1 day'`)
  return startOf(sql`${today} - ${count * (unit === 'week' ? 7 : 1) - 1}::int * interval '1 day'`)
}
