import type { Condition, Filter } from '@parley/schema/filter'
import { computed, type Ref, watch } from 'vue'
import { countFiltered } from '../api/filters.ts'
import { useChats } from '../stores/chats.ts'
import type { Tab } from '../stores/desk.ts'
import { useSelection as useStore } from '../stores/selection.ts'
import type { ListItem } from './useSectionList.ts'

/** Choosing chats of the list that is shown. What leaves the list is chosen no more; another list begins with nothing. */
export function useSelection(items: Ref<ListItem[]>, list: { tab: Ref<Tab>; filter: Ref<Filter | null>; openId: Ref<string | null> }) {
  const chats = useChats()
  const store = useStore()
  const shown = computed(() => items.value.flatMap((item) => (item.kind === 'chat' ? [item.chat.id] : [])))
  const ids = computed(() => shown.value.filter((id) => store.ids.has(id)))
  const isOn = computed(() => store.begun || ids.value.length > 0 || store.all !== null)
  const hasMore = computed(() => items.value.some((item) => item.kind === 'more'))
  /** The list as a filter says it; null where no filter does: one's own and colleagues' chats are also those one takes part in, and none asks who was missed. */
  const filter = computed<Filter | null>(() => list.filter.value ?? filterOf(list.tab.value, chats.filter, chats.counts?.missed ?? 0))
  const isAllChosen = computed(() => store.all !== null || (shown.value.length > 0 && ids.value.length === shown.value.length))

  function toggle(id: string, range = false): void {
    store.turn++
    store.all = null
    const from = range && store.anchor ? shown.value.indexOf(store.anchor) : -1
    const to = shown.value.indexOf(id)
    if (from >= 0 && to >= 0) for (const each of shown.value.slice(Math.min(from, to), Math.max(from, to) + 1)) store.ids.add(each)
    else if (store.ids.has(id)) store.ids.delete(id)
    else store.ids.add(id)
    store.anchor = id
  }
  /** The row with the caret, else the chat that is open. */
  function toggleHere(range = false): void {
    const focused = document.activeElement?.closest<HTMLElement>('[data-chat-id]')?.dataset.chatId
    const id = focused ?? list.openId.value
    if (id && shown.value.includes(id)) toggle(id, range)
    else store.begun = true
  }
  /** All that the list has; beyond what is loaded the hub counts and finds them. */
  async function chooseAll(): Promise<void> {
    store.begun = true
    for (const id of shown.value) store.ids.add(id)
    const all = filter.value
    if (!hasMore.value || !all) return
    const turn = ++store.turn
    const found = await countFiltered(all).catch(() => null)
    // Whatever was chosen otherwise meanwhile counts.
    if (!found || turn !== store.turn || JSON.stringify(all) !== JSON.stringify(filter.value)) return
    for (const id of shown.value) store.ids.add(id)
    store.all = { filter: all, ...found }
  }
  watch([list.tab, () => JSON.stringify(list.filter.value), () => JSON.stringify(chats.filter)], store.clear)

  return {
    ids,
    all: computed(() => store.all),
    isOn,
    isAllChosen,
    hasMore,
    toggle,
    toggleHere,
    chooseAll,
    clear: store.clear,
    begin: () => (store.begun = true),
  }
}

const statesOf = { new: ['queued'], all: ['queued', 'serving'], closed: ['closed'] } as const

function filterOf(tab: Tab, { groupId, operatorId }: { groupId: string | null; operatorId: string | null }, missed: number): Filter | null {
  if (tab === 'mine' || tab === 'others' || tab === 'missed' || (tab === 'new' && missed > 0)) return null
  const conditions: Condition[] = [{ field: 'state', is: 'any', values: [...statesOf[tab]] }]
  if (groupId) conditions.push({ field: 'group', is: 'any', values: [groupId] })
  if (operatorId) conditions.push({ field: 'operator', is: 'any', values: [operatorId] })
  return { all: conditions }
}
