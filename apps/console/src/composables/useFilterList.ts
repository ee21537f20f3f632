import { computed, watch } from 'vue'
import { useChats } from '../stores/chats.ts'
import { useConnection } from '../stores/connection.ts'
import { useFiltered } from '../stores/filtered.ts'
import { chatSection } from '../stores/sections.ts'
import { useSession } from '../stores/session.ts'
import { useFilterRoute } from './useFilterRoute.ts'
import type { ListItem } from './useSectionList.ts'

const agesEveryMs = 60_000

/** The chats that fit the filter of the address, row by row; null while no filter is shown. */
export function useFilterList() {
  const chats = useChats()
  const connection = useConnection()
  const session = useSession()
  const filtered = useFiltered()
  const { filter } = useFilterRoute()

  const items = computed<ListItem[] | null>(() => {
    if (!filter.value) return null
    const view = {
      operatorId: session.operator?.id ?? '',
      waitingAfterMinutes: session.workspace?.waitingAfterMinutes ?? 5,
      now: Date.now(),
    }
    const rows = filtered.ids.flatMap((id): ListItem[] => {
      const chat = chats.byId.get(id)
      return chat ? [{ kind: 'chat', key: id, section: chatSection(chat, view), chat }] : []
    })
    const isMore = filtered.hasNext || (filtered.failed && !filtered.refusal)
    return isMore ? [...rows, { kind: 'more', key: 'more', section: 'open', failed: filtered.failed }] : rows
  })
  const isLoading = computed(() => filter.value !== null && !filtered.loaded && !filtered.failed)

  // What is shown begins anew with the line: until then nothing can be asked.
  watch(
    [() => JSON.stringify(filter.value), () => connection.cursor === undefined],
    ([, isDown]) => filtered.show(isDown ? null : filter.value),
    { immediate: true },
  )
  watch(
    () => connection.status,
    (status) => status === 'live' && filtered.failed && !filtered.refusal && filtered.reload(),
  )
  watch(
    filter,
    (now, _, onCleanup) => {
      if (!now) return
      const timer = setInterval(() => void filtered.refreshByAge(), agesEveryMs)
      onCleanup(() => clearInterval(timer))
    },
    { immediate: true },
  )

  return { filter, items, isLoading, loadMore: () => void filtered.loadMore().catch(() => {}) }
}
