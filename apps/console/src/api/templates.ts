import { ask, tell } from './client.ts'
import { fileFields, refusalFields } from './fragments.ts'
import { graphql, type ResultOf, type VariablesOf } from './graphql.ts'

const templateFields = graphql(
  `
  fragment TemplateFields on Template {
    __typename id scope title shortcut body buttons language updatedAt mayManage
    group { id name } owner { id name } files { ...FileFields }
  }
`,
  [fileFields],
)
export type Template = ResultOf<typeof templateFields>
export type TemplateScope = Template['scope']

const list = graphql(
  `
  query Templates($scope: TemplateScope, $search: String, $first: Int, $after: String) {
    templates(scope: $scope, search: $search, first: $first, after: $after) { edges { node { ...TemplateFields } } pageInfo { hasNextPage endCursor } }
  }
`,
  [templateFields],
)
export const listTemplates = async (variables: VariablesOf<typeof list>) => (await ask(list, variables)).templates

const find = graphql(
  `
  query FindTemplates($chatId: ID!, $search: String) {
    findTemplates(chatId: $chatId, search: $search, first: 30) { text empty template { ...TemplateFields } }
  }
`,
  [templateFields],
)
/** Templates for a chat, filled, the best first. */
export const findTemplates = async (chatId: string, search: string) => (await ask(find, { chatId, search })).findTemplates
export type TemplateMatch = ResultOf<typeof find>['findTemplates'][number]

const preview = graphql(
  `query PreviewTemplate($chatId: ID!, $body: String!) { previewTemplate(chatId: $chatId, body: $body) { __typename ... on FilledText { text empty } } }`,
)
/** Null when it is refused. */
export async function previewTemplate(chatId: string, body: string) {
  const { previewTemplate: filled } = await ask(preview, { chatId, body })
  return filled.__typename === 'FilledText' ? filled : null
}

const create = graphql(
  `mutation CreateTemplate($input: TemplateInput!) { createTemplate(input: $input) { __typename ...TemplateFields ...RefusalFields } }`,
  [templateFields, refusalFields],
)
export type TemplateInput = VariablesOf<typeof create>['input']
export const createTemplate = async (input: TemplateInput) => (await tell(create, { input })).createTemplate

const update = graphql(
  `mutation UpdateTemplate($templateId: ID!, $input: TemplateInput!) { updateTemplate(templateId: $templateId, input: $input) { __typename ...TemplateFields ...RefusalFields } }`,
  [templateFields, refusalFields],
)
export const updateTemplate = async (templateId: string, input: TemplateInput) => (await tell(update, { templateId, input })).updateTemplate

const remove = graphql(
  `mutation DeleteTemplate($templateId: ID!) { deleteTemplate(templateId: $templateId) { __typename ... on Template { id } ...RefusalFields } }`,
  [refusalFields],
)
export const deleteTemplate = async (templateId: string) => (await tell(remove, { templateId })).deleteTemplate

const apply = graphql(
  `
  mutation ApplyTemplate($chatId: ID!, $templateId: ID!) {
    applyTemplate(chatId: $chatId, templateId: $templateId) { __typename ... on AppliedTemplate { text empty template { buttons } files { ...FileFields } } ...RefusalFields }
  }
`,
  [fileFields, refusalFields],
)
/** Takes a template for a chat: its text filled, copies of its files to send, and the use counted. */
export const applyTemplate = async (chatId: string, templateId: string) => (await tell(apply, { chatId, templateId })).applyTemplate
