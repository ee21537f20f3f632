import type { Asked } from '../../domain/reports/asked.ts'
import { askedOf } from '../../domain/reports/asked.ts'
import { countDeeds, type Deeds } from '../../domain/reports/deeds.ts'
import { type Attendance, countAttendance, type Figures, type Times } from '../../domain/reports/figures.ts'
import { countRequests, type RequestFigures } from '../../domain/reports/requests.ts'
import { countTags, type TagFigures } from '../../domain/reports/tags.ts'
import { countVisitors, type Origin, type VisitorFigures } from '../../domain/reports/visitors.ts'
import type { OperatorActor, Work } from '../../work.ts'
import { asks, builder, look, operatorOf } from '../builder.ts'
import type { ApiContext } from '../context.ts'
import { Channel } from './channel.ts'
import { must } from './message.ts'
import { Group, Operator } from './operator.ts'
import { RequestState } from './request.ts'
import { ReportBasis } from './scalars.ts'
import { Tag } from './tag.ts'

const ReportTimes = builder.objectRef<Times>('ReportTimes').implement({
  description: 'How long something took, in seconds, in those chats that have it; null where none has.',
  fields: (t) => ({
    count: t.exposeInt('count', { description: 'In how many chats.' }),
    median: t.exposeFloat('median', { nullable: true }),
    average: t.exposeFloat('average', { nullable: true }),
    p90: t.exposeFloat('p90', { nullable: true, description: 'Nine of ten took no longer.' }),
  }),
})

const ReportFigures = builder.objectRef<Figures>('ReportFigures').implement({
  description: 'What the chats of a report come to. The definitions are in docs/reports.md.',
  fields: (t) => ({
    chats: t.exposeInt('chats'),
    customers: t.exposeInt('customers', { description: 'Different ones.' }),
    answered: t.exposeInt('answered', { description: 'Where an operator answered what the customer wrote.' }),
    closed: t.exposeInt('closed', { description: 'Which are closed by now.' }),
    abandoned: t.exposeInt('abandoned', { description: 'Whose customer wrote and got no answer: he left, or the chat was closed.' }),
    left: t.exposeInt('left', { description: 'Of the abandoned: the visitor left the website.' }),
    waiting: t.field({
      type: ReportTimes,
      description: "From the customer's first message to the first answer of an operator.",
      resolve: ({ waiting }) => waiting,
    }),
    duration: t.field({ type: ReportTimes, description: 'From opening to closing.', resolve: ({ duration }) => duration }),
    givenUp: t.field({ type: ReportTimes, description: 'How long those waited who were not answered.', resolve: ({ givenUp }) => givenUp }),
    ratings: t.exposeInt('ratings', { description: 'How many were rated.' }),
    rating: t.exposeFloat('rating', { nullable: true, description: 'The average mark, from 1 to 5.' }),
  }),
})

interface OperatorFigures {
  operatorId: string | null
  figures: Figures
  deeds: Deeds | null
}
const ReportOperator = builder.objectRef<OperatorFigures>('ReportOperator').implement({
  description: 'The chats an operator holds, or held when they were closed, and what he did in all of the report.',
  fields: (t) => ({
    operator: t.field({
      type: Operator,
      nullable: true,
      description: 'Null: chats that nobody holds or held.',
      resolve: ({ operatorId }, _, { loaders }) => (operatorId ? loaders.operator.load(operatorId) : null),
    }),
    figures: t.field({ type: ReportFigures, resolve: ({ figures }) => figures }),
    taken: t.int({
      description: 'Chats that came into his hands, whoever holds them now.',
      resolve: ({ deeds }) => deeds?.taken ?? 0,
    }),
    messages: t.int({
      description: 'Messages he sent, in his chats and in those of others.',
      resolve: ({ deeds }) => deeds?.messages ?? 0,
    }),
  }),
})
const ReportGroup = builder.objectRef<Attendance['groups'][number]>('ReportGroup').implement({
  fields: (t) => ({
    group: t.field({
      type: Group,
      nullable: true,
      description: 'Null: chats of no group.',
      resolve: ({ id }, _, { loaders }) => (id ? loaders.group.load(id) : null),
    }),
    figures: t.field({ type: ReportFigures, resolve: ({ figures }) => figures }),
  }),
})
const ReportChannel = builder.objectRef<Attendance['channels'][number]>('ReportChannel').implement({
  fields: (t) => ({
    channel: t.field({ type: Channel, resolve: async ({ id }, _, { loaders }) => must(await loaders.channel.load(id)) }),
    figures: t.field({ type: ReportFigures, resolve: ({ figures }) => figures }),
  }),
})
const ReportDay = builder.objectRef<Attendance['days'][number]>('ReportDay').implement({
  fields: (t) => ({
    day: t.exposeString('day', { description: 'As `2026-01-31`.' }),
    figures: t.field({ type: ReportFigures, resolve: ({ figures }) => figures }),
  }),
})
const ReportHour = builder.objectRef<Attendance['hours'][number]>('ReportHour').implement({
  fields: (t) => ({
    weekday: t.exposeInt('weekday', { description: '1 is Monday, 7 Sunday.' }),
    hour: t.exposeInt('hour', { description: '0 to 23.' }),
    chats: t.exposeInt('chats'),
  }),
})
const ReportTag = builder.objectRef<TagFigures>('ReportTag').implement({
  fields: (t) => ({
    tag: t.field({ type: Tag, resolve: async ({ tagId }, _, { loaders }) => must(await loaders.tag.load(tagId)) }),
    chats: t.exposeInt('chats', { description: 'Chats that carry it.' }),
    customers: t.exposeInt('customers', { description: 'Customers of these chats who carry it.' }),
    customerChats: t.exposeInt('customerChats', { description: 'Their chats.' }),
  }),
})

const ReportRequestState = builder.objectRef<RequestFigures['states'][number]>('ReportRequestState').implement({
  fields: (t) => ({ state: t.field({ type: RequestState, resolve: ({ state }) => state }), count: t.exposeInt('count') }),
})
const ReportRequests = builder.objectRef<RequestFigures>('ReportRequests').implement({
  description: 'The requests that came in the period; of an operator those he works on.',
  fields: (t) => ({
    total: t.exposeInt('total'),
    form: t.exposeInt('form', { description: 'Left in the form of a website; the others were chats.' }),
    states: t.field({ type: [ReportRequestState], description: 'How many are in each state now.', resolve: ({ states }) => states }),
    answer: t.field({ type: ReportTimes, description: 'From the request to its first answer.', resolve: ({ answer }) => answer }),
  }),
})
const ReportOrigin = builder.objectRef<Origin>('ReportOrigin').implement({
  fields: (t) => ({
    name: t.exposeString('name'),
    visitors: t.exposeInt('visitors'),
    wrote: t.exposeInt('wrote', { description: 'How many of them have ever written.' }),
  }),
})
const ReportVisitors = builder.objectRef<VisitorFigures>('ReportVisitors').implement({
  description:
    'Browsers whose last visit of a website in your sight began in the period; of the filters, group and channel count. Kept for ninety days.',
  fields: (t) => ({
    visitors: t.exposeInt('visitors'),
    wrote: t.exposeInt('wrote', { description: 'How many of them have ever written.' }),
    stay: t.field({ type: ReportTimes, description: 'How long that visit was.', resolve: ({ stay }) => stay }),
    referrers: t.field({
      type: [ReportOrigin],
      description: 'Websites they came from; at most fifty, as the next two.',
      resolve: ({ referrers }) => referrers,
    }),
    campaigns: t.field({ type: [ReportOrigin], resolve: ({ campaigns }) => campaigns }),
    searches: t.field({
      type: [ReportOrigin],
      description: 'Words looked for, where the search engine tells them.',
      resolve: ({ searches }) => searches,
    }),
  }),
})

/** What was asked for, and what several fields of one answer share. */
interface Made {
  asked: Asked
  attendance(): Promise<Attendance>
}
const few = { field: 20, multiplier: 20 }
/** A report reads for itself, and waits for its turn. */
const make = <T>(context: ApiContext, count: (work: Work<OperatorActor>) => Promise<T>): Promise<T> =>
  context.services.inTurn(() => look(context, count))

const Report = builder.objectRef<Made>('Report').implement({
  description: 'Figures of a period. Whoever leads sees those of all chats in his sight, an operator his own alone.',
  fields: (t) => ({
    from: t.string({ resolve: ({ asked }) => asked.from }),
    to: t.string({ resolve: ({ asked }) => asked.to }),
    timeZone: t.string({ resolve: ({ asked }) => asked.timeZone }),
    basis: t.field({ type: ReportBasis, resolve: ({ asked }) => asked.basis }),
    total: t.field({ type: ReportFigures, complexity: 20, resolve: async (made) => (await made.attendance()).total }),
    operators: t.field({
      type: [ReportOperator],
      complexity: few,
      resolve: async (made, _, context) => {
        const [{ operators }, deeds] = await Promise.all([made.attendance(), make(context, (work) => countDeeds(work, made.asked))])
        return withDeeds(operators, deeds)
      },
    }),
    groups: t.field({ type: [ReportGroup], complexity: few, resolve: async (made) => (await made.attendance()).groups }),
    channels: t.field({ type: [ReportChannel], complexity: few, resolve: async (made) => (await made.attendance()).channels }),
    days: t.field({
      type: [ReportDay],
      complexity: few,
      description: 'Days with chats, in order.',
      resolve: async (made) => (await made.attendance()).days,
    }),
    hours: t.field({
      type: [ReportHour],
      complexity: few,
      description: 'Hours of the week with chats, in order.',
      resolve: async (made) => (await made.attendance()).hours,
    }),
    tags: t.field({
      type: [ReportTag],
      complexity: few,
      description: 'What is on most chats first.',
      resolve: (made, _, context) => make(context, (work) => countTags(work, made.asked)),
    }),
    requests: t.field({
      type: ReportRequests,
      complexity: 20,
      resolve: (made, _, context) => make(context, (work) => countRequests(work, made.asked)),
    }),
    visitors: t.field({
      type: ReportVisitors,
      nullable: true,
      complexity: 20,
      description: 'Null for operators.',
      resolve: (made, _, context) => make(context, (work) => countVisitors(work, made.asked)),
    }),
  }),
})

/** Whoever did something in a report has a row, also when no chat of it is his. */
function withDeeds(operators: Attendance['operators'], deeds: Deeds[]): OperatorFigures[] {
  const rest = new Map(deeds.map((each) => [each.operatorId, each]))
  const rows = operators.map(({ id, figures }) => {
    const own = id ? rest.get(id) : undefined
    if (id) rest.delete(id)
    return { operatorId: id, figures, deeds: own ?? null }
  })
  return [...rows, ...[...rest.values()].map((own) => ({ operatorId: own.operatorId, figures: none, deeds: own }))]
}
const never: Times = { count: 0, median: null, average: null, p90: null }
const none: Figures = {
  chats: 0,
  customers: 0,
  answered: 0,
  closed: 0,
  abandoned: 0,
  left: 0,
  waiting: never,
  duration: never,
  givenUp: never,
  ratings: 0,
  rating: null,
}

const ReportInput = builder.inputType('ReportInput', {
  fields: (t) => ({
    from: t.string({ required: true, description: 'The first day, as `2026-01-31`.' }),
    to: t.string({ required: true, description: 'The last day, included; at most a year after the first.' }),
    timeZone: t.string({ description: 'Whose days these are, such as `America/Sao_Paulo`; UTC unless given.' }),
    basis: t.field({ type: ReportBasis, description: 'Chats that were `opened` in the period, unless given.' }),
    operatorId: t.id({ description: 'Who holds the chat, or held it when it was closed.' }),
    groupId: t.id(),
    channelId: t.id(),
    tagId: t.id({ description: 'A tag the chat carries.' }),
  }),
})

builder.queryField('report', (t) =>
  t.field({
    ...asks('report.read'),
    type: Report,
    description: 'Figures of a period; only what is asked for is counted.',
    args: { input: t.arg({ type: ReportInput, required: true }) },
    resolve: (_, { input }, context) => {
      operatorOf(context)
      const asked = askedOf(input)
      let attendance: Promise<Attendance> | undefined
      return {
        asked,
        attendance: () => {
          attendance ??= make(context, (work) => countAttendance(work, asked))
          return attendance
        },
      }
    },
  }),
)
