import { type FieldType, limits } from '@parley/schema/vocabulary'
import { and, asc, count, eq, inArray, isNull, sql } from 'drizzle-orm'
import { customerFields } from '../db/tables/customer-field.ts'
import { HubError, notFound, textOf } from '../errors.ts'
import type { Work } from '../work.ts'
import { ensure } from './access.ts'
import { optionsOf } from './fields.ts'
import { newId } from './ids.ts'

export type CustomerField = typeof customerFields.$inferSelect
export interface NewCustomerField {
  label: string
  type: FieldType
  /** Made of the label unless told. */
  key?: string | null
  options?: string[] | null
  required?: boolean | null
}
export interface CustomerFieldChange {
  label?: string | null
  options?: string[] | null
  required?: boolean | null
}

/** In the company's order; archived ones after the others, where they are asked for. */
export const listCustomerFields = (work: Work, archived = false): Promise<CustomerField[]> =>
  work.db
    .select()
    .from(customerFields)
    .where(and(eq(customerFields.workspaceId, work.workspaceId), archived ? undefined : isNull(customerFields.archivedAt)))
    .orderBy(sql`${customerFields.archivedAt} is not null`, asc(customerFields.position), asc(customerFields.id))
    .limit(limits.formFields * 2)

export async function createCustomerField(work: Work, input: NewCustomerField): Promise<CustomerField> {
  ensure(work.actor, 'field.manage')
  const label = textOf(input.label, 'label', limits.formLabel)
  const options = optionsOf(input.type, input.options ?? [])
  const position = await lastPlace(work)
  const key = input.key?.trim() ? keyOf(input.key) : await freeKey(work, label)
  const [field] = await work.db
    .insert(customerFields)
    .values({
      workspaceId: work.workspaceId,
      id: newId(),
      key,
      label,
      type: input.type,
      options,
      required: input.required ?? false,
      position,
    })
    .onConflictDoNothing()
    .returning()
  if (!field) throw new HubError('taken', { field: 'key' })
  work.record({ type: 'field.changed', subjectId: field.id })
  return field
}

/** What is filled in with an option that is gone stays as it was. */
export async function updateCustomerField(work: Work, fieldId: string, change: CustomerFieldChange): Promise<CustomerField> {
  ensure(work.actor, 'field.manage')
  const field = await lockField(work, fieldId)
  return save(work, field, {
    label: change.label == null ? field.label : textOf(change.label, 'label', limits.formLabel),
    options: change.options == null ? field.options : optionsOf(field.type, change.options),
    required: change.required ?? field.required,
  })
}

/** No longer shown; what it holds is kept, and is there again when it is taken back. */
export async function archiveCustomerField(work: Work, fieldId: string, archived: boolean): Promise<CustomerField> {
  ensure(work.actor, 'field.manage')
  const field = await lockField(work, fieldId)
  if ((field.archivedAt !== null) === archived) return field
  if (archived) return save(work, field, { archivedAt: new Date() })
  return save(work, field, { archivedAt: null, position: await lastPlace(work) })
}

/** The order in which they are shown; those not named come after, as they were. */
export async function orderCustomerFields(work: Work, fieldIds: string[]): Promise<CustomerField[]> {
  ensure(work.actor, 'field.manage')
  if (fieldIds.length > limits.formFields) throw new HubError('too_many', { field: 'fieldIds', max: limits.formFields })
  const present = await listCustomerFields(work)
  const first = fieldIds.map((id) => {
    const field = present.find((each) => each.id === id)
    if (!field) throw notFound()
    return field
  })
  const order = [...new Set([...first, ...present])]
  for (const [n, field] of order.entries())
    if (field.position !== n + 1)
      await work.db
        .update(customerFields)
        .set({ position: n + 1 })
        .where(here(work, field.id))
  work.record({ type: 'field.changed', subjectId: order[0]?.id ?? null })
  return listCustomerFields(work)
}

/** Refuses one field too many. */
async function lastPlace(work: Work): Promise<number> {
  const [there] = await work.db
    .select({ count: count(), last: sql<number>`coalesce(max(${customerFields.position}), 0)` })
    .from(customerFields)
    .where(and(eq(customerFields.workspaceId, work.workspaceId), isNull(customerFields.archivedAt)))
  if ((there?.count ?? 0) >= limits.formFields) throw new HubError('too_many', { max: limits.formFields })
  return (there?.last ?? 0) + 1
}

/** Templates name a field by it: `{{customer.field.plan}}`. */
function keyOf(value: string): string {
  const key = textOf(value, 'key', limits.fieldKey)
  if (!/^[a-z0-9_]+$/.test(key)) throw new HubError('bad_key', { field: 'key' })
  return key
}

/** Made of the letters of the label that a key may have; with a number, where another has it already. */
async function freeKey(work: Work, label: string): Promise<string> {
  const letters = label.normalize('NFKD').toLowerCase().replaceAll(/\p{M}/gu, '')
  const base =
    letters
      .replaceAll(/[^a-z0-9]+/g, '_')
      .slice(0, limits.fieldKey - 4)
      .replaceAll(/^_+|_+$/g, '') || 'field'
  const candidates = [base, ...Array.from({ length: limits.formFields * 2 }, (_, n) => `${base}_${n + 2}`)]
  const taken = await work.db
    .select({ key: customerFields.key })
    .from(customerFields)
    .where(and(eq(customerFields.workspaceId, work.workspaceId), inArray(customerFields.key, candidates)))
  const known = new Set(taken.map(({ key }) => key))
  const free = candidates.find((key) => !known.has(key))
  if (!free) throw new HubError('taken', { field: 'key' })
  return free
}

async function lockField(work: Work, fieldId: string): Promise<CustomerField> {
  const [field] = await work.db.select().from(customerFields).where(here(work, fieldId)).for('no key update')
  return field ?? Promise.reject(notFound())
}

async function save(work: Work, field: CustomerField, values: Partial<CustomerField>): Promise<CustomerField> {
  const [row] = await work.db.update(customerFields).set(values).where(here(work, field.id)).returning()
  work.record({ type: 'field.changed', subjectId: field.id })
  return row ?? field
}

const here = (work: Work, fieldId: string) => and(eq(customerFields.workspaceId, work.workspaceId), eq(customerFields.id, fieldId))
