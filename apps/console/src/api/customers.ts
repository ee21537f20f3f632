import { ask, tell } from './client.ts'
import { customerFields, refusalFields } from './fragments.ts'
import { graphql, type VariablesOf } from './graphql.ts'

const customerQuery = graphql(`query Customer($id: ID!) { customer(id: $id) { ...CustomerFields } }`, [customerFields])
export const findCustomer = async (id: string) => (await ask(customerQuery, { id })).customer

const earlierQuery = graphql(`
  query EarlierChats($id: ID!, $first: Int, $after: String) {
    customer(id: $id) {
      id
      chats(first: $first, after: $after) {
        edges { node { id number state openedAt closedAt channel { id kind name } operator { id name } lastMessage { id text removedAt files { kind } } rating { score comment } } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`)
/** Chats of this customer which you may see, the newest first. */
export const listEarlierChats = async (page: VariablesOf<typeof earlierQuery>) => (await ask(earlierQuery, page)).customer?.chats ?? null
export type EarlierChat = NonNullable<Awaited<ReturnType<typeof listEarlierChats>>>['edges'][number]['node']

const update = graphql(
  `
  mutation UpdateCustomer($customerId: ID!, $version: Int, $name: String, $email: String, $phone: String, $taxId: String, $values: [CustomerValueInput!]) {
    updateCustomer(customerId: $customerId, version: $version, name: $name, email: $email, phone: $phone, taxId: $taxId, values: $values) {
      __typename ...CustomerFields ...RefusalFields
      ... on ChangedMeanwhile { changed { name values at operator { id name } field { id } } customer { ...CustomerFields } }
    }
  }
`,
  [customerFields, refusalFields],
)
export const updateCustomer = async (variables: VariablesOf<typeof update>) => (await tell(update, variables)).updateCustomer
export type ChangedField = Extract<Awaited<ReturnType<typeof updateCustomer>>, { __typename: 'ChangedMeanwhile' }>['changed'][number]

const listQuery = graphql(
  `
  query Customers($search: String, $first: Int, $after: String) {
    customers(search: $search, first: $first, after: $after) {
      edges { node { ...CustomerFields } }
      pageInfo { hasNextPage endCursor }
    }
  }
`,
  [customerFields],
)
/** Customers of whom one sees a chat, those who came last first. */
export const listCustomers = async (variables: VariablesOf<typeof listQuery>) => (await ask(listQuery, variables)).customers
