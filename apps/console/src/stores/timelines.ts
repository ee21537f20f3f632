import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import { listTimeline, listTimelineAfter } from '../api/chats.ts'
import { findComment } from '../api/comments.ts'
import type { Activity, CommentNews, FileNews, MessageFile, MessageNews, Operator, TimelineItem } from '../api/fragments.ts'
import { findMessage } from '../api/messages.ts'
import { called } from './called.ts'
import { useConnection } from './connection.ts'

export interface Timeline {
  /** Oldest first. Replaced as a whole on every change. */
  items: readonly TimelineItem[]
  hasOlder: boolean
  startCursor: string | null
  /** What is here ends before the chat does: it was opened at an old message. */
  hasNewer: boolean
  endCursor: string | null
  /** Another number where the timeline was gone to another place of it, instead of being added to. */
  opened: number
}

const pageSize = 60
/** What is loaded before and after a message that was gone to. */
const aroundSize = { before: 30, after: 50 }
const keptTimelines = 30

const inOrder = (a: TimelineItem, b: TimelineItem) => compare(a.at, b.at) || positionOf(a) - positionOf(b) || compare(a.id, b.id)
/** A late message has the moment of the one it stands before, and a lower position. */
const positionOf = (item: TimelineItem) => (item.__typename === 'Message' ? item.position : 0)
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** The timelines of the chats looked at lately, as the hub told them. */
export const useTimelines = defineStore('timelines', () => {
  const byChat = shallowReactive(new Map<string, Timeline>())
  /** The event by which an item was last changed: an older answer must not undo it. */
  const touched = new Map<string, number>()
  /** When an item was last heard of, in milliseconds since 1970. */
  const heard = new Map<string, number>()
  /** The last event that told of an item beyond the end of what is here: it comes with the pages up to it. */
  const beyond = new Map<string, number>()
  let opened = 0
  const connection = useConnection()
  const hear = (items: readonly TimelineItem[]) => {
    for (const item of items) heard.set(item.id, Date.now())
  }

  /** Loads the end of a timeline; false when the chat is not yours to see. */
  async function load(chatId: string, atLeast = 0): Promise<boolean> {
    const since = connection.cursor ?? 0
    const page = await listTimeline({ id: chatId, last: Math.min(100, Math.max(pageSize, atLeast)) })
    if (!page) return false
    const before = byChat.get(chatId)
    // What came while another place was shown was not kept.
    if (before?.hasNewer && (beyond.get(chatId) ?? 0) > since) return load(chatId, atLeast)
    const fresh = page.edges.map((edge) => edge.node as TimelineItem)
    hear(fresh)
    byChat.delete(chatId)
    byChat.set(chatId, {
      items: merge(fresh, meanwhile(before, fresh, since)),
      hasOlder: page.pageInfo.hasPreviousPage,
      startCursor: page.pageInfo.startCursor,
      hasNewer: false,
      endCursor: null,
      opened: before?.hasNewer ? ++opened : (before?.opened ?? ++opened),
    })
    forgetOldest()
    return true
  }

  /** Of what was here, the news that a page cannot know that was asked for before them: of its own items, and, at the end, what came since. */
  function meanwhile(known: Timeline | undefined, page: readonly TimelineItem[], since: number, goesOn = false): TimelineItem[] {
    const there = new Set(page.map(({ id }) => id))
    const last = page.at(-1)
    return (known?.items ?? []).filter(
      (item) => (touched.get(item.id) ?? 0) > since && (there.has(item.id) || (!goesOn && (!last || inOrder(item, last) > 0))),
    )
  }

  /** Loads the timeline around a place in it (a cursor); what was here of another place is put away. False when the chat is not yours to see. */
  async function loadAround(chatId: string, place: string): Promise<boolean> {
    const since = connection.cursor ?? 0
    const [before, after] = await Promise.all([
      listTimeline({ id: chatId, last: aroundSize.before, before: place }),
      listTimelineAfter({ id: chatId, first: aroundSize.after, after: place }),
    ])
    if (!before || !after) return false
    const known = byChat.get(chatId)
    const fresh = [...before.edges, ...after.edges].map((edge) => edge.node as TimelineItem)
    hear(fresh)
    byChat.delete(chatId)
    byChat.set(chatId, {
      items: merge(fresh, meanwhile(known, fresh, since, after.pageInfo.hasNextPage)),
      hasOlder: before.pageInfo.hasPreviousPage,
      startCursor: before.pageInfo.startCursor ?? place,
      hasNewer: after.pageInfo.hasNextPage || (beyond.get(chatId) ?? 0) > since,
      endCursor: after.pageInfo.endCursor,
      opened: ++opened,
    })
    forgetOldest()
    return true
  }

  /** Loads the page after what is here. */
  async function loadNewer(chatId: string): Promise<void> {
    const before = byChat.get(chatId)
    if (!before?.hasNewer || before.endCursor === null) return
    const since = connection.cursor ?? 0
    const page = await listTimelineAfter({ id: chatId, first: pageSize, after: before.endCursor })
    const now = byChat.get(chatId)
    if (!page || !now || now.endCursor !== before.endCursor || now.opened !== before.opened) return
    const newer = page.edges.map((edge) => edge.node as TimelineItem).filter((item) => (touched.get(item.id) ?? 0) <= since)
    hear(newer)
    byChat.set(chatId, {
      ...now,
      items: merge(now.items, newer),
      hasNewer: page.pageInfo.hasNextPage || (beyond.get(chatId) ?? 0) > since,
      endCursor: page.pageInfo.endCursor ?? now.endCursor,
    })
  }

  /** Loads the page before what is here. */
  async function loadOlder(chatId: string): Promise<void> {
    const before = byChat.get(chatId)
    if (!before?.hasOlder) return
    const since = connection.cursor ?? 0
    const page = await listTimeline({ id: chatId, last: pageSize, before: before.startCursor })
    const now = byChat.get(chatId)
    if (!page || !now || now.startCursor !== before.startCursor) return
    const older = page.edges.map((edge) => edge.node as TimelineItem).filter((item) => (touched.get(item.id) ?? 0) <= since)
    hear(older)
    byChat.set(chatId, {
      ...now,
      items: merge(older, now.items),
      hasOlder: page.pageInfo.hasPreviousPage,
      startCursor: page.pageInfo.startCursor,
    })
  }

  /** Asks for a message or a comment again, for links that have grown old. */
  async function refresh(chatId: string, itemId: string): Promise<void> {
    const since = connection.cursor ?? 0
    const known = byChat.get(chatId)?.items.find((item) => item.id === itemId)
    const item = await (known?.__typename === 'Comment' ? findComment(itemId) : findMessage(itemId))
    if (item && (touched.get(itemId) ?? 0) <= since) replace(chatId, item)
  }

  /** Puts an item where it belongs, if its timeline is here; `cursor` is the event that told of it. */
  function put(chatId: string, news: MessageNews | CommentNews | Activity, cursor: number): void {
    const timeline = byChat.get(chatId)
    if (!timeline) return
    const item = news.__typename === 'Activity' ? news : withKnownLinks(news, timeline)
    if (isBeyond(timeline, item)) {
      beyond.set(chatId, cursor)
      return
    }
    touched.set(item.id, cursor)
    replace(chatId, item)
    if (filesOf(item).some(lacksLink)) refresh(chatId, item.id).catch(() => {})
  }
  function replace(chatId: string, item: TimelineItem): void {
    const timeline = byChat.get(chatId)
    if (!timeline) return
    hear([item])
    byChat.set(chatId, { ...timeline, items: merge(timeline.items, [item]) })
  }

  /** The hub's answer to a send: shown unless the feed has told of it already, since the feed may know more. */
  function putNew(chatId: string, item: TimelineItem): void {
    const timeline = byChat.get(chatId)
    if (!timeline || timeline.items.some((known) => known.id === item.id) || isBeyond(timeline, item)) return
    byChat.set(chatId, { ...timeline, items: merge(timeline.items, [item]) })
  }

  /** The customer of this chat has another name: what he said stands under it. In a group others speak, too, under their own. */
  function renameCustomer(chatId: string, from: string | null, to: string | null): void {
    const timeline = byChat.get(chatId)
    if (!timeline || from === to || to === null) return
    const named = <Said extends { authorKind: string; authorName: string | null }>(said: Said): Said =>
      said.authorKind === 'customer' && (from === null || said.authorName === from) ? { ...said, authorName: to } : said
    const items = timeline.items.map((item) =>
      item.__typename === 'Message' ? { ...named(item), replyTo: item.replyTo && named(item.replyTo) } : item,
    )
    byChat.set(chatId, { ...timeline, items })
  }

  /** A colleague who is called otherwise now, or looks otherwise. */
  function putOperator(operator: Operator): void {
    for (const [chatId, timeline] of byChat) byChat.set(chatId, called(timeline, operator))
  }

  /** A file whose state has changed; its link is asked for. */
  function putFile(file: FileNews): void {
    for (const [chatId, { items }] of byChat) {
      const carrier = items.find((item) => filesOf(item).some((known) => known.id === file.id))
      if (carrier) refresh(chatId, carrier.id).catch(() => {})
    }
  }

  function drop(chatId: string): void {
    byChat.delete(chatId)
  }
  function clear(): void {
    byChat.clear()
    touched.clear()
    heard.clear()
    beyond.clear()
  }
  function forgetOldest(): void {
    for (const chatId of byChat.keys()) {
      if (byChat.size <= keptTimelines) return
      byChat.delete(chatId)
    }
  }

  return {
    byChat,
    load,
    loadAround,
    loadOlder,
    loadNewer,
    refresh,
    heardAt: (itemId: string) => heard.get(itemId) ?? 0,
    put,
    putNew,
    putFile,
    renameCustomer,
    putOperator,
    drop,
    clear,
  }
})

/** Later than the last of what is here, and what lies between is not here. */
function isBeyond({ hasNewer, items }: Timeline, item: TimelineItem): boolean {
  const last = items.at(-1)
  return hasNewer && last !== undefined && inOrder(item, last) > 0
}

/** Joins two lists into one in order; of two versions of an item the later list's is kept. */
function merge(earlier: readonly TimelineItem[], later: readonly TimelineItem[]): TimelineItem[] {
  const last = earlier.at(-1)
  const first = later[0]
  if (!first) return [...earlier]
  if (!last || inOrder(last, first) < 0) return [...earlier, ...later]
  const byId = new Map(earlier.map((item) => [item.id, item]))
  for (const item of later) byId.set(item.id, item)
  return [...byId.values()].sort(inOrder)
}

export const filesOf = (item: TimelineItem | undefined): readonly MessageFile[] =>
  item === undefined || item.__typename === 'Activity' ? [] : item.files

/** The feed tells no links, because they are good for one person only: those which are known stay. */
function withKnownLinks<News extends MessageNews | CommentNews>(news: News, timeline: Timeline) {
  const links = new Map(filesOf(timeline.items.find((item) => item.id === news.id)).map((file) => [file.id, file]))
  return { ...news, files: news.files.map((file) => ({ url: null, thumbnailUrl: null, ...pick(links.get(file.id)), ...file })) }
}
const pick = (file: MessageFile | undefined) => (file ? { url: file.url, thumbnailUrl: file.thumbnailUrl } : {})
const lacksLink = (file: MessageFile) => file.state === 'stored' && file.url === null
