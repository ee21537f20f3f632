import { ask, tell } from './client.ts'
import { accountFields, operatorFields, refusalFields, workspaceFields } from './fragments.ts'
import { graphql, type VariablesOf } from './graphql.ts'

const meQuery = graphql(`query Me { me { ...AccountFields } }`, [accountFields])
/** Null when nobody is signed in. */
export const findAccount = async () => (await ask(meQuery, {})).me

const deskQuery = graphql(`query Desk { me { ...AccountFields } workspace { ...WorkspaceFields } operator { ...OperatorFields } }`, [
  accountFields,
  workspaceFields,
  operatorFields,
])
/** Who you are in the chosen workspace; nulls where you are nobody. */
export const findDesk = () => ask(deskQuery, {})

const updateWorkspaceMutation = graphql(
  `
  mutation UpdateWorkspace($name: String, $language: Language, $country: String, $waitingAfterMinutes: Int, $transferOffline: Boolean) {
    updateWorkspace(name: $name, language: $language, country: $country, waitingAfterMinutes: $waitingAfterMinutes, transferOffline: $transferOffline) {
      __typename ...WorkspaceFields ...RefusalFields
    }
  }
`,
  [workspaceFields, refusalFields],
)
export const updateWorkspace = async (variables: VariablesOf<typeof updateWorkspaceMutation>) =>
  (await tell(updateWorkspaceMutation, variables)).updateWorkspace

const updateAccountMutation = graphql(
  `mutation UpdateAccount($language: Language, $name: String) { updateAccount(language: $language, name: $name) { __typename ...AccountFields ...RefusalFields } }`,
  [accountFields, refusalFields],
)
export const updateAccount = async (variables: VariablesOf<typeof updateAccountMutation>) =>
  (await tell(updateAccountMutation, variables)).updateAccount

const revoke = graphql(
  `mutation RevokeSession($sessionId: ID!) { revokeSession(sessionId: $sessionId) { __typename ...AccountFields ...RefusalFields } }`,
  [accountFields, refusalFields],
)
export const revokeSession = async (sessionId: string) => (await tell(revoke, { sessionId })).revokeSession
