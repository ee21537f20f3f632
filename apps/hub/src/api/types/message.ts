import { and, eq, sql } from 'drizzle-orm'
import { chats } from '../../db/tables/chat.ts'
import type { files } from '../../db/tables/file.ts'
import { messages } from '../../db/tables/message.ts'
import { idOf } from '../../domain/ids.ts'
import type { ActivityRow, TimelineRow } from '../../domain/lists.ts'
import { confirmMessage, type Message as MessageRow, resendMessage, sendMessage } from '../../domain/message.ts'
import { visibleChats } from '../../domain/sight.ts'
import { failureWords } from '../../words/index.ts'
import { asks, builder, command, look } from '../builder.ts'
import { oncePerPage, type Page } from '../connection.ts'
import type { ApiContext } from '../context.ts'
import { Group, Operator } from './operator.ts'
import { PageInfo } from './page.ts'
import { ActivityType, AuthorKind, Delivery, Direction, FileState, MediaKind } from './scalars.ts'

type FileRow = typeof files.$inferSelect
export const Message = builder.objectRef<MessageRow>('Message')
export const Activity = builder.objectRef<ActivityRow>('Activity')

const linkOf = (file: FileRow, variant: 'original' | 'thumbnail', { actor, services }: ApiContext): string | null =>
  actor && file.state === 'stored' && (variant === 'original' || file.thumbnailKey)
    ? services.fileLink({ workspace: file.workspaceId, file: file.id, variant, viewer: `operator:${actor.operatorId}` })
    : null

export const File = builder.objectRef<FileRow>('File').implement({
  description: 'A file of a message.',
  fields: (t) => ({
    id: t.exposeID('id'),
    messageId: t.exposeID('messageId', { nullable: true }),
    name: t.exposeString('name'),
    mime: t.exposeString('mime'),
    size: t.int({ description: 'Bytes.', resolve: (file) => file.size }),
    kind: t.field({ type: MediaKind, resolve: (file) => file.kind }),
    state: t.field({ type: FileState, resolve: (file) => file.state }),
    width: t.exposeInt('width', { nullable: true }),
    height: t.exposeInt('height', { nullable: true }),
    durationMs: t.exposeInt('durationMs', { nullable: true }),
    url: t.string({
      nullable: true,
      description:
        'A link for you alone, good for five minutes; null until the file is stored. In a feed, asking for it costs the shared execution.',
      resolve: (file, _, context) => linkOf(file, 'original', context),
    }),
    thumbnailUrl: t.string({
      nullable: true,
      description: 'Pictures only.',
      resolve: (file, _, context) => linkOf(file, 'thumbnail', context),
    }),
    goneReason: t.exposeString('goneReason', { nullable: true }),
  }),
})

const Location = builder.objectRef<{ latitude: number; longitude: number; title?: string }>('Location').implement({
  fields: (t) => ({
    latitude: t.exposeFloat('latitude'),
    longitude: t.exposeFloat('longitude'),
    title: t.string({ nullable: true, resolve: (place) => place.title ?? null }),
  }),
})
const SharedContact = builder.objectRef<{ name: string; phones: string[] }>('SharedContact').implement({
  fields: (t) => ({ name: t.exposeString('name'), phones: t.exposeStringList('phones') }),
})
const Reaction = builder
  .objectRef<{ by: string; emoji: string }>('Reaction')
  .implement({ fields: (t) => ({ by: t.exposeString('by'), emoji: t.exposeString('emoji') }) })
const Failure = builder.objectRef<NonNullable<MessageRow['failure']>>('Failure').implement({
  description: 'Why a message did not get there.',
  fields: (t) => ({
    code: t.exposeString('code'),
    words: t.string({
      description: "In the reader's language.",
      resolve: (failure, _, { language }) => failureWords(failure.code, language),
    }),
    platform: t.string({ nullable: true, description: "The platform's own words.", resolve: (failure) => failure.message || null }),
  }),
})

const authorOf = async (message: MessageRow, { loaders }: ApiContext): Promise<string | null> => {
  if (!message.authorId) return null
  if (message.authorKind === 'operator') return (await loaders.operator.load(message.authorId))?.name ?? null
  const identity = await loaders.identity.load(message.authorId)
  return identity ? ((await loaders.customer.load(identity.customerId))?.name ?? identity.name) : null
}

Message.implement({
  description: 'Said by or to the customer.',
  fields: (t) => ({
    id: t.exposeID('id'),
    chatId: t.exposeID('chatId'),
    direction: t.field({ type: Direction, resolve: (message) => message.direction }),
    authorKind: t.field({ type: AuthorKind, resolve: (message) => message.authorKind }),
    operator: t.field({
      type: Operator,
      nullable: true,
      resolve: (message, _, { loaders }) =>
        message.authorKind === 'operator' && message.authorId ? loaders.operator.load(message.authorId) : null,
    }),
    authorName: t.string({
      nullable: true,
      description: 'As it is to be shown.',
      resolve: (message, _, context) => authorOf(message, context),
    }),
    text: t.exposeString('text', { nullable: true, description: 'Plain text; null when there is none or it was removed.' }),
    files: t.field({
      type: [File],
      complexity: 3,
      resolve: (message, _, { loaders }) => (message.removedAt ? [] : loaders.filesOf.load(message.id)),
    }),
    at: t.expose('at', {
      type: 'DateTime',
      description: "By the hub's clock; messages are shown in this order, those of one moment by `position`.",
    }),
    position: t.exposeFloat('position', { description: 'A late message has the `at` of the one it stands before, and a lower position.' }),
    platformAt: t.expose('platformAt', { type: 'DateTime', nullable: true, description: "The platform's own time." }),
    editedAt: t.expose('editedAt', { type: 'DateTime', nullable: true }),
    removedAt: t.expose('removedAt', { type: 'DateTime', nullable: true }),
    late: t.exposeBoolean('late', { description: 'It came in behind later ones and stands where it belongs.' }),
    replyTo: t.field({
      type: Message,
      nullable: true,
      complexity: 2,
      resolve: (message, _, { loaders }) => (message.replyToId ? loaders.message.load(message.replyToId) : null),
    }),
    albumId: t.exposeString('albumId', { nullable: true }),
    unsupported: t.exposeString('unsupported', { nullable: true, description: "The platform's word for content that cannot be shown." }),
    location: t.field({ type: Location, nullable: true, resolve: (message) => message.extra?.location ?? null }),
    contacts: t.field({ type: [SharedContact], resolve: (message) => message.extra?.contacts ?? [] }),
    reactions: t.field({ type: [Reaction], resolve: (message) => message.extra?.reactions ?? [] }),
    delivery: t.field({
      type: Delivery,
      nullable: true,
      description: 'Of outgoing messages.',
      resolve: (message) => (message.direction === 'out' ? message.delivery : null),
    }),
    failure: t.field({ type: Failure, nullable: true, resolve: (message) => message.failure }),
    clientId: t.exposeString('clientId', { nullable: true, description: "The id the author's client gave it." }),
  }),
})

Activity.implement({
  description: 'Something that happened to the chat, shown in its timeline.',
  fields: (t) => ({
    id: t.exposeID('id'),
    type: t.field({ type: ActivityType, resolve: (activity) => activity.type }),
    at: t.expose('at', { type: 'DateTime' }),
    operator: t.field({
      type: Operator,
      nullable: true,
      description: 'Null when the hub or the customer did it.',
      resolve: (activity, _, { loaders }) => (activity.operatorId ? loaders.operator.load(activity.operatorId) : null),
    }),
    toOperator: t.field({
      type: Operator,
      nullable: true,
      resolve: (activity, _, { loaders }) => (activity.data?.toOperatorId ? loaders.operator.load(activity.data.toOperatorId) : null),
    }),
    toGroup: t.field({
      type: Group,
      nullable: true,
      resolve: (activity, _, { loaders }) => (activity.data?.toGroupId ? loaders.group.load(activity.data.toGroupId) : null),
    }),
    comment: t.string({ nullable: true, resolve: (activity) => activity.data?.comment ?? null }),
  }),
})

type TimelineNode = { kind: 'message'; id: string } | ActivityRow
const TimelineItem = builder.unionType('TimelineItem', {
  types: [Message, Activity],
  resolveType: (item) => ('kind' in item && item.kind === 'activity' ? Activity : Message),
})
const TimelineEdge = builder.objectRef<{ node: TimelineNode; cursor: string }>('TimelineEdge').implement({
  fields: (t) => ({
    node: t.field({
      type: TimelineItem,
      resolve: async (edge, _, { loaders }) => (edge.node.kind === 'activity' ? edge.node : must(await loaders.message.load(edge.node.id))),
    }),
    cursor: t.exposeString('cursor'),
  }),
})
export const TimelineConnection = builder.objectRef<Page<TimelineNode>>('TimelineConnection').implement({
  fields: (t) => ({
    edges: t.field({ type: [TimelineEdge], complexity: oncePerPage, resolve: (page) => page.edges }),
    pageInfo: t.field({ type: PageInfo, resolve: (page) => page.pageInfo }),
  }),
})
export const timelineNode = (row: TimelineRow): TimelineNode => (row.kind === 'message' ? { kind: 'message', id: row.id } : row)

/** A row a foreign key vouches for. */
export function must<Row>(row: Row | null): Row {
  if (row === null) throw new Error('a row that must exist is missing')
  return row
}

builder.queryFields((t) => ({
  message: t.field({
    ...asks('chat.read'),
    type: Message,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    description: 'Null when its chat is not yours to see.',
    resolve: (_, { id }, context) =>
      look(context, async (work) => {
        const [row] = await work.db
          .select({ message: messages })
          .from(messages)
          .innerJoin(chats, and(eq(chats.workspaceId, messages.workspaceId), eq(chats.id, messages.chatId)))
          .where(and(eq(messages.workspaceId, work.workspaceId), eq(messages.id, idOf(id)), sql`${visibleChats(work.actor)}`))
        return row?.message ?? null
      }),
  }),
}))

const SendMessageInput = builder.inputType('SendMessageInput', {
  fields: (t) => ({
    chatId: t.id({ required: true }),
    clientId: t.string({ required: true, description: 'Made by the client; the same id never makes a second message (kept 7 days).' }),
    text: t.string(),
    fileIds: t.idList(),
    replyToId: t.id(),
  }),
})

builder.mutationFields((t) => {
  const messageId = () => ({ messageId: t.arg.id({ required: true }) })
  return {
    sendMessage: t.field({
      ...asks('message.send'),
      type: Message,
      errors: {},
      args: { input: t.arg({ type: SendMessageInput, required: true }) },
      description: 'The first reply to a queued chat takes it.',
      resolve: (_, { input }, context) =>
        command(context, (work) =>
          sendMessage(work, context.services.plan, {
            chatId: idOf(input.chatId),
            clientId: input.clientId,
            text: input.text,
            fileIds: input.fileIds?.map(idOf),
            replyToId: input.replyToId == null ? null : idOf(input.replyToId),
          }),
        ),
    }),
    resendMessage: t.field({
      ...asks('message.settle'),
      type: Message,
      errors: {},
      args: messageId(),
      description: 'Sends a failed or unknown message again, as a new attempt of the same message.',
      resolve: (_, args, context) => command(context, (work) => resendMessage(work, idOf(args.messageId))),
    }),
    confirmMessage: t.field({
      ...asks('message.settle'),
      type: Message,
      errors: {},
      args: messageId(),
      description: 'Tells the hub that an unknown message did arrive.',
      resolve: (_, args, context) => command(context, (work) => confirmMessage(work, idOf(args.messageId))),
    }),
  }
})
