import type { ChatOrder } from '@parley/schema/vocabulary'
import { defineStore } from 'pinia'
import { computed, reactive, ref, shallowReactive } from 'vue'
import { countSections, findChat, listChats, type SectionCounts } from '../api/chats.ts'
import type { Chat, ChatNews, Customer, Operator } from '../api/fragments.ts'
import { called } from './called.ts'
import { useConnection } from './connection.ts'
import { inTurn } from './inTurn.ts'
import { chatSection, isBefore, placeInOrder, type SectionName, sectionNames } from './sections.ts'
import { useSession } from './session.ts'
import { withoutTag } from './tags.ts'

interface Section {
  /** In the section's order. */
  ids: string[]
  loaded: boolean
  loading: boolean
  failed: boolean
  hasNext: boolean
  endCursor: string | null
  /** The last chat the hub has listed: what sorts after it is not known yet while `hasNext`. */
  edge: Chat | null
}
const emptySection = (): Section => ({ ids: [], loaded: false, loading: false, failed: false, hasNext: false, endCursor: null, edge: null })
const pageSize = 50
const sectionCounts = inTurn(countSections)

/** The chats known to this desk, and which of them stand in which section. */
export const useChats = defineStore('chats', () => {
  const connection = useConnection()
  const session = useSession()
  const byId = shallowReactive(new Map<string, Chat>())
  const sections = Object.fromEntries(sectionNames.map((name) => [name, shallowReactive(emptySection())])) as Record<SectionName, Section>
  /** The section in whose list a chat stands now. */
  const filed = new Map<string, SectionName>()
  const counts = ref<SectionCounts | null>(null)
  const filter = reactive({ groupId: null as string | null, operatorId: null as string | null, order: 'activity' as ChatOrder })
  const isFiltered = computed(() => filter.groupId !== null || filter.operatorId !== null)
  /** The event by which a chat was last changed: an older answer must not undo it. */
  const touched = new Map<string, number>()
  let generation = 0

  const placeOf = (chat: Chat): SectionName | null => {
    if (filter.groupId && chat.group?.id !== filter.groupId) return null
    if (filter.operatorId && chat.operator?.id !== filter.operatorId) return null
    return chatSection(chat, {
      operatorId: session.operator?.id ?? '',
      waitingAfterMinutes: session.workspace?.waitingAfterMinutes ?? 5,
      now: Date.now(),
    })
  }

  /** Loads the next page of a section (the first, when nothing is loaded). */
  async function loadMore(name: SectionName): Promise<void> {
    const section = sections[name]
    if (section.loading || (section.loaded && !section.hasNext)) return
    const asked = generation
    const since = connection.cursor ?? 0
    section.loading = true
    try {
      const page = await listChats({
        section: name,
        first: pageSize,
        after: section.endCursor,
        groupId: filter.groupId,
        operatorId: filter.operatorId,
        order: filter.order,
      })
      if (asked !== generation) return
      const rows = page.edges.map((edge) => edge.node)
      for (const chat of rows) if ((touched.get(chat.id) ?? 0) <= since) byId.set(chat.id, chat)
      Object.assign(section, {
        loaded: true,
        failed: false,
        hasNext: page.pageInfo.hasNextPage,
        endCursor: page.pageInfo.endCursor,
        edge: rows.at(-1) ?? section.edge,
      })
      append(
        name,
        rows.filter(({ id }) => byId.has(id)),
      )
      for (const [id, cursor] of touched) if (cursor > since) refile(id)
    } catch (error) {
      if (asked === generation) section.failed = true
      throw error
    } finally {
      if (asked === generation) section.loading = false
    }
  }

  /** Adds a page below what is listed, in one go where it can be; a page that overlaps is filed chat by chat. */
  function append(name: SectionName, rows: Chat[]): void {
    const page = rows.map((chat) => knownChat(chat.id))
    const last = sections[name].ids.at(-1)
    const isBelow = page.every((chat, index) => {
      const above = page[index - 1] ?? (last ? knownChat(last) : undefined)
      return !filed.has(chat.id) && placeOf(chat) === name && (!above || isBefore(name, above, chat, filter.order))
    })
    if (!isBelow) {
      for (const chat of page) refile(chat.id)
      return
    }
    sections[name].ids = [...sections[name].ids, ...page.map((chat) => chat.id)]
    for (const chat of page) filed.set(chat.id, name)
  }
  const knownChat = (id: string) => byId.get(id) as Chat

  /** Puts a chat where it belongs now; true when it has changed its section. */
  function refile(id: string): boolean {
    const chat = byId.get(id)
    const from = filed.get(id)
    const to = chat ? placeOf(chat) : null
    if (from) sections[from].ids = sections[from].ids.filter((known) => known !== id)
    filed.delete(id)
    if (chat && to && isWithin(sections[to], to, chat)) insert(to, chat)
    return from !== filed.get(id)
  }
  const isWithin = (section: Section, name: SectionName, chat: Chat) =>
    section.loaded && !(section.hasNext && section.edge && isBefore(name, section.edge, chat, filter.order))

  function insert(name: SectionName, chat: Chat): void {
    const { ids } = sections[name]
    const place = placeInOrder(name, ids.length, (index) => knownChat(ids[index] as string), chat, filter.order)
    sections[name].ids = ids.toSpliced(place, 0, chat.id)
    filed.set(chat.id, name)
  }

  /** A chat as an event told it. What one may do with it is not told; it stays as it was until it is asked. */
  function put(chat: ChatNews, cursor: number): void {
    touched.set(chat.id, cursor)
    byId.set(chat.id, { ...chat, may: byId.get(chat.id)?.may ?? null })
    refile(chat.id)
  }

  /** What a chat shows of its customer, in all of his chats. */
  function putCustomer({ id, name, tags }: Customer): void {
    for (const chat of byId.values()) {
      if (chat.customer.id !== id) continue
      const isHis = chat.lastMessage?.authorKind === 'customer' && name !== null && chat.lastMessage.authorName === chat.customer.name
      const lastMessage = isHis && chat.lastMessage ? { ...chat.lastMessage, authorName: name } : chat.lastMessage
      byId.set(chat.id, { ...chat, lastMessage, customer: { id, name, tags } })
    }
  }
  /** A colleague who is called otherwise now, or looks otherwise. */
  function putOperator(operator: Operator): void {
    for (const [id, chat] of byId) byId.set(id, called(chat, operator))
  }
  function replaceTag(goneId: string, intoId: string | null): void {
    for (const chat of byId.values()) {
      if (![...chat.tags, ...chat.customer.tags].some((tag) => tag.id === goneId)) continue
      const customer = { ...chat.customer, tags: withoutTag(chat.customer.tags, goneId, intoId) }
      byId.set(chat.id, { ...chat, tags: withoutTag(chat.tags, goneId, intoId), customer })
    }
  }

  const rightsAsked = new Map<string, number>()
  /** Asks what one may do with a chat now; of two answers that of the later asking stands. */
  async function loadRights(id: string): Promise<void> {
    const turn = (rightsAsked.get(id) ?? 0) + 1
    rightsAsked.set(id, turn)
    const asked = await findChat(id)
    const known = byId.get(id)
    if (asked && known && rightsAsked.get(id) === turn) byId.set(id, { ...known, may: asked.may })
  }

  /** Asks for one chat, for a link to it; false when it is not yours to see. */
  async function ensure(id: string): Promise<boolean> {
    if (byId.has(id)) return true
    const since = connection.cursor ?? 0
    const chat = await findChat(id)
    if (!chat) return false
    if ((touched.get(id) ?? 0) <= since) byId.set(id, chat)
    refile(id)
    return byId.has(id)
  }

  /** Chats that another list has loaded, asked when the feed stood at `since`. */
  function remember(rows: Chat[], since: number): void {
    for (const chat of rows) {
      if ((touched.get(chat.id) ?? 0) <= since) byId.set(chat.id, chat)
      refile(chat.id)
    }
  }

  function drop(id: string, cursor: number): void {
    touched.set(id, cursor)
    byId.delete(id)
    refile(id)
  }

  /** Moves those whose waiting has grown too long; true when any moved. */
  function refileByAge(): boolean {
    return [...sections.open.ids].map(refile).some(Boolean)
  }

  async function loadCounts(): Promise<void> {
    counts.value = (await sectionCounts.ask()) ?? counts.value
  }

  /** Forgets the lists, not the chats: they are loaded anew with the next look. */
  function clearSections(): void {
    generation++
    filed.clear()
    for (const name of sectionNames) Object.assign(sections[name], emptySection())
  }
  function clear(): void {
    clearSections()
    byId.clear()
    touched.clear()
    counts.value = null
  }
  function setFilter(next: { groupId: string | null; operatorId: string | null; order?: ChatOrder }): void {
    Object.assign(filter, next)
    clearSections()
  }

  return {
    byId,
    sections,
    counts,
    filter,
    isFiltered,
    loadMore,
    loadRights,
    putOperator,
    put,
    putCustomer,
    replaceTag,
    ensure,
    remember,
    drop,
    refileByAge,
    loadCounts,
    clearSections,
    clear,
    setFilter,
  }
})
