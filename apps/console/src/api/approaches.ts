import { ask, tell } from './client.ts'
import { refusalFields } from './fragments.ts'
import { graphql, type ResultOf, type VariablesOf } from './graphql.ts'

const textFields = graphql(`
  fragment ApproachTextFields on ApproachText {
    __typename id kind own title words { language text } url image { id title file { id thumbnailUrl } } mayManage
  }
`)
export type ApproachText = ResultOf<typeof textFields>
const settingsFields = graphql(`fragment ApproachSettingsFields on ApproachSettings { __typename free domains perVisit }`)
export type ApproachSettings = ResultOf<typeof settingsFields>
const ruleFields = graphql(`
  fragment ApproachRuleFields on ApproachRule {
    __typename id textId active channelId page seconds visits campaign countries online days made shown accepted
  }
`)
export type ApproachRule = ResultOf<typeof ruleFields>

const textsQuery = graphql(
  `query ApproachTexts { approachTexts { ...ApproachTextFields } approachSettings { ...ApproachSettingsFields } }`,
  [textFields, settingsFields],
)
/** What one may say to visitors, and whether one may say anything else. */
export const findApproachTexts = async () => {
  const { approachTexts, approachSettings } = await ask(textsQuery, {})
  return { texts: approachTexts, settings: approachSettings }
}
const rulesQuery = graphql(`query ApproachRules { approachRules { ...ApproachRuleFields } }`, [ruleFields])
export const listApproachRules = async () => (await ask(rulesQuery, {})).approachRules

const createText = graphql(
  `mutation CreateApproachText($input: ApproachTextInput!) { createApproachText(input: $input) { __typename ...ApproachTextFields ...RefusalFields } }`,
  [textFields, refusalFields],
)
export type ApproachTextInput = VariablesOf<typeof createText>['input']
export const createApproachText = async (input: ApproachTextInput) => (await tell(createText, { input })).createApproachText
const updateText = graphql(
  `mutation UpdateApproachText($textId: ID!, $input: ApproachTextInput!) {
    updateApproachText(textId: $textId, input: $input) { __typename ...ApproachTextFields ...RefusalFields }
  }`,
  [textFields, refusalFields],
)
export const updateApproachText = async (textId: string, input: ApproachTextInput) =>
  (await tell(updateText, { textId, input })).updateApproachText
const deleteText = graphql(
  `mutation DeleteApproachText($textId: ID!) { deleteApproachText(textId: $textId) { __typename ... on ApproachText { id } ...RefusalFields } }`,
  [refusalFields],
)
export const deleteApproachText = async (textId: string) => (await tell(deleteText, { textId })).deleteApproachText

const updateSettings = graphql(
  `mutation UpdateApproachSettings($free: Boolean!, $domains: [String!]!, $perVisit: Int!) {
    updateApproachSettings(free: $free, domains: $domains, perVisit: $perVisit) { __typename ...ApproachSettingsFields ...RefusalFields }
  }`,
  [settingsFields, refusalFields],
)
export const updateApproachSettings = async (settings: VariablesOf<typeof updateSettings>) =>
  (await tell(updateSettings, settings)).updateApproachSettings

const createRule = graphql(
  `mutation CreateApproachRule($input: ApproachRuleInput!) { createApproachRule(input: $input) { __typename ...ApproachRuleFields ...RefusalFields } }`,
  [ruleFields, refusalFields],
)
export type ApproachRuleInput = VariablesOf<typeof createRule>['input']
export const createApproachRule = async (input: ApproachRuleInput) => (await tell(createRule, { input })).createApproachRule
const updateRule = graphql(
  `mutation UpdateApproachRule($ruleId: ID!, $input: ApproachRuleInput!) {
    updateApproachRule(ruleId: $ruleId, input: $input) { __typename ...ApproachRuleFields ...RefusalFields }
  }`,
  [ruleFields, refusalFields],
)
export const updateApproachRule = async (ruleId: string, input: ApproachRuleInput) =>
  (await tell(updateRule, { ruleId, input })).updateApproachRule
const deleteRule = graphql(
  `mutation DeleteApproachRule($ruleId: ID!) { deleteApproachRule(ruleId: $ruleId) { __typename ... on ApproachRule { id } ...RefusalFields } }`,
  [refusalFields],
)
export const deleteApproachRule = async (ruleId: string) => (await tell(deleteRule, { ruleId })).deleteApproachRule
