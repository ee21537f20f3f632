import type { ActivityType } from '@parley/schema/vocabulary'
import { activityTypes } from '@parley/schema/vocabulary'
import { eq } from 'drizzle-orm'
import { workspaces } from '../../db/tables/workspace.ts'
import type { FeedEvent } from '../../feed/read.ts'
import { systemOf } from '../../work.ts'
import { asks, builder } from '../builder.ts'
import type { SignalRow } from '../signal.ts'
import { Alert } from './alert.ts'
import { BulkRun } from './bulk.ts'
import { Channel } from './channel.ts'
import { Chat } from './chat.ts'
import { Comment } from './comment.ts'
import { Customer } from './customer.ts'
import { Activity, File, Message } from './message.ts'
import { Note } from './note.ts'
import { Group, Operator } from './operator.ts'
import { EventType, SignalKind } from './scalars.ts'
import { Tag } from './tag.ts'
import { Workspace } from './workspace.ts'

/** What a frame is made of; the root value of the shared execution. */
export interface FrameRow {
  cursor: number
  reset: boolean
  event?: FeedEvent & { gone: boolean }
  signal?: SignalRow
}

const Signal = builder.objectRef<SignalRow>('Signal').implement({
  description: 'Somebody types, or has a chat open. Never stored, never replayed; one that is not renewed within 30 s is over.',
  fields: (t) => ({
    kind: t.field({ type: SignalKind, resolve: (signal) => signal.kind }),
    chatId: t.exposeID('chatId'),
    operator: t.field({
      type: Operator,
      nullable: true,
      description: 'Null: the customer.',
      resolve: (signal, _, { loaders }) => (signal.operatorId ? loaders.operator.load(signal.operatorId) : null),
    }),
    on: t.exposeBoolean('on'),
    text: t.string({
      nullable: true,
      description:
        'What the customer of a website has typed and not sent, its last 600 characters, where the channel shows it and tells him so. Kept nowhere.',
      resolve: ({ text }) => text ?? null,
    }),
  }),
})

type EventRow = NonNullable<FrameRow['event']>
/** The id of what the event tells of, where it is of one of these kinds and still in sight. */
const subject = (event: EventRow, ...kinds: string[]): string | null =>
  !event.gone && kinds.some((kind) => event.type.startsWith(kind)) ? event.subjectId : null
const isActivity = (event: EventRow): boolean => !event.gone && (activityTypes as readonly string[]).includes(event.type)

const GoneTag = builder.objectRef<{ id: string; intoId: string | null }>('GoneTag').implement({
  description: 'A tag that was deleted, or merged into another.',
  fields: (t) => ({
    id: t.exposeID('id'),
    intoId: t.exposeID('intoId', { nullable: true, description: 'What took its place everywhere.' }),
  }),
})

const Event = builder.objectRef<EventRow>('Event').implement({
  description: 'One thing that happened, with what it is about as it is now.',
  fields: (t) => ({
    type: t.field({ type: EventType, resolve: (event) => event.type }),
    at: t.expose('at', { type: 'DateTime' }),
    goneChatId: t.id({
      nullable: true,
      description: 'This chat has gone from your sight: drop it. Nothing else is filled then.',
      resolve: (event) => (event.gone ? event.chatId : null),
    }),
    chat: t.field({
      type: Chat,
      nullable: true,
      resolve: (event, _, { loaders }) => (event.chatId && !event.gone ? loaders.chat.load(event.chatId) : null),
    }),
    message: t.field({
      type: Message,
      nullable: true,
      resolve: async (event, _, { loaders }) => {
        const id =
          subject(event, 'message.', 'chat.read') ??
          (subject(event, 'file.') ? ((await loaders.file.load(event.subjectId ?? ''))?.messageId ?? null) : null)
        return id ? loaders.message.load(id) : null
      },
    }),
    comment: t.field({
      type: Comment,
      nullable: true,
      resolve: (event, _, { loaders }) => loadIf(subject(event, 'comment.'), loaders.comment),
    }),
    activity: t.field({
      type: Activity,
      nullable: true,
      resolve: (event) =>
        isActivity(event)
          ? {
              kind: 'activity' as const,
              id: String(event.seq),
              type: event.type as ActivityType,
              at: event.at,
              operatorId: event.operatorId,
              data: event.data,
            }
          : null,
    }),
    customer: t.field({
      type: Customer,
      nullable: true,
      resolve: (event, _, { loaders }) => loadIf(subject(event, 'customer.'), loaders.customer),
    }),
    note: t.field({ type: Note, nullable: true, resolve: (event, _, { loaders }) => loadIf(subject(event, 'note.'), loaders.note) }),
    operator: t.field({
      type: Operator,
      nullable: true,
      resolve: (event, _, { loaders }) => loadIf(subject(event, 'operator.'), loaders.operator),
    }),
    alert: t.field({
      type: Alert,
      nullable: true,
      description: 'One of your own; nobody else hears of it.',
      resolve: (event, _, { loaders }) => loadIf(subject(event, 'alert.'), loaders.alert),
    }),
    bulkRun: t.field({
      type: BulkRun,
      nullable: true,
      description: 'One of your own; nobody else hears of it.',
      resolve: (event, _, { loaders }) => loadIf(subject(event, 'bulk.'), loaders.bulkRun),
    }),
    tag: t.field({ type: Tag, nullable: true, resolve: (event, _, { loaders }) => loadIf(subject(event, 'tag.'), loaders.tag) }),
    goneTag: t.field({
      type: GoneTag,
      nullable: true,
      resolve: (event) => {
        const id = event.data?.intoId === undefined ? null : subject(event, 'tag.')
        return id ? { id, intoId: event.data?.intoId ?? null } : null
      },
    }),
    group: t.field({ type: Group, nullable: true, resolve: (event, _, { loaders }) => loadIf(subject(event, 'group.'), loaders.group) }),
    channel: t.field({
      type: Channel,
      nullable: true,
      resolve: (event, _, { loaders }) => loadIf(subject(event, 'channel.'), loaders.channel),
    }),
    file: t.field({ type: File, nullable: true, resolve: (event, _, { loaders }) => loadIf(subject(event, 'file.'), loaders.file) }),
    workspace: t.field({
      type: Workspace,
      nullable: true,
      resolve: async (event, _, { services }) => {
        const id = subject(event, 'workspace.')
        return id
          ? ((await services.works.read(systemOf(id), (work) => work.db.select().from(workspaces).where(eq(workspaces.id, id))))[0] ?? null)
          : null
      },
    }),
  }),
})

const loadIf = <Row>(id: string | null, loader: { load(id: string): Promise<Row | null> }): Promise<Row | null> | null =>
  id ? loader.load(id) : null

const FeedFrame = builder.objectRef<FrameRow>('FeedFrame').implement({
  fields: (t) => ({
    cursor: t.exposeInt('cursor', { description: 'Resume with `feed(after: cursor)`.' }),
    reset: t.exposeBoolean('reset', {
      description: 'What was missed can no longer be replayed: load everything anew and go on from this cursor.',
    }),
    event: t.field({ type: Event, nullable: true, resolve: (frame) => frame.event ?? null }),
    signal: t.field({ type: Signal, nullable: true, resolve: (frame) => frame.signal ?? null }),
  }),
})

builder.subscriptionType({
  fields: (t) => ({
    feed: t.field({
      ...asks('chat.read'),
      type: FeedFrame,
      args: { after: t.arg.int() },
      description:
        'The numbered events of the workspace you may see, each with the thing as it is now. The first frame carries only `cursor`: subscribe, then load, then apply what is newer. With `after` everything missed is replayed first. Apply an event only if its `cursor` is greater than the last one applied.',
      // Frames are written to the socket by api/feed.ts, rendered once for all who may share them.
      subscribe: () => {
        throw new Error('the feed is served on WebSocket only')
      },
      resolve: (frame: unknown) => frame as FrameRow,
    }),
  }),
})
