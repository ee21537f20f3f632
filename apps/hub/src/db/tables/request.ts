import type { RequestFieldKind, RequestPriority, RequestSource, RequestState } from '@parley/schema/vocabulary'
import { sql } from 'drizzle-orm'
import { bigint, boolean, index, jsonb, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core'
import { chats } from './chat.ts'
import { id, moment, within, workspaceId } from './columns.ts'
import { groups } from './group.ts'
import { operators } from './operator.ts'
import { workspaces } from './workspace.ts'

/** A field an admin added to the request form. */
export interface RequestField {
  id: string
  label: string
  kind: RequestFieldKind
  /** What is offered; of a choice alone. */
  options: string[]
  required: boolean
}
/** What was answered, with the label as it was then. */
export interface RequestAnswer {
  label: string
  value: string
}

/** What a visitor left while nobody was there, or what a chat was turned into. What was and will be said stands in its chat. */
export const requests = pgTable(
  'requests',
  {
    workspaceId: workspaceId(),
    id: id(),
    number: bigint('number', { mode: 'number' }).notNull(),
    chatId: uuid('chat_id').notNull(),
    source: text('source').$type<RequestSource>().notNull(),
    title: text('title').notNull(),
    state: text('state').$type<RequestState>().notNull().default('new'),
    priority: text('priority').$type<RequestPriority>().notNull(),
    category: text('category'),
    type: text('type'),
    groupId: uuid('group_id'),
    operatorId: uuid('operator_id'),
    createdBy: uuid('created_by'),
    createdAt: moment('created_at').notNull().defaultNow(),
    changedAt: moment('changed_at').notNull().defaultNow(),
    answeredAt: moment('answered_at'),
    answers: jsonb('answers').$type<RequestAnswer[]>().notNull().default([]),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    unique('requests_number').on(t.workspaceId, t.number),
    unique('requests_chat').on(t.workspaceId, t.chatId),
    index('requests_todo').on(t.workspaceId, t.changedAt, t.id).where(sql`${t.state} <> 'closed'`),
    index('requests_all').on(t.workspaceId, t.changedAt, t.id),
    within([t.workspaceId, t.chatId], [chats.workspaceId, chats.id]),
    within([t.workspaceId, t.groupId], [groups.workspaceId, groups.id]),
    within([t.workspaceId, t.operatorId], [operators.workspaceId, operators.id]),
  ],
)

/** What an admin set for requests, one row per workspace. Words that are no longer listed stay on the requests that have them. */
export const requestSettings = pgTable(
  'request_settings',
  {
    workspaceId: workspaceId().references(() => workspaces.id),
    categories: text('categories').array().notNull().default(sql`'{}'::text[]`),
    types: text('types').array().notNull().default(sql`'{}'::text[]`),
    title: text('title'),
    groupId: uuid('group_id'),
    category: text('category'),
    type: text('type'),
    priority: text('priority').$type<RequestPriority>().notNull().default('normal'),
    fields: jsonb('fields').$type<RequestField[]>().notNull().default([]),
    /** While nobody is there visitors leave requests; else they write all the same, and their chats wait. */
    away: boolean('away').notNull().default(false),
  },
  (t) => [primaryKey({ columns: [t.workspaceId] }), within([t.workspaceId, t.groupId], [groups.workspaceId, groups.id])],
)
