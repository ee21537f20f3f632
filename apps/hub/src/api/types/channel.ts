import type { Pairing } from '@parley/schema/connector'
import type { ChannelCheck } from '../../db/tables/channel.ts'
import { ensure, plain } from '../../domain/access.ts'
import { type Channel as ChannelRow, createChannel, listChannels, updateChannel } from '../../domain/channel.ts'
import { idOf } from '../../domain/ids.ts'
import { asks, builder, command, look, operatorOf } from '../builder.ts'
import type { ApiContext } from '../context.ts'
import { Group } from './operator.ts'
import { ChannelAlarm, ChannelKind, ConnectionState, UserAction } from './scalars.ts'

const ChannelPairing = builder.objectRef<Pairing>('ChannelPairing').implement({
  description: 'What links a phone to this channel now.',
  fields: (t) => ({
    qr: t.string({
      nullable: true,
      description: 'Text of a QR code to be scanned with the phone.',
      resolve: (pairing) => (pairing.step === 'qr' ? pairing.data : null),
    }),
    code: t.string({
      nullable: true,
      description: 'To be typed on the phone.',
      resolve: (pairing) => (pairing.step === 'code' ? pairing.code : null),
    }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'Another one follows by itself.',
      resolve: (pairing) => new Date(pairing.expiresAt),
    }),
  }),
})

const ChannelCheckType = builder.objectRef<ChannelCheck>('ChannelCheck').implement({
  description: 'What the platform answered to the question whether it knows us.',
  fields: (t) => ({
    at: t.field({ type: 'DateTime', resolve: (check) => new Date(check.at) }),
    ok: t.exposeBoolean('ok'),
    latencyMs: t.int({ nullable: true, resolve: (check) => check.latencyMs ?? null }),
    note: t.string({ nullable: true, description: "What was wrong, in the platform's words.", resolve: (check) => check.note ?? null }),
  }),
})

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
    pairing: t.field({
      type: ChannelPairing,
      nullable: true,
      description: 'What is to be scanned or typed on the phone. Only for admins.',
      resolve: (channel, _, { actor }) => (actor && plain['channel.manage'](actor) ? channel.pairing : null),
    }),
    memoryMb: t.int({
      nullable: true,
      description: 'Memory of programs that run for this channel alone, such as a browser. Only for admins.',
      resolve: (channel, _, { actor }) =>
        actor && plain['channel.manage'](actor) && channel.memoryBytes !== null ? Math.round(channel.memoryBytes / 1024 / 1024) : null,
    }),
    assigns: t.exposeBoolean('assigns', { description: 'Its new chats are given to operators by the hub.' }),
    reopenMinutes: t.exposeInt('reopenMinutes', {
      nullable: true,
      description: 'For this long after closing a new message opens the same chat again; null: as the workspace has it.',
    }),
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
      description: 'Where the platform delivers. The hub tells the platform by itself. Only for admins.',
      resolve: (channel, _, { actor, services }) =>
        actor && plain['channel.manage'](actor) && channel.kind !== 'web' ? services.webhookUrl(channel) : null,
    }),
    quietMinutes: t.exposeInt('quietMinutes', {
      nullable: true,
      description:
        'After so many minutes in which nothing came in admins are called; 0: never; null: judged by the same hours of earlier weeks.',
    }),
    stateSince: t.expose('stateSince', { type: 'DateTime' }),
    alarm: t.field({
      type: ChannelAlarm,
      nullable: true,
      description: 'What admins are called for now.',
      resolve: (channel) => channel.alarm,
    }),
    alarmSince: t.expose('alarmSince', { type: 'DateTime', nullable: true }),
    accessEndsAt: t.expose('accessEndsAt', {
      type: 'DateTime',
      nullable: true,
      description: "When the platform's access ends by itself; null: never, or the platform does not say.",
    }),
    inboundLagSeconds: t.int({
      nullable: true,
      description: "How late the last message came, by the platform's clock.",
      resolve: (channel) => (channel.inboundLagMs === null ? null : Math.round(Math.min(channel.inboundLagMs, 2_000_000_000_000) / 1000)),
    }),
    check: t.field({
      type: ChannelCheckType,
      nullable: true,
      description: 'Only for admins. Our own website is asked nothing.',
      resolve: (channel, _, { actor }) => (actor && plain['channel.manage'](actor) ? channel.checked : null),
    }),
    removedAt: t.expose('removedAt', { type: 'DateTime', nullable: true, description: 'It is no channel any more; its chats stay.' }),
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
    description: 'All channels in use, by name.',
    complexity: 5,
    resolve: (_, _args, context) => look(context, listChannels),
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
    assigns: t.boolean(),
  }),
})

/** The hubs that own connections hear of it at once. */
export async function heard(context: ApiContext, channel: Promise<ChannelRow>): Promise<ChannelRow> {
  const row = await channel
  context.services.bus.signal('channel.changed', { channelId: row.id })
  return row
}

builder.mutationFields((t) => ({
  createChannel: t.field({
    ...asks('channel.manage'),
    type: Channel,
    errors: {},
    args: { input: t.arg({ type: CreateChannelInput, required: true }) },
    resolve: (_, { input }, context) =>
      heard(
        context,
        command(context, (work) =>
          createChannel(work, context.services.checkOptions, {
            kind: input.kind,
            name: input.name,
            groupId: input.groupId == null ? null : idOf(input.groupId),
            options: input.options,
            assigns: input.assigns,
          }),
        ),
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
      assigns: t.arg.boolean(),
      reopenMinutes: t.arg.int({ description: 'Null: as the workspace has it.' }),
      quietMinutes: t.arg.int({ description: 'Null: judged by earlier weeks; 0: never.' }),
      moveWaiting: t.arg.boolean({ description: 'With a group: the chats of the channel that wait go there too.' }),
    },
    resolve: (_, { channelId, groupId, ...change }, context) =>
      heard(
        context,
        command(context, (work) =>
          updateChannel(work, context.services.checkOptions, idOf(channelId), {
            ...change,
            groupId: groupId == null ? groupId : idOf(groupId),
          }),
        ),
      ),
  }),
}))
