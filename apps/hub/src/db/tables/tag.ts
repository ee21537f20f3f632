import type { TagColour } from '@parley/schema/vocabulary'
import { sql } from 'drizzle-orm'
import { index, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { chats } from './chat.ts'
import { id, moment, within, workspaceId } from './columns.ts'
import { customers } from './customer.ts'
import { customerMerges } from './merge.ts'
import { operators } from './operator.ts'

/** Words to put on customers and chats; two that differ in case only are one. */
export const tags = pgTable(
  'tags',
  {
    workspaceId: workspaceId(),
    id: id(),
    name: text('name').notNull(),
    colour: text('colour').$type<TagColour>().notNull(),
    createdBy: uuid('created_by'),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    uniqueIndex('tags_name').on(t.workspaceId, sql`lower(${t.name})`),
    within([t.workspaceId, t.createdBy], [operators.workspaceId, operators.id]),
  ],
)

export const customerTags = pgTable(
  'customer_tags',
  {
    workspaceId: workspaceId(),
    customerId: uuid('customer_id').notNull(),
    tagId: uuid('tag_id').notNull(),
    operatorId: uuid('operator_id'),
    at: moment('at').notNull().defaultNow(),
    /** Put on by a merge: off again when that is undone. */
    mergeId: uuid('merge_id'),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.customerId, t.tagId] }),
    index('customer_tags_tag').on(t.workspaceId, t.tagId, t.customerId),
    within([t.workspaceId, t.customerId], [customers.workspaceId, customers.id]),
    within([t.workspaceId, t.mergeId], [customerMerges.workspaceId, customerMerges.id]),
    within([t.workspaceId, t.tagId], [tags.workspaceId, tags.id]),
  ],
)

export const chatTags = pgTable(
  'chat_tags',
  {
    workspaceId: workspaceId(),
    chatId: uuid('chat_id').notNull(),
    tagId: uuid('tag_id').notNull(),
    operatorId: uuid('operator_id'),
    at: moment('at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.chatId, t.tagId] }),
    index('chat_tags_tag').on(t.workspaceId, t.tagId, t.chatId),
    within([t.workspaceId, t.chatId], [chats.workspaceId, chats.id]),
    within([t.workspaceId, t.tagId], [tags.workspaceId, tags.id]),
  ],
)
