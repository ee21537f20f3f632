import { refDebounced } from '@vueuse/core'
import { computed, ref, watch } from 'vue'
import { listRequests, type RequestRow, type RequestState } from '../api/requests.ts'
import { useChanges } from '../stores/changes.ts'

const pageSize = 50
const mostAtOnce = 100

/** Requests by state, group, holder and words, asked anew whenever one has changed. */
export function useRequestList() {
  const changes = useChanges()
  const rows = ref<RequestRow[]>([])
  const status = ref<'loading' | 'ready' | 'failed'>('loading')
  const hasNext = ref(false)
  const state = ref<RequestState | null>('new')
  const groupId = ref<string | null>(null)
  const mine = ref(false)
  const search = ref('')
  const words = refDebounced(search, 250)
  const filter = computed(() => ({
    state: state.value,
    groupId: groupId.value,
    mine: mine.value || null,
    search: words.value.trim() || null,
  }))
  let endCursor: string | null = null
  let asked = 0

  async function load(more = false): Promise<void> {
    const turn = ++asked
    const first = more ? pageSize : Math.min(mostAtOnce, Math.max(pageSize, rows.value.length))
    try {
      const page = await listRequests({ ...filter.value, first, after: more ? endCursor : null })
      if (turn !== asked) return
      const fresh = page.edges.map(({ node }) => node)
      rows.value = more ? [...rows.value, ...fresh] : fresh
      hasNext.value = page.pageInfo.hasNextPage
      endCursor = page.pageInfo.endCursor
      status.value = 'ready'
    } catch {
      if (turn === asked && status.value !== 'ready') status.value = 'failed'
    }
  }
  watch(filter, () => {
    rows.value = []
    status.value = 'loading'
    void load()
  })
  watch(
    () => changes.requests,
    () => load(),
  )
  void load()
  return { rows, status, hasNext, state, groupId, mine, search, load: () => load(), loadMore: () => load(true) }
}
