import { ask, tell } from './client.ts'
import { messageFields, refusalFields } from './fragments.ts'
import { graphql, type VariablesOf } from './graphql.ts'

const messageQuery = graphql(`query Message($id: ID!) { message(id: $id) { ...MessageFields } }`, [messageFields])
export const findMessage = async (id: string) => (await ask(messageQuery, { id })).message

const send = graphql(
  `mutation Send($input: SendMessageInput!) { sendMessage(input: $input) { __typename ...MessageFields ...RefusalFields } }`,
  [messageFields, refusalFields],
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
