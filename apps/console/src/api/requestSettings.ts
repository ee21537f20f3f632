import { ask, tell } from './client.ts'
import { refusalFields } from './fragments.ts'
import { graphql, type ResultOf, type VariablesOf } from './graphql.ts'

const settingsFields = graphql(`
  fragment RequestSettingsFields on RequestSettings {
    __typename categories types title category type priority away mails
    group { id }
    fields { id label kind options required }
  }
`)
export type RequestSettings = ResultOf<typeof settingsFields>
export type RequestField = RequestSettings['fields'][number]

const settingsQuery = graphql(`query RequestSettings { requestSettings { ...RequestSettingsFields } }`, [settingsFields])
export const getRequestSettings = async () => (await ask(settingsQuery, {})).requestSettings

const update = graphql(
  `
  mutation UpdateRequestSettings($input: RequestSettingsInput!) {
    updateRequestSettings(input: $input) { __typename ...RequestSettingsFields ...RefusalFields }
  }
`,
  [settingsFields, refusalFields],
)
export type RequestSettingsInput = VariablesOf<typeof update>['input']
export type RequestFieldInput = NonNullable<RequestSettingsInput['fields']>[number]
export const updateRequestSettings = async (input: RequestSettingsInput) => (await tell(update, { input })).updateRequestSettings
