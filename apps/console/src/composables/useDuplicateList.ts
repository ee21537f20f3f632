import { computed, ref } from 'vue'
import { type Duplicate, dismissDuplicate, listDuplicates } from '../api/merging.ts'
import { useAction } from './useAction.ts'

/** Pairs of customers who may be one person. */
export function useDuplicateList() {
  const pairs = ref<Duplicate[]>([])
  const loaded = ref(false)
  const failed = ref(false)
  const endCursor = ref<string | null>(null)
  const dismiss = useAction(dismissDuplicate)

  async function load(after: string | null = null): Promise<void> {
    failed.value = false
    try {
      const page = await listDuplicates(after)
      const rows = page.edges.map(({ node }) => node)
      pairs.value = after ? [...pairs.value, ...rows] : rows
      endCursor.value = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null
      loaded.value = true
    } catch {
      failed.value = true
    }
  }
  const without = (pair: Duplicate) => {
    pairs.value = pairs.value.filter((each) => each !== pair)
  }
  return {
    pairs,
    loaded,
    failed,
    hasMore: computed(() => endCursor.value !== null),
    refusal: dismiss.refusal,
    busy: dismiss.busy,
    load: () => load(),
    more: () => endCursor.value && load(endCursor.value),
    dismiss: async (pair: Duplicate) => {
      if (await dismiss.run(pair.customer.id, pair.other.id)) without(pair)
    },
  }
}
