import type { HandOver as HandOverRow } from '../../db/tables/chat.ts'
import { handOverChat } from '../../domain/hand-over.ts'
import { idOf } from '../../domain/ids.ts'
import { asks, builder, command } from '../builder.ts'
import { Chat } from './chat.ts'
import { Failure } from './message.ts'
import { Operator } from './operator.ts'
import { HandOverTarget } from './scalars.ts'

const HandOver = builder.objectRef<HandOverRow>('HandOver').implement({
  description: 'That a conversation passes to the inbox of the platform, or comes back: under way, or refused.',
  fields: (t) => ({
    to: t.field({ type: HandOverTarget, resolve: (handOver) => handOver.to }),
    at: t.field({ type: 'DateTime', resolve: (handOver) => new Date(handOver.at) }),
    operator: t.field({
      type: Operator,
      nullable: true,
      description: 'Who asked for it.',
      resolve: (handOver, _, { loaders }) => loaders.operator.load(handOver.operatorId),
    }),
    failure: t.field({
      type: Failure,
      nullable: true,
      description: 'Why it did not come about; null while it is under way.',
      resolve: (handOver) => handOver.failure ?? null,
    }),
  }),
})

builder.objectField(Chat, 'handOver', (t) =>
  t.field({
    type: HandOver,
    nullable: true,
    description: 'What was asked of the platform and has not come about. Once it has, `elsewhereSince` says so.',
    resolve: (chat) => chat.handOver,
  }),
)

builder.mutationField('handOverChat', (t) =>
  t.field({
    ...asks('chat.handOver'),
    type: Chat,
    errors: {},
    args: { chatId: t.arg.id({ required: true }), to: t.arg({ type: HandOverTarget, required: true }) },
    description:
      'Passes the conversation to the inbox of the platform (`inbox`), or takes it back (`hub`), behind the messages that wait, where the channel can (`capabilities.handOver`, else `no_hand_over`). See `Chat.handOver` for what becomes of it; asking for what is so already forgets a refusal.',
    resolve: (_, { chatId, to }, context) => command(context, (work) => handOverChat(work, idOf(chatId), to)),
  }),
)
