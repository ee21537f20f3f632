import { limits } from '@parley/schema/vocabulary'
import { onFilter } from '../../domain/access.ts'
import { filterOf, timeZoneOf } from '../../domain/filter-shape.ts'
import { idOf } from '../../domain/ids.ts'
import { countCap, countFitting, listFitting, type Sought, whichFit } from '../../domain/lists.ts'
import {
  arrangeSavedFilters,
  createSavedFilter,
  deleteSavedFilter,
  listSavedFilters,
  type PlacedFilter,
  updateSavedFilter,
} from '../../domain/saved-filter.ts'
import { HubError } from '../../errors.ts'
import { asks, builder, command, look } from '../builder.ts'
import { fromCursor, pageOf, sizeOf, toCursor } from '../connection.ts'
import { Chat, ChatConnection } from './chat.ts'
import { must } from './message.ts'
import { Group, Operator } from './operator.ts'
import { FilterScope } from './scalars.ts'

const grammar =
  'A filter is `{"all": […]}` or `{"any": […]}`; its members are conditions or one further such group. A condition is `{"field", "is", …}`, such as `{"field": "state", "is": "any", "values": ["serving"]}`; docs/api.md lists them.'
const zone = 'Whose calendar days are, such as `America/Sao_Paulo`; UTC unless given.'
const sought = (filter: unknown, timeZone: string | null | undefined): Sought => ({
  filter: filterOf(filter),
  timeZone: timeZoneOf(timeZone),
})

const ChatCount = builder.objectRef<{ count: number }>('ChatCount').implement({
  description: 'How many chats you may see fit.',
  fields: (t) => ({
    count: t.exposeInt('count'),
    isCapped: t.boolean({ description: 'This many or more.', resolve: ({ count }) => count >= countCap }),
  }),
})

const SavedFilter = builder.objectRef<PlacedFilter>('SavedFilter').implement({
  description: 'A filter with a name, kept as a tab of the desk.',
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    filter: t.field({ type: 'JSON', description: grammar, resolve: (saved) => saved.filter }),
    scope: t.field({ type: FilterScope, resolve: (saved) => saved.scope }),
    group: t.field({
      type: Group,
      nullable: true,
      description: 'Of the scope `group`.',
      resolve: (saved, _, { loaders }) => (saved.groupId ? loaders.group.load(saved.groupId) : null),
    }),
    owner: t.field({ type: Operator, resolve: async (saved, _, { loaders }) => must(await loaders.operator.load(saved.ownerId)) }),
    isTab: t.exposeBoolean('isTab', { description: 'False: you have put it away.' }),
    mayManage: t.boolean({
      description: 'Whether you may change and delete it.',
      resolve: (saved, _, { actor }) => actor !== null && onFilter['filter.manage'](actor, saved),
    }),
    count: t.field({
      type: ChatCount,
      complexity: 20,
      description: 'Of the chats you may see; `me` in it is you.',
      args: { timeZone: t.arg.string({ description: zone }) },
      resolve: async (saved, { timeZone }, context) => ({
        count: await look(context, (work) => countFitting(work, { filter: saved.filter, timeZone: timeZoneOf(timeZone) })),
      }),
    }),
  }),
})

builder.queryFields((t) => ({
  filteredChats: t.field({
    ...asks('chat.read'),
    type: ChatConnection,
    description: `Chats you may see that fit a filter, the newest activity first. ${grammar}`,
    args: {
      filter: t.arg({ type: 'JSON', required: true }),
      timeZone: t.arg.string({ description: zone }),
      first: t.arg.int(),
      after: t.arg.string(),
    },
    complexity: ({ first }) => ({ field: 20, multiplier: first ?? 50 }),
    resolve: (_, { filter, timeZone, first, after }, context) =>
      look(context, async (work) => {
        const size = sizeOf(first, 'first')
        const [key = '', id = ''] = after ? fromCursor(after, ['moment', 'text'], 'after') : []
        const rows = await listFitting(work, {
          ...sought(filter, timeZone),
          limit: size + 1,
          ...(after && { after: { key, id: idOf(id) } }),
        })
        return pageOf(rows, size, { cursor: (row) => toCursor(row.key, row.id), node: (row) => row, within: after != null })
      }),
  }),
  countChats: t.field({
    ...asks('chat.read'),
    type: ChatCount,
    description: 'How many chats you may see fit a filter.',
    args: { filter: t.arg({ type: 'JSON', required: true }), timeZone: t.arg.string({ description: zone }) },
    complexity: 20,
    resolve: (_, { filter, timeZone }, context) =>
      look(context, async (work) => ({ count: await countFitting(work, sought(filter, timeZone)) })),
  }),
  fittingChats: t.field({
    ...asks('chat.read'),
    type: [Chat],
    description: 'Those of these chats that you may see and that fit a filter now: how a list that is shown is kept true.',
    args: {
      filter: t.arg({ type: 'JSON', required: true }),
      timeZone: t.arg.string({ description: zone }),
      chatIds: t.arg.idList({ required: true }),
    },
    complexity: { field: 20, multiplier: 20 },
    resolve: (_, { filter, timeZone, chatIds }, context) => {
      if (chatIds.length > limits.pageSize) throw new HubError('too_many', { field: 'chatIds', max: limits.pageSize })
      const ids = chatIds.map(idOf)
      return look(context, (work) => whichFit(work, sought(filter, timeZone), ids))
    },
  }),
  savedFilters: t.field({
    ...asks('filter.list'),
    type: [SavedFilter],
    description: 'Your own and those shared with you, in the order of your tabs.',
    complexity: 5,
    resolve: (_, _args, context) => look(context, listSavedFilters),
  }),
}))

const SavedFilterInput = builder.inputType('SavedFilterInput', {
  fields: (t) => ({
    name: t.string({ required: true }),
    filter: t.field({ type: 'JSON', required: true, description: grammar }),
    scope: t.field({ type: FilterScope, required: true }),
    groupId: t.id({ description: 'Of the scope `group`.' }),
  }),
})
const inputOf = ({ groupId, filter, ...input }: typeof SavedFilterInput.$inferInput) => ({
  ...input,
  filter: filter as unknown,
  groupId: groupId == null ? null : idOf(groupId),
})

const ArrangeSavedFiltersSuccess = builder.objectRef<{ filters: PlacedFilter[] }>('ArrangeSavedFiltersSuccess').implement({
  fields: (t) => ({ filters: t.field({ type: [SavedFilter], resolve: (result) => result.filters }) }),
})

builder.mutationFields((t) => ({
  createSavedFilter: t.field({
    ...asks('filter.write'),
    type: SavedFilter,
    errors: {},
    description: 'Everybody saves his own; who leads a group shares with it, admins and unlimited supervisors with everybody.',
    args: { input: t.arg({ type: SavedFilterInput, required: true }) },
    resolve: (_, { input }, context) => command(context, (work) => createSavedFilter(work, inputOf(input))),
  }),
  updateSavedFilter: t.field({
    ...asks('filter.write'),
    type: SavedFilter,
    errors: {},
    description: 'By its owner; a shared one by an admin too.',
    args: { filterId: t.arg.id({ required: true }), input: t.arg({ type: SavedFilterInput, required: true }) },
    resolve: (_, { filterId, input }, context) => command(context, (work) => updateSavedFilter(work, idOf(filterId), inputOf(input))),
  }),
  deleteSavedFilter: t.field({
    ...asks('filter.write'),
    type: SavedFilter,
    errors: {},
    description: 'Answers with what it was.',
    args: { filterId: t.arg.id({ required: true }) },
    resolve: (_, { filterId }, context) => command(context, (work) => deleteSavedFilter(work, idOf(filterId))),
  }),
  arrangeSavedFilters: t.field({
    ...asks('filter.write'),
    type: ArrangeSavedFiltersSuccess,
    errors: {},
    description: 'Your tabs, in this order; what you see and do not name is put away. Answers with all of them.',
    args: { filterIds: t.arg.idList({ required: true }) },
    resolve: (_, { filterIds }, context) =>
      command(context, async (work) => ({ filters: await arrangeSavedFilters(work, filterIds.map(idOf)) })),
  }),
}))
