import { computed, type Ref, ref, shallowRef } from 'vue'
import { useLineBack } from './useLineBack.ts'

export interface Page<Row> {
  edges: readonly { node: Row }[]
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
}
const mostAtOnce = 100

/**
 * A list that comes by pages and is asked anew when something of it has changed, as far as it is shown: an older answer never takes the
 * place of a later one, and nothing stands in it twice.
 */
export function usePages<Row>(
  ask: (page: { first: number; after: string | null }) => Promise<Page<Row>>,
  keyOf: (row: Row) => string,
  pageSize = 50,
) {
  const rows: Ref<readonly Row[]> = shallowRef([])
  const status = ref<'loading' | 'ready' | 'failed'>('loading')
  const hasNext = ref(false)
  const loadingMore = ref(false)
  let endCursor: string | null = null
  let asked = 0
  let running: Promise<void> = Promise.resolve()

  /** What is shown stays until the answer is here, and where there is none. */
  function load(): Promise<void> {
    running = loadShown(++asked)
    return running
  }
  async function loadShown(turn: number): Promise<void> {
    try {
      const page = await ask({ first: Math.min(mostAtOnce, Math.max(pageSize, rows.value.length)), after: null })
      if (turn === asked) take([], page)
    } catch {
      if (turn === asked && status.value !== 'ready') status.value = 'failed'
    }
  }
  /** Another list: nothing of the former is shown. */
  function begin(): Promise<void> {
    rows.value = []
    hasNext.value = false
    status.value = 'loading'
    return load()
  }
  async function loadMore(): Promise<void> {
    if (loadingMore.value || !hasNext.value) return
    loadingMore.value = true
    try {
      let turn: number
      let page: Page<Row> | null
      // A page goes below the list it was asked for; where that was asked anew meanwhile, so is the page.
      do {
        await running
        turn = asked
        page = hasNext.value ? await ask({ first: pageSize, after: endCursor }) : null
      } while (turn !== asked)
      if (page) take(rows.value, page)
    } catch {
      // What is shown stays, and so does the button.
    } finally {
      loadingMore.value = false
    }
  }
  function take(above: readonly Row[], { edges, pageInfo }: Page<Row>): void {
    const known = new Set(above.map(keyOf))
    rows.value = [...above, ...edges.map(({ node }) => node).filter((row) => !known.has(keyOf(row)))]
    hasNext.value = pageInfo.hasNextPage
    endCursor = pageInfo.endCursor
    status.value = 'ready'
  }
  function drop(key: string): void {
    rows.value = rows.value.filter((row) => keyOf(row) !== key)
  }
  useLineBack(load)
  return { rows: computed(() => rows.value), status, hasNext, loadingMore, load, begin, loadMore, drop }
}
