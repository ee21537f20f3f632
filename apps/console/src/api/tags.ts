import { ask, tell } from './client.ts'
import { refusalFields, tagFields } from './fragments.ts'
import { graphql, type ResultOf, type VariablesOf } from './graphql.ts'

const tagsQuery = graphql(`query Tags { tags { ...TagFields } }`, [tagFields])
export const listTags = async () => (await ask(tagsQuery, {})).tags

const usesQuery = graphql(`query TagUses { tags { id createdAt createdBy { id name } uses { chats customers } } }`)
/** Where tags are used, for those who manage them. */
export const listTagUses = async () => (await ask(usesQuery, {})).tags
export type TagUses = ResultOf<typeof usesQuery>['tags'][number]

const create = graphql(
  `mutation CreateTag($name: String!, $colour: TagColour!) { createTag(name: $name, colour: $colour) { __typename ...TagFields ...RefusalFields } }`,
  [tagFields, refusalFields],
)
export const createTag = async (variables: VariablesOf<typeof create>) => (await tell(create, variables)).createTag
export type TagColour = VariablesOf<typeof create>['colour']

const update = graphql(
  `
  mutation UpdateTag($tagId: ID!, $name: String, $colour: TagColour) {
    updateTag(tagId: $tagId, name: $name, colour: $colour) { __typename ...TagFields ...RefusalFields }
  }
`,
  [tagFields, refusalFields],
)
export const updateTag = async (variables: VariablesOf<typeof update>) => (await tell(update, variables)).updateTag

const merge = graphql(
  `mutation MergeTags($tagId: ID!, $intoTagId: ID!) { mergeTags(tagId: $tagId, intoTagId: $intoTagId) { __typename ...TagFields ...RefusalFields } }`,
  [tagFields, refusalFields],
)
export const mergeTags = async (variables: VariablesOf<typeof merge>) => (await tell(merge, variables)).mergeTags

const remove = graphql(`mutation DeleteTag($tagId: ID!) { deleteTag(tagId: $tagId) { __typename ...TagFields ...RefusalFields } }`, [
  tagFields,
  refusalFields,
])
export const deleteTag = async (tagId: string) => (await tell(remove, { tagId })).deleteTag

const onChat = graphql(
  `
  mutation TagChat($chatId: ID!, $tagId: ID!, $on: Boolean!) {
    tagChat(chatId: $chatId, tagId: $tagId, on: $on) { __typename ... on Chat { id } ...RefusalFields }
  }
`,
  [refusalFields],
)
export const tagChat = async (variables: VariablesOf<typeof onChat>) => (await tell(onChat, variables)).tagChat

const onCustomer = graphql(
  `
  mutation TagCustomer($customerId: ID!, $tagId: ID!, $on: Boolean!) {
    tagCustomer(customerId: $customerId, tagId: $tagId, on: $on) { __typename ... on Customer { id } ...RefusalFields }
  }
`,
  [refusalFields],
)
export const tagCustomer = async (variables: VariablesOf<typeof onCustomer>) => (await tell(onCustomer, variables)).tagCustomer
