import { ask, tell } from './client.ts'
import { messageFields, refusalFields } from './fragments.ts'
import { graphql, type VariablesOf } from './graphql.ts'

const messageQuery = graphql(`query Message($id: ID!) { message(id: $id) { ...MessageFields } }`, [messageFields])
export const findMessage = async (id: string) => (await ask(messageQuery, { id })).message

const meanwhileFields = graphql(
  `fragment MeanwhileFields on AnsweredMeanwhile { __typename code message remedy answers { ...MessageFields } }`,
  [messageFields],
)
const send = graphql(
  `mutation Send($input: SendMessageInput!) { sendMessage(input: $input) { __typename ...MessageFields ...RefusalFields ...MeanwhileFields } }`,
  [messageFields, refusalFields, meanwhileFields],
)
/** The same `clientId` never makes a second message, so that this may be repeated after any failure. */
export const sendMessage = async (input: VariablesOf<typeof send>['input']) => (await tell(send, { input })).sendMessage

const resend = graphql(
  `mutation Resend($messageId: ID!) { resendMessage(messageId: $messageId) { __typename ... on Message { id } ...RefusalFields } }`,
  [refusalFields],
)
export const resendMessage = async (messageId: string) => (await tell(resend, { messageId })).resendMessage

const confirm = graphql(
  `mutation Confirm($messageId: ID!) { confirmMessage(messageId: $messageId) { __typename ... on Message { id } ...RefusalFields } }`,
  [refusalFields],
)
export const confirmMessage = async (messageId: string) => (await tell(confirm, { messageId })).confirmMessage

const fetchAgain = graphql(
  `mutation FetchFilesAgain($messageId: ID!) { fetchFilesAgain(messageId: $messageId) { __typename ... on Message { id } ...RefusalFields } }`,
  [refusalFields],
)
export const fetchFilesAgain = async (messageId: string) => (await tell(fetchAgain, { messageId })).fetchFilesAgain

const edit = graphql(
  `mutation EditMessage($messageId: ID!, $text: String!) { editMessage(messageId: $messageId, text: $text) { __typename ...MessageFields ...RefusalFields } }`,
  [messageFields, refusalFields],
)
export const editMessage = async (messageId: string, text: string) => (await tell(edit, { messageId, text })).editMessage

const remove = graphql(
  `mutation RemoveMessage($messageId: ID!) { removeMessage(messageId: $messageId) { __typename ...MessageFields ...RefusalFields } }`,
  [messageFields, refusalFields],
)
export const removeMessage = async (messageId: string) => (await tell(remove, { messageId })).removeMessage

const react = graphql(
  `mutation ReactToMessage($messageId: ID!, $emoji: String) { reactToMessage(messageId: $messageId, emoji: $emoji) { __typename ...MessageFields ...RefusalFields } }`,
  [messageFields, refusalFields],
)
export const reactToMessage = async (messageId: string, emoji: string | null) => (await tell(react, { messageId, emoji })).reactToMessage

const versionsQuery = graphql(
  `query MessageVersions($id: ID!) { message(id: $id) { versions { id text until removed operator { name } } } }`,
)
/** What a message said before it was changed, oldest first, as far as one may read it. */
export const listVersions = async (id: string) => (await ask(versionsQuery, { id })).message?.versions ?? []
export type MessageVersion = Awaited<ReturnType<typeof listVersions>>[number]

const sendApproved = graphql(
  `mutation SendApproved($chatId: ID!, $clientId: String!, $name: String!, $language: String!, $variables: [ApprovedValue!]!) {
    sendApprovedText(chatId: $chatId, clientId: $clientId, name: $name, language: $language, variables: $variables) { __typename ...MessageFields ...RefusalFields }
  }`,
  [messageFields, refusalFields],
)
/** As {@link sendMessage}, for a text that the platform has approved. */
export const sendApprovedText = async (variables: VariablesOf<typeof sendApproved>) =>
  (await tell(sendApproved, variables)).sendApprovedText
