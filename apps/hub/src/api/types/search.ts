import { idOf } from '../../domain/ids.ts'
import { type Hit, search } from '../../domain/search.ts'
import type { Excerpt } from '../../domain/search-excerpt.ts'
import { asks, builder, look } from '../builder.ts'
import { fromCursor, oncePerPage, type Page, pageOf, sizeOf, toCursor } from '../connection.ts'
import { Chat } from './chat.ts'
import { Comment } from './comment.ts'
import { Customer } from './customer.ts'
import { Message } from './message.ts'
import { Note } from './note.ts'
import { PageInfo } from './page.ts'
import { SearchKind } from './scalars.ts'

const SearchMark = builder.objectRef<Excerpt['marks'][number]>('SearchMark').implement({
  description: 'Where in an excerpt a word stands that was looked for, in UTF-16 units.',
  fields: (t) => ({ start: t.exposeInt('start'), end: t.exposeInt('end') }),
})
const SearchExcerpt = builder.objectRef<Excerpt>('SearchExcerpt').implement({
  description: 'Some of the words of what was found, as plain text.',
  fields: (t) => ({ text: t.exposeString('text'), marks: t.field({ type: [SearchMark], complexity: 1, resolve: ({ marks }) => marks }) }),
})

const SearchHit = builder.objectRef<Hit>('SearchHit').implement({
  fields: (t) => ({
    kind: t.field({ type: SearchKind, resolve: (hit) => hit.kind }),
    id: t.exposeID('id', { description: 'Of the message, the comment, the customer or the note.' }),
    at: t.expose('at', { type: 'DateTime' }),
    excerpt: t.field({ type: SearchExcerpt, resolve: (hit) => hit.excerpt }),
    chat: t.field({
      type: Chat,
      nullable: true,
      description: 'In which a message or a comment stands.',
      resolve: (hit, _, { loaders }) => (hit.chatId ? loaders.chat.load(hit.chatId) : null),
    }),
    place: t.string({
      nullable: true,
      description: 'A cursor right before it in `Chat.timeline`: ask `after` for it and what follows, `before` for what stands before it.',
      resolve: ({ place }) => place && toCursor(...place),
    }),
    message: t.field({
      type: Message,
      nullable: true,
      resolve: (hit, _, { loaders }) => (hit.kind === 'message' ? loaders.message.load(hit.id) : null),
    }),
    comment: t.field({
      type: Comment,
      nullable: true,
      resolve: (hit, _, { loaders }) => (hit.kind === 'comment' ? loaders.comment.load(hit.id) : null),
    }),
    customer: t.field({
      type: Customer,
      nullable: true,
      description: 'Who was found, or about whom the note is; of a message and a comment see its chat.',
      resolve: (hit, _, { loaders }) => (hit.customerId ? loaders.customer.load(hit.customerId) : null),
    }),
    note: t.field({
      type: Note,
      nullable: true,
      resolve: (hit, _, { loaders }) => (hit.kind === 'note' ? loaders.note.load(hit.id) : null),
    }),
  }),
})
const SearchEdge = builder.objectRef<{ node: Hit; cursor: string }>('SearchEdge').implement({
  fields: (t) => ({ node: t.field({ type: SearchHit, resolve: (edge) => edge.node }), cursor: t.exposeString('cursor') }),
})
const SearchConnection = builder.objectRef<Page<Hit>>('SearchConnection').implement({
  fields: (t) => ({
    edges: t.field({ type: [SearchEdge], complexity: oncePerPage, resolve: (page) => page.edges }),
    pageInfo: t.field({ type: PageInfo, resolve: (page) => page.pageInfo }),
  }),
})

builder.queryFields((t) => ({
  search: t.field({
    ...asks('chat.read'),
    type: SearchConnection,
    description:
      'What you may see and holds all of the words: in any of their forms, as a part of a word (three letters or more), or as a phrase between quotation marks. Case and accents make no difference. The newest first, of any age; what was written is found within a second.',
    args: {
      query: t.arg.string({ required: true }),
      kinds: t.arg({ type: [SearchKind], description: 'Everything unless told.' }),
      chatId: t.arg.id({ description: 'Only messages and comments of this chat.' }),
      first: t.arg.int(),
      after: t.arg.string(),
    },
    complexity: ({ first }) => ({ field: 30, multiplier: first ?? 50 }),
    resolve: (_, { query, kinds, chatId, first, after }, context) =>
      look(context, async (work) => {
        const size = sizeOf(first, 'first')
        const [key = '', id = ''] = after ? fromCursor(after, ['moment', 'text'], 'after') : []
        const hits = await search(work, {
          query,
          kinds,
          chatId: chatId == null ? null : idOf(chatId),
          limit: size + 1,
          after: after ? { key, id: idOf(id) } : undefined,
        })
        return pageOf(hits, size, { cursor: (hit) => toCursor(hit.key, hit.id), node: (hit) => hit, within: after != null })
      }),
  }),
}))
