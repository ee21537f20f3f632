import { refDebounced } from '@vueuse/core'
import { ref, watch } from 'vue'
import { blockAddress, liftBlock, listBlocks } from '../api/blocks.ts'
import { useChanges } from '../stores/changes.ts'
import { useAction } from './useAction.ts'
import { usePages } from './usePages.ts'

/** Everything that is blocked, searched and page by page, asked anew whenever a block has changed. */
export function useBlockList() {
  const changes = useChanges()
  const search = ref('')
  const words = refDebounced(search, 250)
  const pages = usePages(
    (page) => listBlocks({ search: words.value.trim() || null, ...page }),
    ({ id }) => id,
  )
  watch([words, () => changes.blocks], pages.load, { immediate: true })
  return {
    blocks: pages.rows,
    state: pages.status,
    hasMore: pages.hasNext,
    search,
    loadMore: pages.loadMore,
    retry: pages.load,
    add: useAction(blockAddress),
    lift: useAction(liftBlock),
  }
}
