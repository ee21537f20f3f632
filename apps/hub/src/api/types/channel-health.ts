import { previewRemoval, type RemovalPreview, removeChannel } from '../../domain/channel-removal.ts'
import { askForCheck, type ChannelHealth as ChannelHealthRow, findHealth, latestChats, sendTest } from '../../domain/health.ts'
import { idOf } from '../../domain/ids.ts'
import { giveUpMessage } from '../../domain/message.ts'
import { testWords } from '../../words/index.ts'
import { asks, builder, command, look } from '../builder.ts'
import { Channel, heard } from './channel.ts'
import { Chat } from './chat.ts'
import { Message } from './message.ts'

/** An admin looks among these for a chat of his own. */
const mostChats = 10

const ChannelHealth = builder.objectRef<ChannelHealthRow>('ChannelHealth').implement({
  description: 'How a channel is, in figures of now and of the last 24 hours.',
  fields: (t) => ({
    channel: t.field({ type: Channel, resolve: (health) => health.channel }),
    waiting: t.exposeInt('waiting', { description: 'Messages on their way out.' }),
    waitingSince: t.expose('waitingSince', { type: 'DateTime', nullable: true, description: 'Since when the first of them waits.' }),
    undelivered: t.exposeInt('undelivered', { description: 'Of the last 24 hours: failed, or of a fate nobody knows, and not given up.' }),
    unreadable: t.exposeInt('unreadable', {
      description: 'Of the last 24 hours: what the platform handed over and the hub could not read. It is kept.',
    }),
    latestChats: t.field({
      type: [Chat],
      description: 'Open chats of the channel, the one with the latest message first; one of them may be your own, for a test.',
      complexity: { field: 5, multiplier: mostChats },
      resolve: (health, _, context) => look(context, (work) => latestChats(work, health.channel.id, mostChats)),
    }),
  }),
})

const ChannelRemoval = builder.objectRef<RemovalPreview>('ChannelRemoval').implement({
  description: 'What becomes of what when the channel is removed.',
  fields: (t) => ({
    openChats: t.exposeInt('openChats', { description: 'Are closed.' }),
    closedChats: t.exposeInt('closedChats', { description: 'Stay as they are.' }),
    unsent: t.exposeInt('unsent', { description: 'Messages on their way out that will not be sent.' }),
  }),
})

builder.queryFields((t) => ({
  channelHealth: t.field({
    ...asks('channel.manage'),
    type: ChannelHealth,
    args: { channelId: t.arg.id({ required: true }) },
    complexity: 10,
    resolve: (_, { channelId }, context) => look(context, (work) => findHealth(work, idOf(channelId))),
  }),
  channelRemoval: t.field({
    ...asks('channel.manage'),
    type: ChannelRemoval,
    args: { channelId: t.arg.id({ required: true }) },
    description: 'What removing it would do; nothing is done.',
    complexity: 10,
    resolve: (_, { channelId }, context) => look(context, (work) => previewRemoval(work, idOf(channelId))),
  }),
}))

builder.mutationFields((t) => ({
  checkChannel: t.field({
    ...asks('channel.manage'),
    type: Channel,
    errors: {},
    args: { channelId: t.arg.id({ required: true }) },
    description: 'Has the platform asked now whether it knows us; the answer comes as `Channel.check`, in the feed too.',
    resolve: (_, { channelId }, context) =>
      heard(
        context,
        command(context, (work) => askForCheck(work, idOf(channelId))),
      ),
  }),
  sendTestMessage: t.field({
    ...asks('channel.manage'),
    type: Message,
    errors: {},
    args: { chatId: t.arg.id({ required: true }) },
    description: "Sends a real message in the company's name, in your language. The chat stays where it is.",
    resolve: (_, { chatId }, context) =>
      command(context, (work) => sendTest(work, context.services.plan, idOf(chatId), testWords(context.language))),
  }),
  removeChannel: t.field({
    ...asks('channel.manage'),
    type: Channel,
    errors: {},
    args: { channelId: t.arg.id({ required: true }), name: t.arg.string({ required: true, description: "The channel's own name." }) },
    description: 'For good: open chats are closed, nothing more is sent or taken, its secrets are gone. Its chats stay to be read.',
    resolve: (_, { channelId, name }, context) =>
      heard(
        context,
        command(context, (work) => removeChannel(work, idOf(channelId), name)),
      ),
  }),
  giveUpMessage: t.field({
    ...asks('message.settle'),
    type: Message,
    errors: {},
    args: { messageId: t.arg.id({ required: true }) },
    description: 'A failed or unknown message will not be sent again, and leaves the list of those.',
    resolve: (_, { messageId }, context) => command(context, (work) => giveUpMessage(work, idOf(messageId))),
  }),
}))
