import { stringifyDocument } from '@urql/vue'
import { createClient } from 'graphql-ws'
import { ask, tell } from './client.ts'
import { reconnectDelay } from './feed.ts'
import { refusalFields } from './fragments.ts'
import { graphql, type ResultOf, type VariablesOf } from './graphql.ts'

const visitsSubscription = graphql(`
  subscription Visits {
    visits {
      reset goneIds
      visits { id channelId name state startedAt leftAt page { url title } pages referrer campaign search language device system browser visits firstAt country city
        approach { id kind state operatorName text url } }
    }
  }
`)
type VisitFrame = ResultOf<typeof visitsSubscription>['visits']
export type Visit = VisitFrame['visits'][number]

/** Follows who is on the websites until the returned function is called; begins anew by itself when the line was lost. */
export function followVisits(workspace: string, on: { frame: (frame: VisitFrame) => void; lost: () => void }): () => void {
  const client = createClient({
    url: `${location.origin.replace(/^http/, 'ws')}/graphql`,
    connectionParams: { workspace },
    keepAlive: 10_000,
    retryAttempts: Number.POSITIVE_INFINITY,
    retryWait: (attempt) => new Promise((resolve) => setTimeout(resolve, reconnectDelay(attempt))),
    shouldRetry: () => true,
    on: { closed: on.lost },
  })
  client.subscribe<{ visits: VisitFrame }>(
    { query: stringifyDocument(visitsSubscription) },
    { next: ({ data }) => data && on.frame(data.visits), error: on.lost, complete: () => {} },
  )
  return () => void client.dispose()
}

const visitQuery = graphql(`
  query Visit($visitId: ID!) { visit(visitId: $visitId) { id trail { url title at } chat { id number customer { id name } } } }
`)
export const findVisit = async (visitId: string) => (await ask(visitQuery, { visitId })).visit
export type VisitDetail = NonNullable<Awaited<ReturnType<typeof findVisit>>>

const figuresQuery = graphql(
  `query LiveFigures($since: DateTime!) { liveFigures(since: $since) { browsing queued serving finished givenUp } }`,
)
export const findLiveFigures = async (since: Date) => (await ask(figuresQuery, { since: since.toISOString() })).liveFigures
export type LiveFigures = Awaited<ReturnType<typeof findLiveFigures>>

const approach = graphql(
  `
  mutation ApproachVisitors($input: ApproachInput!) {
    approachVisitors(input: $input) {
      __typename
      ... on ApproachVisitorsSuccess { approaches { id visitId } skipped { visitId why } }
      ...RefusalFields
    }
  }
`,
  [refusalFields],
)
export type ApproachInput = VariablesOf<typeof approach>['input']
export const approachVisitors = async (input: ApproachInput) => (await tell(approach, { input })).approachVisitors

const placesQuery = graphql(`query KnowsPlaces { approachSettings { knowsPlaces } }`)
/** Whether the hub can tell where visitors are. */
export const knowsPlaces = async () => (await ask(placesQuery, {})).approachSettings.knowsPlaces
