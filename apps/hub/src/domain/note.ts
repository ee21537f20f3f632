import { limits } from '@parley/schema/vocabulary'
import { and, desc, eq, sql } from 'drizzle-orm'
import { notes } from '../db/tables/note.ts'
import { HubError, notFound, textOf } from '../errors.ts'
import type { OperatorActor, Work } from '../work.ts'
import { ensureOnOne, lockCustomer, mayOnOne, tellChats } from './customer.ts'
import { newId } from './ids.ts'

export type Note = typeof notes.$inferSelect

/** The newest first, removed ones left out. The caller has asked whether the customer may be seen. `after`: the id of the last one of the page before. */
export const listNotes = (work: Work, customerId: string, page: { after?: string; limit: number }): Promise<Note[]> =>
  work.db
    .select()
    .from(notes)
    .where(
      and(
        eq(notes.workspaceId, work.workspaceId),
        eq(notes.customerId, customerId),
        sql`${notes.removedAt} is null`,
        page.after ? sql`${notes.id} < ${page.after}::uuid` : undefined,
      ),
    )
    .orderBy(desc(notes.id))
    .limit(page.limit)

/** For colleagues only. The same client id answers with the same note. */
export async function addNote(work: Work<OperatorActor>, customerId: string, text: string, clientId: string): Promise<Note> {
  const words = textOf(text, 'text', limits.comment)
  const key = textOf(clientId, 'clientId', limits.id)
  await ensureOnOne(work, 'note.write', customerId)
  await lockCustomer(work, customerId)
  const authorId = work.actor.operatorId
  const [note] = await work.db
    .insert(notes)
    .values({ workspaceId: work.workspaceId, id: newId(), customerId, authorId, text: words, clientId: key })
    .onConflictDoNothing()
    .returning()
  if (!note) return repeated(work, key, words)
  await tellChats(work, customerId, 'note.changed', note.id)
  return note
}

/** Its author changes what he wrote. */
export async function editNote(work: Work<OperatorActor>, noteId: string, text: string): Promise<Note> {
  const words = textOf(text, 'text', limits.comment)
  const note = await lockNote(work, noteId)
  if (note.authorId !== work.actor.operatorId) throw new HubError('forbidden')
  if (note.removedAt) throw notFound()
  return note.text === words ? note : save(work, note, { text: words, editedAt: sql`clock_timestamp()` })
}

/** Its author, or those who supervise a chat of the customer. */
export async function removeNote(work: Work<OperatorActor>, noteId: string): Promise<Note> {
  const note = await lockNote(work, noteId)
  if (note.authorId !== work.actor.operatorId && !(await mayOnOne(work, 'note.remove', note.customerId))) throw new HubError('forbidden')
  return note.removedAt ? note : save(work, note, { text: null, removedAt: sql`clock_timestamp()` })
}

/** The note of a customer whose sight is the actor's. */
async function lockNote(work: Work<OperatorActor>, noteId: string): Promise<Note> {
  const [note] = await work.db
    .select()
    .from(notes)
    .where(and(eq(notes.workspaceId, work.workspaceId), eq(notes.id, noteId)))
    .for('no key update')
  if (!note) throw notFound()
  await ensureOnOne(work, 'note.write', note.customerId)
  return note
}

async function save(work: Work, note: Note, values: Record<string, unknown>): Promise<Note> {
  const [row] = await work.db
    .update(notes)
    .set(values)
    .where(and(eq(notes.workspaceId, work.workspaceId), eq(notes.id, note.id)))
    .returning()
  await tellChats(work, note.customerId, 'note.changed', note.id)
  return row ?? note
}

async function repeated(work: Work<OperatorActor>, clientId: string, text: string): Promise<Note> {
  const [note] = await work.db
    .select()
    .from(notes)
    .where(and(eq(notes.workspaceId, work.workspaceId), eq(notes.authorId, work.actor.operatorId), eq(notes.clientId, clientId)))
  if (!note || note.text !== text) throw new HubError('client_id_reused', { field: 'clientId' })
  return note
}
