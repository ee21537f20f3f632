import type { FieldType } from '@parley/schema/vocabulary'
import { boolean, index, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { chats } from './chat.ts'
import { id, moment, within, workspaceId } from './columns.ts'
import { operators } from './operator.ts'

/** What operators fill in about a chat before it is closed. */
export const formFields = pgTable(
  'form_fields',
  {
    workspaceId: workspaceId(),
    id: id(),
    label: text('label').notNull(),
    type: text('type').$type<FieldType>().notNull(),
    /** Of a choice. */
    options: jsonb('options').$type<string[]>().notNull().default([]),
    required: boolean('required').notNull().default(false),
    position: integer('position').notNull(),
    /** No longer asked; what was answered stays readable. */
    archivedAt: moment('archived_at'),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.workspaceId, t.id] })],
)

/** Each value as text: a number in digits, a date as 2026-01-31, yes or no, an option by its words. */
export const formAnswers = pgTable(
  'form_answers',
  {
    workspaceId: workspaceId(),
    chatId: uuid('chat_id').notNull(),
    fieldId: uuid('field_id').notNull(),
    values: jsonb('values').$type<string[]>().notNull(),
    operatorId: uuid('operator_id'),
    at: moment('at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.chatId, t.fieldId] }),
    index('form_answers_field').on(t.workspaceId, t.fieldId),
    within([t.workspaceId, t.chatId], [chats.workspaceId, chats.id]),
    within([t.workspaceId, t.fieldId], [formFields.workspaceId, formFields.id]),
    within([t.workspaceId, t.operatorId], [operators.workspaceId, operators.id]),
  ],
)
