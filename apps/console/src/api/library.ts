import { ask, tell } from './client.ts'
import { fileFields, refusalFields } from './fragments.ts'
import { graphql, type ResultOf } from './graphql.ts'

const imageFields = graphql(`fragment LibraryImageFields on LibraryImage { __typename id title file { ...FileFields } }`, [fileFields])
export type LibraryImage = ResultOf<typeof imageFields>

const list = graphql(
  `query LibraryImages($after: String) { libraryImages(first: 100, after: $after) { edges { node { ...LibraryImageFields } } pageInfo { hasNextPage endCursor } } }`,
  [imageFields],
)
/** All of them: there are at most five hundred. */
export async function listLibraryImages(): Promise<LibraryImage[]> {
  const images: LibraryImage[] = []
  for (let after: string | null = null; ; ) {
    const page: ResultOf<typeof list>['libraryImages'] = (await ask(list, { after })).libraryImages
    images.push(...page.edges.map((edge) => edge.node))
    if (!page.pageInfo.hasNextPage) return images
    after = page.pageInfo.endCursor
  }
}

const add = graphql(
  `mutation AddLibraryImage($fileId: ID!, $title: String!) { addLibraryImage(fileId: $fileId, title: $title) { __typename ...LibraryImageFields ...RefusalFields } }`,
  [imageFields, refusalFields],
)
export const addLibraryImage = async (fileId: string, title: string) => (await tell(add, { fileId, title })).addLibraryImage

const rename = graphql(
  `mutation RenameLibraryImage($imageId: ID!, $title: String!) { renameLibraryImage(imageId: $imageId, title: $title) { __typename ...LibraryImageFields ...RefusalFields } }`,
  [imageFields, refusalFields],
)
export const renameLibraryImage = async (imageId: string, title: string) => (await tell(rename, { imageId, title })).renameLibraryImage

const move = graphql(
  `mutation MoveLibraryImage($imageId: ID!, $to: Int!) { moveLibraryImage(imageId: $imageId, to: $to) { __typename ...LibraryImageFields ...RefusalFields } }`,
  [imageFields, refusalFields],
)
export const moveLibraryImage = async (imageId: string, to: number) => (await tell(move, { imageId, to })).moveLibraryImage

const remove = graphql(
  `mutation DeleteLibraryImage($imageId: ID!) { deleteLibraryImage(imageId: $imageId) { __typename ... on LibraryImage { id } ...RefusalFields } }`,
  [refusalFields],
)
export const deleteLibraryImage = async (imageId: string) => (await tell(remove, { imageId })).deleteLibraryImage

const take = graphql(
  `mutation TakeLibraryImage($chatId: ID!, $imageId: ID!) { takeLibraryImage(chatId: $chatId, imageId: $imageId) { __typename ...FileFields ...RefusalFields } }`,
  [fileFields, refusalFields],
)
/** A copy of the picture, to be sent with a message of this chat. */
export const takeLibraryImage = async (chatId: string, imageId: string) => (await tell(take, { chatId, imageId })).takeLibraryImage
