import type { Filter } from '@parley/schema/filter'
import { ask, tell } from './client.ts'
import { chatFields, refusalFields } from './fragments.ts'
import { graphql, type ResultOf, type VariablesOf } from './graphql.ts'

/** Whose days `today` and `last week` are made of. */
const timeZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone

const listQuery = graphql(
  `
  query FilteredChats($filter: JSON!, $timeZone: String, $after: String, $first: Int) {
    filteredChats(filter: $filter, timeZone: $timeZone, after: $after, first: $first) {
      edges { node { ...ChatFields } }
      pageInfo { hasNextPage endCursor }
    }
  }
`,
  [chatFields],
)
/** One page of what fits a filter, the newest activity first. */
export const listFiltered = async (variables: { filter: Filter; after: string | null; first: number }) =>
  (await ask(listQuery, { ...variables, timeZone: timeZone() })).filteredChats

const countQuery = graphql(`
  query CountChats($filter: JSON!, $timeZone: String) { countChats(filter: $filter, timeZone: $timeZone) { count isCapped } }
`)
export const countFiltered = async (filter: Filter) => (await ask(countQuery, { filter, timeZone: timeZone() })).countChats
export type ChatCount = Awaited<ReturnType<typeof countFiltered>>

const fittingQuery = graphql(
  `
  query FittingChats($filter: JSON!, $timeZone: String, $chatIds: [ID!]!) {
    fittingChats(filter: $filter, timeZone: $timeZone, chatIds: $chatIds) { ...ChatFields }
  }
`,
  [chatFields],
)
/** Those of these chats that fit the filter now. */
export const listFitting = async (filter: Filter, chatIds: string[]) =>
  (await ask(fittingQuery, { filter, chatIds, timeZone: timeZone() })).fittingChats

const savedFields = graphql(`
  fragment SavedFilterFields on SavedFilter { __typename id name filter scope isTab mayManage group { id name } owner { id name } }
`)
const savedQuery = graphql(`query SavedFilters { savedFilters { ...SavedFilterFields } }`, [savedFields])
export const listSavedFilters = async () => (await ask(savedQuery, {})).savedFilters as SavedFilter[]
/** What the hub has checked is of the grammar. */
export type SavedFilter = Omit<ResultOf<typeof savedFields>, 'filter'> & { filter: Filter }

const countsQuery = graphql(`
  query SavedFilterCounts($timeZone: String) { savedFilters { id isTab count(timeZone: $timeZone) { count isCapped } } }
`)
/** How many chats each saved filter finds. */
export const countSavedFilters = async () => (await ask(countsQuery, { timeZone: timeZone() })).savedFilters

const create = graphql(
  `mutation CreateSavedFilter($input: SavedFilterInput!) { createSavedFilter(input: $input) { __typename ...SavedFilterFields ...RefusalFields } }`,
  [savedFields, refusalFields],
)
export type SavedFilterInput = VariablesOf<typeof create>['input']
export const createSavedFilter = async (input: SavedFilterInput) => (await tell(create, { input })).createSavedFilter

const update = graphql(
  `
  mutation UpdateSavedFilter($filterId: ID!, $input: SavedFilterInput!) {
    updateSavedFilter(filterId: $filterId, input: $input) { __typename ...SavedFilterFields ...RefusalFields }
  }
`,
  [savedFields, refusalFields],
)
export const updateSavedFilter = async (filterId: string, input: SavedFilterInput) =>
  (await tell(update, { filterId, input })).updateSavedFilter

const remove = graphql(
  `mutation DeleteSavedFilter($filterId: ID!) { deleteSavedFilter(filterId: $filterId) { __typename ...SavedFilterFields ...RefusalFields } }`,
  [savedFields, refusalFields],
)
export const deleteSavedFilter = async (filterId: string) => (await tell(remove, { filterId })).deleteSavedFilter

const arrange = graphql(
  `
  mutation ArrangeSavedFilters($filterIds: [ID!]!) {
    arrangeSavedFilters(filterIds: $filterIds) { __typename ... on ArrangeSavedFiltersSuccess { filters { id } } ...RefusalFields }
  }
`,
  [refusalFields],
)
/** These are the tabs, in this order. */
export const arrangeSavedFilters = async (filterIds: string[]) => (await tell(arrange, { filterIds })).arrangeSavedFilters
