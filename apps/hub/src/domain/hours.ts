import { Temporal } from 'temporal-polyfill'
import type { Interval, schedules } from '../db/tables/schedule.ts'

export type Hours = Pick<typeof schedules.$inferSelect, 'timeZone' | 'week' | 'holidays'>
interface Span {
  from: number
  to: number
}
/** As far ahead as a next opening is looked for. */
const mostDays = 62

/** Whether the hours hold at a moment (milliseconds since 1970), and when that changes next; null: not within two months. */
export function hoursAt(hours: Hours, at: number): { open: boolean; changesAt: number | null } {
  const today = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(hours.timeZone).toPlainDate()
  const spans: Span[] = []
  // Yesterday's may last past midnight.
  for (let ahead = -1; ahead <= mostDays + 1; ahead += 1) {
    spans.push(...spansOf(hours, today.add({ days: ahead })))
    const found = answerOf(spans, at, ahead)
    if (found) return found
  }
  return answerOf(spans, at, Number.POSITIVE_INFINITY) ?? { open: false, changesAt: null }
}

/** Null while a later day could still change the answer. */
function answerOf(spans: Span[], at: number, ahead: number): { open: boolean; changesAt: number | null } | null {
  if (ahead < 1) return null
  const merged = join(spans)
  const now = merged.find(({ from, to }) => from <= at && at < to)
  const last = merged.at(-1)
  if (now) {
    // The last span of those looked at may go on in the next day's.
    if (now === last && Number.isFinite(ahead)) return null
    return { open: true, changesAt: now.to - at < mostDays * 86_400_000 ? now.to : null }
  }
  const next = merged.find(({ from }) => from > at)
  return next ? { open: false, changesAt: next.from } : Number.isFinite(ahead) ? null : { open: false, changesAt: null }
}

/** In order, those that touch or overlap as one. */
function join(spans: Span[]): Span[] {
  const joined: Span[] = []
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1)
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to)
    else joined.push({ ...span })
  }
  return joined
}

function spansOf({ timeZone, week, holidays }: Hours, date: Temporal.PlainDate): Span[] {
  const holiday = holidays.find((each) => each.date === date.toString())
  const intervals: Interval[] = holiday ? holiday.intervals : week.filter(({ day }) => day === date.dayOfWeek)
  return intervals
    .map(({ from, to }) => ({
      from: instantOf(date, from, timeZone),
      to: instantOf(to > from ? date : date.add({ days: 1 }), to, timeZone),
    }))
    .filter(({ from, to }) => to > from)
}

/** A clock time that is skipped that night is the moment after the gap, one that comes twice the first of the two. */
function instantOf(date: Temporal.PlainDate, clock: string, timeZone: string): number {
  const day = clock === '24:00' ? date.add({ days: 1 }) : date
  return day.toPlainDateTime(Temporal.PlainTime.from(clock === '24:00' ? '00:00' : clock)).toZonedDateTime(timeZone).epochMilliseconds
}

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return /^[A-Za-z]/.test(name)
  } catch {
    return false
  }
}
export const isDate = (text: string): boolean => {
  try {
    return /^\d{4}-\d{2}-\d{2}$/.test(text) && Temporal.PlainDate.from(text).toString() === text
  } catch {
    return false
  }
}
