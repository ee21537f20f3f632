import { and, eq } from 'drizzle-orm'
import { chats } from '../../db/tables/chat.ts'
import type { VisitPage as PageRow } from '../../db/tables/visit.ts'
import { idOf } from '../../domain/ids.ts'
import { visibleChats } from '../../domain/sight.ts'
import { countLive, type LiveFigures as FiguresRow } from '../../domain/visit.ts'
import { type LiveVisit, stateOf } from '../../visits/live.ts'
import { asks, builder, look, operatorOf } from '../builder.ts'
import { sizeOf } from '../connection.ts'
import { Chat } from './chat.ts'
import { DeviceKind, VisitState } from './scalars.ts'

const VisitPage = builder.objectRef<PageRow>('VisitPage').implement({
  fields: (t) => ({
    url: t.exposeString('url'),
    title: t.exposeString('title'),
    at: t.field({ type: 'DateTime', resolve: (page) => new Date(page.at) }),
  }),
})

const pageNow = ({ trail }: LiveVisit): PageRow => trail.at(-1) ?? { url: '', title: '', at: 0 }
export const Visit = builder.objectRef<LiveVisit>('Visit').implement({
  description: 'Somebody on a website of yours now, or a few minutes ago. All of it but the name of the channel is what his browser says.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The same for the same browser on the same website.' }),
    channelId: t.exposeID('channelId'),
    name: t.exposeString('name', { nullable: true, description: 'As he gave it on this website; null: he wrote nothing yet.' }),
    state: t.field({ type: VisitState, resolve: stateOf }),
    startedAt: t.field({ type: 'DateTime', resolve: (visit) => new Date(visit.startedAt) }),
    leftAt: t.field({ type: 'DateTime', nullable: true, resolve: ({ leftAt }) => (leftAt ? new Date(leftAt) : null) }),
    page: t.field({ type: VisitPage, resolve: pageNow }),
    pages: t.int({ description: 'How many he was on, as far as they are remembered.', resolve: ({ trail }) => trail.length }),
    trail: t.field({ type: [VisitPage], description: 'The last twenty pages, oldest first.', resolve: ({ trail }) => trail }),
    referrer: t.exposeString('referrer', { nullable: true, description: 'The page of another website he came from.' }),
    campaign: t.exposeString('campaign', { nullable: true, description: 'By the `utm_` words of the address he came in by.' }),
    search: t.exposeString('search', { nullable: true, description: 'What he searched for, where the search engine tells.' }),
    language: t.exposeString('language', { nullable: true }),
    device: t.field({ type: DeviceKind, resolve: ({ device }) => device }),
    system: t.exposeString('system', { nullable: true }),
    browser: t.string({ nullable: true, resolve: ({ agent }) => agent }),
    country: t.exposeString('country', { nullable: true, description: 'Of two letters, by his address, where this hub can tell.' }),
    city: t.exposeString('city', { nullable: true, description: 'By its English name.' }),
    visits: t.int({ description: 'With this one.', resolve: ({ count }) => count }),
    firstAt: t.field({ type: 'DateTime', description: 'When he first came.', resolve: ({ firstAt }) => new Date(firstAt) }),
    chat: t.field({
      type: Chat,
      nullable: true,
      description: 'His open chat, if it is yours to see.',
      resolve: ({ chat }, _, context) =>
        chat &&
        look(context, async (work) => {
          const mine = and(eq(chats.workspaceId, work.workspaceId), eq(chats.id, chat.chatId), visibleChats(work.actor))
          return (await work.db.select().from(chats).where(mine))[0] ?? null
        }),
    }),
  }),
})

const LiveFigures = builder.objectRef<FiguresRow & { browsing: number }>('LiveFigures').implement({
  fields: (t) => ({
    browsing: t.exposeInt('browsing', { description: 'Visitors on your websites now.' }),
    queued: t.exposeInt('queued', { description: 'Chats that wait for an operator, their customers still there.' }),
    serving: t.exposeInt('serving'),
    finished: t.exposeInt('finished', { description: 'Closed since then after an answer.' }),
    givenUp: t.exposeInt('givenUp', { description: 'Since then: closed without an answer, or the visitor left before there was one.' }),
  }),
})

builder.queryFields((t) => ({
  visits: t.field({
    ...asks('visit.read'),
    type: [Visit],
    args: { state: t.arg({ type: VisitState }), first: t.arg.int() },
    description: 'Who is on your websites now, the newest first; at most 100.',
    complexity: ({ first }) => ({ field: 1, multiplier: first ?? 50 }),
    resolve: (_, { state, first }, context) => {
      const size = sizeOf(first, 'first')
      const all = context.services.visits.list(operatorOf(context))
      return (state ? all.filter((visit) => stateOf(visit) === state) : all).slice(0, size)
    },
  }),
  visit: t.field({
    ...asks('visit.read'),
    type: Visit,
    nullable: true,
    args: { visitId: t.arg.id({ required: true }) },
    resolve: (_, { visitId }, context) => context.services.visits.find(operatorOf(context), idOf(visitId)),
  }),
  liveFigures: t.field({
    ...asks('visit.read'),
    type: LiveFigures,
    args: { since: t.arg({ type: 'DateTime', required: true, description: 'When your day began; at most two days ago.' }) },
    description: 'How things stand now, of the websites and chats you see.',
    complexity: 10,
    resolve: async (_, { since }, context) => {
      const from = new Date(Math.max(since.getTime(), Date.now() - longestDayMs))
      const figures = await look(context, (work) => countLive(work, from))
      return { ...figures, browsing: context.services.visits.count(operatorOf(context)) }
    },
  }),
}))
const longestDayMs = 48 * 60 * 60_000

/** What a list of visitors is told at once. */
export interface VisitFrameRow {
  reset: boolean
  visits: LiveVisit[]
  goneIds: string[]
}
const VisitFrame = builder.objectRef<VisitFrameRow>('VisitFrame').implement({
  fields: (t) => ({
    reset: t.exposeBoolean('reset', { description: 'Begin anew: forget what you have.' }),
    goneIds: t.exposeIDList('goneIds', { description: 'Take these away before the visits are put in.' }),
    visits: t.field({ type: [Visit], complexity: { field: 1, multiplier: 20 }, resolve: (frame) => frame.visits }),
  }),
})
builder.subscriptionField('visits', (t) =>
  t.field({
    ...asks('visit.read'),
    type: VisitFrame,
    description: 'Who is on your websites: first everybody, in frames of 500, then what changes, about once a second.',
    // Frames are written to the socket by api/visits.ts, rendered once for all who may share them.
    subscribe: () => {
      throw new Error('visits are served on WebSocket only')
    },
    resolve: (frame: unknown) => frame as VisitFrameRow,
  }),
)
