import { ask, tell } from './client.ts'
import { refusalFields } from './fragments.ts'
import { graphql, type ResultOf, type VariablesOf } from './graphql.ts'

const scheduleFields = graphql(`
  fragment ScheduleFields on Schedule {
    __typename id name timeZone open changesAt
    week { day from to }
    holidays { date name intervals { from to } }
    channels { id }
    groups { id }
  }
`)
export type Schedule = ResultOf<typeof scheduleFields>

const schedulesQuery = graphql(`query Schedules { schedules { ...ScheduleFields } }`, [scheduleFields])
export const listSchedules = async () => (await ask(schedulesQuery, {})).schedules

const create = graphql(
  `mutation CreateSchedule($input: ScheduleInput!) { createSchedule(input: $input) { __typename ... on Schedule { id } ...RefusalFields } }`,
  [refusalFields],
)
export type ScheduleInput = VariablesOf<typeof create>['input']
export const createSchedule = async (input: ScheduleInput) => (await tell(create, { input })).createSchedule

const update = graphql(
  `
  mutation UpdateSchedule($scheduleId: ID!, $input: ScheduleInput!) {
    updateSchedule(scheduleId: $scheduleId, input: $input) { __typename ... on Schedule { id } ...RefusalFields }
  }
`,
  [refusalFields],
)
export const updateSchedule = async (scheduleId: string, input: ScheduleInput) => (await tell(update, { scheduleId, input })).updateSchedule

const drop = graphql(
  `mutation DeleteSchedule($scheduleId: ID!) { deleteSchedule(scheduleId: $scheduleId) { __typename ... on Schedule { id } ...RefusalFields } }`,
  [refusalFields],
)
export const deleteSchedule = async (scheduleId: string) => (await tell(drop, { scheduleId })).deleteSchedule
