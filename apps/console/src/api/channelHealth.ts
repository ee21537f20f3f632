import { ask, tell } from './client.ts'
import { channelFields, refusalFields } from './fragments.ts'
import { graphql } from './graphql.ts'

const healthQuery = graphql(
  `
  query ChannelHealth($channelId: ID!) {
    channelHealth(channelId: $channelId) {
      waiting waitingSince undelivered unreadable
      channel { ...ChannelFields options secretsSet webhookUrl }
      latestChats { id number customer { id name } lastMessage { id text at } }
    }
  }
`,
  [channelFields],
)
export const findChannelHealth = async (channelId: string) => (await ask(healthQuery, { channelId })).channelHealth
export type ChannelHealth = Awaited<ReturnType<typeof findChannelHealth>>

const removalQuery = graphql(
  `query ChannelRemoval($channelId: ID!) { channelRemoval(channelId: $channelId) { openChats closedChats unsent } }`,
)
/** What removing it would do. */
export const previewRemoval = async (channelId: string) => (await ask(removalQuery, { channelId })).channelRemoval
export type RemovalPreview = Awaited<ReturnType<typeof previewRemoval>>

const check = graphql(
  `mutation CheckChannel($channelId: ID!) { checkChannel(channelId: $channelId) { __typename ... on Channel { id } ...RefusalFields } }`,
  [refusalFields],
)
export const checkChannel = async (channelId: string) => (await tell(check, { channelId })).checkChannel

const test = graphql(
  `mutation SendTestMessage($chatId: ID!) { sendTestMessage(chatId: $chatId) { __typename ... on Message { id } ...RefusalFields } }`,
  [refusalFields],
)
export const sendTestMessage = async (chatId: string) => (await tell(test, { chatId })).sendTestMessage

const remove = graphql(
  `mutation RemoveChannel($channelId: ID!, $name: String!) { removeChannel(channelId: $channelId, name: $name) { __typename ... on Channel { id } ...RefusalFields } }`,
  [refusalFields],
)
export const removeChannel = async (variables: { channelId: string; name: string }) => (await tell(remove, variables)).removeChannel
