import { boolean, index, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core'
import { id, moment, within, workspaceId } from './columns.ts'
import { operators } from './operator.ts'
import { schedules } from './schedule.ts'

export const groups = pgTable(
  'groups',
  {
    workspaceId: workspaceId(),
    id: id(),
    name: text('name').notNull(),
    /** Chats that wait in it are given to its members by the hub. */
    assigns: boolean('assigns').notNull().default(false),
    /** Working hours of its channels that have none of their own; null: at any hour. */
    scheduleId: uuid('schedule_id'),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    unique('groups_name').on(t.workspaceId, t.name),
    within([t.workspaceId, t.scheduleId], [schedules.workspaceId, schedules.id]),
  ],
)

export const groupMembers = pgTable(
  'group_members',
  {
    workspaceId: workspaceId(),
    groupId: uuid('group_id').notNull(),
    operatorId: uuid('operator_id').notNull(),
    /** A supervisor with such a row is limited to the groups he supervises. */
    supervises: boolean('supervises').notNull().default(false),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.groupId, t.operatorId] }),
    index('group_members_operator').on(t.workspaceId, t.operatorId),
    within([t.workspaceId, t.groupId], [groups.workspaceId, groups.id]),
    within([t.workspaceId, t.operatorId], [operators.workspaceId, operators.id]),
  ],
)
