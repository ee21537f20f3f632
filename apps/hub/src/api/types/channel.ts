import { asc, eq } from 'drizzle-orm'
import { channels } from '../../db/tables/channel.ts'
import { ensure, plain } from '../../domain/access.ts'
import { type Channel as ChannelRow, createChannel, updateChannel } from '../../domain/channel.ts'
import { idOf } from '../../domain/ids.ts'
import { asks, builder, command, look, operatorOf } from '../builder.ts'
import { Group } from './operator.ts'
import { ChannelKind, ConnectionState, UserAction } from './scalars.ts'

export const Channel = builder.objectRef<ChannelRow>('Channel').implement({
  description: 'One connected account: this bot, that number, this website.',
  fields: (t) => ({
    id: t.exposeID('id'),
    kind: t.field({ type: ChannelKind, resolve: (channel) => channel.kind }),
    name: t.exposeString('name'),
    group: t.field({
      type: Group,
      nullable: true,
      description: 'Where its new chats wait; null: for everybody.',
      resolve: (channel, _, { loaders }) => (channel.groupId ? loaders.group.load(channel.groupId) : null),
    }),
    official: t.boolean({
      description: 'False: an unofficial client, the platform may refuse it.',
      resolve: (channel, _, { services }) => services.modules().find((module) => module.kind === channel.kind)?.official ?? false,
    }),
    state: t.field({ type: ConnectionState, resolve: (channel) => channel.state }),
    reason: t.exposeString('reason', { nullable: true, description: "Why it is not well, in the platform's words." }),
    action: t.field({ type: UserAction, resolve: (channel) => channel.action }),
    account: t.exposeString('account', { nullable: true, description: 'The account it speaks as.' }),
    paused: t.exposeBoolean('paused'),
    capabilities: t.field({
      type: 'JSON',
      description: 'What this channel can; shape as `Capabilities` of the connector contract.',
      resolve: (channel) => channel.capabilities,
    }),
    options: t.field({
      type: 'JSON',
      nullable: true,
      description: 'Options without their secrets. Only for admins and supervisors of the whole workspace.',
      resolve: (channel, _, { actor }) => (actor && plain['channel.options'](actor) ? channel.options : null),
    }),
    secretsSet: t.stringList({
      nullable: true,
      description: 'Names of secret options that are set. Only for admins.',
      resolve: (channel, _, { actor }) => (actor && plain['channel.manage'](actor) ? Object.keys(channel.secrets) : null),
    }),
    publicKey: t.string({
      nullable: true,
      description: 'Website channels: the key of the snippet.',
      resolve: (channel) => (channel.kind === 'web' ? channel.publicKey : null),
    }),
    webhookUrl: t.string({
      nullable: true,
      description: 'The address to give to the platform. Only for admins.',
      resolve: (channel, _, { actor, services }) =>
        actor && plain['channel.manage'](actor) && channel.kind !== 'web' ? services.webhookUrl(channel) : null,
    }),
    lastInboundAt: t.expose('lastInboundAt', { type: 'DateTime', nullable: true }),
    lastOutboundAt: t.expose('lastOutboundAt', { type: 'DateTime', nullable: true }),
  }),
})

const ChannelModule = builder
  .objectRef<{ kind: string; title: string; official: boolean; optionsSchema: unknown }>('ChannelModule')
  .implement({
    description: 'A kind of channel that can be connected.',
    fields: (t) => ({
      kind: t.field({ type: ChannelKind, resolve: (module) => module.kind as ChannelRow['kind'] }),
      title: t.exposeString('title'),
      official: t.exposeBoolean('official'),
      optionsSchema: t.field({
        type: 'JSON',
        description: 'JSON schema of the options; `secret`, `title`, `help` and `advanced` say how to draw a field.',
        resolve: (module) => module.optionsSchema,
      }),
    }),
  })

builder.queryFields((t) => ({
  channels: t.field({
    ...asks('channel.list'),
    type: [Channel],
    description: 'All channels, by name.',
    complexity: 5,
    resolve: (_, _args, context) =>
      look(context, (work) =>
        work.db.select().from(channels).where(eq(channels.workspaceId, work.workspaceId)).orderBy(asc(channels.name)).limit(500),
      ),
  }),
  channelModules: t.field({
    ...asks('channel.options'),
    type: [ChannelModule],
    description: 'Kinds a channel can be made of.',
    resolve: (_, _args, context) => {
      ensure(operatorOf(context), 'channel.options')
      return context.services.modules()
    },
  }),
}))

const CreateChannelInput = builder.inputType('CreateChannelInput', {
  fields: (t) => ({
    kind: t.field({ type: ChannelKind, required: true }),
    name: t.string({ required: true }),
    groupId: t.id(),
    options: t.field({ type: 'JSON', required: true }),
  }),
})

builder.mutationFields((t) => ({
  createChannel: t.field({
    ...asks('channel.manage'),
    type: Channel,
    errors: {},
    args: { input: t.arg({ type: CreateChannelInput, required: true }) },
    resolve: (_, { input }, context) =>
      command(context, (work) =>
        createChannel(work, context.services.checkOptions, {
          kind: input.kind,
          name: input.name,
          groupId: input.groupId == null ? null : idOf(input.groupId),
          options: input.options,
        }),
      ),
  }),
  updateChannel: t.field({
    ...asks('channel.manage'),
    type: Channel,
    errors: {},
    description: 'Secrets that are left out stay as they are, unless the address they are sent to changes.',
    args: {
      channelId: t.arg.id({ required: true }),
      name: t.arg.string(),
      groupId: t.arg.id(),
      options: t.arg({ type: 'JSON' }),
      paused: t.arg.boolean(),
    },
    resolve: (_, { channelId, groupId, ...change }, context) =>
      command(context, (work) =>
        updateChannel(work, context.services.checkOptions, idOf(channelId), {
          ...change,
          groupId: groupId == null ? groupId : idOf(groupId),
        }),
      ),
  }),
}))
