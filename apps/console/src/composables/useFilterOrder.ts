import { arrangeSavedFilters, type SavedFilter } from '../api/filters.ts'
import { useSavedFilters } from '../stores/savedFilters.ts'
import { oneByOne } from './oneByOne.ts'
import { useAction } from './useAction.ts'

/** The order of one's tabs, and which are put away. Shown at once; what the hub refuses is shown as it was. */
export function useFilterOrder() {
  const saved = useSavedFilters()
  const arrange = useAction(arrangeSavedFilters)
  const next = oneByOne()

  async function put(tabs: SavedFilter[]): Promise<void> {
    const before = saved.all
    const away = saved.all.filter(({ id }) => !tabs.some((tab) => tab.id === id))
    saved.all = [...tabs.map((tab) => ({ ...tab, isTab: true })), ...away.map((tab) => ({ ...tab, isTab: false }))]
    const shown = saved.all
    if (await next(() => arrange.run(tabs.map(({ id }) => id)))) return
    // What was told or moved meanwhile is not undone.
    if (saved.all === shown) saved.all = before
    await saved.load().catch(() => {})
  }
  /** Puts a tab where another stands. */
  function move(id: string, to: number): Promise<void> | undefined {
    const { tabs } = saved
    const from = tabs.findIndex((tab) => tab.id === id)
    const moved = tabs[from]
    if (!moved || to < 0 || to >= tabs.length || to === from) return undefined
    return put(tabs.toSpliced(from, 1).toSpliced(to, 0, moved))
  }
  function setShown(filter: SavedFilter, shown: boolean): Promise<void> {
    const others = saved.tabs.filter(({ id }) => id !== filter.id)
    return put(shown ? [...others, filter] : others)
  }
  return { move, setShown, refusal: arrange.refusal, busy: arrange.busy }
}
