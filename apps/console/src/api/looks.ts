import { ask, hubHeaders, tell } from './client.ts'
import type { DoorRefusal } from './door.ts'
import { refusalFields } from './fragments.ts'
import { graphql, type ResultOf, type VariablesOf } from './graphql.ts'

const lookFields = graphql(`
  fragment LookFields on WidgetLook {
    accent fontColour backColour borderColour welcomeColour awayColour closingColour side size showOn hideOn pictures
    texts { language online offline welcome away closing }
  }
`)
const channelLookFields = graphql(
  `
  fragment ChannelLookFields on ChannelLook {
    __typename
    channel { id kind name options }
    usual { ...LookFields }
    published { number at }
    draft { at look { ...LookFields } }
    history { number at revertOf operator { id name } look { ...LookFields } }
  }
`,
  [lookFields],
)
export type Look = ResultOf<typeof lookFields>
export type ChannelLook = ResultOf<typeof channelLookFields>

const lookQuery = graphql(`query ChannelLook($channelId: ID!) { channelLook(channelId: $channelId) { ...ChannelLookFields } }`, [
  channelLookFields,
])
export const findLook = async (channelId: string) => (await ask(lookQuery, { channelId })).channelLook

const previewQuery = graphql(
  `
  query PreviewLook($channelId: ID!, $input: WidgetLookInput!, $language: Language!) {
    previewLook(channelId: $channelId, input: $input) {
      __typename
      ... on WidgetPreview { accent style launcherStyle logoUrl words(language: $language) }
      ...RefusalFields
    }
  }
`,
  [refusalFields],
)
export type LookInput = VariablesOf<typeof previewQuery>['input']
export const previewLook = async (variables: VariablesOf<typeof previewQuery>) => (await ask(previewQuery, variables)).previewLook
export type LookPreview = Extract<Awaited<ReturnType<typeof previewLook>>, { __typename: 'WidgetPreview' }>

const save = graphql(
  `mutation SaveLook($channelId: ID!, $input: WidgetLookInput!) { saveLook(channelId: $channelId, input: $input) { __typename ...ChannelLookFields ...RefusalFields } }`,
  [channelLookFields, refusalFields],
)
export const saveLook = async (variables: VariablesOf<typeof save>) => (await tell(save, variables)).saveLook

const publish = graphql(
  `mutation PublishLook($channelId: ID!) { publishLook(channelId: $channelId) { __typename ...ChannelLookFields ...RefusalFields } }`,
  [channelLookFields, refusalFields],
)
export const publishLook = async (channelId: string) => (await tell(publish, { channelId })).publishLook

const revert = graphql(
  `mutation RevertLook($channelId: ID!, $number: Int!) { revertLook(channelId: $channelId, number: $number) { __typename ...ChannelLookFields ...RefusalFields } }`,
  [channelLookFields, refusalFields],
)
export const revertLook = async (variables: VariablesOf<typeof revert>) => (await tell(revert, variables)).revertLook

const discard = graphql(
  `mutation DiscardLook($channelId: ID!) { discardLook(channelId: $channelId) { __typename ...ChannelLookFields ...RefusalFields } }`,
  [channelLookFields, refusalFields],
)
export const discardLook = async (channelId: string) => (await tell(discard, { channelId })).discardLook

const remove = graphql(
  `mutation RemoveLookPicture($channelId: ID!, $place: WidgetPicturePlace!) { removeLookPicture(channelId: $channelId, place: $place) { __typename ...ChannelLookFields ...RefusalFields } }`,
  [channelLookFields, refusalFields],
)
export const removeLookPicture = async (variables: VariablesOf<typeof remove>) => (await tell(remove, variables)).removeLookPicture
export type PicturePlace = VariablesOf<typeof remove>['place']

/** Puts a picture into the draft. Answers as a command does. */
export async function uploadLookPicture(channelId: string, place: PicturePlace, file: File) {
  const form = new FormData()
  form.append('file', file)
  const response = await fetch(`/files/look?channel=${channelId}&place=${place}`, { method: 'POST', headers: hubHeaders(), body: form })
  if (response.ok) return { __typename: 'Done' as const }
  const { code, message, remedy } = (await response.json()) as DoorRefusal
  return { __typename: 'Refusal' as const, code, message, remedy: remedy ?? null, field: place }
}
