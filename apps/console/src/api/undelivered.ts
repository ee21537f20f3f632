import { ask, tell } from './client.ts'
import { refusalFields } from './fragments.ts'
import { graphql } from './graphql.ts'

const undeliveredQuery = graphql(`
  query Undelivered($groupId: ID, $channelId: ID, $first: Int, $after: String) {
    undelivered(groupId: $groupId, channelId: $channelId, first: $first, after: $after) {
      edges { node {
        message { id text at delivery authorName failure { code words platform } files { id name } }
        chat { id number customer { id name } channel { id name kind } group { id name } operator { id name } }
      } }
      pageInfo { hasNextPage endCursor }
    }
  }
`)
/** What did not get to a customer, or may not have, the newest first. */
export const listUndelivered = async (variables: {
  groupId: string | null
  channelId: string | null
  first: number
  after: string | null
}) => (await ask(undeliveredQuery, variables)).undelivered
export type Undelivered = Awaited<ReturnType<typeof listUndelivered>>['edges'][number]['node']

const giveUp = graphql(
  `mutation GiveUp($messageId: ID!) { giveUpMessage(messageId: $messageId) { __typename ... on Message { id } ...RefusalFields } }`,
  [refusalFields],
)
export const giveUpMessage = async (messageId: string) => (await tell(giveUp, { messageId })).giveUpMessage

const attemptsQuery = graphql(`
  query Attempts($id: ID!) {
    message(id: $id) {
      id
      attempts { id part outcome begunAt at operator { id name } failure { code words platform } }
    }
  }
`)
/** Every attempt to deliver a message and what settled it, oldest first. */
export const listAttempts = async (id: string) => (await ask(attemptsQuery, { id })).message?.attempts ?? []
export type Attempt = Awaited<ReturnType<typeof listAttempts>>[number]
