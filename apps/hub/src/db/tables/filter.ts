import type { Filter } from '@parley/schema/filter'
import type { FilterScope } from '@parley/schema/vocabulary'
import { sql } from 'drizzle-orm'
import { check, index, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { id, moment, within, workspaceId } from './columns.ts'
import { groups } from './group.ts'
import { operators } from './operator.ts'

/** Filters with a name, tabs of the desk. */
export const savedFilters = pgTable(
  'saved_filters',
  {
    workspaceId: workspaceId(),
    id: id(),
    scope: text('scope').$type<FilterScope>().notNull(),
    groupId: uuid('group_id'),
    ownerId: uuid('owner_id').notNull(),
    name: text('name').notNull(),
    filter: jsonb('filter').$type<Filter>().notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    index('saved_filters_owner').on(t.workspaceId, t.ownerId),
    check('saved_filters_of_group', sql`(${t.scope} = 'group') = (${t.groupId} is not null)`),
    within([t.workspaceId, t.groupId], [groups.workspaceId, groups.id]),
    within([t.workspaceId, t.ownerId], [operators.workspaceId, operators.id]),
  ],
)

/** Where an operator has put a filter among his tabs; without a row it stands behind them. */
export const savedFilterPlaces = pgTable(
  'saved_filter_places',
  {
    workspaceId: workspaceId(),
    operatorId: uuid('operator_id').notNull(),
    filterId: uuid('filter_id').notNull(),
    /** Null: put away, so no tab. */
    position: integer('position'),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.operatorId, t.filterId] }),
    index('saved_filter_places_filter').on(t.workspaceId, t.filterId),
    within([t.workspaceId, t.operatorId], [operators.workspaceId, operators.id]),
    within([t.workspaceId, t.filterId], [savedFilters.workspaceId, savedFilters.id]),
  ],
)
