import { type CustomCondition, filterLimits } from '@parley/schema/filter'
import { type SQL, sql } from 'drizzle-orm'
import { foldedText } from '../db/fold.ts'
import { chats } from '../db/tables/chat.ts'

const keyLength = sql.raw(String(filterLimits.text))

/** A condition on one of the company's own fields. */
export function ofOwnField(workspace: SQL, condition: CustomCondition, timeZone: string): SQL {
  const having = (fits: SQL): SQL => sql`select v.customer_id from customer_values v
    where v.workspace_id = ${workspace} and v.field_id = ${condition.id}::uuid and ${fits}`
  const has = (fits: SQL): SQL => sql`${chats.customerId} in (${having(fits)})`
  const lacks = (fits: SQL): SQL => sql`not exists (${having(fits)} and v.customer_id = ${chats.customerId})`
  switch (condition.is) {
    case 'filled':
      return has(sql`true`)
    case 'empty':
      return lacks(sql`true`)
    case 'any':
      return has(oneOf(condition.values))
    case 'none':
      return lacks(oneOf(condition.values))
    case 'all':
      return sql`(${sql.join(
        condition.values.map((value) => has(oneOf([value]))),
        sql` and `,
      )})`
    case 'range':
      return has(inRange(condition))
    case 'last':
    case 'before':
    case 'next':
    case 'between':
      return has(sql`(v.value ~ '^\\d{4}-\\d{2}-\\d{2}$' and ${onDay(condition, timeZone)})`)
    case 'is':
      return has(sql`(v.key = ${keyOf(condition.value)} and ${foldedText(sql`v.value`)} = ${foldedText(sql`${condition.value}::text`)})`)
    case 'starts':
      return has(startsWith(condition.value))
    case 'contains':
      // `is true`: looked up once, as in `ofCustomer`.
      return sql`(${chats.customerId} in (${having(contained(condition.value, sql`v.key`))} union all ${having(inLong(condition.value))})) is true`
    default:
      return lacks(sql`(${contained(condition.value, sql`v.key`)} or ${inLong(condition.value)})`)
  }
}

const contained = (value: string, text: SQL): SQL => sql`position(${foldedText(sql`${value}::text`)} in ${text}) > 0`
/** What is short stands in the key whole. */
const inLong = (value: string): SQL => sql`(length(v.value) > ${keyLength} and ${contained(value, foldedText(sql`v.value`))})`

/** What the index knows of a value. */
const keyOf = (value: string): SQL => sql`left(${foldedText(sql`${value}::text`)}, ${keyLength}) collate "C"`

const oneOf = (values: readonly string[]): SQL =>
  sql`(v.key in (${sql.join(values.map(keyOf), sql`, `)}) and v.value in (${sql.join(
    values.map((value) => sql`${value}::text`),
    sql`, `,
  )}))`

/** Between a beginning and the last character there is stands all that begins so. */
const startsWith = (value: string): SQL =>
  sql`(v.key >= ${keyOf(value)} and v.key < ${keyOf(value)} || chr(1114111) and starts_with(v.key, ${keyOf(value)}))`

/** Rounding keeps the order of numbers, so what fits exactly is among what nearly does. */
function inRange({ least, most }: { least?: number; most?: number }): SQL {
  const near = [
    ...(least === undefined ? [] : [sql`v.number >= ${String(least)}::double precision`]),
    ...(most === undefined ? [] : [sql`v.number <= ${String(most)}::double precision`]),
  ]
  const exact = [
    ...(least === undefined ? [] : [sql`v.value::numeric >= ${String(least)}::numeric`]),
    ...(most === undefined ? [] : [sql`v.value::numeric <= ${String(most)}::numeric`]),
  ]
  // A case: the order in which conditions joined by `and` are looked at is the database's.
  return sql`(v.number is not null and ${sql.join(near, sql` and `)} and case when v.number is not null then ${sql.join(exact, sql` and `)} else false end)`
}

/** Days are kept as they are written, so their order is that of their letters. */
function onDay(condition: Extract<CustomCondition, { is: 'last' | 'before' | 'next' | 'between' }>, timeZone: string): SQL {
  const today = sql`(now() at time zone ${timeZone}::text)::date`
  const compared = (sign: '<' | '<=' | '>=', day: SQL) => sql`v.key ${sql.raw(sign)} (${day})::text`
  if (condition.is === 'between') {
    const { from, to } = condition
    return sql.join([...(from ? [compared('>=', sql`${from}::text`)] : []), ...(to ? [compared('<=', sql`${to}::text`)] : [])], sql` and `)
  }
  const span = sql`${condition.count}::int * interval '1 ${sql.raw(condition.unit)}'`
  if (condition.is === 'next') return sql`${compared('>=', today)} and ${compared('<', sql`(${today} + ${span})::date`)}`
  const since = sql`(${today} - ${span} + interval '1 day')::date`
  return condition.is === 'before' ? compared('<', since) : sql`${compared('>=', since)} and ${compared('<=', today)}`
}
