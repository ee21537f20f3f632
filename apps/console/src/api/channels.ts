import { ask, tell } from './client.ts'
import { channelFields, refusalFields } from './fragments.ts'
import { graphql, type VariablesOf } from './graphql.ts'

const channelsQuery = graphql(`query Channels { channels { ...ChannelFields } }`, [channelFields])
export const listChannels = async () => (await ask(channelsQuery, {})).channels

const settingsQuery = graphql(
  `query ChannelSettings { channels { id options secretsSet webhookUrl } channelModules { kind title official optionsSchema } }`,
)
/** What only admins may see of the channels, and the kinds a channel can be made of. */
export const listChannelSettings = () => ask(settingsQuery, {})
export type ChannelSettings = Awaited<ReturnType<typeof listChannelSettings>>
export type ChannelModule = ChannelSettings['channelModules'][number]

const create = graphql(
  `mutation CreateChannel($input: CreateChannelInput!) { createChannel(input: $input) { __typename ...ChannelFields ...RefusalFields } }`,
  [channelFields, refusalFields],
)
export const createChannel = async (input: VariablesOf<typeof create>['input']) => (await tell(create, { input })).createChannel

const update = graphql(
  `
  mutation UpdateChannel($channelId: ID!, $name: String, $groupId: ID, $options: JSON, $paused: Boolean, $quietMinutes: Int, $moveWaiting: Boolean) {
    updateChannel(channelId: $channelId, name: $name, groupId: $groupId, options: $options, paused: $paused, quietMinutes: $quietMinutes, moveWaiting: $moveWaiting) { __typename ...ChannelFields ...RefusalFields }
  }
`,
  [channelFields, refusalFields],
)
export const updateChannel = async (variables: VariablesOf<typeof update>) => (await tell(update, variables)).updateChannel

const renew = graphql(
  `mutation RenewIdentitySecret($channelId: ID!) { renewIdentitySecret(channelId: $channelId) { __typename ... on IdentitySecret { secret } ...RefusalFields } }`,
  [refusalFields],
)
/** A new secret by which a website signs who its visitors are; the one before is good no longer. */
export const renewIdentitySecret = async (channelId: string) => (await tell(renew, { channelId })).renewIdentitySecret
