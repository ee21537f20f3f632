import { idOf } from '../../domain/ids.ts'
import { listUndelivered, type Undelivered as UndeliveredRow } from '../../domain/ledger.ts'
import { asks, builder, look } from '../builder.ts'
import { fromCursor, oncePerPage, type Page, pageOf, sizeOf, toCursor } from '../connection.ts'
import { Chat } from './chat.ts'
import { Message } from './message.ts'
import { PageInfo } from './page.ts'

const Undelivered = builder.objectRef<UndeliveredRow>('Undelivered').implement({
  description: 'A message that did not get to the customer, or may not have, with its chat.',
  fields: (t) => ({
    message: t.field({ type: Message, resolve: (row) => row.message }),
    chat: t.field({ type: Chat, resolve: (row) => row.chat }),
  }),
})
const UndeliveredEdge = builder.objectRef<{ node: UndeliveredRow; cursor: string }>('UndeliveredEdge').implement({
  fields: (t) => ({ node: t.field({ type: Undelivered, resolve: (edge) => edge.node }), cursor: t.exposeString('cursor') }),
})
const UndeliveredConnection = builder.objectRef<Page<UndeliveredRow>>('UndeliveredConnection').implement({
  fields: (t) => ({
    edges: t.field({ type: [UndeliveredEdge], complexity: oncePerPage, resolve: (page) => page.edges }),
    pageInfo: t.field({ type: PageInfo, resolve: (page) => page.pageInfo }),
  }),
})

builder.queryField('undelivered', (t) =>
  t.field({
    ...asks('chat.read'),
    type: UndeliveredConnection,
    description: 'Messages that failed, or whose fate nobody knows, in the chats you may see; the newest first.',
    args: { groupId: t.arg.id(), channelId: t.arg.id(), first: t.arg.int(), after: t.arg.string() },
    complexity: ({ first }) => ({ field: 1, multiplier: first ?? 50 }),
    resolve: (_, { groupId, channelId, first, after }, context) =>
      look(context, async (work) => {
        const size = sizeOf(first, 'first')
        const [key = '', id = ''] = after ? fromCursor(after, ['moment', 'text'], 'after') : []
        const rows = await listUndelivered(work, {
          groupId: groupId == null ? null : idOf(groupId),
          channelId: channelId == null ? null : idOf(channelId),
          limit: size + 1,
          ...(after && { after: { key, id: idOf(id) } }),
        })
        return pageOf(rows, size, { cursor: (row) => toCursor(row.key, row.message.id), node: (row) => row, within: after != null })
      }),
  }),
)
