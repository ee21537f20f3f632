import { computed, type Ref, watch } from 'vue'
import type { SectionCounts } from '../api/chats.ts'
import { useChats } from '../stores/chats.ts'
import { tabs as allTabs, type Tab, useDesk } from '../stores/desk.ts'
import type { ListItem } from './useSectionList.ts'

/** Which tab is open and which chat of its list is next to another. */
export function useDeskChats(chatId: Ref<string | null>, items: Ref<ListItem[]>) {
  const chats = useChats()
  const desk = useDesk()
  const tabs = computed<Tab[]>(() => tabsOf(chats.counts, desk.tab))
  const tab = computed<Tab>(() => desk.tab ?? 'mine')
  const ids = computed(() => items.value.flatMap((item) => (item.kind === 'chat' ? [item.chat.id] : [])))

  // The desk opens where there is something to do.
  watch(
    () => chats.counts,
    (counts) => {
      if (counts && desk.tab === null) desk.tab = counts.mine === 0 && counts.new > 0 ? 'new' : 'mine'
    },
    { immediate: true },
  )
  watch(
    chatId,
    (id) => {
      desk.chosen = id ? { chatId: id, index: ids.value.indexOf(id) } : null
    },
    { immediate: true },
  )

  /** The chat one step further. A chat that was read moves away from its place; the step then goes to what moved up there. */
  function neighbour(by: 1 | -1): string | undefined {
    const here = chatId.value ? ids.value.indexOf(chatId.value) : -1
    if (!chatId.value || (here < 0 && desk.chosen === null)) return ids.value[0]
    const chosenAt = desk.chosen?.index ?? -1
    if (chosenAt >= 0 && here !== chosenAt)
      return ids.value[by === 1 ? Math.min(chosenAt, ids.value.length - 1) : Math.max(chosenAt - 1, 0)]
    return ids.value[here + by]
  }
  return { tabs, tab, neighbour, chooseTab: (next: Tab) => (desk.tab = next) }
}

/** The tabs of those who see colleagues' chats, and of those who lead; that of the missed where there are any, or it is open. */
export const tabsOf = (counts: SectionCounts | null, open: Tab | null = null): Tab[] =>
  allTabs.filter((tab) => {
    if (tab === 'others') return counts?.others !== null
    if (tab === 'all') return (counts?.all ?? null) !== null
    return tab !== 'missed' || open === 'missed' || (counts?.missed ?? 0) > 0
  })
