import type { Filter } from '@parley/schema/filter'
import { ask, tell } from './client.ts'
import { bulkRunFields, refusalFields } from './fragments.ts'
import { graphql, type ResultOf, type VariablesOf } from './graphql.ts'

const runsQuery = graphql(`query BulkRuns($first: Int) { bulkRuns(first: $first) { ...BulkRunFields } }`, [bulkRunFields])
/** One's own, the newest first. */
export const listBulkRuns = async (first: number) => (await ask(runsQuery, { first })).bulkRuns

const failuresQuery = graphql(`
  query BulkFailures($id: ID!) {
    bulkRun(id: $id) { failures(first: 100) { chatId chat { id number customer { id name } } message remedy } }
  }
`)
export type BulkFailure = NonNullable<ResultOf<typeof failuresQuery>['bulkRun']>['failures'][number]
/** The first chats to which it was not done, and why. */
export const listBulkFailures = async (id: string) => (await ask(failuresQuery, { id })).bulkRun?.failures ?? []

const start = graphql(
  `mutation StartBulk($input: BulkInput!) { startBulk(input: $input) { __typename ...BulkRunFields ...RefusalFields } }`,
  [bulkRunFields, refusalFields],
)
type Input = VariablesOf<typeof start>['input']
/** What is done, without to which chats. */
export type BulkAct = Omit<Input, 'chatIds' | 'filter' | 'timeZone'>
export type BulkChats = { chatIds: string[] } | { filter: Filter }
export const startBulk = async (act: BulkAct, chats: BulkChats) =>
  (await tell(start, { input: { ...act, ...chats, timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone } })).startBulk

const undo = graphql(`mutation UndoBulk($runId: ID!) { undoBulk(runId: $runId) { __typename ...BulkRunFields ...RefusalFields } }`, [
  bulkRunFields,
  refusalFields,
])
export const undoBulk = async (runId: string) => (await tell(undo, { runId })).undoBulk

const cancel = graphql(`mutation CancelBulk($runId: ID!) { cancelBulk(runId: $runId) { __typename ...BulkRunFields ...RefusalFields } }`, [
  bulkRunFields,
  refusalFields,
])
export const cancelBulk = async (runId: string) => (await tell(cancel, { runId })).cancelBulk
