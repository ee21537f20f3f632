import { onChat } from '../../domain/access.ts'
import { idOf } from '../../domain/ids.ts'
import { editMessage, reactToMessage, removeMessage } from '../../domain/message-change.ts'
import type { MessageChange as ChangeRow } from '../../domain/message-history.ts'
import { sightOf } from '../../domain/sight.ts'
import { asks, builder, command } from '../builder.ts'
import { Failure, Message } from './message.ts'
import { Operator } from './operator.ts'
import { MessageChangeKind, MessageChangeState } from './scalars.ts'

const MessageChange = builder.objectRef<ChangeRow>('MessageChange').implement({
  description: 'Something an operator does to a message: under way to the platform, or refused by it.',
  fields: (t) => ({
    id: t.exposeID('id'),
    kind: t.field({ type: MessageChangeKind, resolve: (change) => change.kind }),
    state: t.field({ type: MessageChangeState, resolve: (change) => change.state }),
    operator: t.field({
      type: Operator,
      nullable: true,
      resolve: (change, _, { loaders }) => (change.operatorId ? loaders.operator.load(change.operatorId) : null),
    }),
    text: t.exposeString('text', { nullable: true, description: 'Of an edit: the new text.' }),
    emoji: t.exposeString('emoji', { nullable: true, description: 'Of a reaction; null takes it away.' }),
    failure: t.field({
      type: Failure,
      nullable: true,
      description: 'Why the platform did not take it; of one that waits: why it is tried again.',
      resolve: (change) => change.failure,
    }),
  }),
})

const MessageVersion = builder.objectRef<ChangeRow>('MessageVersion').implement({
  description: 'What a message said before it was edited or deleted.',
  fields: (t) => ({
    id: t.exposeID('id'),
    text: t.string({ resolve: (change) => change.before ?? '' }),
    until: t.expose('at', { type: 'DateTime', description: 'Until when it stood there.' }),
    removed: t.boolean({ description: 'It was deleted, not edited.', resolve: (change) => change.kind === 'removal' }),
    operator: t.field({
      type: Operator,
      nullable: true,
      description: 'Who did it; null: the customer, or another device of the company.',
      resolve: (change, _, { loaders }) => (change.operatorId ? loaders.operator.load(change.operatorId) : null),
    }),
  }),
})

builder.objectFields(Message, (t) => ({
  changes: t.field({
    type: [MessageChange],
    description: 'What is under way to the platform or was refused by it, oldest first. Our own website needs none.',
    complexity: { field: 1, multiplier: 1 },
    resolve: (message, _, { loaders }) => loaders.unfinishedOf.load(message.id),
  }),
  versions: t.field({
    type: [MessageVersion],
    description:
      'What it said before, oldest first. Of a deleted one: for its author and for who supervises the chat. In a feed, asking for it costs the shared execution.',
    complexity: { field: 2, multiplier: 2 },
    resolve: async (message, _, { actor, loaders }) => {
      const chat = message.removedAt ? await loaders.chat.load(message.chatId) : null
      const own = message.authorKind === 'operator' && message.authorId === actor?.operatorId
      if (message.removedAt && !own && !(actor && chat && onChat['message.removeOthers'](actor, sightOf(chat)))) return []
      return loaders.versionsOf.load(message.id)
    },
  }),
}))

builder.mutationFields((t) => ({
  editMessage: t.field({
    ...asks('message.edit'),
    type: Message,
    errors: {},
    args: { messageId: t.arg.id({ required: true }), text: t.arg.string({ required: true }) },
    description:
      'Changes the text of a message of your own. What waits goes out changed; what is out is changed at the platform, see `changes`, as far as the channel can (`capabilities.edit`).',
    resolve: (_, { messageId, text }, context) =>
      command(context, (work) => editMessage(work, context.services.plan, idOf(messageId), text)),
  }),
  removeMessage: t.field({
    ...asks('message.remove'),
    type: Message,
    errors: {},
    args: { messageId: t.arg.id({ required: true }) },
    description:
      "Deletes an outgoing message for the customer too: your own, or, who supervises the chat, a colleague's. What waits is never sent (`capabilities.remove`).",
    resolve: (_, { messageId }, context) => command(context, (work) => removeMessage(work, idOf(messageId))),
  }),
  reactToMessage: t.field({
    ...asks('message.react'),
    type: Message,
    errors: {},
    args: { messageId: t.arg.id({ required: true }), emoji: t.arg.string({ description: 'Null takes it away.' }) },
    description:
      'One emoji. On a website each operator has his own reaction; elsewhere the company has one account and one reaction (`capabilities.reactions`).',
    resolve: (_, { messageId, emoji }, context) => command(context, (work) => reactToMessage(work, idOf(messageId), emoji ?? null)),
  }),
}))
