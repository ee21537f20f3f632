import type { Filter } from '@parley/schema/filter'
import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { SavedFilter } from '../api/filters.ts'
import { useSavedFilters } from '../stores/savedFilters.ts'
import { filterFrom, sameFilter } from './filterTree.ts'

/**
 * The filter shown now, which stands in the address: `v` is the saved filter it began with, `f` its conditions where they are
 * others than the saved ones.
 */
export function useFilterRoute() {
  const route = useRoute()
  const router = useRouter()
  const saved = useSavedFilters()
  const viewed = computed(() => saved.all.find(({ id }) => id === route.query.v) ?? null)
  const filter = computed<Filter | null>(() => filterFrom(route.query.f) ?? viewed.value?.filter ?? null)
  /** A saved filter is shown with other conditions than it is kept with. */
  const isChanged = computed(() => viewed.value !== null && !sameFilter(filter.value, viewed.value.filter))

  function go(f: Filter | null, view: SavedFilter | null): Promise<unknown> {
    const { f: _, v: __, ...query } = route.query
    const own = f && !(view && sameFilter(f, view.filter))
    return router.replace({ query: { ...query, ...(view && { v: view.id }), ...(own && { f: JSON.stringify(f) }) } })
  }
  return {
    filter,
    viewed,
    isChanged,
    /** Shows other conditions, still of the same saved filter. */
    change: (next: Filter) => go(next, viewed.value),
    open: (view: SavedFilter) => go(null, view),
    begin: (filter: Filter = { all: [] }) => go(filter, null),
    leave: () => go(null, null),
  }
}
