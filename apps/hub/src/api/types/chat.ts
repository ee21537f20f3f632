import { and, eq } from 'drizzle-orm'
import { chats } from '../../db/tables/chat.ts'
import { type ChatOperation, onChat } from '../../domain/access.ts'
import { type Chat as ChatRow, closeChat, readChat, reopenChat, takeChat, transferChat } from '../../domain/chat.ts'
import { idOf } from '../../domain/ids.ts'
import { countCap, countSections, listChats, listTimeline } from '../../domain/lists.ts'
import { sees, sightOf, visibleChats } from '../../domain/sight.ts'
import { HubError } from '../../errors.ts'
import { asks, builder, command, look, operatorOf } from '../builder.ts'
import { fromCursor, oncePerPage, type Page, pageOf, sizeOf, toCursor } from '../connection.ts'
import { Channel } from './channel.ts'
import { Message, must, TimelineConnection, timelineNode } from './message.ts'
import { Group, Operator } from './operator.ts'
import { PageInfo } from './page.ts'
import { ChatSection, ChatState } from './scalars.ts'

export const Chat = builder.objectRef<ChatRow>('Chat')
const ChatEdge = builder.objectRef<{ node: ChatRow; cursor: string }>('ChatEdge').implement({
  fields: (t) => ({ node: t.field({ type: Chat, resolve: (edge) => edge.node }), cursor: t.exposeString('cursor') }),
})
export const ChatConnection = builder.objectRef<Page<ChatRow>>('ChatConnection').implement({
  fields: (t) => ({
    edges: t.field({ type: [ChatEdge], complexity: oncePerPage, resolve: (page) => page.edges }),
    pageInfo: t.field({ type: PageInfo, resolve: (page) => page.pageInfo }),
  }),
})

const ChatRights = builder.objectRef<ChatRow>('ChatRights').implement({
  description: 'What you may do with a chat now.',
  fields: (t) => {
    const right = (operation: ChatOperation, fits: (chat: ChatRow) => boolean) =>
      t.boolean({ resolve: (chat, _, { actor }) => actor !== null && fits(chat) && onChat[operation](actor, sightOf(chat)) })
    const open = (chat: ChatRow) => chat.state !== 'closed'
    return {
      reply: right('message.send', open),
      take: right('chat.take', (chat) => chat.state === 'queued'),
      transfer: right('chat.transfer', open),
      close: right('chat.close', open),
      reopen: right('chat.reopen', (chat) => chat.state === 'closed'),
    }
  },
})

Chat.implement({
  description: "One episode of service: from a customer's first message on a channel until it is closed.",
  fields: (t) => ({
    id: t.exposeID('id'),
    number: t.exposeInt('number', { description: 'Counted per workspace.' }),
    state: t.field({ type: ChatState, resolve: (chat) => chat.state }),
    channel: t.field({ type: Channel, resolve: async (chat, _, { loaders }) => must(await loaders.channel.load(chat.channelId)) }),
    operator: t.field({
      type: Operator,
      nullable: true,
      description: 'Who holds it, or held it last.',
      resolve: (chat, _, { loaders }) => (chat.operatorId ? loaders.operator.load(chat.operatorId) : null),
    }),
    group: t.field({
      type: Group,
      nullable: true,
      resolve: (chat, _, { loaders }) => (chat.groupId ? loaders.group.load(chat.groupId) : null),
    }),
    openedAt: t.expose('openedAt', { type: 'DateTime' }),
    closedAt: t.expose('closedAt', { type: 'DateTime', nullable: true }),
    lastMessageAt: t.expose('lastMessageAt', { type: 'DateTime' }),
    lastMessage: t.field({
      type: Message,
      nullable: true,
      resolve: (chat, _, { loaders }) => (chat.lastMessageId ? loaders.message.load(chat.lastMessageId) : null),
    }),
    waitingSince: t.expose('waitingSince', {
      type: 'DateTime',
      nullable: true,
      description: 'Since when the customer waits for an answer; null when he does not.',
    }),
    unread: t.exposeInt('unread', { description: 'Messages of the customer nobody has read yet.' }),
    firstUnreadId: t.exposeID('firstUnreadId', { nullable: true }),
    may: t.field({
      type: ChatRights,
      description: 'What you may do with it now. In a feed, asking for it costs the shared execution.',
      resolve: (chat) => chat,
    }),
    replyWindowEndsAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Until when a free reply is allowed on this channel; null: no limit.',
      resolve: async (chat, _, { loaders }) => {
        const window = (await loaders.channel.load(chat.channelId))?.capabilities.replyWindow
        return window && chat.customerWroteAt ? new Date(chat.customerWroteAt.getTime() + window.hours * 3_600_000) : null
      },
    }),
    timeline: t.field({
      type: TimelineConnection,
      description: 'Messages and activities, oldest first; ask `last` and `before` for the end.',
      args: { first: t.arg.int(), after: t.arg.string(), last: t.arg.int(), before: t.arg.string() },
      complexity: ({ first, last }) => ({ field: 1, multiplier: first ?? last ?? 50 }),
      resolve: (chat, { first, after, last, before }, context) =>
        look(context, async (work) => {
          const backward = last != null || (first == null && before != null)
          if (first != null && last != null) throw new HubError('invalid', { field: 'last' })
          const size = sizeOf(backward ? last : first, backward ? 'last' : 'first')
          const cursor = backward ? before : after
          const from = cursor ? fromCursor(cursor, ['moment', 'number', 'text'], backward ? 'before' : 'after') : undefined
          const rows = await listTimeline(work, chat.id, { limit: size + 1, backward, from })
          return pageOf(rows, size, { cursor: (row) => toCursor(...row.key), node: timelineNode, backward, within: cursor != null })
        }),
    }),
  }),
})

const SectionCounts = builder.objectRef<Awaited<ReturnType<typeof countSections>>>('SectionCounts').implement({
  description: 'How many chats each section holds; what you may not see is not counted.',
  fields: (t) => ({
    new: t.int({ resolve: (counts) => counts.new ?? 0 }),
    mine: t.int({ resolve: (counts) => counts.mine ?? 0 }),
    unread: t.int({ resolve: (counts) => counts.unread ?? 0 }),
    waiting: t.int({ resolve: (counts) => counts.waiting ?? 0 }),
    open: t.int({ resolve: (counts) => counts.open ?? 0 }),
    closed: t.int({ resolve: (counts) => counts.closed ?? 0 }),
    others: t.int({ nullable: true, description: "Null for those who may not see colleagues' chats.", resolve: (counts) => counts.others }),
    capped: t.int({ description: 'Figures stop here: this many or more.', resolve: () => countCap }),
  }),
})

builder.queryFields((t) => ({
  chat: t.field({
    ...asks('chat.read'),
    type: Chat,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    description: 'Null when it does not exist or is not yours to see.',
    resolve: (_, { id }, context) =>
      look(
        context,
        async (work) =>
          (
            await work.db
              .select()
              .from(chats)
              .where(and(eq(chats.workspaceId, work.workspaceId), eq(chats.id, idOf(id)), visibleChats(work.actor)))
          )[0] ?? null,
      ),
  }),
  chats: t.field({
    ...asks('chat.read'),
    type: ChatConnection,
    description: 'Chats of a section you may see, the newest activity first; in section `new` the longest waiting first.',
    args: {
      section: t.arg({ type: ChatSection, required: true }),
      groupId: t.arg.id(),
      operatorId: t.arg.id(),
      first: t.arg.int(),
      after: t.arg.string(),
    },
    complexity: ({ first }) => ({ field: 1, multiplier: first ?? 50 }),
    resolve: (_, { section, groupId, operatorId, first, after }, context) =>
      look(context, async (work) => {
        const size = sizeOf(first, 'first')
        const [key = '', id = ''] = after ? fromCursor(after, ['moment', 'text'], 'after') : []
        const rows = await listChats(work, {
          section,
          groupId: groupId == null ? null : idOf(groupId),
          operatorId: operatorId == null ? null : idOf(operatorId),
          limit: size + 1,
          ...(after && { after: { key, id: idOf(id) } }),
        })
        return pageOf(rows, size, { cursor: (row) => toCursor(row.key, row.id), node: (row) => row, within: after != null })
      }),
  }),
  sections: t.field({
    ...asks('chat.read'),
    type: SectionCounts,
    complexity: 20,
    resolve: (_, _args, context) => look(context, countSections),
  }),
}))

const TransferChatSuccess = builder.objectRef<{ chat: ChatRow | null }>('TransferChatSuccess').implement({
  fields: (t) => ({
    chat: t.field({ type: Chat, nullable: true, description: 'Null when you lost sight of it.', resolve: (result) => result.chat }),
  }),
})

builder.mutationFields((t) => {
  const chatId = () => ({ chatId: t.arg.id({ required: true }) })
  return {
    takeChat: t.field({
      ...asks('chat.take'),
      type: Chat,
      errors: {},
      args: chatId(),
      description: 'Assigns a queued chat to yourself.',
      resolve: (_, args, context) => command(context, (work) => takeChat(work, idOf(args.chatId))),
    }),
    closeChat: t.field({
      ...asks('chat.close'),
      type: Chat,
      errors: {},
      args: chatId(),
      resolve: (_, args, context) => command(context, (work) => closeChat(work, idOf(args.chatId))),
    }),
    reopenChat: t.field({
      ...asks('chat.reopen'),
      type: Chat,
      errors: {},
      args: chatId(),
      description: 'Who reopens a chat serves it.',
      resolve: (_, args, context) => command(context, (work) => reopenChat(work, idOf(args.chatId))),
    }),
    readChat: t.field({
      ...asks('chat.markRead'),
      type: Chat,
      errors: {},
      args: { ...chatId(), messageId: t.arg.id({ required: true }) },
      description: 'Everything up to this message is read.',
      resolve: (_, args, context) => command(context, (work) => readChat(work, idOf(args.chatId), idOf(args.messageId))),
    }),
    transferChat: t.field({
      ...asks('chat.transfer'),
      type: TransferChatSuccess,
      errors: {},
      description: 'Gives the chat to exactly one of operator or group; the comment is told to the receiver.',
      args: { ...chatId(), operatorId: t.arg.id(), groupId: t.arg.id(), comment: t.arg.string() },
      resolve: async (_, { operatorId, groupId, comment, ...args }, context) => {
        if ((operatorId == null) === (groupId == null)) throw new HubError('one_target', { field: 'operatorId' })
        const to = operatorId != null ? { operatorId: idOf(operatorId) } : { groupId: idOf(groupId ?? '') }
        const chat = await command(context, (work) => transferChat(work, idOf(args.chatId), to, comment ?? undefined))
        return { chat: sees(operatorOf(context), sightOf(chat)) ? chat : null }
      },
    }),
    setTyping: t.boolean({
      ...asks('chat.typing'),
      args: { ...chatId(), on: t.arg.boolean({ required: true }) },
      description: 'Ephemeral; call at most every 3 s while typing. False when the chat is not yours to answer.',
      resolve: async (_, args, context) => {
        const actor = operatorOf(context)
        const [chat] = await look(context, (work) =>
          work.db
            .select()
            .from(chats)
            .where(and(eq(chats.workspaceId, work.workspaceId), eq(chats.id, idOf(args.chatId)), visibleChats(work.actor))),
        )
        if (!chat || !onChat['chat.typing'](actor, sightOf(chat))) return false
        context.services.bus.signal('typing', {
          workspaceId: actor.workspaceId,
          chatId: chat.id,
          operatorId: actor.operatorId,
          on: args.on,
          sight: sightOf(chat),
        })
        return true
      },
    }),
  }
})
