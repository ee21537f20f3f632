import type { Schedule, ScheduleInput } from '../api/schedules.ts'

export interface Interval {
  from: string
  to: string
}
export interface HolidayDraft {
  date: string
  name: string
  intervals: Interval[]
}
/** Working hours while they are being changed; `days[0]` is Monday. */
export interface ScheduleDraft {
  name: string
  timeZone: string
  days: Interval[][]
  holidays: HolidayDraft[]
  channelIds: string[]
  groupIds: string[]
}

const week = [1, 2, 3, 4, 5, 6, 7]
/** A field for the time of day knows no 24:00, which is the next day's midnight. */
const ofField = ({ from, to }: Interval): Interval => ({ from, to: to === '24:00' ? '00:00' : to })

export function draftOf(schedule: Schedule | null): ScheduleDraft {
  if (!schedule)
    return {
      name: '',
      timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      days: week.map((day) => (day <= 5 ? [{ from: '09:00', to: '18:00' }] : [])),
      holidays: [],
      channelIds: [],
      groupIds: [],
    }
  return {
    name: schedule.name,
    timeZone: schedule.timeZone,
    days: week.map((day) => schedule.week.filter((each) => each.day === day).map(ofField)),
    holidays: schedule.holidays.map(({ date, name, intervals }) => ({ date, name, intervals: intervals.map(ofField) })),
    channelIds: schedule.channels.map(({ id }) => id),
    groupIds: schedule.groups.map(({ id }) => id),
  }
}

/** What is not touched follows what others have changed; `base`: the hours the draft was made of. */
export function followed(draft: ScheduleDraft, base: ScheduleDraft, now: ScheduleDraft): ScheduleDraft {
  const isTouched = (key: string) => JSON.stringify(draft[key as keyof ScheduleDraft]) !== JSON.stringify(base[key as keyof ScheduleDraft])
  return { ...now, ...Object.fromEntries(Object.entries(draft).filter(([key]) => isTouched(key))) }
}

export const inputOf = ({ name, timeZone, days, holidays, channelIds, groupIds }: ScheduleDraft): ScheduleInput => ({
  name: name.trim(),
  timeZone,
  week: days.flatMap((intervals, index) => intervals.map(({ from, to }) => ({ day: index + 1, from, to }))),
  holidays: holidays.map(({ date, name: title, intervals }) => ({
    date,
    name: title.trim(),
    intervals: intervals.map(({ from, to }) => ({ from, to })),
  })),
  channelIds,
  groupIds,
})

/** The next interval to offer: the afternoon behind what is there. */
export const nextInterval = (intervals: Interval[]): Interval =>
  intervals.length === 0 ? { from: '09:00', to: '18:00' } : { from: intervals.at(-1)?.to ?? '14:00', to: '18:00' }
