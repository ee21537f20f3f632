import { idOf } from '../../domain/ids.ts'
import { listWall, mostShown, type WallSeat as SeatRow } from '../../domain/wall.ts'
import { asks, builder, look } from '../builder.ts'
import { Chat } from './chat.ts'
import { Operator, present } from './operator.ts'

const WallSeat = builder.objectRef<SeatRow>('WallSeat').implement({
  description: 'An operator you supervise and the chats he holds, as far as you see them.',
  fields: (t) => ({
    operator: t.field({ type: Operator, resolve: (seat) => seat.operator }),
    chats: t.field({
      type: [Chat],
      description: `Those who wait longest first; at most ${mostShown}.`,
      complexity: { field: 1, multiplier: 2 },
      resolve: async (seat, _, { loaders }) => present(await loaders.chat.loadMany(seat.chatIds)),
    }),
    held: t.exposeInt('held', { description: 'How many of his chats you see.' }),
    waiting: t.exposeInt('waiting', { description: 'In how many of them the customer waits for an answer.' }),
    unread: t.exposeInt('unread', { description: 'How many of them hold something unread.' }),
  }),
})

builder.queryField('wall', (t) =>
  t.field({
    ...asks('wall.read'),
    type: [WallSeat],
    description: 'For those who supervise: their operators with presence, load and chats, by name. Asking leaves no trace in the chats.',
    complexity: 5,
    args: { groupId: t.arg.id({ description: 'Only the members of this group.' }) },
    resolve: (_, { groupId }, context) => look(context, (work) => listWall(work, groupId == null ? null : idOf(groupId))),
  }),
)
