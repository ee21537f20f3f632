import type { HandOverTarget } from '@parley/schema/vocabulary'
import { ask, tell } from './client.ts'
import { activityFields, chatFields, commentFields, messageFields, refusalFields } from './fragments.ts'
import { graphql, type VariablesOf } from './graphql.ts'

const chatsQuery = graphql(
  `
  query Chats($section: ChatSection!, $groupId: ID, $operatorId: ID, $order: ChatOrder, $after: String, $first: Int) {
    chats(section: $section, groupId: $groupId, operatorId: $operatorId, order: $order, after: $after, first: $first) {
      edges { node { ...ChatFields } }
      pageInfo { hasNextPage endCursor }
    }
  }
`,
  [chatFields],
)
/** One page of a section. */
export const listChats = async (variables: VariablesOf<typeof chatsQuery>) => (await ask(chatsQuery, variables)).chats

const sectionsQuery = graphql(`query Sections { sections { new missed mine unread waiting open snoozed others all closed capped } }`)
export const countSections = async () => (await ask(sectionsQuery, {})).sections
export type SectionCounts = Awaited<ReturnType<typeof countSections>>

const chatQuery = graphql(`query Chat($id: ID!) { chat(id: $id) { ...ChatFields } }`, [chatFields])
/** Null when it does not exist or is not yours to see. */
export const findChat = async (id: string) => (await ask(chatQuery, { id })).chat

const numberQuery = graphql(
  `query ChatByNumber($number: Int!) { chatByNumber(number: $number) { id number customer { id name } channel { id kind name } } }`,
)
/** Null when it does not exist or is not yours to see. */
export const findChatByNumber = async (number: number) => (await ask(numberQuery, { number })).chatByNumber
export type NumberedChat = NonNullable<Awaited<ReturnType<typeof findChatByNumber>>>

const timelineQuery = graphql(
  `
  query Timeline($id: ID!, $last: Int!, $before: String) {
    chat(id: $id) {
      id
      timeline(last: $last, before: $before) {
        edges { node { ...MessageFields ...CommentFields ...ActivityFields } }
        pageInfo { hasPreviousPage startCursor }
      }
    }
  }
`,
  [messageFields, commentFields, activityFields],
)
/** The last items before a cursor; null when the chat is not yours to see. */
export const listTimeline = async (variables: VariablesOf<typeof timelineQuery>) =>
  (await ask(timelineQuery, variables)).chat?.timeline ?? null

const timelineAfterQuery = graphql(
  `
  query TimelineAfter($id: ID!, $first: Int!, $after: String!) {
    chat(id: $id) {
      id
      timeline(first: $first, after: $after) {
        edges { node { ...MessageFields ...CommentFields ...ActivityFields } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`,
  [messageFields, commentFields, activityFields],
)
/** The first items after a cursor; null when the chat is not yours to see. */
export const listTimelineAfter = async (variables: VariablesOf<typeof timelineAfterQuery>) =>
  (await ask(timelineAfterQuery, variables)).chat?.timeline ?? null

const take = graphql(`mutation Take($chatId: ID!) { takeChat(chatId: $chatId) { __typename ... on Chat { id } ...RefusalFields } }`, [
  refusalFields,
])
const begin = graphql(
  `mutation BeginChat($input: BeginChatInput!) { beginChat(input: $input) { __typename ... on Chat { id } ...RefusalFields } }`,
  [refusalFields],
)
export type NewChat = VariablesOf<typeof begin>['input']
/** Writes to a customer first; answers with the chat. */
export const beginChat = async (input: NewChat) => (await tell(begin, { input })).beginChat
export const takeChat = async (chatId: string) => (await tell(take, { chatId })).takeChat

const next = graphql(`mutation TakeNext { takeNextChat { __typename ... on Chat { id number } ...RefusalFields } }`, [refusalFields])
/** The longest waiting chat becomes yours. */
export const takeNextChat = async () => (await tell(next, {})).takeNextChat

const share = graphql(
  `mutation Share($chatId: ID!, $operatorId: ID!) { addParticipant(chatId: $chatId, operatorId: $operatorId) { __typename ... on Chat { id } ...RefusalFields } }`,
  [refusalFields],
)
export const addParticipant = async (variables: VariablesOf<typeof share>) => (await tell(share, variables)).addParticipant

const unshare = graphql(
  `mutation Unshare($chatId: ID!, $operatorId: ID!) { removeParticipant(chatId: $chatId, operatorId: $operatorId) { __typename ... on Chat { id } ...RefusalFields } }`,
  [refusalFields],
)
export const removeParticipant = async (variables: VariablesOf<typeof unshare>) => (await tell(unshare, variables)).removeParticipant

const leave = graphql(
  `mutation Leave($chatId: ID!) { leaveChat(chatId: $chatId) { __typename ... on TransferChatSuccess { chat { id } } ...RefusalFields } }`,
  [refusalFields],
)
export const leaveChat = async (chatId: string) => (await tell(leave, { chatId })).leaveChat

const holdersQuery = graphql(`query ChatHolders { chatHolders { operator { id name } count } }`)
/** Who holds the open chats one may see, and how many. */
export const listHolders = async () => (await ask(holdersQuery, {})).chatHolders
export type ChatHolder = Awaited<ReturnType<typeof listHolders>>[number]

const takeOver = graphql(
  `mutation TakeOver($chatId: ID!, $reason: String!) { takeOverChat(chatId: $chatId, reason: $reason) { __typename ... on Chat { id } ...RefusalFields } }`,
  [refusalFields],
)
/** From whoever holds it. */
export const takeOverChat = async (chatId: string, reason: string) => (await tell(takeOver, { chatId, reason })).takeOverChat

const handOver = graphql(
  `mutation HandOver($chatId: ID!, $to: HandOverTarget!) { handOverChat(chatId: $chatId, to: $to) { __typename ... on Chat { id } ...RefusalFields } }`,
  [refusalFields],
)
/** To the inbox of the platform, or back. */
export const handOverChat = async (chatId: string, to: HandOverTarget) => (await tell(handOver, { chatId, to })).handOverChat

const transfer = graphql(
  `
  mutation Transfer($chatId: ID!, $operatorId: ID, $groupId: ID, $comment: String, $clientId: String) {
    transferChat(chatId: $chatId, operatorId: $operatorId, groupId: $groupId, comment: $comment, clientId: $clientId) {
      __typename ... on TransferChatSuccess { chat { id } } ...RefusalFields
    }
  }
`,
  [refusalFields],
)
export const transferChat = async (variables: VariablesOf<typeof transfer>) => (await tell(transfer, variables)).transferChat

const close = graphql(
  `mutation Close($chatId: ID!, $closing: ClosingInput) { closeChat(chatId: $chatId, closing: $closing) { __typename ... on Chat { id } ...RefusalFields } }`,
  [refusalFields],
)
export const closeChat = async (chatId: string, closing: Closing = {}) => (await tell(close, { chatId, closing })).closeChat
export type Closing = NonNullable<VariablesOf<typeof close>['closing']>

const snooze = graphql(
  `mutation Snooze($chatId: ID!, $until: DateTime) { snoozeChat(chatId: $chatId, until: $until) { __typename ... on Chat { id } ...RefusalFields } }`,
  [refusalFields],
)
/** Without a moment: until the customer writes. */
export const snoozeChat = async (chatId: string, until: string | null) => (await tell(snooze, { chatId, until })).snoozeChat

const wake = graphql(`mutation Wake($chatId: ID!) { wakeChat(chatId: $chatId) { __typename ... on Chat { id } ...RefusalFields } }`, [
  refusalFields,
])
export const wakeChat = async (chatId: string) => (await tell(wake, { chatId })).wakeChat

const calm = graphql(`mutation Calm($chatId: ID!) { calmChat(chatId: $chatId) { __typename ... on Chat { id } ...RefusalFields } }`, [
  refusalFields,
])
export const calmChat = async (chatId: string) => (await tell(calm, { chatId })).calmChat

const reopen = graphql(`mutation Reopen($chatId: ID!) { reopenChat(chatId: $chatId) { __typename ... on Chat { id } ...RefusalFields } }`, [
  refusalFields,
])
export const reopenChat = async (chatId: string) => (await tell(reopen, { chatId })).reopenChat

const read = graphql(
  `mutation Read($chatId: ID!, $messageId: ID!) { readChat(chatId: $chatId, messageId: $messageId) { __typename ... on Chat { id } ...RefusalFields } }`,
  [refusalFields],
)
export const readChat = async (chatId: string, messageId: string) => (await tell(read, { chatId, messageId })).readChat

const viewing = graphql(`mutation Viewing($chatId: ID!, $on: Boolean!) { setViewing(chatId: $chatId, on: $on) }`)
/** Best effort, as typing. */
export const setViewing = (chatId: string, on: boolean): void => {
  tell(viewing, { chatId, on }).catch(() => {})
}

const typing = graphql(`mutation Typing($chatId: ID!, $on: Boolean!) { setTyping(chatId: $chatId, on: $on) }`)
/** Best effort: nobody waits for it and nobody is told when it fails. */
export const setTyping = (chatId: string, on: boolean): void => {
  tell(typing, { chatId, on }).catch(() => {})
}
