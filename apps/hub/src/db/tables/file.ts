import type { MediaRef } from '@parley/schema/connector'
import type { FileState, MediaKind } from '@parley/schema/vocabulary'
import { sql } from 'drizzle-orm'
import { bigint, index, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { id, moment, within, workspaceId } from './columns.ts'
import { messages } from './message.ts'

export const files = pgTable(
  'files',
  {
    workspaceId: workspaceId(),
    id: id(),
    /** Null while unlinked: then only its uploader may read it. */
    messageId: uuid('message_id'),
    position: integer('position').notNull().default(0),
    /** Operator or identity. */
    uploaderId: uuid('uploader_id'),
    name: text('name').notNull(),
    mime: text('mime').notNull(),
    size: bigint('size', { mode: 'number' }).notNull().default(0),
    kind: text('kind').$type<MediaKind>().notNull(),
    width: integer('width'),
    height: integer('height'),
    durationMs: integer('duration_ms'),
    state: text('state').$type<FileState>().notNull(),
    sha256: text('sha256'),
    storageKey: text('storage_key'),
    thumbnailKey: text('thumbnail_key'),
    /** Where the platform has it, until it is fetched. */
    source: jsonb('source').$type<MediaRef>(),
    channelId: uuid('channel_id'),
    attempts: integer('attempts').notNull().default(0),
    dueAt: moment('due_at'),
    goneReason: text('gone_reason'),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    index('files_message').on(t.workspaceId, t.messageId, t.position),
    index('files_fetching').on(t.workspaceId, t.dueAt).where(sql`${t.state} = 'fetching'`),
    index('files_unlinked').on(t.workspaceId, t.createdAt).where(sql`${t.messageId} is null`),
    within([t.workspaceId, t.messageId], [messages.workspaceId, messages.id]),
  ],
)
