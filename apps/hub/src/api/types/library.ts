import { idOf } from '../../domain/ids.ts'
import {
  addLibraryImage,
  deleteLibraryImage,
  type LibraryImage as LibraryImageRow,
  listLibraryImages,
  moveLibraryImage,
  renameLibraryImage,
  takeLibraryImage,
} from '../../domain/library.ts'
import { asks, builder, command, look } from '../builder.ts'
import { fromCursor, oncePerPage, type Page, pageOf, sizeOf, toCursor } from '../connection.ts'
import { File } from './message.ts'
import { PageInfo } from './page.ts'

export const LibraryImage = builder.objectRef<LibraryImageRow>('LibraryImage').implement({
  description: 'A picture that operators may send.',
  fields: (t) => ({
    id: t.exposeID('id'),
    title: t.exposeString('title'),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    file: t.field({
      type: File,
      nullable: true,
      description: 'Null once the picture is deleted.',
      resolve: async (image, _, { loaders }) => (await loaders.fileOfLibraryImage.load(image.id))[0] ?? null,
    }),
  }),
})
const LibraryImageEdge = builder.objectRef<{ node: LibraryImageRow; cursor: string }>('LibraryImageEdge').implement({
  fields: (t) => ({ node: t.field({ type: LibraryImage, resolve: (edge) => edge.node }), cursor: t.exposeString('cursor') }),
})
const LibraryImageConnection = builder.objectRef<Page<LibraryImageRow>>('LibraryImageConnection').implement({
  fields: (t) => ({
    edges: t.field({ type: [LibraryImageEdge], complexity: oncePerPage, resolve: (page) => page.edges }),
    pageInfo: t.field({ type: PageInfo, resolve: (page) => page.pageInfo }),
  }),
})

builder.queryField('libraryImages', (t) =>
  t.field({
    ...asks('library.list'),
    type: LibraryImageConnection,
    description: 'The pictures operators may send, in the order admins gave them.',
    args: { first: t.arg.int(), after: t.arg.string() },
    complexity: ({ first }) => ({ field: 1, multiplier: first ?? 50 }),
    resolve: (_, { first, after }, context) =>
      look(context, async (work) => {
        const size = sizeOf(first, 'first')
        const [position, id] = after ? fromCursor(after, ['number', 'text'], 'after') : []
        const rows = await listLibraryImages(work, {
          limit: size + 1,
          ...(position && id && { after: { position: Number(position), id: idOf(id) } }),
        })
        return pageOf(rows, size, { cursor: (row) => toCursor(row.position, row.id), node: (row) => row, within: after != null })
      }),
  }),
)

builder.mutationFields((t) => ({
  addLibraryImage: t.field({
    ...asks('library.manage'),
    type: LibraryImage,
    errors: {},
    description: 'Puts a picture you uploaded into the library, behind the others.',
    args: { fileId: t.arg.id({ required: true }), title: t.arg.string({ required: true }) },
    resolve: (_, { fileId, title }, context) => command(context, (work) => addLibraryImage(work, idOf(fileId), title)),
  }),
  renameLibraryImage: t.field({
    ...asks('library.manage'),
    type: LibraryImage,
    errors: {},
    args: { imageId: t.arg.id({ required: true }), title: t.arg.string({ required: true }) },
    resolve: (_, { imageId, title }, context) => command(context, (work) => renameLibraryImage(work, idOf(imageId), title)),
  }),
  moveLibraryImage: t.field({
    ...asks('library.manage'),
    type: LibraryImage,
    errors: {},
    args: { imageId: t.arg.id({ required: true }), to: t.arg.int({ required: true, description: 'The place, counted from 0.' }) },
    resolve: (_, { imageId, to }, context) => command(context, (work) => moveLibraryImage(work, idOf(imageId), to)),
  }),
  deleteLibraryImage: t.field({
    ...asks('library.manage'),
    type: LibraryImage,
    errors: {},
    description: 'Answers with what it was. What was sent stays.',
    args: { imageId: t.arg.id({ required: true }) },
    resolve: (_, { imageId }, context) => command(context, (work) => deleteLibraryImage(work, idOf(imageId))),
  }),
  takeLibraryImage: t.field({
    ...asks('template.use'),
    type: File,
    errors: {},
    description: 'A copy of the picture as an upload of your own: send it with a message of this chat.',
    args: { chatId: t.arg.id({ required: true }), imageId: t.arg.id({ required: true }) },
    resolve: (_, { chatId, imageId }, context) => command(context, (work) => takeLibraryImage(work, idOf(chatId), idOf(imageId))),
  }),
}))
