import { ask, tell } from './client.ts'
import { channelFields, refusalFields } from './fragments.ts'
import { graphql, type ResultOf, type VariablesOf } from './graphql.ts'

const assignmentFields = graphql(`fragment AssignmentFields on Assignment { capacity silentMinutes offlineMinutes unopenedMinutes }`)
export type Assignment = ResultOf<typeof assignmentFields>

const assignmentQuery = graphql(`query Assignment { assignment { ...AssignmentFields } }`, [assignmentFields])
export const findAssignment = async () => (await ask(assignmentQuery, {})).assignment

const set = graphql(
  `
  mutation SetAssignment($capacity: Int, $silentMinutes: Int, $offlineMinutes: Int, $unopenedMinutes: Int) {
    setAssignment(capacity: $capacity, silentMinutes: $silentMinutes, offlineMinutes: $offlineMinutes, unopenedMinutes: $unopenedMinutes) {
      __typename ...AssignmentFields ...RefusalFields
    }
  }
`,
  [assignmentFields, refusalFields],
)
export const setAssignment = async (variables: VariablesOf<typeof set>) => (await tell(set, variables)).setAssignment

const queuesQuery = graphql(`
  query Queues { queues { group { id name } waiting oldestAt assigns online free next { id name } } }
`)
/** What waits in the queues one may take from, and whose turn it is. */
export const listQueues = async () => (await ask(queuesQuery, {})).queues
export type Queue = Awaited<ReturnType<typeof listQueues>>[number]

const channel = graphql(
  `mutation SwitchChannel($channelId: ID!, $assigns: Boolean!) { updateChannel(channelId: $channelId, assigns: $assigns) { __typename ...ChannelFields ...RefusalFields } }`,
  [channelFields, refusalFields],
)
/** Whether the hub gives the channel's chats to operators. */
export const switchChannel = async (variables: VariablesOf<typeof channel>) => (await tell(channel, variables)).updateChannel
