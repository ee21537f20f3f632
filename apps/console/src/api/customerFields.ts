import { ask, tell } from './client.ts'
import { refusalFields } from './fragments.ts'
import { graphql, type ResultOf, type VariablesOf } from './graphql.ts'

const fieldFields = graphql(`fragment CustomerFieldFields on CustomerField { __typename id key label type options required archived }`)
export type CustomerField = ResultOf<typeof fieldFields>

const fieldsQuery = graphql(`query CustomerFieldList { customerFields(archived: true) { ...CustomerFieldFields } }`, [fieldFields])
/** In the company's order, those no longer shown at the end. */
export const listCustomerFields = async () => (await ask(fieldsQuery, {})).customerFields

const create = graphql(
  `
  mutation CreateCustomerField($label: String!, $type: FieldType!, $key: String, $options: [String!], $required: Boolean) {
    createCustomerField(label: $label, type: $type, key: $key, options: $options, required: $required) { __typename ...CustomerFieldFields ...RefusalFields }
  }
`,
  [fieldFields, refusalFields],
)
export const createCustomerField = async (variables: VariablesOf<typeof create>) => (await tell(create, variables)).createCustomerField

const update = graphql(
  `
  mutation UpdateCustomerField($fieldId: ID!, $label: String, $options: [String!], $required: Boolean) {
    updateCustomerField(fieldId: $fieldId, label: $label, options: $options, required: $required) { __typename ...CustomerFieldFields ...RefusalFields }
  }
`,
  [fieldFields, refusalFields],
)
export const updateCustomerField = async (variables: VariablesOf<typeof update>) => (await tell(update, variables)).updateCustomerField

const archive = graphql(
  `
  mutation ArchiveCustomerField($fieldId: ID!, $archived: Boolean!) {
    archiveCustomerField(fieldId: $fieldId, archived: $archived) { __typename ...CustomerFieldFields ...RefusalFields }
  }
`,
  [fieldFields, refusalFields],
)
export const archiveCustomerField = async (fieldId: string, archived: boolean) =>
  (await tell(archive, { fieldId, archived })).archiveCustomerField

const order = graphql(
  `mutation OrderCustomerFields($fieldIds: [ID!]!) { orderCustomerFields(fieldIds: $fieldIds) { __typename ... on OrderCustomerFieldsSuccess { fields { id } } ...RefusalFields } }`,
  [refusalFields],
)
export const orderCustomerFields = async (fieldIds: string[]) => (await tell(order, { fieldIds })).orderCustomerFields
