import type { Filter } from '@parley/schema/filter'
import { type FilterScope, limits } from '@parley/schema/vocabulary'
import { and, count, eq, type SQL, sql } from 'drizzle-orm'
import { savedFilterPlaces, savedFilters } from '../db/tables/filter.ts'
import { groups } from '../db/tables/group.ts'
import { HubError, notFound, textOf } from '../errors.ts'
import type { OperatorActor, Work } from '../work.ts'
import { type FilterPlace, onFilter } from './access.ts'
import { filterOf } from './filter-shape.ts'
import { newId } from './ids.ts'
import { groupsInSight, seesAll } from './sight.ts'

export type SavedFilter = typeof savedFilters.$inferSelect
/** A saved filter as one operator has it among his tabs. */
export type PlacedFilter = SavedFilter & { isTab: boolean }
export interface SavedFilterInput {
  name: string
  filter: unknown
  scope: FilterScope
  groupId?: string | null
}

/** Filters in the actor's sight as he has ordered them, those he has never placed behind them, the put away last. */
export async function listSavedFilters(work: Work<OperatorActor>): Promise<PlacedFilter[]> {
  const rows = await work.db
    .select({ filter: savedFilters, placed: sql<boolean>`${savedFilterPlaces.filterId} is not null`, position: savedFilterPlaces.position })
    .from(savedFilters)
    .leftJoin(
      savedFilterPlaces,
      and(
        eq(savedFilterPlaces.workspaceId, savedFilters.workspaceId),
        eq(savedFilterPlaces.filterId, savedFilters.id),
        eq(savedFilterPlaces.operatorId, work.actor.operatorId),
      ),
    )
    .where(visibleFilters(work.actor))
    .orderBy(
      sql`(${savedFilterPlaces.filterId} is not null and ${savedFilterPlaces.position} is null)`,
      sql`${savedFilterPlaces.position} nulls last`,
      savedFilters.createdAt,
      savedFilters.id,
    )
    .limit(mostInSight)
  return rows.map(({ filter, placed, position }) => ({ ...filter, isTab: !placed || position !== null }))
}
const mostInSight = 500

export async function createSavedFilter(work: Work<OperatorActor>, input: SavedFilterInput): Promise<PlacedFilter> {
  const { actor, workspaceId } = work
  const values = await valuesOf(work, input, actor.operatorId)
  const [there] = await work.db
    .select({ count: count() })
    .from(savedFilters)
    .where(and(eq(savedFilters.workspaceId, workspaceId), eq(savedFilters.ownerId, actor.operatorId)))
  if ((there?.count ?? 0) >= limits.savedFilters) throw new HubError('too_many', { max: limits.savedFilters })
  const [filter] = await work.db
    .insert(savedFilters)
    .values({ workspaceId, id: newId(), ...values })
    .returning()
  if (!filter) throw notFound()
  tell(work, filter)
  return { ...filter, isTab: true }
}

export async function updateSavedFilter(work: Work<OperatorActor>, filterId: string, input: SavedFilterInput): Promise<PlacedFilter> {
  const before = await lockFilter(work, filterId)
  const values = await valuesOf(work, input, before.ownerId)
  const [filter] = await work.db.update(savedFilters).set(values).where(here(work, filterId)).returning()
  if (!filter) throw notFound()
  tell(work, filter, before)
  return (await listSavedFilters(work)).find(({ id }) => id === filterId) ?? { ...filter, isTab: true }
}

/** Answers with what it was. */
export async function deleteSavedFilter(work: Work<OperatorActor>, filterId: string): Promise<PlacedFilter> {
  const filter = await lockFilter(work, filterId)
  await work.db
    .delete(savedFilterPlaces)
    .where(and(eq(savedFilterPlaces.workspaceId, work.workspaceId), eq(savedFilterPlaces.filterId, filterId)))
  await work.db.delete(savedFilters).where(here(work, filterId))
  tell(work, filter)
  return { ...filter, isTab: false }
}

/** The actor's tabs in this order and no others: what he sees and does not name is put away. */
export async function arrangeSavedFilters(work: Work<OperatorActor>, filterIds: string[]): Promise<PlacedFilter[]> {
  const { actor, workspaceId } = work
  const seen = (await listSavedFilters(work)).map(({ id }) => id)
  const wanted = [...new Set(filterIds)]
  if (wanted.some((id) => !seen.includes(id))) throw notFound()
  const rows = seen.map((filterId) => {
    const position = wanted.indexOf(filterId)
    return { workspaceId, operatorId: actor.operatorId, filterId, position: position < 0 ? null : position }
  })
  if (rows.length > 0)
    await work.db
      .insert(savedFilterPlaces)
      .values(rows)
      .onConflictDoUpdate({
        target: [savedFilterPlaces.workspaceId, savedFilterPlaces.operatorId, savedFilterPlaces.filterId],
        set: { position: sql`excluded.position` },
      })
  work.record({ type: 'filter.changed', subjectId: actor.operatorId, data: { forOperatorId: actor.operatorId } })
  return listSavedFilters(work)
}

/** What names a tag that was merged into another names the other from now on. An id stands for nothing else, so it is replaced as text. */
export async function renameTagInFilters(work: Work, tagId: string, intoTagId: string): Promise<void> {
  const changed = await work.sql`
    update saved_filters set filter = replace(filter::text, ${tagId}, ${intoTagId})::jsonb
    where workspace_id = ${work.workspaceId} and position(${tagId} in filter::text) > 0 returning id`
  if (changed.length > 0) work.record({ type: 'filter.changed', subjectId: intoTagId })
}

async function valuesOf(work: Work<OperatorActor>, input: SavedFilterInput, ownerId: string) {
  const { scope } = input
  if (scope !== 'group' && input.groupId) throw new HubError('invalid', { field: 'groupId' })
  const place: FilterPlace = { scope, groupId: input.groupId ?? null, ownerId }
  if (scope === 'group' && !place.groupId) throw new HubError('required', { field: 'groupId' })
  const filter: Filter = filterOf(input.filter)
  const name = textOf(input.name, 'name', limits.name)
  if (!onFilter['filter.share'](work.actor, place)) throw new HubError('forbidden')
  if (place.groupId) {
    const [group] = await work.db
      .select({ id: groups.id })
      .from(groups)
      .where(and(eq(groups.workspaceId, work.workspaceId), eq(groups.id, place.groupId)))
      .for('key share')
    if (!group) throw new HubError('not_found', { field: 'groupId' })
  }
  return { ...place, name, filter }
}

/** Not-found where it may not even be seen, forbidden where it may not be changed. */
async function lockFilter(work: Work<OperatorActor>, filterId: string): Promise<SavedFilter> {
  const [filter] = await work.db.select().from(savedFilters).where(here(work, filterId)).for('update')
  if (!filter || !onFilter['filter.read'](work.actor, filter)) throw notFound()
  if (!onFilter['filter.manage'](work.actor, filter)) throw new HubError('forbidden')
  return filter
}

/** `filter.read` of access.ts as SQL. */
function visibleFilters(actor: OperatorActor): SQL {
  const groupIds = [...groupsInSight(actor)]
  return sql`(${savedFilters.workspaceId} = ${actor.workspaceId} and (${savedFilters.scope} = 'all' or ${savedFilters.ownerId} = ${actor.operatorId}
    or (${savedFilters.scope} = 'group' and (${seesAll(actor)} or ${savedFilters.groupId} = any(${sql.param(groupIds)}::uuid[])))))`
}

/** Told without the conditions: everybody asks anew for what is his to see. What stays its owner's is told to him alone. */
function tell(work: Work, now: SavedFilter, before: SavedFilter = now): void {
  const isOwn = now.scope === 'own' && before.scope === 'own'
  work.record({ type: 'filter.changed', subjectId: now.id, ...(isOwn && { data: { forOperatorId: now.ownerId } }) })
}

const here = (work: Work, filterId: string) => and(eq(savedFilters.workspaceId, work.workspaceId), eq(savedFilters.id, filterId))
