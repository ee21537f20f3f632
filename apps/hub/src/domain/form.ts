import { type FieldType, limits } from '@parley/schema/vocabulary'
import { and, asc, count, eq, inArray, isNull, sql } from 'drizzle-orm'
import { formAnswers, formFields } from '../db/tables/form.ts'
import { workspaces } from '../db/tables/workspace.ts'
import { HubError, notFound, textOf } from '../errors.ts'
import type { OperatorActor, Work } from '../work.ts'
import { ensure, onChat } from './access.ts'
import { type Chat, lockChat } from './chat.ts'
import { optionsOf, valuesOf } from './fields.ts'
import { newId } from './ids.ts'
import { sightOf } from './sight.ts'

export type FormField = typeof formFields.$inferSelect
export type FormAnswer = typeof formAnswers.$inferSelect
export interface NewFormField {
  label: string
  type: FieldType
  options?: string[] | null
  required?: boolean | null
}
export interface FormFieldChange {
  label?: string | null
  options?: string[] | null
  required?: boolean | null
}
/** An empty list takes the answer away. */
export interface GivenAnswer {
  fieldId: string
  values: string[]
}

export const listFormFields = (work: Work): Promise<FormField[]> =>
  work.db
    .select()
    .from(formFields)
    .where(and(eq(formFields.workspaceId, work.workspaceId), isNull(formFields.archivedAt)))
    .orderBy(asc(formFields.position), asc(formFields.id))
    .limit(limits.formFields)

export async function createFormField(work: Work, input: NewFormField): Promise<FormField> {
  ensure(work.actor, 'form.manage')
  const [there] = await work.db
    .select({ count: count(), last: sql<number>`coalesce(max(${formFields.position}), 0)` })
    .from(formFields)
    .where(and(eq(formFields.workspaceId, work.workspaceId), isNull(formFields.archivedAt)))
  if ((there?.count ?? 0) >= limits.formFields) throw new HubError('too_many', { max: limits.formFields })
  const [field] = await work.db
    .insert(formFields)
    .values({
      workspaceId: work.workspaceId,
      id: newId(),
      label: textOf(input.label, 'label', limits.formLabel),
      type: input.type,
      options: optionsOf(input.type, input.options ?? []),
      required: input.required ?? false,
      position: (there?.last ?? 0) + 1,
    })
    .returning()
  if (!field) throw new Error('the field was not inserted')
  work.record({ type: 'form.changed', subjectId: field.id })
  return field
}

/** What was answered with an option that is gone stays as it was. */
export async function updateFormField(work: Work, fieldId: string, change: FormFieldChange): Promise<FormField> {
  ensure(work.actor, 'form.manage')
  const field = await lockField(work, fieldId)
  return save(work, field, {
    label: change.label == null ? field.label : textOf(change.label, 'label', limits.formLabel),
    options: change.options == null ? field.options : optionsOf(field.type, change.options),
    required: change.required ?? field.required,
  })
}

/** No longer asked; what was answered stays with its chats. */
export async function archiveFormField(work: Work, fieldId: string): Promise<FormField> {
  ensure(work.actor, 'form.manage')
  return save(work, await lockField(work, fieldId), { archivedAt: sql`clock_timestamp()` as unknown as Date })
}

/** The order in which they are asked; those not named come after, as they were. */
export async function orderFormFields(work: Work, fieldIds: string[]): Promise<FormField[]> {
  ensure(work.actor, 'form.manage')
  if (fieldIds.length > limits.formFields) throw new HubError('too_many', { field: 'fieldIds', max: limits.formFields })
  const present = await listFormFields(work)
  const named = fieldIds.map((id) => present.find((field) => field.id === id) ?? Promise.reject(notFound()))
  const first = await Promise.all(named)
  const order = [...new Set([...first, ...present])]
  for (const [n, field] of order.entries())
    if (field.position !== n + 1)
      await work.db
        .update(formFields)
        .set({ position: n + 1 })
        .where(here(work, field.id))
  work.record({ type: 'form.changed', subjectId: order[0]?.id ?? null })
  return listFormFields(work)
}

/** Answers about a chat; open to its operator for as long after closing as the admin allows, to those who lead for good. */
export async function fillForm(work: Work<OperatorActor>, chatId: string, answers: GivenAnswer[]): Promise<Chat> {
  const chat = await lockChat(work, chatId, 'chat.form')
  const hours = await editableHours(work)
  if (!isFormOpen(work.actor, chat, hours)) throw new HubError('form_final', { hours })
  if (await answer(work, chat, answers)) work.record({ type: 'chat.form', chatId, subjectId: chatId })
  return chat
}

export async function editableHours(work: Work): Promise<number> {
  const [row] = await work.db.select({ hours: workspaces.formEditableHours }).from(workspaces).where(eq(workspaces.id, work.workspaceId))
  return row?.hours ?? 0
}

export const isFormOpen = (actor: OperatorActor, chat: Chat, hours: number): boolean =>
  chat.closedAt === null || onChat['chat.lateForm'](actor, sightOf(chat)) || chat.closedAt.getTime() + hours * 3_600_000 > Date.now()

/** Stores answers of a chat that is locked; false when there were none. */
export async function answer(work: Work<OperatorActor>, chat: Chat, answers: GivenAnswer[]): Promise<boolean> {
  if (answers.length === 0) return false
  if (answers.length > limits.formFields) throw new HubError('too_many', { field: 'answers', max: limits.formFields })
  const ids = [...new Set(answers.map(({ fieldId }) => fieldId))]
  const fields = new Map(
    (
      await work.db
        .select()
        .from(formFields)
        .where(and(eq(formFields.workspaceId, work.workspaceId), inArray(formFields.id, ids), isNull(formFields.archivedAt)))
    ).map((field) => [field.id, field]),
  )
  for (const { fieldId, values } of answers) {
    const field = fields.get(fieldId)
    if (!field) throw notFound()
    const checked = valuesOf(field, values)
    const key = { workspaceId: work.workspaceId, chatId: chat.id, fieldId }
    if (checked.length === 0)
      await work.db
        .delete(formAnswers)
        .where(and(eq(formAnswers.workspaceId, work.workspaceId), eq(formAnswers.chatId, chat.id), eq(formAnswers.fieldId, fieldId)))
    else {
      const said = { values: checked, operatorId: work.actor.operatorId, at: sql`clock_timestamp()` }
      await work.db
        .insert(formAnswers)
        .values({ ...key, ...said })
        .onConflictDoUpdate({ target: [formAnswers.workspaceId, formAnswers.chatId, formAnswers.fieldId], set: said })
    }
  }
  return true
}

/** A chat may be closed when every field that is asked for has its answer. */
export async function ensureFilled(work: Work, chat: Chat): Promise<void> {
  const [missing] = await work.db
    .select({ label: formFields.label })
    .from(formFields)
    .leftJoin(
      formAnswers,
      and(eq(formAnswers.workspaceId, formFields.workspaceId), eq(formAnswers.fieldId, formFields.id), eq(formAnswers.chatId, chat.id)),
    )
    .where(
      and(
        eq(formFields.workspaceId, work.workspaceId),
        isNull(formFields.archivedAt),
        eq(formFields.required, true),
        isNull(formAnswers.fieldId),
      ),
    )
    .orderBy(asc(formFields.position))
    .limit(1)
  if (missing) throw new HubError('form_missing', { field: 'answers', label: missing.label })
}

async function lockField(work: Work, fieldId: string): Promise<FormField> {
  const [field] = await work.db
    .select()
    .from(formFields)
    .where(and(here(work, fieldId), isNull(formFields.archivedAt)))
    .for('no key update')
  if (!field) throw notFound()
  return field
}

async function save(work: Work, field: FormField, values: Partial<FormField>): Promise<FormField> {
  const [row] = await work.db.update(formFields).set(values).where(here(work, field.id)).returning()
  work.record({ type: 'form.changed', subjectId: field.id })
  return row ?? field
}

const here = (work: Work, fieldId: string) => and(eq(formFields.workspaceId, work.workspaceId), eq(formFields.id, fieldId))
