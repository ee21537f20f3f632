import type { MediaRef } from '@parley/schema/connector'
import type { FileState, MediaKind } from '@parley/schema/vocabulary'
import { sql } from 'drizzle-orm'
import { bigint, check, index, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { id, moment, within, workspaceId } from './columns.ts'
import { comments } from './comment.ts'
import { messages } from './message.ts'
import { libraryImages, templates } from './template.ts'

export const files = pgTable(
  'files',
  {
    workspaceId: workspaceId(),
    id: id(),
    /** The one thing that carries it; while nothing does, only its uploader may read it. */
    messageId: uuid('message_id'),
    commentId: uuid('comment_id'),
    templateId: uuid('template_id'),
    libraryImageId: uuid('library_image_id'),
    /** The file whose bytes these are: a copy shares them. */
    copyOfId: uuid('copy_of_id'),
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
    index('files_comment').on(t.workspaceId, t.commentId, t.position).where(sql`${t.commentId} is not null`),
    index('files_template').on(t.workspaceId, t.templateId, t.position).where(sql`${t.templateId} is not null`),
    index('files_library_image').on(t.workspaceId, t.libraryImageId).where(sql`${t.libraryImageId} is not null`),
    index('files_copies').on(t.workspaceId, t.copyOfId).where(sql`${t.copyOfId} is not null`),
    index('files_unlinked')
      .on(t.workspaceId, t.createdAt)
      .where(sql`${t.messageId} is null and ${t.commentId} is null and ${t.templateId} is null and ${t.libraryImageId} is null`),
    check('files_one_place', sql`num_nonnulls(${t.messageId}, ${t.commentId}, ${t.templateId}, ${t.libraryImageId}) <= 1`),
    within([t.workspaceId, t.messageId], [messages.workspaceId, messages.id]),
    within([t.workspaceId, t.commentId], [comments.workspaceId, comments.id]),
    within([t.workspaceId, t.templateId], [templates.workspaceId, templates.id]),
    within([t.workspaceId, t.libraryImageId], [libraryImages.workspaceId, libraryImages.id]),
  ],
)
