import { ask, tell } from './client.ts'
import { activityFields, chatFields, messageFields, refusalFields } from './fragments.ts'
import { graphql, type VariablesOf } from './graphql.ts'

const chatsQuery = graphql(
  `
  query Chats($section: ChatSection!, $groupId: ID, $operatorId: ID, $after: String, $first: Int) {
    chats(section: $section, groupId: $groupId, operatorId: $operatorId, after: $after, first: $first) {
      edges { node { ...ChatFields } }
      pageInfo { hasNextPage endCursor }
    }
  }
`,
  [chatFields],
)
/** One page of a section. */
export const listChats = async (variables: VariablesOf<typeof chatsQuery>) => (await ask(chatsQuery, variables)).chats

const sectionsQuery = graphql(`query Sections { sections { new mine unread waiting open others closed capped } }`)
export const countSections = async () => (await ask(sectionsQuery, {})).sections
export type SectionCounts = Awaited<ReturnType<typeof countSections>>

const chatQuery = graphql(`query Chat($id: ID!) { chat(id: $id) { ...ChatFields } }`, [chatFields])
/** Null when it does not exist or is not yours to see. */
export const findChat = async (id: string) => (await ask(chatQuery, { id })).chat

const timelineQuery = graphql(
  `
  query Timeline($id: ID!, $last: Int!, $before: String) {
    chat(id: $id) {
      id
      timeline(last: $last, before: $before) {
        edges { node { ...MessageFields ...ActivityFields } }
        pageInfo { hasPreviousPage startCursor }
      }
    }
  }
`,
  [messageFields, activityFields],
)
/** The last items before a cursor; null when the chat is not yours to see. */
export const listTimeline = async (variables: VariablesOf<typeof timelineQuery>) =>
  (await ask(timelineQuery, variables)).chat?.timeline ?? null

const take = graphql(`mutation Take($chatId: ID!) { takeChat(chatId: $chatId) { __typename ... on Chat { id } ...RefusalFields } }`, [
  refusalFields,
])
export const takeChat = async (chatId: string) => (await tell(take, { chatId })).takeChat

const transfer = graphql(
  `
  mutation Transfer($chatId: ID!, $operatorId: ID, $groupId: ID, $comment: String) {
    transferChat(chatId: $chatId, operatorId: $operatorId, groupId: $groupId, comment: $comment) {
      __typename ... on TransferChatSuccess { chat { id } } ...RefusalFields
    }
  }
`,
  [refusalFields],
)
export const transferChat = async (variables: VariablesOf<typeof transfer>) => (await tell(transfer, variables)).transferChat

const close = graphql(`mutation Close($chatId: ID!) { closeChat(chatId: $chatId) { __typename ... on Chat { id } ...RefusalFields } }`, [
  refusalFields,
])
export const closeChat = async (chatId: string) => (await tell(close, { chatId })).closeChat

const reopen = graphql(`mutation Reopen($chatId: ID!) { reopenChat(chatId: $chatId) { __typename ... on Chat { id } ...RefusalFields } }`, [
  refusalFields,
])
export const reopenChat = async (chatId: string) => (await tell(reopen, { chatId })).reopenChat

const read = graphql(
  `mutation Read($chatId: ID!, $messageId: ID!) { readChat(chatId: $chatId, messageId: $messageId) { __typename ... on Chat { id } ...RefusalFields } }`,
  [refusalFields],
)
export const readChat = async (chatId: string, messageId: string) => (await tell(read, { chatId, messageId })).readChat

const typing = graphql(`mutation Typing($chatId: ID!, $on: Boolean!) { setTyping(chatId: $chatId, on: $on) }`)
/** Best effort: nobody waits for it and nobody is told when it fails. */
export const setTyping = (chatId: string, on: boolean): void => {
  tell(typing, { chatId, on }).catch(() => {})
}
