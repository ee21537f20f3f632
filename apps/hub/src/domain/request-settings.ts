import { limits, type RequestPriority } from '@parley/schema/vocabulary'
import { and, eq } from 'drizzle-orm'
import { groups } from '../db/tables/group.ts'
import { requestSettings } from '../db/tables/request.ts'
import { HubError, textOf } from '../errors.ts'
import type { Work } from '../work.ts'
import { ensure } from './access.ts'

export type RequestSettings = Omit<typeof requestSettings.$inferSelect, 'workspaceId'>
export interface RequestSettingsInput {
  categories: string[]
  types: string[]
  title?: string | null
  groupId?: string | null
  category?: string | null
  type?: string | null
  priority: RequestPriority
}

const asFounded: RequestSettings = { categories: [], types: [], title: null, groupId: null, category: null, type: null, priority: 'normal' }

export async function getRequestSettings(work: Work): Promise<RequestSettings> {
  const [row] = await work.db.select().from(requestSettings).where(eq(requestSettings.workspaceId, work.workspaceId))
  return row ?? asFounded
}

/** All of them at once. A default that is not among the words is refused. */
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
  const values = {
    categories,
    types,
    title: input.title?.trim() ? textOf(input.title, 'title', limits.requestTitle) : null,
    groupId: input.groupId ?? null,
    category: input.category || null,
    type: input.type || null,
    priority: input.priority,
  }
  await work.db
    .insert(requestSettings)
    .values({ workspaceId: work.workspaceId, ...values })
    .onConflictDoUpdate({ target: requestSettings.workspaceId, set: values })
  work.record({ type: 'workspace.changed', subjectId: work.workspaceId })
  return values
}

function wordsOf(given: string[], field: string): string[] {
  if (given.length > limits.requestWords) throw new HubError('too_many', { field, max: limits.requestWords })
  return [...new Set(given.map((word) => textOf(word, field, limits.requestWord)))]
}
