import { jsonb, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core'
import { id, moment, workspaceId } from './columns.ts'

/** Clock times are `HH:MM`, up to 24:00; an interval that does not end after it begins ends on the next day. */
export interface Interval {
  from: string
  to: string
}
/** `day`: 1 is Monday, 7 is Sunday; the day it begins on. */
export type WeekInterval = Interval & { day: number }
export interface Holiday {
  /** `YYYY-MM-DD` */
  date: string
  name: string
  /** What holds on that day in place of its week day's; empty: closed. */
  intervals: Interval[]
}

/** When somebody is there to answer, by the clocks of a time zone. */
export const schedules = pgTable(
  'schedules',
  {
    workspaceId: workspaceId(),
    id: id(),
    name: text('name').notNull(),
    /** IANA, such as America/Sao_Paulo. */
    timeZone: text('time_zone').notNull(),
    week: jsonb('week').$type<WeekInterval[]>().notNull(),
    holidays: jsonb('holidays').$type<Holiday[]>().notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.workspaceId, t.id] }), unique('schedules_name').on(t.workspaceId, t.name)],
)
