import type { Condition, CustomCondition, Filter, FilterGroup } from '@parley/schema/filter'

type Member = Condition | FilterGroup<Condition>
/** Where a condition stands: its place in the filter, or in a group of it. */
export type ConditionPath = [number] | [number, number]

export const membersOf = <M>(group: FilterGroup<M>): M[] => ('all' in group ? group.all : group.any)
export const isAll = (group: object): boolean => 'all' in group
export const groupOf = <M>(all: boolean, members: M[]): FilterGroup<M> => (all ? { all: members } : { any: members })
export const isGroup = (member: Member): member is FilterGroup<Condition> => !('field' in member)

/** The filter of an address; null where there is none that could be shown. The hub has the last word on its values. */
export function filterFrom(text: unknown): Filter | null {
  if (typeof text !== 'string') return null
  try {
    const given: unknown = JSON.parse(text)
    return isShaped(given, 2) ? (given as Filter) : null
  } catch {
    return null
  }
}
function isShaped(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if ('field' in value) return levels < 2 && typeof value.field === 'string' && 'is' in value && typeof value.is === 'string'
  const members = 'all' in value ? value.all : 'any' in value ? value.any : null
  return levels > 0 && Array.isArray(members) && members.every((member) => isShaped(member, levels - 1))
}

/** The filter with another condition in this place; null takes it away, and a group that is left empty with it. */
export function withCondition(filter: Filter, path: ConditionPath, condition: Condition | null): Filter {
  const [at, within] = path
  const members = membersOf(filter)
  const present = members[at]
  let next: Member | null = condition
  if (within !== undefined && present && isGroup(present)) {
    const rest = condition ? membersOf(present).with(within, condition) : membersOf(present).toSpliced(within, 1)
    next = rest.length > 0 ? groupOf(isAll(present), rest) : null
  }
  return groupOf(isAll(filter), next ? members.with(at, next) : members.toSpliced(at, 1))
}
/** The filter with one more condition, in the group at `within` or at its end. */
export function withNew(filter: Filter, condition: Condition, within?: number): Filter {
  const members = membersOf(filter)
  const present = within === undefined ? undefined : members[within]
  if (within === undefined || !present || !isGroup(present)) return groupOf(isAll(filter), [...members, condition])
  return groupOf(isAll(filter), members.with(within, groupOf(isAll(present), [...membersOf(present), condition])))
}
/** The filter with a group, of one condition, which is joined the other way than the filter itself. */
export const withGroup = (filter: Filter, condition: Condition): Filter =>
  groupOf(isAll(filter), [...membersOf(filter), groupOf(!isAll(filter), [condition])])
/** The filter, or the group at `within`, joined the other way. */
export function turned(filter: Filter, within?: number): Filter {
  const members = membersOf(filter)
  if (within === undefined) return groupOf(!isAll(filter), members)
  const present = members[within]
  return present && isGroup(present) ? groupOf(isAll(filter), members.with(within, groupOf(!isAll(present), membersOf(present)))) : filter
}

export const sameFilter = (one: Filter | null, other: Filter | null): boolean =>
  JSON.stringify(sorted(one)) === JSON.stringify(sorted(other))
/** The hub may hand back the keys in another order. */
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  )
}

/** Fields by what they are about, in the order they are offered. */
export const fieldGroups = {
  chat: ['state', 'unread', 'waiting', 'answered', 'operator', 'group', 'chatTags', 'rating', 'text'],
  customer: ['name', 'email', 'phone', 'taxId', 'customerTags'],
  channel: ['channel', 'kind'],
  time: ['opened', 'closed', 'lastMessage', 'givenUp'],
} as const satisfies Record<string, readonly Condition['field'][]>

/** What a condition of this field begins with. */
export function newCondition(field: Condition['field']): Condition {
  switch (field) {
    case 'name':
    case 'email':
    case 'phone':
    case 'taxId':
      return { field, is: 'contains', value: '' }
    case 'text':
      return { field, is: 'contains', value: '' }
    case 'chatTags':
    case 'customerTags':
      return { field, is: 'any', ids: [] }
    case 'state':
      return { field, is: 'any', values: ['queued', 'serving'] }
    case 'kind':
      return { field, is: 'any', values: [] }
    case 'operator':
      return { field, is: 'any', values: ['me'] }
    case 'channel':
    case 'group':
      return { field, is: 'any', values: [] }
    case 'custom':
      throw new Error('a field of the company begins with its type')
    case 'waiting':
      return { field, is: 'over', minutes: 10 }
    case 'unread':
    case 'answered':
      return { field, is: 'yes' }
    case 'rating':
      return { field, is: 'range', most: 2 }
    default:
      return { field, is: 'last', count: 7, unit: 'day' }
  }
}

/** What a condition of a field of the company's own begins with. */
export function newCustom({ id, type }: { id: string; type: CustomType }): CustomCondition {
  if (type === 'text') return { field: 'custom', id, is: 'contains', value: '' }
  if (type === 'number') return { field: 'custom', id, is: 'range' }
  if (type === 'date') return { field: 'custom', id, is: 'last', count: 30, unit: 'day' }
  return { field: 'custom', id, is: 'any', values: type === 'yes_no' ? ['yes'] : [] }
}
/** As the API names the types of fields. */
export type CustomType = 'text' | 'number' | 'date' | 'yes_no' | 'choice' | 'choices'

/** Whether a condition says enough to be asked. */
export function isWhole(condition: Condition): boolean {
  if ('value' in condition || condition.is === 'contains') return 'value' in condition && Boolean(condition.value?.trim())
  if ('values' in condition) return condition.values.length > 0
  if (condition.field === 'chatTags' || condition.field === 'customerTags')
    return condition.is === 'empty' || (condition.ids ?? []).length > 0
  if (condition.is === 'range') return isOrdered(condition.least, condition.most)
  if (condition.is === 'between') return isOrdered(condition.from || undefined, condition.to || undefined)
  if (condition.is === 'last' || condition.is === 'before' || condition.is === 'next') return condition.count >= 1
  return condition.field !== 'waiting' || condition.minutes >= 1
}
const isOrdered = <T extends string | number>(from: T | undefined, to: T | undefined): boolean =>
  from === undefined ? to !== undefined : to === undefined || from <= to
