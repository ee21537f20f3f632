import { limits, type RequestFieldKind, type RequestPriority } from '@parley/schema/vocabulary'
import { and, eq } from 'drizzle-orm'
import { groups } from '../db/tables/group.ts'
import { type RequestAnswer, type RequestField, requestSettings } from '../db/tables/request.ts'
import { HubError, textOf } from '../errors.ts'
import type { Work } from '../work.ts'
import { ensure } from './access.ts'
import { newId } from './ids.ts'

export type RequestSettings = Omit<typeof requestSettings.$inferSelect, 'workspaceId'>
export interface RequestSettingsInput {
  categories: string[]
  types: string[]
  title?: string | null
  groupId?: string | null
  category?: string | null
  type?: string | null
  priority: RequestPriority
  fields?: RequestFieldInput[] | null
  away?: boolean | null
}
export interface RequestFieldInput {
  /** Of a field that is there already. */
  fieldId?: string | null
  label: string
  kind: RequestFieldKind
  options?: string[] | null
  required: boolean
}

const asFounded: RequestSettings = {
  categories: [],
  types: [],
  title: null,
  groupId: null,
  category: null,
  type: null,
  priority: 'normal',
  fields: [],
  // A visitor who finds nobody is asked for what an answer needs, instead of waiting in front of a chat.
  away: true,
}

export async function getRequestSettings(work: Work): Promise<RequestSettings> {
  const [row] = await work.db.select().from(requestSettings).where(eq(requestSettings.workspaceId, work.workspaceId))
  return row ?? asFounded
}

/** All of them at once; fields and `away` stay when they are left out. A default that is not among the words is refused. */
export async function updateRequestSettings(work: Work, input: RequestSettingsInput): Promise<RequestSettings> {
  ensure(work.actor, 'request.manage')
  const categories = wordsOf(input.categories, 'categories')
  const types = wordsOf(input.types, 'types')
  if (input.category && !categories.includes(input.category)) throw new HubError('invalid', { field: 'category' })
  if (input.type && !types.includes(input.type)) throw new HubError('invalid', { field: 'type' })
  if (input.groupId) {
    const [group] = await work.db
      .select({ id: groups.id })
      .from(groups)
      .where(and(eq(groups.workspaceId, work.workspaceId), eq(groups.id, input.groupId)))
    if (!group) throw new HubError('not_found', { field: 'groupId' })
  }
  const before = await getRequestSettings(work)
  const values = {
    categories,
    types,
    title: input.title?.trim() ? textOf(input.title, 'title', limits.requestTitle) : null,
    groupId: input.groupId ?? null,
    category: input.category || null,
    type: input.type || null,
    priority: input.priority,
    fields: input.fields ? fieldsOf(input.fields, before.fields) : before.fields,
    away: input.away ?? before.away,
  }
  await work.db
    .insert(requestSettings)
    .values({ workspaceId: work.workspaceId, ...values })
    .onConflictDoUpdate({ target: requestSettings.workspaceId, set: values })
  work.record({ type: 'workspace.changed', subjectId: work.workspaceId })
  return values
}

function fieldsOf(given: RequestFieldInput[], known: RequestField[]): RequestField[] {
  if (given.length > limits.requestFields) throw new HubError('too_many', { field: 'fields', max: limits.requestFields })
  return given.map(({ fieldId, label, kind, options, required }) => {
    if (fieldId && !known.some(({ id }) => id === fieldId)) throw new HubError('not_found', { field: 'fieldId' })
    const words = kind === 'choice' ? wordsOf(options ?? [], 'options') : []
    if (kind === 'choice' && words.length === 0) throw new HubError('required', { field: 'options' })
    return {
      id: fieldId ?? newId(),
      label: textOf(label, 'label', limits.requestWord),
      kind,
      options: words,
      required,
    }
  })
}

/** What a visitor answered, by the id of the field; a field that is not there (any more) is left out. */
export function answersOf(fields: RequestField[], given: { fieldId: string; value: string }[]): RequestAnswer[] {
  return fields.flatMap(({ id, label, kind, options, required }) => {
    const value = given.find((each) => each.fieldId === id)?.value.trim() ?? ''
    const field = `answers.${id}`
    if (!value && required) throw new HubError('required', { field })
    if (!value) return []
    if (kind === 'choice' && !options.includes(value)) throw new HubError('invalid', { field })
    return {
      label,
      value: textOf(
        kind === 'line' ? value.replace(/\s+/g, ' ') : value,
        field,
        kind === 'text' ? limits.requestAnswer : limits.requestLine,
      ),
    }
  })
}

function wordsOf(given: string[], field: string): string[] {
  if (given.length > limits.requestWords) throw new HubError('too_many', { field, max: limits.requestWords })
  return [...new Set(given.map((word) => textOf(word, field, limits.requestWord)))]
}
