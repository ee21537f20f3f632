import { limits } from '@parley/schema/vocabulary'
import { and, asc, count, eq, inArray } from 'drizzle-orm'
import { channels } from '../db/tables/channel.ts'
import { groups } from '../db/tables/group.ts'
import { type Holiday, type Interval, schedules, type WeekInterval } from '../db/tables/schedule.ts'
import { HubError, notFound, textOf } from '../errors.ts'
import type { OperatorActor, Work } from '../work.ts'
import { ensure } from './access.ts'
import { hoursAt, isDate, isTimeZone } from './hours.ts'
import { newId } from './ids.ts'

export type Schedule = typeof schedules.$inferSelect
export interface NewSchedule {
  name: string
  timeZone: string
  week: WeekInterval[]
  holidays: Holiday[]
  /** Where it holds; others that held there no longer do. */
  channelIds: string[]
  groupIds: string[]
}

export const listSchedules = (work: Work): Promise<Schedule[]> =>
  work.db.select().from(schedules).where(eq(schedules.workspaceId, work.workspaceId)).orderBy(asc(schedules.name)).limit(limits.schedules)

export async function createSchedule(work: Work<OperatorActor>, input: NewSchedule): Promise<Schedule> {
  ensure(work.actor, 'schedule.manage')
  const [there] = await work.db.select({ count: count() }).from(schedules).where(eq(schedules.workspaceId, work.workspaceId))
  if ((there?.count ?? 0) >= limits.schedules) throw new HubError('too_many', { max: limits.schedules })
  const [schedule] = await work.db
    .insert(schedules)
    .values({ workspaceId: work.workspaceId, id: newId(), ...checked(input) })
    .onConflictDoNothing()
    .returning()
  if (!schedule) throw new HubError('taken', { field: 'name' })
  await apply(work, schedule.id, input)
  return schedule
}

export async function updateSchedule(work: Work<OperatorActor>, scheduleId: string, input: NewSchedule): Promise<Schedule> {
  ensure(work.actor, 'schedule.manage')
  const schedule = await lock(work, scheduleId)
  const values = checked(input)
  const [twin] = await work.db
    .select({ id: schedules.id })
    .from(schedules)
    .where(and(eq(schedules.workspaceId, work.workspaceId), eq(schedules.name, values.name)))
  if (twin && twin.id !== scheduleId) throw new HubError('taken', { field: 'name' })
  const [row] = await work.db.update(schedules).set(values).where(here(work, scheduleId)).returning()
  await apply(work, scheduleId, input)
  return row ?? schedule
}

/** Where it held somebody is there at any hour again. Answers with what it was. */
export async function deleteSchedule(work: Work<OperatorActor>, scheduleId: string): Promise<Schedule> {
  ensure(work.actor, 'schedule.manage')
  const schedule = await lock(work, scheduleId)
  await apply(work, scheduleId, { channelIds: [], groupIds: [] })
  await work.db.delete(schedules).where(here(work, scheduleId))
  return schedule
}

/** The hours of a channel: its own, else those of its group; null: at any hour. */
export async function findScheduleOf(work: Work, channelId: string): Promise<Schedule | null> {
  const rows = await work.sql<{ id: string }[]>`
    select coalesce(c.schedule_id, g.schedule_id) as id from channels c left join groups g on g.workspace_id = c.workspace_id and g.id = c.group_id
    where c.workspace_id = ${work.workspaceId} and c.id = ${channelId}`
  const id = rows[0]?.id
  if (!id) return null
  const [schedule] = await work.db.select().from(schedules).where(here(work, id))
  return schedule ?? null
}

/** Whether it is a time to be there on this channel, and until when that holds. */
export async function hoursOf(work: Work, channelId: string): Promise<{ open: boolean; changesAt: Date | null }> {
  const schedule = await findScheduleOf(work, channelId)
  if (!schedule) return { open: true, changesAt: null }
  const { open, changesAt } = hoursAt(schedule, Date.now())
  return { open, changesAt: changesAt === null ? null : new Date(changesAt) }
}

async function apply(
  work: Work,
  scheduleId: string,
  { channelIds, groupIds }: Pick<NewSchedule, 'channelIds' | 'groupIds'>,
): Promise<void> {
  for (const [table, ids, field] of [
    [channels, channelIds, 'channelIds'],
    [groups, groupIds, 'groupIds'],
  ] as const) {
    const chosen = [...new Set(ids)]
    if (chosen.length > limits.scheduleUses) throw new HubError('too_many', { field, max: limits.scheduleUses })
    await work.db
      .update(table)
      .set({ scheduleId: null })
      .where(and(eq(table.workspaceId, work.workspaceId), eq(table.scheduleId, scheduleId)))
    if (chosen.length === 0) continue
    const found = await work.db
      .update(table)
      .set({ scheduleId })
      .where(and(eq(table.workspaceId, work.workspaceId), inArray(table.id, chosen)))
      .returning({ id: table.id })
    if (found.length !== chosen.length) throw new HubError('not_found', { field })
  }
  work.record({ type: 'schedule.changed', subjectId: scheduleId })
}

function checked(input: NewSchedule) {
  const name = textOf(input.name, 'name', limits.name)
  if (input.timeZone.length > limits.timeZone || !isTimeZone(input.timeZone)) throw new HubError('bad_time_zone', { field: 'timeZone' })
  if (input.week.length > limits.intervals) throw new HubError('too_many', { field: 'week', max: limits.intervals })
  if (input.week.some(({ day }) => !(day >= 1 && day <= 7))) throw new HubError('invalid', { field: 'week' })
  if (input.holidays.length > limits.holidays) throw new HubError('too_many', { field: 'holidays', max: limits.holidays })
  const week = input.week
    .map(({ day, ...interval }) => ({ day, ...intervalOf(interval, 'week') }))
    .sort((a, b) => a.day - b.day || a.from.localeCompare(b.from))
  const holidays = new Map(
    input.holidays.map(({ date, name: title, intervals }) => {
      if (!isDate(date)) throw new HubError('bad_date', { field: 'holidays' })
      if (intervals.length > limits.intervals) throw new HubError('too_many', { field: 'holidays', max: limits.intervals })
      if (title.trim().length > limits.name) throw new HubError('too_long', { field: 'name', max: limits.name })
      return [date, { date, name: title.trim(), intervals: intervals.map((each) => intervalOf(each, 'holidays')) }]
    }),
  )
  return { name, timeZone: input.timeZone, week, holidays: [...holidays.values()].sort((a, b) => a.date.localeCompare(b.date)) }
}

function intervalOf({ from, to }: Interval, field: string): Interval {
  const clock = /^([01]\d|2[0-3]):[0-5]\d$/
  if (!clock.test(from) || !(clock.test(to) || to === '24:00')) throw new HubError('bad_clock', { field })
  return { from, to }
}

async function lock(work: Work, scheduleId: string): Promise<Schedule> {
  const [schedule] = await work.db.select().from(schedules).where(here(work, scheduleId)).for('update')
  if (!schedule) throw notFound()
  return schedule
}

const here = (work: Work, scheduleId: string) => and(eq(schedules.workspaceId, work.workspaceId), eq(schedules.id, scheduleId))
