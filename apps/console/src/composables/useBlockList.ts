import { refDebounced } from '@vueuse/core'
import { ref, watch } from 'vue'
import { type Block, blockAddress, liftBlock, listBlocks } from '../api/blocks.ts'
import { useChanges } from '../stores/changes.ts'
import { useAction } from './useAction.ts'

/** Everything that is blocked, searched and page by page, asked anew whenever a block has changed. */
export function useBlockList() {
  const changes = useChanges()
  const blocks = ref<Block[]>([])
  const state = ref<'loading' | 'ready' | 'failed'>('loading')
  const hasMore = ref(false)
  const search = ref('')
  const words = refDebounced(search, 250)
  let endCursor: string | null = null
  let asked = 0

  async function load(more = false): Promise<void> {
    const turn = ++asked
    try {
      const page = await listBlocks({ search: words.value.trim() || null, after: more ? endCursor : null })
      if (turn !== asked) return
      const fresh = page.edges.map((edge) => edge.node)
      blocks.value = more ? [...blocks.value, ...fresh] : fresh
      hasMore.value = page.pageInfo.hasNextPage
      endCursor = page.pageInfo.endCursor
      state.value = 'ready'
    } catch {
      if (turn === asked) state.value = 'failed'
    }
  }
  watch([words, () => changes.blocks], () => load(), { immediate: true })
  return {
    blocks,
    state,
    hasMore,
    search,
    loadMore: () => load(true),
    retry: () => load(),
    add: useAction(blockAddress),
    lift: useAction(liftBlock),
  }
}
