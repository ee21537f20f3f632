import { refDebounced } from '@vueuse/core'
import { computed, ref, watch } from 'vue'
import { listCustomers } from '../api/customers.ts'
import { useChanges } from '../stores/changes.ts'
import { useConnection } from '../stores/connection.ts'
import { useCustomers } from '../stores/customers.ts'
import { usePages } from './usePages.ts'

/** Customers by search, a page at a time; each row says what the feed tells of him. */
export function useCustomerList() {
  const customers = useCustomers()
  const connection = useConnection()
  const search = ref('')
  const words = refDebounced(search, 250)
  const pages = usePages(
    async (page) => {
      const since = connection.cursor ?? 0
      const found = await listCustomers({ search: words.value.trim() || null, ...page })
      customers.remember(
        found.edges.map(({ node }) => node),
        since,
      )
      return found
    },
    ({ id }) => id,
  )
  const changes = useChanges()
  watch([words, () => changes.merges], pages.load, { immediate: true })
  return {
    search,
    words,
    rows: computed(() => pages.rows.value.flatMap(({ id }) => customers.byId[id] ?? [])),
    loading: computed(() => pages.status.value === 'loading' || pages.loadingMore.value),
    failed: computed(() => pages.status.value === 'failed'),
    loaded: computed(() => pages.status.value === 'ready'),
    hasMore: pages.hasNext,
    load: pages.load,
    more: pages.loadMore,
  }
}
