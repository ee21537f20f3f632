import { computed, watch } from 'vue'
import { type Duplicate, dismissDuplicate, listDuplicates } from '../api/merging.ts'
import { useChanges } from '../stores/changes.ts'
import { useAction } from './useAction.ts'
import { usePages } from './usePages.ts'

const keyOf = ({ customer, other }: Duplicate) => `${customer.id} ${other.id}`

/** Pairs of customers who may be one person. */
export function useDuplicateList() {
  const pages = usePages(listDuplicates, keyOf, 25)
  const changes = useChanges()
  watch(() => changes.merges, pages.load)
  const dismiss = useAction(dismissDuplicate)
  return {
    pairs: pages.rows,
    loaded: computed(() => pages.status.value === 'ready'),
    failed: computed(() => pages.status.value === 'failed'),
    hasMore: pages.hasNext,
    refusal: dismiss.refusal,
    busy: dismiss.busy,
    load: pages.load,
    more: pages.loadMore,
    dismiss: async (pair: Duplicate) => {
      if (await dismiss.run(pair.customer.id, pair.other.id)) pages.drop(keyOf(pair))
    },
  }
}
