import type { ActivityRow, TimelineRow } from '../../domain/lists.ts'
import { builder } from '../builder.ts'
import { oncePerPage, type Page } from '../connection.ts'
import { Comment } from './comment.ts'
import { Activity, Message, must } from './message.ts'
import { PageInfo } from './page.ts'

type TimelineNode = { kind: 'message' | 'comment'; id: string } | ActivityRow
const TimelineItem = builder.unionType('TimelineItem', {
  types: [Message, Comment, Activity],
  resolveType: (item) => ('kind' in item ? Activity : 'toOperatorId' in item ? Comment : Message),
})
const TimelineEdge = builder.objectRef<{ node: TimelineNode; cursor: string }>('TimelineEdge').implement({
  fields: (t) => ({
    node: t.field({
      type: TimelineItem,
      resolve: async ({ node }, _, { loaders }) => {
        if (node.kind === 'activity') return node
        return node.kind === 'comment' ? must(await loaders.comment.load(node.id)) : must(await loaders.message.load(node.id))
      },
    }),
    cursor: t.exposeString('cursor'),
  }),
})
export const TimelineConnection = builder.objectRef<Page<TimelineNode>>('TimelineConnection').implement({
  fields: (t) => ({
    edges: t.field({ type: [TimelineEdge], complexity: oncePerPage, resolve: (page) => page.edges }),
    pageInfo: t.field({ type: PageInfo, resolve: (page) => page.pageInfo }),
  }),
})
export const timelineNode = (row: TimelineRow): TimelineNode => (row.kind === 'activity' ? row : { kind: row.kind, id: row.id })
