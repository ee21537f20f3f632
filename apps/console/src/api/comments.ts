import { ask, tell } from './client.ts'
import { commentFields, refusalFields } from './fragments.ts'
import { graphql, type VariablesOf } from './graphql.ts'

const commentQuery = graphql(`query Comment($id: ID!) { comment(id: $id) { ...CommentFields } }`, [commentFields])
/** Null when it is not for you. */
export const findComment = async (id: string) => (await ask(commentQuery, { id })).comment

const colleaguesQuery = graphql(`query Colleagues($id: ID!) { chat(id: $id) { id colleagues { id name presence avatarUrl } } }`)
/** Who of the team sees the chat, by name; empty when it is not yours to see. */
export const listColleagues = async (chatId: string) => (await ask(colleaguesQuery, { id: chatId })).chat?.colleagues ?? []
export type Colleague = Awaited<ReturnType<typeof listColleagues>>[number]

const add = graphql(
  `mutation AddComment($input: AddCommentInput!) { addComment(input: $input) { __typename ...CommentFields ...RefusalFields } }`,
  [commentFields, refusalFields],
)
/** The same `clientId` never makes a second comment, so that this may be repeated after any failure. */
export const addComment = async (input: VariablesOf<typeof add>['input']) => (await tell(add, { input })).addComment

const edit = graphql(
  `mutation EditComment($commentId: ID!, $text: String!, $mentionIds: [ID!]) { editComment(commentId: $commentId, text: $text, mentionIds: $mentionIds) { __typename ... on Comment { id } ...RefusalFields } }`,
  [refusalFields],
)
export const editComment = async (commentId: string, text: string, mentionIds?: string[]) =>
  (await tell(edit, { commentId, text, mentionIds })).editComment

const remove = graphql(
  `mutation RemoveComment($commentId: ID!) { removeComment(commentId: $commentId) { __typename ... on Comment { id } ...RefusalFields } }`,
  [refusalFields],
)
export const removeComment = async (commentId: string) => (await tell(remove, { commentId })).removeComment
