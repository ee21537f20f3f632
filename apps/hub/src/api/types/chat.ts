import { type ChatOperation, onChat } from '../../domain/access.ts'
import type { Chat as ChatRow } from '../../domain/chat.ts'
import { listColleagues } from '../../domain/colleagues.ts'
import { listTimeline } from '../../domain/lists.ts'
import { sightOf } from '../../domain/sight.ts'
import { replyUntil } from '../../domain/window.ts'
import { HubError } from '../../errors.ts'
import type { OperatorActor } from '../../work.ts'
import { builder, look } from '../builder.ts'
import { fromCursor, oncePerPage, type Page, pageOf, sizeOf, toCursor } from '../connection.ts'
import { Channel } from './channel.ts'
import { Message, must } from './message.ts'
import { Group, Operator, present } from './operator.ts'
import { PageInfo } from './page.ts'
import { ChatState, ThreadKind } from './scalars.ts'
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
      transcript: t.boolean({
        description: 'Send it by e-mail to the customer, where this hub sends mail.',
        resolve: (chat, _, { actor, services }) =>
          actor !== null && services.mailLinks !== null && onChat['chat.transcript'](actor, sightOf(chat)),
      }),
      handOver: t.boolean({
        description: 'Pass it to the inbox of the platform, or take it back, where the channel can (`capabilities.handOver`).',
        resolve: async (chat, _, { actor, loaders }) =>
          actor !== null &&
          open(chat) &&
          onChat['chat.handOver'](actor, sightOf(chat)) &&
          (await loaders.channel.load(chat.channelId))?.capabilities.handOver === true,
      }),
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
    threadKind: t.field({
      type: ThreadKind,
      description: 'Of a `group` the customer is the group, and each message has its own `authorName`.',
      resolve: (chat) => chat.threadKind,
    }),
    elsewhereSince: t.expose('elsewhereSince', {
      type: 'DateTime',
      nullable: true,
      description: 'Since when another program of the platform has the conversation, where several share an account; your answer takes it.',
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
