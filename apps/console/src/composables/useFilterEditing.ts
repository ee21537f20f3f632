import type { Condition, Filter } from '@parley/schema/filter'
import { type Ref, ref } from 'vue'
import { type ConditionPath, isGroup, isWhole, membersOf, withCondition, withGroup, withNew } from './filterTree.ts'

interface Session {
  /** Counted, so that each is a form of its own. */
  id: number
  condition: Condition
  /** Null while it says too little to be part of the filter. */
  path: ConditionPath | null
  /** The group it will stand in. */
  within?: number
  /** It will begin a group of its own. */
  grouped: boolean
}

/** One condition at a time is open; a new one joins the filter as soon as it says something. */
export function useFilterEditing(filter: Ref<Filter>, change: (next: Filter) => void) {
  const session = ref<Session | null>(null)
  let count = 0

  const isOpen = (path: ConditionPath) => session.value?.path?.join() === path.join()
  function edit(condition: Condition, path: ConditionPath): void {
    session.value = isOpen(path) ? null : { id: ++count, condition, path, grouped: false }
  }
  function add(condition: Condition, place: { within?: number; grouped?: boolean } = {}): void {
    session.value = { id: ++count, condition, path: null, grouped: false, ...place }
    if (isWhole(condition)) apply(condition)
  }
  function apply(condition: Condition): void {
    const now = session.value
    if (!now) return
    if (now.path) change(withCondition(filter.value, now.path, condition))
    else join(now, condition)
  }
  function join(now: Session, condition: Condition): void {
    const members = membersOf(filter.value)
    const group = now.within === undefined ? undefined : members[now.within]
    if (now.within !== undefined && group && isGroup(group)) {
      now.path = [now.within, membersOf(group).length]
      change(withNew(filter.value, condition, now.within))
    } else if (now.grouped) {
      now.path = [members.length, 0]
      change(withGroup(filter.value, condition))
    } else {
      now.path = [members.length]
      change(withNew(filter.value, condition))
    }
  }
  function remove(path: ConditionPath | null): void {
    session.value = null
    if (path) change(withCondition(filter.value, path, null))
  }
  return { session, isOpen, edit, add, apply, remove, done: () => (session.value = null) }
}
