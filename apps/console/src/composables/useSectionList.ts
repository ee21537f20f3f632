import { computed, type Ref, watch } from 'vue'
import type { Chat } from '../api/fragments.ts'
import { useChats } from '../stores/chats.ts'
import { useConnection } from '../stores/connection.ts'
import type { Tab } from '../stores/desk.ts'
import type { SectionName } from '../stores/sections.ts'

export type ListItem =
  | { kind: 'head'; key: string; section: SectionName; count: number | null }
  | { kind: 'chat'; key: string; section: SectionName; chat: Chat }
  | { kind: 'more'; key: string; section: SectionName; failed: boolean }

const sectionsOf: Record<Tab, SectionName[]> = {
  new: ['new'],
  mine: ['unread', 'waiting', 'open', 'snoozed'],
  others: ['others'],
  all: ['new', 'missed', 'unread', 'waiting', 'open', 'others'],
  closed: ['closed'],
  missed: ['missed'],
}

/** What a tab of the list shows, row by row, and loading more of it. Loads its first pages by itself. */
export function useSectionList(tab: Ref<Tab>) {
  const chats = useChats()
  const connection = useConnection()
  const names = computed(() => sectionsOf[tab.value])

  const items = computed(() => names.value.flatMap((name) => itemsOf(name, names.value.length > 1)))
  function itemsOf(name: SectionName, headed: boolean): ListItem[] {
    const section = chats.sections[name]
    const rows = section.ids.flatMap((id): ListItem[] => {
      const chat = chats.byId.get(id)
      return chat ? [{ kind: 'chat', key: id, section: name, chat }] : []
    })
    if (section.hasNext || section.failed) rows.push({ kind: 'more', key: `more ${name}`, section: name, failed: section.failed })
    // What is here as a whole is counted here; the hub's figure is a moment older.
    const count = section.loaded && !section.hasNext ? section.ids.length : chats.isFiltered ? null : countOf(name)
    return headed && rows.length > 0 ? [{ kind: 'head', key: `head ${name}`, section: name, count }, ...rows] : rows
  }
  const countOf = (name: SectionName) => (name === 'closed' ? null : (chats.counts?.[name] ?? null))

  const isLoading = computed(() => names.value.some((name) => !chats.sections[name].loaded && !chats.sections[name].failed))
  const isEmpty = computed(() => !isLoading.value && items.value.length === 0)

  function loadMore(name: SectionName): void {
    chats.loadMore(name).catch(() => {})
  }
  const missing = () =>
    connection.cursor === undefined
      ? []
      : names.value.filter((name) => !chats.sections[name].loaded && !chats.sections[name].loading && !chats.sections[name].failed)
  watch(missing, (wanted) => wanted.forEach(loadMore), { immediate: true })
  // What could not be loaded while the line was down is asked for again once it is back.
  watch(
    () => connection.status,
    (status) => status === 'live' && names.value.filter((name) => chats.sections[name].failed).forEach(loadMore),
  )

  return { items, isLoading, isEmpty, loadMore }
}
