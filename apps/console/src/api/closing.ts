import { ask, tell } from './client.ts'
import { refusalFields } from './fragments.ts'
import { graphql, type ResultOf, type VariablesOf } from './graphql.ts'

const fieldFields = graphql(`fragment FieldFields on FormField { __typename id label type options required archived }`)
const settingsFields = graphql(
  `fragment SettingsFields on ClosingSettings { __typename texts { language text } reopenMinutes formEditableHours }`,
)
export type FormField = ResultOf<typeof fieldFields>
export type ClosingSettings = ResultOf<typeof settingsFields>
export type FieldType = FormField['type']

const closingQuery = graphql(`query Closing { formFields { ...FieldFields } closingSettings { ...SettingsFields } }`, [
  fieldFields,
  settingsFields,
])
/** What closing a chat asks for, and what it says. */
export const findClosing = async () => ask(closingQuery, {})

const answersQuery = graphql(
  `query FormAnswers($id: ID!) { chat(id: $id) { id formEditable formAnswers { values at operator { id name } field { ...FieldFields } } } }`,
  [fieldFields],
)
/** What was filled in about a chat; null when it is not yours to see. */
export const findAnswers = async (id: string) => (await ask(answersQuery, { id })).chat
export type FormAnswer = NonNullable<ResultOf<typeof answersQuery>['chat']>['formAnswers'][number]

const fill = graphql(
  `mutation FillForm($chatId: ID!, $answers: [FormAnswerInput!]!) { fillForm(chatId: $chatId, answers: $answers) { __typename ... on Chat { id } ...RefusalFields } }`,
  [refusalFields],
)
export const fillForm = async (chatId: string, answers: VariablesOf<typeof fill>['answers']) =>
  (await tell(fill, { chatId, answers })).fillForm

const create = graphql(
  `
  mutation CreateFormField($label: String!, $type: FieldType!, $options: [String!], $required: Boolean) {
    createFormField(label: $label, type: $type, options: $options, required: $required) { __typename ...FieldFields ...RefusalFields }
  }
`,
  [fieldFields, refusalFields],
)
export const createFormField = async (variables: VariablesOf<typeof create>) => (await tell(create, variables)).createFormField

const update = graphql(
  `
  mutation UpdateFormField($fieldId: ID!, $label: String, $options: [String!], $required: Boolean) {
    updateFormField(fieldId: $fieldId, label: $label, options: $options, required: $required) { __typename ...FieldFields ...RefusalFields }
  }
`,
  [fieldFields, refusalFields],
)
export const updateFormField = async (variables: VariablesOf<typeof update>) => (await tell(update, variables)).updateFormField

const archive = graphql(
  `mutation ArchiveFormField($fieldId: ID!) { archiveFormField(fieldId: $fieldId) { __typename ...FieldFields ...RefusalFields } }`,
  [fieldFields, refusalFields],
)
export const archiveFormField = async (fieldId: string) => (await tell(archive, { fieldId })).archiveFormField

const order = graphql(
  `mutation OrderFormFields($fieldIds: [ID!]!) { orderFormFields(fieldIds: $fieldIds) { __typename ... on OrderFormFieldsSuccess { fields { id } } ...RefusalFields } }`,
  [refusalFields],
)
export const orderFormFields = async (fieldIds: string[]) => (await tell(order, { fieldIds })).orderFormFields

const change = graphql(
  `
  mutation UpdateClosingSettings($texts: [LocalTextInput!], $reopenMinutes: Int, $formEditableHours: Int) {
    updateClosingSettings(texts: $texts, reopenMinutes: $reopenMinutes, formEditableHours: $formEditableHours) { __typename ...SettingsFields ...RefusalFields }
  }
`,
  [settingsFields, refusalFields],
)
export const updateClosingSettings = async (variables: VariablesOf<typeof change>) => (await tell(change, variables)).updateClosingSettings
