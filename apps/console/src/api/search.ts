import { ask } from './client.ts'
import { graphql, type VariablesOf } from './graphql.ts'

const searchQuery = graphql(`
  query Search($query: String!, $kinds: [SearchKind!], $first: Int!, $after: String) {
    search(query: $query, kinds: $kinds, first: $first, after: $after) {
      edges { node {
        kind id at place
        excerpt { text marks { start end } }
        chat { id number state customer { id name } channel { id name kind } }
        message { id direction authorName operator { id name } }
        comment { id author { id name } }
        customer { id name }
      } }
      pageInfo { hasNextPage endCursor }
    }
  }
`)
/** What one may see and holds all of the words, the newest first. */
export const search = async (variables: VariablesOf<typeof searchQuery>) => (await ask(searchQuery, variables)).search
export type Hit = Awaited<ReturnType<typeof search>>['edges'][number]['node']

const searchHereQuery = graphql(`
  query SearchHere($query: String!, $chatId: ID!, $first: Int!, $after: String) {
    search(query: $query, chatId: $chatId, first: $first, after: $after) {
      edges { node { id place } }
      pageInfo { hasNextPage endCursor }
    }
  }
`)
/** Where in a chat the words are said, the newest first. */
export const searchHere = async (variables: VariablesOf<typeof searchHereQuery>) => (await ask(searchHereQuery, variables)).search
