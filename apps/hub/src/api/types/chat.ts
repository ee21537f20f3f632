import type { SignalKind } from '@parley/schema/vocabulary'
import { and, eq } from 'drizzle-orm'
import { chats } from '../../db/tables/chat.ts'
import { type ChatOperation, onChat } from '../../domain/access.ts'
import { type Chat as ChatRow, readChat, reopenChat, takeChat, takeNextChat, takeOverChat, transferChat } from '../../domain/chat.ts'
import { finishChat } from '../../domain/closing.ts'
import { listColleagues } from '../../domain/colleagues.ts'
import { idOf } from '../../domain/ids.ts'
import { countCap, countHolders, countSections, listChats, listTimeline } from '../../domain/lists.ts'
import { addParticipant, leaveChat, removeParticipant } from '../../domain/participant.ts'
import { sees, sightOf, visibleChats } from '../../domain/sight.ts'
import { calmChat, snoozeChat, wakeChat } from '../../domain/snooze.ts'
import { replyUntil } from '../../domain/window.ts'
import { HubError } from '../../errors.ts'
import type { OperatorActor } from '../../work.ts'
import { asks, builder, command, look, operatorOf } from '../builder.ts'
import { fromCursor, oncePerPage, type Page, pageOf, sizeOf, toCursor } from '../connection.ts'
import type { ApiContext } from '../context.ts'
import { Channel } from './channel.ts'
import { ClosingInput, closingOf } from './closing.ts'
import { Message, must } from './message.ts'
import { Group, Operator, present } from './operator.ts'
import { PageInfo } from './page.ts'
import { ChatOrder, ChatSection, ChatState } from './scalars.ts'
import { TimelineConnection, timelineNode } from './timeline.ts'

/** A holder leaves where somebody stays; a participant always may. */
const mayLeave = (actor: OperatorActor, chat: ChatRow): boolean =>
  onChat['chat.leave'](actor, sightOf(chat)) &&
  (chat.participantIds.includes(actor.operatorId) || (chat.state === 'serving' && chat.participantIds.length > 0))

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
      comment: right('comment.write', () => true),
      commentToOperator: right('comment.toOperator', (chat) => chat.operatorId !== null),
      take: right('chat.take', (chat) => chat.state === 'queued'),
      transfer: right('chat.transfer', open),
      takeOver: t.boolean({
        description: 'From a colleague who holds it.',
        resolve: (chat, _, { actor }) =>
          actor !== null &&
          chat.state === 'serving' &&
          chat.operatorId !== actor.operatorId &&
          onChat['chat.takeOver'](actor, sightOf(chat)),
      }),
      close: right('chat.close', open),
      reopen: right('chat.reopen', (chat) => chat.state === 'closed' && !chat.closedFully),
      snooze: right('chat.snooze', (chat) => chat.state === 'serving'),
      calm: right('chat.calm', (chat) => open(chat) && chat.calmedAt === null),
      block: right('customer.block', () => true),
      share: right('chat.share', (chat) => chat.state === 'serving'),
      leave: t.boolean({
        description: 'Drop out: as a participant, or as its holder where a participant is left.',
        resolve: (chat, _, { actor }) => actor !== null && mayLeave(actor, chat),
      }),
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
    participants: t.field({
      type: [Operator],
      description: 'Further operators who take part, beside the one who holds it; the longest there first.',
      complexity: 3,
      resolve: async (chat, _, { loaders }) => present(await loaders.operator.loadMany(chat.participantIds)),
    }),
    heldSince: t.expose('heldSince', {
      type: 'DateTime',
      nullable: true,
      description: 'Since when its operator holds it; null while it waits in the queue.',
    }),
    heldSeen: t.exposeBoolean('heldSeen', { description: 'Whether its operator has opened it since it was given to him.' }),
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
    closedFully: t.exposeBoolean('closedFully', { description: 'Nobody but the customer, by writing, can open it again.' }),
    snoozedAt: t.expose('snoozedAt', { type: 'DateTime', nullable: true, description: 'Since when its operator has put it off.' }),
    snoozedUntil: t.expose('snoozedUntil', {
      type: 'DateTime',
      nullable: true,
      description: "When it comes back by itself; null while snoozed: with the customer's next message.",
    }),
    calmedAt: t.expose('calmedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Since when it is said that the customer waits for nothing; null once he writes again.',
    }),
    missedAt: t.expose('missedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Since when a visitor who was never answered is gone from the website; an answer is shown to him on his return.',
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
        const channel = await loaders.channel.load(chat.channelId)
        return channel ? replyUntil(chat.customerWroteAt, channel.capabilities) : null
      },
    }),
    colleagues: t.field({
      type: [Operator],
      description: 'Who of the team sees this chat, by name: those a comment may mention.',
      complexity: 10,
      resolve: (chat, _, context) => look(context, (work) => listColleagues(work, sightOf(chat))),
    }),
    timeline: t.field({
      type: TimelineConnection,
      description: 'Messages, internal comments and activities, oldest first; ask `last` and `before` for the end.',
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
    missed: t.int({ description: 'Whose visitor left before anybody answered.', resolve: (counts) => counts.missed ?? 0 }),
    mine: t.int({ resolve: (counts) => counts.mine ?? 0 }),
    unread: t.int({ resolve: (counts) => counts.unread ?? 0 }),
    waiting: t.int({ resolve: (counts) => counts.waiting ?? 0 }),
    open: t.int({ resolve: (counts) => counts.open ?? 0 }),
    snoozed: t.int({ resolve: (counts) => counts.snoozed ?? 0 }),
    closed: t.int({ resolve: (counts) => counts.closed ?? 0 }),
    others: t.int({ nullable: true, description: "Null for those who may not see colleagues' chats.", resolve: (counts) => counts.others }),
    all: t.int({
      nullable: true,
      description: 'Every open chat in sight; null for operators.',
      resolve: (counts) => counts.all,
    }),
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
      order: t.arg({ type: ChatOrder, description: 'As the section has it, unless `closing`.' }),
      first: t.arg.int(),
      after: t.arg.string(),
    },
    complexity: ({ first }) => ({ field: 1, multiplier: first ?? 50 }),
    resolve: (_, { section, groupId, operatorId, order, first, after }, context) =>
      look(context, async (work) => {
        const size = sizeOf(first, 'first')
        const [key = '', id = ''] = after ? fromCursor(after, ['moment', 'text'], 'after') : []
        const rows = await listChats(work, {
          section,
          groupId: groupId == null ? null : idOf(groupId),
          operatorId: operatorId == null ? null : idOf(operatorId),
          order: order ?? 'activity',
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

const ChatHolder = builder.objectRef<{ operatorId: string; count: number }>('ChatHolder').implement({
  description: 'An operator and how many open chats of his you may see.',
  fields: (t) => ({
    operator: t.field({ type: Operator, resolve: async (row, _, { loaders }) => must(await loaders.operator.load(row.operatorId)) }),
    count: t.exposeInt('count'),
  }),
})

builder.queryFields((t) => ({
  chatHolders: t.field({
    ...asks('chat.read'),
    type: [ChatHolder],
    description: 'Who holds the open chats you may see, the busiest first; to filter a list by operator.',
    complexity: 5,
    resolve: (_, _args, context) => look(context, countHolders),
  }),
}))

const TransferChatSuccess = builder.objectRef<{ chat: ChatRow | null }>('TransferChatSuccess').implement({
  fields: (t) => ({
    chat: t.field({ type: Chat, nullable: true, description: 'Null when you lost sight of it.', resolve: (result) => result.chat }),
  }),
})

/** Tells colleagues what is never stored; false when the chat is not there for this. */
async function signalOf(
  context: ApiContext,
  topic: SignalKind,
  operation: ChatOperation,
  { chatId, on }: { chatId: string; on: boolean },
): Promise<boolean> {
  const actor = operatorOf(context)
  const [chat] = await look(context, (work) =>
    work.db
      .select()
      .from(chats)
      .where(and(eq(chats.workspaceId, work.workspaceId), eq(chats.id, idOf(chatId)), visibleChats(work.actor))),
  )
  if (!chat || !onChat[operation](actor, sightOf(chat))) return false
  context.services.bus.signal(topic, {
    workspaceId: actor.workspaceId,
    chatId: chat.id,
    operatorId: actor.operatorId,
    on,
    sight: sightOf(chat),
  })
  return true
}
/** What became of a chat, for one who may have lost sight of it. */
const inSight = (context: ApiContext, chat: ChatRow) => ({ chat: sees(operatorOf(context), sightOf(chat)) ? chat : null })

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
    takeNextChat: t.field({
      ...asks('chat.take'),
      type: Chat,
      errors: {},
      description: 'Assigns the longest waiting chat you may take to yourself; `queue_empty` when nobody waits.',
      resolve: (_, _args, context) => command(context, takeNextChat),
    }),
    addParticipant: t.field({
      ...asks('chat.share'),
      type: Chat,
      errors: {},
      description: 'A colleague takes part in a chat you hold or lead.',
      args: { ...chatId(), operatorId: t.arg.id({ required: true }) },
      resolve: (_, args, context) => command(context, (work) => addParticipant(work, idOf(args.chatId), idOf(args.operatorId))),
    }),
    removeParticipant: t.field({
      ...asks('chat.share'),
      type: Chat,
      errors: {},
      args: { ...chatId(), operatorId: t.arg.id({ required: true }) },
      resolve: (_, args, context) => command(context, (work) => removeParticipant(work, idOf(args.chatId), idOf(args.operatorId))),
    }),
    leaveChat: t.field({
      ...asks('chat.leave'),
      type: TransferChatSuccess,
      errors: {},
      description: 'You drop out and the others stay. When its holder leaves, the participant who has been there longest holds it.',
      args: chatId(),
      resolve: async (_, args, context) => inSight(context, await command(context, (work) => leaveChat(work, idOf(args.chatId)))),
    }),
    takeOverChat: t.field({
      ...asks('chat.takeOver'),
      type: Chat,
      errors: {},
      args: { ...chatId(), reason: t.arg.string({ required: true }) },
      description:
        'For those who supervise: takes a chat from whoever holds it. The reason stands in the timeline, and the holder is alerted.',
      resolve: (_, args, context) => command(context, (work) => takeOverChat(work, idOf(args.chatId), args.reason)),
    }),
    closeChat: t.field({
      ...asks('chat.close'),
      type: Chat,
      errors: {},
      args: { ...chatId(), closing: t.arg({ type: ClosingInput }) },
      description: 'Ends the episode. Refused while a required field of the attendance form is empty.',
      resolve: (_, { closing, ...args }, context) =>
        command(context, (work) => finishChat(work, context.services.plan, idOf(args.chatId), closingOf(closing))),
    }),
    reopenChat: t.field({
      ...asks('chat.reopen'),
      type: Chat,
      errors: {},
      args: chatId(),
      description: 'Who reopens a chat serves it.',
      resolve: (_, args, context) => command(context, (work) => reopenChat(work, idOf(args.chatId))),
    }),
    snoozeChat: t.field({
      ...asks('chat.snooze'),
      type: Chat,
      errors: {},
      args: { ...chatId(), until: t.arg({ type: 'DateTime' }) },
      description: 'Puts a chat off until a moment, or, without one, until the customer writes; his message brings it back in any case.',
      resolve: (_, args, context) => command(context, (work) => snoozeChat(work, idOf(args.chatId), args.until ?? null)),
    }),
    wakeChat: t.field({
      ...asks('chat.snooze'),
      type: Chat,
      errors: {},
      args: chatId(),
      description: 'Brings a chat back that was put off.',
      resolve: (_, args, context) => command(context, (work) => wakeChat(work, idOf(args.chatId))),
    }),
    calmChat: t.field({
      ...asks('chat.calm'),
      type: Chat,
      errors: {},
      args: chatId(),
      description: 'The customer waits for nothing: nobody is reminded of the chat until he writes again; it stays open.',
      resolve: (_, args, context) => command(context, (work) => calmChat(work, idOf(args.chatId))),
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
      description: 'Gives the chat to exactly one of operator or group; the comment is told to the receiver as an internal comment.',
      args: { ...chatId(), operatorId: t.arg.id(), groupId: t.arg.id(), comment: t.arg.string() },
      resolve: async (_, { operatorId, groupId, comment, ...args }, context) => {
        if ((operatorId == null) === (groupId == null)) throw new HubError('one_target', { field: 'operatorId' })
        const to = operatorId != null ? { operatorId: idOf(operatorId) } : { groupId: idOf(groupId ?? '') }
        const chat = await command(context, (work) => transferChat(work, idOf(args.chatId), to, comment ?? undefined))
        return inSight(context, chat)
      },
    }),
    setViewing: t.boolean({
      ...asks('chat.viewing'),
      args: { ...chatId(), on: t.arg.boolean({ required: true }) },
      description:
        'Tells colleagues that you have the chat open. Ephemeral; renew it every 20 s while it lasts. False when it is not yours to see.',
      resolve: (_, args, context) => signalOf(context, 'viewing', 'chat.viewing', args),
    }),
    setTyping: t.boolean({
      ...asks('chat.typing'),
      args: { ...chatId(), on: t.arg.boolean({ required: true }) },
      description: 'Ephemeral; call at most every 3 s while typing. False when the chat is not yours to answer.',
      resolve: (_, args, context) => signalOf(context, 'typing', 'chat.typing', args),
    }),
  }
})
