import type { Holiday as HolidayRow, Interval as IntervalRow, WeekInterval as WeekIntervalRow } from '../../db/tables/schedule.ts'
import { hoursAt } from '../../domain/hours.ts'
import { idOf } from '../../domain/ids.ts'
import {
  createSchedule,
  deleteSchedule,
  listSchedules,
  type NewSchedule,
  type Schedule as ScheduleRow,
  updateSchedule,
} from '../../domain/schedule.ts'
import { asks, builder, command, look } from '../builder.ts'
import { Channel } from './channel.ts'
import { Group } from './operator.ts'

const few = { field: 1, multiplier: 3 }
const Interval = builder.objectRef<IntervalRow>('Interval').implement({
  description: 'Clock times, HH:MM up to 24:00. One that does not end after it begins ends on the next day.',
  fields: (t) => ({ from: t.exposeString('from'), to: t.exposeString('to') }),
})
const WeekInterval = builder.objectRef<WeekIntervalRow>('WeekInterval').implement({
  fields: (t) => ({
    day: t.exposeInt('day', { description: '1 is Monday, 7 is Sunday: the day it begins on.' }),
    from: t.exposeString('from'),
    to: t.exposeString('to'),
  }),
})
const Holiday = builder.objectRef<HolidayRow>('Holiday').implement({
  fields: (t) => ({
    date: t.exposeString('date', { description: 'YYYY-MM-DD' }),
    name: t.exposeString('name'),
    intervals: t.field({
      type: [Interval],
      complexity: few,
      description: "What holds on that day in place of the week day's; none: closed.",
      resolve: (holiday) => holiday.intervals,
    }),
  }),
})
const Schedule = builder.objectRef<ScheduleRow>('Schedule').implement({
  description: 'Working hours by the clocks of a time zone. Outside of them, and while nobody is online, visitors leave requests.',
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    timeZone: t.exposeString('timeZone', { description: 'IANA, such as America/Sao_Paulo.' }),
    week: t.field({ type: [WeekInterval], complexity: few, resolve: (schedule) => schedule.week }),
    holidays: t.field({ type: [Holiday], complexity: few, resolve: (schedule) => schedule.holidays }),
    open: t.boolean({ description: 'Now.', resolve: (schedule) => hoursAt(schedule, Date.now()).open }),
    changesAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When `open` changes next; null: not within two months.',
      resolve: (schedule) => {
        const { changesAt } = hoursAt(schedule, Date.now())
        return changesAt === null ? null : new Date(changesAt)
      },
    }),
    channels: t.field({
      type: [Channel],
      complexity: few,
      resolve: (schedule, _, { loaders }) => loaders.channelsOfSchedule.load(schedule.id),
    }),
    groups: t.field({
      type: [Group],
      complexity: few,
      description: 'Holds for their channels that have no hours of their own.',
      resolve: (schedule, _, { loaders }) => loaders.groupsOfSchedule.load(schedule.id),
    }),
  }),
})

const IntervalInput = builder.inputType('IntervalInput', {
  fields: (t) => ({ from: t.string({ required: true }), to: t.string({ required: true }) }),
})
const WeekIntervalInput = builder.inputType('WeekIntervalInput', {
  fields: (t) => ({ day: t.int({ required: true }), from: t.string({ required: true }), to: t.string({ required: true }) }),
})
const HolidayInput = builder.inputType('HolidayInput', {
  fields: (t) => ({
    date: t.string({ required: true }),
    name: t.string({ required: true }),
    intervals: t.field({ type: [IntervalInput], required: true }),
  }),
})
const ScheduleInput = builder.inputType('ScheduleInput', {
  fields: (t) => ({
    name: t.string({ required: true }),
    timeZone: t.string({ required: true }),
    week: t.field({ type: [WeekIntervalInput], required: true }),
    holidays: t.field({ type: [HolidayInput], required: true }),
    channelIds: t.idList({ required: true }),
    groupIds: t.idList({ required: true }),
  }),
})
const given = (input: typeof ScheduleInput.$inferInput): NewSchedule => ({
  ...input,
  channelIds: input.channelIds.map(idOf),
  groupIds: input.groupIds.map(idOf),
})

builder.queryField('schedules', (t) =>
  t.field({
    ...asks('schedule.list'),
    type: [Schedule],
    complexity: 5,
    description: 'All working hours, by name.',
    resolve: (_, _args, context) => look(context, listSchedules),
  }),
)

builder.mutationFields((t) => ({
  createSchedule: t.field({
    ...asks('schedule.manage'),
    type: Schedule,
    errors: {},
    description: 'A channel or group has one schedule: others that held there no longer do.',
    args: { input: t.arg({ type: ScheduleInput, required: true }) },
    resolve: (_, { input }, context) => command(context, (work) => createSchedule(work, given(input))),
  }),
  updateSchedule: t.field({
    ...asks('schedule.manage'),
    type: Schedule,
    errors: {},
    args: { scheduleId: t.arg.id({ required: true }), input: t.arg({ type: ScheduleInput, required: true }) },
    resolve: (_, { scheduleId, input }, context) => command(context, (work) => updateSchedule(work, idOf(scheduleId), given(input))),
  }),
  deleteSchedule: t.field({
    ...asks('schedule.manage'),
    type: Schedule,
    errors: {},
    description: 'Where it held it is never out of hours again. Answers with what it was.',
    args: { scheduleId: t.arg.id({ required: true }) },
    resolve: (_, { scheduleId }, context) => command(context, (work) => deleteSchedule(work, idOf(scheduleId))),
  }),
}))
