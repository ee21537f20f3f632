import { and, eq, type SQL } from 'drizzle-orm'
import { chats } from '../../db/tables/chat.ts'
import type { Chat as ChatRow } from '../../domain/chat.ts'
import { idOf } from '../../domain/ids.ts'
import { countCap, countHolders, countSections, listChats } from '../../domain/lists.ts'
import { visibleChats } from '../../domain/sight.ts'
import { asks, builder, look } from '../builder.ts'
import { fromCursor, pageOf, sizeOf, toCursor } from '../connection.ts'
import type { ApiContext } from '../context.ts'
import { Chat, ChatConnection } from './chat.ts'
import { must } from './message.ts'
import { Operator } from './operator.ts'
import { ChatOrder, ChatSection } from './scalars.ts'

const SectionCounts = builder.objectRef<Awaited<ReturnType<typeof countSections>>>('SectionCounts').implement({
  description: 'How many chats each section holds; what you may not see is not counted.',
  fields: (t) => ({
    new: t.int({ resolve: (counts) => counts.new ?? 0 }),
    missed: t.int({ description: 'Whose visitor left before anybody answered.', resolve: (counts) => counts.missed ?? 0 }),
    mine: t.int({ resolve: (counts) => counts.mine ?? 0 }),
    unread: t.int({ resolve: (counts) => counts.unread ?? 0 }),
    waiting: t.int({ resolve: (counts) => counts.waiting ?? 0 }),
    open: t.int({ resolve: (counts) => counts.open ?? 0 }),
    snoozed: t.int({ resolve: (counts) => counts.snoozed ?? 0 }),
    closed: t.int({ resolve: (counts) => counts.closed ?? 0 }),
    others: t.int({ nullable: true, description: "Null for those who may not see colleagues' chats.", resolve: (counts) => counts.others }),
    all: t.int({
      nullable: true,
      description: 'Every open chat in sight; null for operators.',
      resolve: (counts) => counts.all,
    }),
    capped: t.int({ description: 'Figures stop here: this many or more.', resolve: () => countCap }),
  }),
})

/** The chat, where it is there and in sight. */
export const findSeen = (context: ApiContext, which: SQL): Promise<ChatRow | null> =>
  look(context, async (work) => {
    const [row] = await work.db
      .select()
      .from(chats)
      .where(and(eq(chats.workspaceId, work.workspaceId), which, visibleChats(work.actor)))
    return row ?? null
  })

builder.queryFields((t) => ({
  chat: t.field({
    ...asks('chat.read'),
    type: Chat,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    description: 'Null when it does not exist or is not yours to see.',
    resolve: (_, { id }, context) => findSeen(context, eq(chats.id, idOf(id))),
  }),
  chatByNumber: t.field({
    ...asks('chat.read'),
    type: Chat,
    nullable: true,
    args: { number: t.arg.int({ required: true }) },
    description: 'By the number people call it by, however old it is. Null when it does not exist or is not yours to see.',
    resolve: (_, { number }, context) => findSeen(context, eq(chats.number, number)),
  }),
  chats: t.field({
    ...asks('chat.read'),
    type: ChatConnection,
    description: 'Chats of a section you may see, the newest activity first; in section `new` the longest waiting first.',
    args: {
      section: t.arg({ type: ChatSection, required: true }),
      groupId: t.arg.id(),
      operatorId: t.arg.id(),
      order: t.arg({ type: ChatOrder, description: 'As the section has it, unless `closing`.' }),
      first: t.arg.int(),
      after: t.arg.string(),
    },
    complexity: ({ first }) => ({ field: 1, multiplier: first ?? 50 }),
    resolve: (_, { section, groupId, operatorId, order, first, after }, context) =>
      look(context, async (work) => {
        const size = sizeOf(first, 'first')
        const [key = '', id = ''] = after ? fromCursor(after, ['moment', 'text'], 'after') : []
        const rows = await listChats(work, {
          section,
          groupId: groupId == null ? null : idOf(groupId),
          operatorId: operatorId == null ? null : idOf(operatorId),
          order: order ?? 'activity',
          limit: size + 1,
          ...(after && { after: { key, id: idOf(id) } }),
        })
        return pageOf(rows, size, { cursor: (row) => toCursor(row.key, row.id), node: (row) => row, within: after != null })
      }),
  }),
  sections: t.field({
    ...asks('chat.read'),
    type: SectionCounts,
    complexity: 20,
    resolve: (_, _args, context) => look(context, countSections),
  }),
}))

const ChatHolder = builder.objectRef<{ operatorId: string; count: number }>('ChatHolder').implement({
  description: 'An operator and how many open chats of his you may see.',
  fields: (t) => ({
    operator: t.field({ type: Operator, resolve: async (row, _, { loaders }) => must(await loaders.operator.load(row.operatorId)) }),
    count: t.exposeInt('count'),
  }),
})

builder.queryFields((t) => ({
  chatHolders: t.field({
    ...asks('chat.read'),
    type: [ChatHolder],
    description: 'Who holds the open chats you may see, the busiest first; to filter a list by operator.',
    complexity: 5,
    resolve: (_, _args, context) => look(context, countHolders),
  }),
}))
