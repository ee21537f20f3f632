import type { NoticeKind, NoticeWay, Presence, Role, VisitColumn } from '@parley/schema/vocabulary'
import { boolean, index, integer, jsonb, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core'
import { users } from './account.ts'
import { id, moment, within, workspaceId } from './columns.ts'

/** How an operator wishes to be called; what he has not chosen is as usual. */
export type Notices = Partial<Record<NoticeKind, Partial<Record<NoticeWay, boolean>>>>

export const operators = pgTable(
  'operators',
  {
    workspaceId: workspaceId(),
    id: id(),
    userId: text('user_id').references(() => users.id),
    name: text('name').notNull(),
    email: text('email').notNull(),
    role: text('role').$type<Role>().notNull(),
    active: boolean('active').notNull().default(true),
    /** A supervisor once limited to groups stays limited when he loses the last of them, until his role is given anew. */
    limited: boolean('limited').notNull().default(false),
    /** What counts now: the choice, or offline once the last console is gone. */
    presence: text('presence').$type<Presence>().notNull().default('offline'),
    presenceChosen: text('presence_chosen').$type<Presence>().notNull().default('online'),
    /** Since when the presence is what it is. */
    presenceAt: moment('presence_at').notNull().defaultNow(),
    /** How many chats he is given at most; null: as the workspace says. */
    capacity: integer('capacity'),
    /** When the hub last gave him a chat: whose moment is the oldest has the next turn. */
    assignedAt: moment('assigned_at'),
    /** When a console of this operator was last connected. */
    seenAt: moment('seen_at'),
    /** Languages he speaks with customers, as BCP 47 tags. */
    languages: text('languages').array().notNull().default([]),
    /** Stands below his messages where the channel does not show who writes, if he wishes so. */
    signature: text('signature'),
    signs: boolean('signs').notNull().default(false),
    /** His picture: a name nobody can guess, and where its bytes are. */
    avatarId: uuid('avatar_id'),
    avatarKey: text('avatar_key'),
    notices: jsonb('notices').$type<Notices>().notNull().default({}),
    /** What his list of visitors shows, in this order; null: the usual. */
    visitColumns: text('visit_columns').array().$type<VisitColumn[]>(),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    unique('operators_user').on(t.workspaceId, t.userId),
    unique('operators_email').on(t.workspaceId, t.email),
    index('operators_presence').on(t.workspaceId, t.presence),
  ],
)

export const invitations = pgTable(
  'invitations',
  {
    workspaceId: workspaceId(),
    id: id(),
    operatorId: uuid('operator_id').notNull(),
    tokenHash: text('token_hash').notNull(),
    expiresAt: moment('expires_at').notNull(),
    usedAt: moment('used_at'),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    unique('invitations_token').on(t.workspaceId, t.tokenHash),
    within([t.workspaceId, t.operatorId], [operators.workspaceId, operators.id]),
  ],
)
