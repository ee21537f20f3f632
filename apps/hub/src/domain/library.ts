import { limits } from '@parley/schema/vocabulary'
import { and, asc, count, eq, sql } from 'drizzle-orm'
import { chats } from '../db/tables/chat.ts'
import { files } from '../db/tables/file.ts'
import { libraryImages } from '../db/tables/template.ts'
import { HubError, notFound, textOf } from '../errors.ts'
import type { OperatorActor, Work } from '../work.ts'
import { ensure, ensureOnChat } from './access.ts'
import { copyFiles, type File, letGo, linkFiles, unlinkedFiles } from './file.ts'
import { newId } from './ids.ts'
import { sightOf } from './sight.ts'

export type LibraryImage = typeof libraryImages.$inferSelect

/** The pictures in their order. There are at most five hundred. */
export const listLibraryImages = (
  work: Work,
  window: { after?: { position: number; id: string }; limit: number },
): Promise<LibraryImage[]> =>
  work.db
    .select()
    .from(libraryImages)
    .where(
      and(
        eq(libraryImages.workspaceId, work.workspaceId),
        window.after && sql`(${libraryImages.position}, ${libraryImages.id}) > (${window.after.position}::int, ${window.after.id}::uuid)`,
      ),
    )
    .orderBy(asc(libraryImages.position), asc(libraryImages.id))
    .limit(window.limit)

/** Puts an uploaded picture behind the others. */
export async function addLibraryImage(work: Work<OperatorActor>, fileId: string, title: string): Promise<LibraryImage> {
  ensure(work.actor, 'library.manage')
  const words = textOf(title, 'title', limits.name)
  const [file] = await unlinkedFiles(work, work.actor.operatorId, [fileId], 'fileId')
  if (file?.kind !== 'image') throw new HubError('unsupported_file', { field: 'fileId' })
  const [there] = await work.db
    .select({ count: count(), last: sql<number>`coalesce(max(${libraryImages.position}), 0)` })
    .from(libraryImages)
    .where(eq(libraryImages.workspaceId, work.workspaceId))
  if ((there?.count ?? 0) >= limits.libraryImages) throw new HubError('too_many', { max: limits.libraryImages })
  const [image] = await work.db
    .insert(libraryImages)
    .values({ workspaceId: work.workspaceId, id: newId(), title: words, position: (there?.last ?? 0) + 1 })
    .returning()
  if (!image) throw new Error('the picture was not inserted')
  await linkFiles(work, { libraryImageId: image.id }, [file])
  work.record({ type: 'library.changed', subjectId: image.id })
  return image
}

export async function renameLibraryImage(work: Work<OperatorActor>, imageId: string, title: string): Promise<LibraryImage> {
  ensure(work.actor, 'library.manage')
  const [image] = await work.db
    .update(libraryImages)
    .set({ title: textOf(title, 'title', limits.name) })
    .where(here(work, imageId))
    .returning()
  if (!image) throw notFound()
  work.record({ type: 'library.changed', subjectId: imageId })
  return image
}

/** Moves a picture to a place counted from 0; the others close up. */
export async function moveLibraryImage(work: Work<OperatorActor>, imageId: string, to: number): Promise<LibraryImage> {
  ensure(work.actor, 'library.manage')
  const all = await work.db
    .select({ id: libraryImages.id })
    .from(libraryImages)
    .where(eq(libraryImages.workspaceId, work.workspaceId))
    .orderBy(asc(libraryImages.position), asc(libraryImages.id))
    .for('update')
  if (!all.some(({ id }) => id === imageId)) throw notFound()
  const order = all.map(({ id }) => id).filter((id) => id !== imageId)
  order.splice(Math.max(0, Math.min(order.length, to)), 0, imageId)
  await work.sql`update library_images i set position = o.n from unnest(${order}::uuid[]) with ordinality as o(id, n)
    where i.workspace_id = ${work.workspaceId} and i.id = o.id`
  work.record({ type: 'library.changed', subjectId: imageId })
  return imageOf(work, imageId)
}

export async function deleteLibraryImage(work: Work<OperatorActor>, imageId: string): Promise<LibraryImage> {
  ensure(work.actor, 'library.manage')
  const image = await imageOf(work, imageId)
  await letGo(work, await filesOf(work, imageId))
  // What is said to visitors goes on without it.
  await work.sql`update approach_texts set image_id = null where workspace_id = ${work.workspaceId} and image_id = ${imageId}`
  await work.db.delete(libraryImages).where(here(work, imageId))
  work.record({ type: 'library.changed', subjectId: imageId })
  return image
}

/** A copy of the picture for the actor to send in this chat. */
export async function takeLibraryImage(work: Work<OperatorActor>, chatId: string, imageId: string): Promise<File> {
  const [chat] = await work.db
    .select()
    .from(chats)
    .where(and(eq(chats.workspaceId, work.workspaceId), eq(chats.id, chatId)))
  if (!chat) throw notFound()
  ensureOnChat(work.actor, 'template.use', sightOf(chat))
  const [copy] = await copyFiles(work, await filesOf(work, imageId))
  if (!copy) throw notFound()
  return copy
}

async function imageOf(work: Work, imageId: string): Promise<LibraryImage> {
  const [image] = await work.db.select().from(libraryImages).where(here(work, imageId)).for('update')
  if (!image) throw notFound()
  return image
}

const filesOf = (work: Work, imageId: string): Promise<File[]> =>
  work.db
    .select()
    .from(files)
    .where(and(eq(files.workspaceId, work.workspaceId), eq(files.libraryImageId, imageId)))

const here = (work: Work, imageId: string) => and(eq(libraryImages.workspaceId, work.workspaceId), eq(libraryImages.id, imageId))
