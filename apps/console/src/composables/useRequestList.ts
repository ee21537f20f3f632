import { refDebounced } from '@vueuse/core'
import { computed, ref, watch } from 'vue'
import { listRequests, type RequestState } from '../api/requests.ts'
import { useChanges } from '../stores/changes.ts'
import { usePages } from './usePages.ts'

/** Requests by state, group, holder and words, asked anew whenever one has changed. */
export function useRequestList() {
  const changes = useChanges()
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
  const { rows, status, hasNext, load, begin, loadMore } = usePages(
    (page) => listRequests({ ...filter.value, ...page }),
    ({ id }) => id,
  )
  watch(filter, begin, { immediate: true })
  watch(() => changes.requests, load)
  return { rows, status, hasNext, state, groupId, mine, search, load, loadMore }
}
