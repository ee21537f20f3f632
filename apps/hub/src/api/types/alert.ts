import {
  type Alert as AlertOf,
  type AlertRow,
  countUnreadAlerts,
  listAlerts,
  mostUnread,
  readAlerts,
  readAllAlerts,
} from '../../domain/alert.ts'
import { hears } from '../../domain/audience.ts'
import { idOf } from '../../domain/ids.ts'
import { sees, sightOf } from '../../domain/sight.ts'
import { asks, builder, command, look } from '../builder.ts'
import { fromCursor, oncePerPage, type Page, pageOf, sizeOf, toCursor } from '../connection.ts'
import type { ApiContext } from '../context.ts'
import { Channel } from './channel.ts'
import { Chat } from './chat.ts'
import { Comment } from './comment.ts'
import { Operator } from './operator.ts'
import { PageInfo } from './page.ts'
import { AlertKind, ChannelAlarm } from './scalars.ts'

/** An alert outlives its receiver's sight of the chat: then it says no more than that he was called. */
async function chatOf(alert: AlertOf, { actor, loaders }: ApiContext) {
  const chat = alert.chatId ? await loaders.chat.load(alert.chatId) : null
  return actor && chat && sees(actor, sightOf(chat)) ? chat : null
}

export const Alert = builder.objectRef<AlertOf>('Alert').implement({
  description: 'What calls you to a chat or a channel, kept for 90 days.',
  fields: (t) => ({
    id: t.exposeID('id'),
    kind: t.field({ type: AlertKind, resolve: (alert) => alert.kind }),
    at: t.expose('at', { type: 'DateTime' }),
    readAt: t.expose('readAt', { type: 'DateTime', nullable: true, description: 'When you saw it.' }),
    by: t.field({
      type: Operator,
      nullable: true,
      description: 'Who called you; null: the hub.',
      resolve: (alert, _, { loaders }) => (alert.byId ? loaders.operator.load(alert.byId) : null),
    }),
    chatId: t.exposeID('chatId', { nullable: true, description: 'Null when it calls you to a channel.' }),
    channel: t.field({
      type: Channel,
      nullable: true,
      description: 'To which you are called.',
      resolve: (alert, _, { loaders }) => (alert.channelId ? loaders.channel.load(alert.channelId) : null),
    }),
    alarm: t.field({
      type: ChannelAlarm,
      nullable: true,
      description: 'What was wrong with the channel then.',
      resolve: (alert) => alert.alarm,
    }),
    chat: t.field({
      type: Chat,
      nullable: true,
      description: 'Null when it is no longer yours to see.',
      resolve: (alert, _, context) => chatOf(alert, context),
    }),
    comment: t.field({
      type: Comment,
      nullable: true,
      description: 'The comment you were called by, while you may read it.',
      resolve: async (alert, _, context) => {
        if (!alert.commentId || !(await chatOf(alert, context))) return null
        const comment = await context.loaders.comment.load(alert.commentId)
        return comment && context.actor && hears(context.actor, comment) ? comment : null
      },
    }),
  }),
})

const AlertEdge = builder.objectRef<{ node: AlertRow; cursor: string }>('AlertEdge').implement({
  fields: (t) => ({ node: t.field({ type: Alert, resolve: (edge) => edge.node }), cursor: t.exposeString('cursor') }),
})
const AlertConnection = builder.objectRef<Page<AlertRow>>('AlertConnection').implement({
  fields: (t) => ({
    edges: t.field({ type: [AlertEdge], complexity: oncePerPage, resolve: (page) => page.edges }),
    pageInfo: t.field({ type: PageInfo, resolve: (page) => page.pageInfo }),
  }),
})

builder.queryFields((t) => ({
  alerts: t.field({
    ...asks('alert.own'),
    type: AlertConnection,
    description: 'Your own alerts, the newest first.',
    args: { unread: t.arg.boolean({ description: 'Only those you have not seen.' }), first: t.arg.int(), after: t.arg.string() },
    complexity: ({ first }) => ({ field: 1, multiplier: first ?? 50 }),
    resolve: (_, { unread, first, after }, context) =>
      look(context, async (work) => {
        const size = sizeOf(first, 'first')
        const [key = '', id = ''] = after ? fromCursor(after, ['moment', 'text'], 'after') : []
        const rows = await listAlerts(work, {
          limit: size + 1,
          unread: unread ?? false,
          ...(after && { after: { key, id: idOf(id) } }),
        })
        return pageOf(rows, size, { cursor: (row) => toCursor(row.key, row.id), node: (row) => row, within: after != null })
      }),
  }),
  unreadAlerts: t.int({
    ...asks('alert.own'),
    description: `How many alerts you have not seen; ${mostUnread} means that many or more.`,
    resolve: (_, _args, context) => look(context, countUnreadAlerts),
  }),
}))

const ReadAlertsSuccess = builder.objectRef<{ alerts: AlertOf[]; unread: number }>('ReadAlertsSuccess').implement({
  fields: (t) => ({
    alerts: t.field({ type: [Alert], description: 'Those you named, as they are now.', resolve: (result) => result.alerts }),
    unread: t.exposeInt('unread', { description: 'How many are left.' }),
  }),
})

builder.mutationFields((t) => ({
  readAlerts: t.field({
    ...asks('alert.own'),
    type: ReadAlertsSuccess,
    errors: {},
    args: { alertIds: t.arg.idList({ required: true }) },
    description: 'You have seen these. A repeat changes nothing.',
    resolve: (_, { alertIds }, context) =>
      command(context, async (work) => ({ alerts: await readAlerts(work, alertIds.map(idOf)), unread: await countUnreadAlerts(work) })),
  }),
  readAllAlerts: t.field({
    ...asks('alert.own'),
    type: ReadAlertsSuccess,
    errors: {},
    description: 'You have seen all of them.',
    resolve: (_, _args, context) =>
      command(context, async (work) => {
        await readAllAlerts(work)
        return { alerts: [], unread: await countUnreadAlerts(work) }
      }),
  }),
}))
