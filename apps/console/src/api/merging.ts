import { ask, tell } from './client.ts'
import { customerFields, refusalFields } from './fragments.ts'
import { graphql, type ResultOf, type VariablesOf } from './graphql.ts'

const duplicateFields = graphql(
  `fragment DuplicateFields on Duplicate { __typename reasons customer { ...CustomerFields mayMerge } other { ...CustomerFields mayMerge } }`,
  [customerFields],
)
export type Duplicate = ResultOf<typeof duplicateFields>
const mergeFields = graphql(
  `fragment MergeFields on CustomerMerge { __typename id reason at undoneAt operator { id name } channel { id name } undoneBy { id name } from { id name email phone } into { id name } }`,
)
export type Merge = ResultOf<typeof mergeFields>

const kinQuery = graphql(
  `query Kin($id: ID!) { customer(id: $id) { id mayMerge merges { ...MergeFields } duplicates { ...DuplicateFields } } }`,
  [mergeFields, duplicateFields],
)
/** Who may be the same person, and who was found to be; null when the customer is not yours to see. */
export const findKin = async (id: string) => (await ask(kinQuery, { id })).customer

const duplicatesQuery = graphql(
  `
  query Duplicates($first: Int, $after: String) {
    duplicates(first: $first, after: $after) { edges { node { ...DuplicateFields } } pageInfo { hasNextPage endCursor } }
  }
`,
  [duplicateFields],
)
export const listDuplicates = async (page: VariablesOf<typeof duplicatesQuery>) => (await ask(duplicatesQuery, page)).duplicates

const merge = graphql(
  `mutation MergeCustomers($input: MergeCustomersInput!) { mergeCustomers(input: $input) { __typename ...CustomerFields ...RefusalFields } }`,
  [customerFields, refusalFields],
)
export type Merging = VariablesOf<typeof merge>['input']
export const mergeCustomers = async (input: Merging) => (await tell(merge, { input })).mergeCustomers

const undo = graphql(`mutation UndoMerge($mergeId: ID!) { undoMerge(mergeId: $mergeId) { __typename ...MergeFields ...RefusalFields } }`, [
  mergeFields,
  refusalFields,
])
export const undoMerge = async (mergeId: string) => (await tell(undo, { mergeId })).undoMerge

const dismiss = graphql(
  `
  mutation DismissDuplicate($customerId: ID!, $otherCustomerId: ID!) {
    dismissDuplicate(customerId: $customerId, otherCustomerId: $otherCustomerId) { __typename ... on Duplicate { reasons } ...RefusalFields }
  }
`,
  [refusalFields],
)
export const dismissDuplicate = async (customerId: string, otherCustomerId: string) =>
  (await tell(dismiss, { customerId, otherCustomerId })).dismissDuplicate
