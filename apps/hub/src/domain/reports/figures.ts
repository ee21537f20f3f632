import { type SQL, sql } from 'drizzle-orm'
import type { OperatorActor, Work } from '../../work.ts'
import type { Asked } from './asked.ts'
import { cohort, facts } from './cohort.ts'
import { patiently } from './patience.ts'

/** Of those that have the time at all; seconds, null where none has. */
export interface Times {
  count: number
  median: number | null
  average: number | null
  p90: number | null
}
export interface Figures {
  chats: number
  customers: number
  answered: number
  closed: number
  abandoned: number
  /** Of the abandoned: the visitor left the website. The others were closed without an answer. */
  left: number
  waiting: Times
  duration: Times
  givenUp: Times
  ratings: number
  /** Null: nobody rated. */
  rating: number | null
}
export interface Attendance {
  total: Figures
  /** Null: the chats nobody holds or held, or of no group. */
  operators: { id: string | null; figures: Figures }[]
  groups: { id: string | null; figures: Figures }[]
  channels: { id: string; figures: Figures }[]
  /** Days with chats, in order. */
  days: { day: string; figures: Figures }[]
  /** Hours with chats; `weekday` 1 is Monday, 7 Sunday. */
  hours: { weekday: number; hour: number; chats: number }[]
}

interface Row {
  by: number
  operator_id: string | null
  group_id: string | null
  channel_id: string | null
  day: string | null
  weekday: number | null
  hour: number | null
  chats: number
  customers: number
  answered: number
  closed: number
  abandoned: number
  has_left: number
  waits: number
  waited: number | null
  waited_at: number[] | null
  lasts: number
  lasted: number | null
  lasted_at: number[] | null
  gave_up: number | null
  gave_up_at: number[] | null
  ratings: number
  rating: number | null
}

const middle = (column: SQL) => sql`percentile_cont(array[0.5, 0.9]) within group (order by ${column})`

/** All figures of the chats of a report, in one pass over them. */
export async function countAttendance(work: Work<OperatorActor>, asked: Asked): Promise<Attendance> {
  const rows = await patiently<Row>(
    work,
    sql`with cohort as materialized (${cohort(work, asked)}), facts as materialized (${facts(work)}),
      placed as (select f.*, to_char(local, 'YYYY-MM-DD') as day, extract(isodow from local)::int as weekday, extract(hour from local)::int as hour from facts f)
    select grouping(operator_id, group_id, channel_id, day, hour) as by, operator_id, group_id, channel_id, day, weekday, hour,
      count(*)::int as chats, count(distinct customer_id)::int as customers, count(answered_at)::int as answered,
      count(*) filter (where state = 'closed')::int as closed,
      count(*) filter (where abandoned)::int as abandoned, count(*) filter (where has_left)::int as has_left,
      count(waited)::int as waits, avg(waited) as waited, ${middle(sql`waited`)} as waited_at,
      count(lasted)::int as lasts, avg(lasted) as lasted, ${middle(sql`lasted`)} as lasted_at,
      avg(given_up_after) as gave_up, ${middle(sql`given_up_after`)} as gave_up_at,
      count(score)::int as ratings, avg(score)::float8 as rating
    from placed group by grouping sets ((), (operator_id), (group_id), (channel_id), (day), (weekday, hour))`,
  )
  const of = (kind: keyof typeof sets) => rows.filter(({ by }) => by === sets[kind])
  const [total] = of('total')
  if (!total) throw new Error('a report has no total')
  return {
    total: figuresOf(total),
    operators: of('operator').map((row) => ({ id: row.operator_id, figures: figuresOf(row) })),
    groups: of('group').map((row) => ({ id: row.group_id, figures: figuresOf(row) })),
    channels: of('channel').flatMap((row) => (row.channel_id ? [{ id: row.channel_id, figures: figuresOf(row) }] : [])),
    days: of('day')
      .flatMap((row) => (row.day ? [{ day: row.day, figures: figuresOf(row) }] : []))
      .sort((a, b) => a.day.localeCompare(b.day)),
    hours: of('hour')
      .flatMap(({ weekday, hour, chats }) => (weekday !== null && hour !== null ? [{ weekday, hour, chats }] : []))
      .sort((a, b) => a.weekday - b.weekday || a.hour - b.hour),
  }
}

/** By what a row counts, as `grouping` says it: a bit for each column that it does not count by. */
const sets = { total: 0b11111, operator: 0b01111, group: 0b10111, channel: 0b11011, day: 0b11101, hour: 0b11110 }

const times = (count: number, average: number | null, at: number[] | null): Times => ({
  count,
  average,
  median: at?.[0] ?? null,
  p90: at?.[1] ?? null,
})
const figuresOf = (row: Row): Figures => ({
  chats: row.chats,
  customers: row.customers,
  answered: row.answered,
  closed: row.closed,
  abandoned: row.abandoned,
  left: row.has_left,
  waiting: times(row.waits, row.waited, row.waited_at),
  duration: times(row.lasts, row.lasted, row.lasted_at),
  givenUp: times(row.abandoned, row.gave_up, row.gave_up_at),
  ratings: row.ratings,
  rating: row.rating,
})
