import { refDebounced } from '@vueuse/core'
import { computed, ref, watch } from 'vue'
import { listCustomers } from '../api/customers.ts'
import { useConnection } from '../stores/connection.ts'
import { useCustomers } from '../stores/customers.ts'

/** Customers by search, a page at a time. */
export function useCustomerList() {
  const customers = useCustomers()
  const connection = useConnection()
  const search = ref('')
  const words = refDebounced(search, 250)
  const ids = ref<string[]>([])
  const loading = ref(false)
  const failed = ref(false)
  const loaded = ref(false)
  const endCursor = ref<string | null>(null)
  let generation = 0

  async function load(after: string | null = null): Promise<void> {
    const asked = ++generation
    loading.value = true
    failed.value = false
    try {
      const page = await listCustomers({ search: words.value.trim() || null, first: 50, after })
      if (asked !== generation) return
      const rows = page.edges.map(({ node }) => node)
      for (const row of rows) customers.putAnswer(row)
      ids.value = after ? [...ids.value, ...rows.map(({ id }) => id)] : rows.map(({ id }) => id)
      endCursor.value = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null
      loaded.value = true
    } catch {
      if (asked === generation) failed.value = true
    } finally {
      if (asked === generation) loading.value = false
    }
  }
  watch([words, () => connection.status === 'live'], () => void load(), { immediate: true })
  return {
    search,
    words,
    rows: computed(() => ids.value.flatMap((id) => customers.byId[id] ?? [])),
    loading,
    failed,
    loaded,
    hasMore: computed(() => endCursor.value !== null),
    load: () => load(),
    more: () => endCursor.value && !loading.value && void load(endCursor.value),
  }
}
