import { limits, type MediaKind } from '@parley/schema/vocabulary'
import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import { chats } from '../db/tables/chat.ts'
import { comments } from '../db/tables/comment.ts'
import { files } from '../db/tables/file.ts'
import { messages } from '../db/tables/message.ts'
import { requests } from '../db/tables/request.ts'
import { templates } from '../db/tables/template.ts'
import { HubError } from '../errors.ts'
import type { OperatorActor, Work } from '../work.ts'
import { hears } from './audience.ts'
import { newId } from './ids.ts'
import { visibleRequests } from './request-sight.ts'
import { visibleChats } from './sight.ts'
import { visibleTemplates } from './template-sight.ts'
import { holdToken } from './visitor-token.ts'

export type File = typeof files.$inferSelect
export interface StoredUpload {
  key: string
  size: number
  sha256: string
  mime: string
  name: string
  kind: MediaKind
  width?: number
  height?: number
  thumbnailKey?: string
}

/** An upload that nothing carries yet: its uploader's alone, and gone after an hour. */
export async function keepUpload(work: Work, uploaderId: string, upload: StoredUpload): Promise<File> {
  if (work.actor.kind === 'visitor') await holdToken(work, work.actor)
  const [row] = await work.db
    .insert(files)
    .values({
      workspaceId: work.workspaceId,
      id: newId(),
      uploaderId,
      name: upload.name,
      mime: upload.mime,
      size: upload.size,
      kind: upload.kind,
      sha256: upload.sha256,
      storageKey: upload.key,
      width: upload.width ?? null,
      height: upload.height ?? null,
      thumbnailKey: upload.thumbnailKey ?? null,
      state: 'stored',
    })
    .returning()
  if (!row) throw new Error('the file was not inserted')
  return row
}

/** A file its reader may have now: of a message, a comment or a template in his sight, a picture of the library, or his own upload. */
export async function findReadableFile(work: Work, fileId: string): Promise<File | undefined> {
  const own = work.actor.kind === 'operator' ? work.actor.operatorId : work.actor.kind === 'visitor' ? work.actor.identityId : null
  const [row] = await work.db
    .select({ file: files, comment: comments })
    .from(files)
    .leftJoin(messages, and(eq(messages.workspaceId, files.workspaceId), eq(messages.id, files.messageId)))
    .leftJoin(comments, and(eq(comments.workspaceId, files.workspaceId), eq(comments.id, files.commentId)))
    .leftJoin(templates, and(eq(templates.workspaceId, files.workspaceId), eq(templates.id, files.templateId)))
    .leftJoin(chats, and(eq(chats.workspaceId, files.workspaceId), sql`${chats.id} = coalesce(${messages.chatId}, ${comments.chatId})`))
    .where(
      and(
        eq(files.workspaceId, work.workspaceId),
        eq(files.id, fileId),
        eq(files.state, 'stored'),
        isNull(messages.removedAt),
        isNull(comments.removedAt),
        sql`(${own ? and(unlinked, eq(files.uploaderId, own)) : sql`false`} or (${chats.id} is not null and ${visibleChats(work.actor)})
          or (${messages.id} is not null and exists (select from ${requests} where ${requests.workspaceId} = ${files.workspaceId}
            and ${requests.chatId} = ${chats.id} and ${visibleRequests(work.actor)}))
          or (${templates.id} is not null and ${visibleTemplates(work.actor)}) or (${files.libraryImageId} is not null and ${work.actor.kind !== 'visitor'}))`,
      ),
    )
  return row && (row.comment === null || hears(work.actor, row.comment)) ? row.file : undefined
}

/** The pictures a letter draws within itself, of those that came with it; whoever reads it reads them. */
export async function picturesOf(work: Work, letter: File): Promise<File[]> {
  if (!letter.messageId) return []
  const rows = await work.db
    .select()
    .from(files)
    .where(
      and(
        eq(files.workspaceId, work.workspaceId),
        eq(files.messageId, letter.messageId),
        eq(files.state, 'stored'),
        eq(files.kind, 'image'),
        sql`${files.source} ->> 'contentId' is not null`,
      ),
    )
  return rows.filter(({ mime, storageKey }) => storageKey !== null && /^image\/(png|jpeg|gif|webp|avif|bmp)$/.test(mime))
}

/** An upload that nothing carries. */
const unlinked = and(isNull(files.messageId), isNull(files.commentId), isNull(files.templateId), isNull(files.libraryImageId))

/** Files someone uploaded that nothing carries yet, in the order asked for. Anything else looks missing. */
export async function unlinkedFiles(work: Work, uploaderId: string, fileIds: string[], field = 'fileIds'): Promise<File[]> {
  if (fileIds.length === 0) return []
  if (fileIds.length > limits.messageFiles) throw new HubError('too_many', { field, max: limits.messageFiles })
  const rows = await work.db
    .select()
    .from(files)
    .where(and(eq(files.workspaceId, work.workspaceId), inArray(files.id, fileIds), eq(files.uploaderId, uploaderId), unlinked))
    .for('update')
  return fileIds.map((id) => {
    const row = rows.find((file) => file.id === id)
    if (!row) throw new HubError('not_found', { field })
    return row
  })
}

type Carrier = { messageId: string } | { commentId: string } | { templateId: string } | { libraryImageId: string }

/** Gives files to what carries them from now on. */
export async function linkFiles(work: Work, to: Carrier, attached: File[]): Promise<void> {
  for (const [position, file] of attached.entries()) {
    await work.db
      .update(files)
      .set({ ...to, position })
      .where(and(eq(files.workspaceId, work.workspaceId), eq(files.id, file.id)))
  }
}

/** The same files once more, as uploads of the actor that nothing carries yet. The bytes are shared. */
export async function copyFiles(work: Work<OperatorActor>, originals: File[]): Promise<File[]> {
  if (originals.length === 0) return []
  return work.db
    .insert(files)
    .values(
      originals.map((file) => ({
        ...file,
        id: newId(),
        uploaderId: work.actor.operatorId,
        messageId: null,
        commentId: null,
        templateId: null,
        libraryImageId: null,
        copyOfId: file.copyOfId ?? file.id,
        createdAt: sql`clock_timestamp()`,
      })),
    )
    .returning()
}

/** Nothing carries these any more: they go with the uploads nobody sent. */
export async function letGo(work: Work, gone: File[]): Promise<void> {
  if (gone.length === 0) return
  const ids = gone.map(({ id }) => id)
  await work.db
    .update(files)
    .set({ templateId: null, libraryImageId: null, uploaderId: null })
    .where(and(eq(files.workspaceId, work.workspaceId), inArray(files.id, ids)))
}

/** Takes away uploads nobody sent; answers with the keys of their bytes, but of those that a copy still needs. */
export async function dropUnlinked(work: Work): Promise<string[]> {
  const rows = await work.sql<{ id: string; copy_of_id: string | null; storage_key: string | null; thumbnail_key: string | null }[]>`
    delete from files where workspace_id = ${work.workspaceId} and message_id is null and comment_id is null and template_id is null
      and library_image_id is null and created_at < clock_timestamp() - interval '1 hour' returning id, copy_of_id, storage_key, thumbnail_key`
  const roots = [...new Set(rows.map((row) => row.copy_of_id ?? row.id))]
  const left = await work.sql<{ root: string }[]>`
    select id as root from files where workspace_id = ${work.workspaceId} and id = any(${roots}::uuid[])
    union select copy_of_id from files where workspace_id = ${work.workspaceId} and copy_of_id = any(${roots}::uuid[])`
  const needed = new Set(left.map(({ root }) => root))
  const free = rows.filter((row) => !needed.has(row.copy_of_id ?? row.id))
  return [...new Set(free.flatMap((row) => [row.storage_key, row.thumbnail_key]).filter((key) => key !== null))]
}
