import { ask, tell } from './client.ts'
import { refusalFields } from './fragments.ts'
import { graphql, type ResultOf, type VariablesOf } from './graphql.ts'

const requestRow = graphql(`
  fragment RequestRow on Request {
    __typename id number title state priority category type source createdAt changedAt chatId
    group { id name }
    operator { id name }
    customer { id name email }
  }
`)
export type RequestRow = ResultOf<typeof requestRow>
export type RequestState = RequestRow['state']

const requestsQuery = graphql(
  `
  query Requests($state: RequestState, $groupId: ID, $mine: Boolean, $search: String, $first: Int, $after: String) {
    requests(state: $state, groupId: $groupId, mine: $mine, search: $search, first: $first, after: $after) {
      edges { node { ...RequestRow } }
      pageInfo { hasNextPage endCursor }
    }
  }
`,
  [requestRow],
)
export type RequestFilter = VariablesOf<typeof requestsQuery>
export const listRequests = async (variables: RequestFilter) => (await ask(requestsQuery, variables)).requests

const requestQuery = graphql(
  `
  query Request($id: ID!) {
    request(id: $id) {
      ...RequestRow
      answers { label value }
      channel { id name }
      createdBy { id name }
      messages { id direction authorKind authorName text at removedAt files { id name url } }
      mails { id messageId to state failure }
    }
  }
`,
  [requestRow],
)
export const findRequest = async (id: string) => (await ask(requestQuery, { id })).request
export type Request = NonNullable<Awaited<ReturnType<typeof findRequest>>>

const settingsQuery = graphql(`query RequestWords { requestSettings { categories types mails } }`)
/** What a request may be filed under, and whether answers can go by mail. */
export const getRequestWords = async () => (await ask(settingsQuery, {})).requestSettings
export type RequestWords = Awaited<ReturnType<typeof getRequestWords>>

const countQuery = graphql(`query NewRequests { newRequests }`)
export const countNewRequests = async () => (await ask(countQuery, {})).newRequests

const turn = graphql(
  `
  mutation TurnIntoRequest($chatId: ID!, $input: RequestInput, $closing: ClosingInput) {
    turnIntoRequest(chatId: $chatId, input: $input, closing: $closing) { __typename ... on Request { id number } ...RefusalFields }
  }
`,
  [refusalFields],
)
export type RequestInput = NonNullable<VariablesOf<typeof turn>['input']>
/** Closes a chat; what is still to be done becomes a request with all of its history. */
export const turnIntoRequest = async (variables: VariablesOf<typeof turn>) => (await tell(turn, variables)).turnIntoRequest

const transcript = graphql(
  `mutation SendTranscript($chatId: ID!) { sendTranscript(chatId: $chatId) { __typename ... on Mail { id to } ...RefusalFields } }`,
  [refusalFields],
)
/** Sends what was said in a chat to the customer's e-mail. */
export const sendTranscript = async (chatId: string) => (await tell(transcript, { chatId })).sendTranscript

const update = graphql(
  `
  mutation UpdateRequest($requestId: ID!, $input: RequestChangeInput!) {
    updateRequest(requestId: $requestId, input: $input) { __typename ... on Request { id } ...RefusalFields }
  }
`,
  [refusalFields],
)
export type RequestChange = VariablesOf<typeof update>['input']
export const updateRequest = async (variables: VariablesOf<typeof update>) => (await tell(update, variables)).updateRequest

const answer = graphql(
  `
  mutation AnswerRequest($requestId: ID!, $input: RequestAnswerInput!) {
    answerRequest(requestId: $requestId, input: $input) { __typename ... on Request { id } ...RefusalFields }
  }
`,
  [refusalFields],
)
export const answerRequest = async (variables: VariablesOf<typeof answer>) => (await tell(answer, variables)).answerRequest
