import { ask, tell } from './client.ts'
import { groupFields, operatorFields, refusalFields } from './fragments.ts'
import { graphql, type VariablesOf } from './graphql.ts'

const operatorsQuery = graphql(`query Operators { operators { ...OperatorFields } }`, [operatorFields])
export const listOperators = async () => (await ask(operatorsQuery, {})).operators

const presence = graphql(
  `mutation Presence($presence: Presence!) { setPresence(presence: $presence) { __typename ...OperatorFields ...RefusalFields } }`,
  [operatorFields, refusalFields],
)
export const setPresence = async (value: VariablesOf<typeof presence>['presence']) =>
  (await tell(presence, { presence: value })).setPresence

const invite = graphql(
  `
  mutation Invite($input: InviteOperatorInput!) {
    inviteOperator(input: $input) { __typename ... on OperatorInvitation { url operator { ...OperatorFields } } ...RefusalFields }
  }
`,
  [operatorFields, refusalFields],
)
export const inviteOperator = async (input: VariablesOf<typeof invite>['input']) => (await tell(invite, { input })).inviteOperator

const update = graphql(
  `
  mutation UpdateOperator($operatorId: ID!, $name: String, $role: Role, $active: Boolean, $capacity: Int) {
    updateOperator(operatorId: $operatorId, name: $name, role: $role, active: $active, capacity: $capacity) { __typename ...OperatorFields ...RefusalFields }
  }
`,
  [operatorFields, refusalFields],
)
export const updateOperator = async (variables: VariablesOf<typeof update>) => (await tell(update, variables)).updateOperator

const groupsQuery = graphql(`query Groups { groups { ...GroupFields } }`, [groupFields])
export const listGroups = async () => (await ask(groupsQuery, {})).groups

const createGroupMutation = graphql(
  `
  mutation CreateGroup($name: String!, $memberIds: [ID!]!, $supervisorIds: [ID!]) {
    createGroup(name: $name, memberIds: $memberIds, supervisorIds: $supervisorIds) { __typename ...GroupFields ...RefusalFields }
  }
`,
  [groupFields, refusalFields],
)
export const createGroup = async (variables: VariablesOf<typeof createGroupMutation>) =>
  (await tell(createGroupMutation, variables)).createGroup

const updateGroupMutation = graphql(
  `
  mutation UpdateGroup($groupId: ID!, $name: String, $memberIds: [ID!], $supervisorIds: [ID!], $assigns: Boolean) {
    updateGroup(groupId: $groupId, name: $name, memberIds: $memberIds, supervisorIds: $supervisorIds, assigns: $assigns) { __typename ...GroupFields ...RefusalFields }
  }
`,
  [groupFields, refusalFields],
)
export const updateGroup = async (variables: VariablesOf<typeof updateGroupMutation>) =>
  (await tell(updateGroupMutation, variables)).updateGroup
