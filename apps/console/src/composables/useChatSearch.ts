import { refDebounced } from '@vueuse/core'
import { computed, type Ref, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { searchHere } from '../api/search.ts'
import { inWords, type Refused } from './useAction.ts'
import { useLineBack } from './useLineBack.ts'
import type { Spot } from './useThread.ts'

const typingMs = 250
const fewest = 2
const pageSize = 100

/** Searching in the open chat: from the newest find to older ones and back. `at`: the find that is shown already. */
export function useChatSearch(chatId: Ref<string>, query: Ref<string>, at: () => string | null, go: (spot: Spot) => void) {
  const { t } = useI18n()
  const settled = refDebounced(query, typingMs)
  const wanted = computed(() => settled.value.trim())
  const spots = ref<Spot[]>([])
  const index = ref(-1)
  const hasMore = ref(false)
  const status = ref<'idle' | 'searching' | 'ready'>('idle')
  const refusal = ref<Refused | null>(null)
  let endCursor: string | null = null
  let asked = 0

  async function ask(after: string | null): Promise<boolean> {
    const turn = after ? asked : ++asked
    try {
      const { edges, pageInfo } = await searchHere({ query: wanted.value, chatId: chatId.value, first: pageSize, after })
      if (turn !== asked) return false
      const more = edges.flatMap(({ node }) => (node.place ? [{ id: node.id, place: node.place }] : []))
      spots.value = after ? [...spots.value, ...more] : more
      hasMore.value = pageInfo.hasNextPage
      endCursor = pageInfo.endCursor
      return true
    } catch (error) {
      if (turn === asked) refusal.value = inWords(error, t)
      return false
    }
  }
  async function run(): Promise<void> {
    refusal.value = null
    spots.value = []
    index.value = -1
    hasMore.value = false
    status.value = wanted.value.length < fewest ? 'idle' : 'searching'
    if (status.value === 'idle') {
      asked += 1
      return
    }
    if (!(await ask(null))) return
    status.value = 'ready'
    const shown = spots.value.findIndex(({ id }) => id === at())
    if (shown >= 0) index.value = shown
    else show(0)
  }
  function show(next: number): void {
    const spot = spots.value[next]
    if (!spot) return
    index.value = next
    go(spot)
  }
  let isAsking = false
  async function older(): Promise<void> {
    if (isAsking) return
    if (index.value + 1 >= spots.value.length && hasMore.value) {
      isAsking = true
      refusal.value = null
      const isHere = await ask(endCursor)
      isAsking = false
      // Something else may have been looked for meanwhile.
      if (!isHere) return
    }
    show(index.value + 1)
  }
  const newer = () => show(index.value - 1)

  watch([wanted, chatId], run, { immediate: true })
  useLineBack(() => status.value === 'searching' && refusal.value && run())
  return { spots, index, hasMore, status, refusal, older, newer }
}
