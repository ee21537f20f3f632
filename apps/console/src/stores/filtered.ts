import { type Condition, type Filter, textFields } from '@parley/schema/filter'
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { ApiError } from '../api/client.ts'
import { type ChatCount, countFiltered, listFiltered, listFitting } from '../api/filters.ts'
import type { Chat } from '../api/fragments.ts'
import { useChats } from './chats.ts'
import { useConnection } from './connection.ts'
import { isBefore, placeInOrder } from './sections.ts'

const pageSize = 50
/** Chats asked about in one question. */
const most = 100
const lookAfterMs = 300
const lookAgainAfterMs = 3_000
const countEveryMs = 2_000

const customerFields: readonly Condition['field'][] = [...textFields, 'customerTags', 'custom']
const asksCustomer = (filter: Filter): boolean =>
  ('all' in filter ? filter.all : filter.any).some((member) =>
    'field' in member
      ? customerFields.includes(member.field)
      : ('all' in member ? member.all : member.any).some(({ field }) => customerFields.includes(field)),
  )

/** The chats that fit the filter shown now. Whether a chat fits is the hub's to say: it is asked about those that have changed. */
export const useFiltered = defineStore('filtered', () => {
  const connection = useConnection()
  const chats = useChats()
  const filter = shallowRef<Filter | null>(null)
  const ids = shallowRef<string[]>([])
  const count = ref<ChatCount | null>(null)
  const loaded = ref(false)
  const loading = ref(false)
  const failed = ref(false)
  /** Why the hub does not answer this filter, in words. */
  const refusal = ref<string | null>(null)
  const hasNext = ref(false)
  const endCursor = ref<string | null>(null)
  let edge: Chat | null = null
  let generation = 0
  let counted = 0
  const touched = new Set<string>()
  let look: ReturnType<typeof setTimeout> | undefined
  let recount: ReturnType<typeof setTimeout> | undefined
  let refresh: ReturnType<typeof setTimeout> | undefined

  /** Shows another filter, or none. */
  function show(next: Filter | null): void {
    filter.value = next
    reload()
  }
  function reload(): void {
    generation += 1
    touched.clear()
    clearTimeout(look)
    clearTimeout(recount)
    clearTimeout(refresh)
    look = recount = refresh = undefined
    loaded.value = loading.value = failed.value = hasNext.value = false
    ids.value = []
    endCursor.value = null
    edge = null
    count.value = null
    refusal.value = null
    if (!filter.value) return
    loadMore().catch(() => {})
    void loadCount()
  }
  async function loadMore(): Promise<void> {
    if (!filter.value || loading.value || (loaded.value && !hasNext.value)) return
    const asked = generation
    const since = connection.cursor ?? 0
    loading.value = true
    try {
      const page = await listFiltered({ filter: filter.value, after: endCursor.value, first: pageSize })
      if (asked !== generation) return
      const rows = page.edges.map(({ node }) => node)
      chats.remember(rows, since)
      loaded.value = true
      failed.value = false
      hasNext.value = page.pageInfo.hasNextPage
      endCursor.value = page.pageInfo.endCursor
      edge = rows.at(-1) ?? edge
      for (const { id } of rows) place(id)
    } catch (error) {
      if (asked !== generation) return
      failed.value = true
      if (error instanceof ApiError && error.trouble === 'defect') refusal.value = error.message
      throw error
    } finally {
      if (asked === generation) loading.value = false
    }
  }

  async function loadCount(): Promise<void> {
    const [asked, turn] = [generation, ++counted]
    if (!filter.value) return
    const found = await countFiltered(filter.value).catch(() => null)
    if (asked === generation && turn === counted && found) count.value = found
  }

  /** Puts a chat where it belongs in the list, unless it sorts below what the hub has listed. */
  function place(id: string): void {
    const chat = chats.byId.get(id)
    const others = ids.value.filter((known) => known !== id)
    if (!chat || (hasNext.value && edge && edge.id !== id && isBefore('open', edge, chat))) {
      ids.value = others
      return
    }
    const at = placeInOrder('open', others.length, (index) => chats.byId.get(others[index] as string) as Chat, chat)
    ids.value = others.toSpliced(at, 0, id)
  }
  function drop(id: string): void {
    touched.delete(id)
    if (ids.value.includes(id)) ids.value = ids.value.filter((known) => known !== id)
    soonCount()
  }

  /** Something has happened to this chat: it may fit now, or no longer. */
  function touch(id: string): void {
    if (!filter.value) return
    touched.add(id)
    lookSoon(lookAfterMs)
  }
  function lookSoon(afterMs: number): void {
    look ??= setTimeout(() => {
      look = undefined
      void lookAt([...touched].slice(0, most))
    }, afterMs)
  }
  async function lookAt(asked: string[]): Promise<void> {
    if (!filter.value) return
    const now = generation
    for (const id of asked) touched.delete(id)
    const since = connection.cursor ?? 0
    const fitting = await listFitting(filter.value, asked).catch(() => null)
    if (now !== generation) return
    if (!fitting) {
      for (const id of asked) touched.add(id)
      lookSoon(lookAgainAfterMs)
      return
    }
    chats.remember(fitting, since)
    // Out with all of them first: a chat finds its place only among others that stand in theirs.
    ids.value = ids.value.filter((known) => !asked.includes(known))
    for (const id of asked) if (fitting.some((chat) => chat.id === id)) place(id)
    soonCount()
    for (const id of [...touched].slice(0, 1)) touch(id)
  }
  function soonCount(): void {
    if (!filter.value) return
    recount ??= setTimeout(() => {
      recount = undefined
      void loadCount()
    }, countEveryMs)
  }

  /** A profile has changed: any chat of its customer may fit now, or no longer. */
  function customerChanged(): void {
    if (!filter.value || !asksCustomer(filter.value)) return
    refresh ??= setTimeout(() => {
      refresh = undefined
      void refreshByAge()
    }, lookAfterMs)
  }
  /** Time alone makes chats fit or not: asks about those at the top and those shown. */
  async function refreshByAge(): Promise<void> {
    if (!filter.value || !loaded.value) return
    const now = generation
    const since = connection.cursor ?? 0
    const page = await listFiltered({ filter: filter.value, after: null, first: pageSize }).catch(() => null)
    if (!page || now !== generation) return
    const rows = page.edges.map(({ node }) => node)
    chats.remember(rows, since)
    for (const { id } of rows) place(id)
    await lookAt(ids.value.filter((id) => !rows.some((row) => row.id === id)).slice(0, most))
  }

  return {
    filter,
    ids,
    count,
    loaded,
    loading,
    failed,
    refusal,
    hasNext,
    show,
    reload,
    loadMore,
    touch,
    drop,
    customerChanged,
    refreshByAge,
  }
})
