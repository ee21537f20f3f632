import { ask, tell } from './client.ts'
import { alertFields, refusalFields } from './fragments.ts'
import { graphql } from './graphql.ts'

const alertsQuery = graphql(
  `
  query Alerts($first: Int, $after: String) {
    alerts(first: $first, after: $after) { edges { node { ...AlertFields } } pageInfo { hasNextPage endCursor } }
    unreadAlerts
  }
`,
  [alertFields],
)
/** One's own alerts, the newest first, and how many are unread. */
export const listAlerts = (variables: { first: number; after: string | null }) => ask(alertsQuery, variables)

const read = graphql(
  `mutation ReadAlerts($alertIds: [ID!]!) { readAlerts(alertIds: $alertIds) { __typename ... on ReadAlertsSuccess { unread } ...RefusalFields } }`,
  [refusalFields],
)
export const readAlerts = async (alertIds: string[]) => (await tell(read, { alertIds })).readAlerts

const readAll = graphql(`mutation ReadAllAlerts { readAllAlerts { __typename ... on ReadAlertsSuccess { unread } ...RefusalFields } }`, [
  refusalFields,
])
export const readAllAlerts = async () => (await tell(readAll, {})).readAllAlerts
