import type { MediaKind } from '@parley/schema/vocabulary'
import { and, eq, isNull, sql } from 'drizzle-orm'
import { chats } from '../db/tables/chat.ts'
import { files } from '../db/tables/file.ts'
import { messages } from '../db/tables/message.ts'
import type { Actor, Work } from '../work.ts'
import { newId } from './ids.ts'
import { visibleChats } from './sight.ts'

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

/** An upload that no message carries yet: its uploader's alone, and gone after an hour. */
export async function keepUpload(work: Work, uploaderId: string, upload: StoredUpload): Promise<File> {
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

/** A file its reader may have now: linked to a chat in his sight, or his own upload. */
export async function findReadableFile(work: Work, fileId: string): Promise<File | undefined> {
  const own = work.actor.kind === 'operator' ? work.actor.operatorId : work.actor.kind === 'visitor' ? work.actor.identityId : null
  const [row] = await work.db
    .select({ file: files })
    .from(files)
    .leftJoin(messages, and(eq(messages.workspaceId, files.workspaceId), eq(messages.id, files.messageId)))
    .leftJoin(chats, and(eq(chats.workspaceId, messages.workspaceId), eq(chats.id, messages.chatId)))
    .where(
      and(
        eq(files.workspaceId, work.workspaceId),
        eq(files.id, fileId),
        eq(files.state, 'stored'),
        sql`${messages.removedAt} is null`,
        sql`(${own ? and(isNull(files.messageId), eq(files.uploaderId, own)) : sql`false`} or (${chats.id} is not null and ${visibleChats(work.actor as Actor)}))`,
      ),
    )
  return row?.file
}

/** Takes away uploads nobody sent; answers with the keys of their bytes. */
export async function dropUnlinked(work: Work): Promise<string[]> {
  const rows = await work.sql<
    { storage_key: string | null; thumbnail_key: string | null }[]
  >`delete from files where workspace_id = ${work.workspaceId} and message_id is null
    and created_at < clock_timestamp() - interval '1 hour' returning storage_key, thumbnail_key`
  return rows.flatMap((row) => [row.storage_key, row.thumbnail_key]).filter((key) => key !== null)
}
