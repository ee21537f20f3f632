import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import { listTimeline, listTimelineAfter } from '../api/chats.ts'
import { findComment } from '../api/comments.ts'
import type { Activity, CommentNews, FileNews, MessageNews, Operator, TimelineItem } from '../api/fragments.ts'
import { findMessage } from '../api/messages.ts'
import { called } from './called.ts'
import { useConnection } from './connection.ts'
import { createTurns } from './inTurn.ts'
import { filesOf, inOrder, lacksLink, merge, withKnownLinks } from './timelineItems.ts'

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

/** The timelines of the chats looked at lately, as the hub told them. */
export const useTimelines = defineStore('timelines', () => {
  const byChat = shallowReactive(new Map<string, Timeline>())
  /** The event by which an item was last changed: an older answer must not undo it. */
  const touched = new Map<string, number>()
  /** When an item was last heard of, in milliseconds since 1970. */
  const heard = new Map<string, number>()
  /** The last event that told of an item beyond the end of what is here: it comes with the pages up to it. */
  const beyond = new Map<string, number>()
  /** What the feed tells of timelines that are being asked for: the answer may be older. */
  const arriving = new Map<string, { items: readonly TimelineItem[]; files: Set<string> }>()
  /** The event that took a chat out of this operator's sight. */
  const gone = new Map<string, number>()
  /** Messages and comments with files whose change is known and whose links could not be asked for, by id, with their chats. */
  const owed = new Map<string, string>()
  /** Of the places of a timeline that were asked for, by chat: an older answer does not take the screen back to where it was. */
  const turns = new Map<string, ReturnType<typeof createTurns>>()
  let opened = 0
  const connection = useConnection()
  const hear = (items: readonly TimelineItem[]) => {
    for (const item of items) heard.set(item.id, Date.now())
  }

  /** Loads the end of a timeline; false when the chat is not yours to see. */
  const load = (chatId: string, atLeast = 0): Promise<boolean> => whileArriving(chatId, () => loadEnd(chatId, atLeast))
  async function loadEnd(chatId: string, atLeast: number, isNext = turnOf(chatId)): Promise<boolean> {
    const since = connection.cursor ?? 0
    const page = await listTimeline({ id: chatId, last: Math.min(100, Math.max(pageSize, atLeast)) })
    if (!page) return false
    if (!isNext()) return true
    const before = byChat.get(chatId)
    // What came while another place was shown was not kept; and what went out of sight meanwhile is the hub's to say again.
    if ((before?.hasNewer && (beyond.get(chatId) ?? 0) > since) || (gone.get(chatId) ?? 0) > since) return loadEnd(chatId, atLeast, isNext)
    const fresh = page.edges.map((edge) => edge.node as TimelineItem)
    hear(fresh)
    byChat.delete(chatId)
    byChat.set(chatId, {
      items: merge(fresh, meanwhile(chatId, fresh, since)),
      hasOlder: page.pageInfo.hasPreviousPage,
      startCursor: page.pageInfo.startCursor,
      hasNewer: false,
      endCursor: null,
      opened: before?.hasNewer ? ++opened : (before?.opened ?? ++opened),
    })
    forgetOldest()
    return true
  }

  function turnOf(chatId: string): () => boolean {
    const nextTurn = turns.get(chatId) ?? createTurns()
    turns.set(chatId, nextTurn)
    return nextTurn()
  }

  /** Keeps what the feed tells of a timeline that is not here yet until it is. */
  async function whileArriving(chatId: string, ask: () => Promise<boolean>): Promise<boolean> {
    if (!byChat.has(chatId) && !arriving.has(chatId)) arriving.set(chatId, { items: [], files: new Set() })
    try {
      return await ask()
    } finally {
      const news = arriving.get(chatId)
      const items = byChat.get(chatId)?.items
      if (news && items) {
        arriving.delete(chatId)
        for (const item of items) if (filesOf(item).some((file) => lacksLink(file) || news.files.has(file.id))) renewFiles(chatId, item.id)
      }
    }
  }

  /** The news that a page cannot know that was asked for before them: of its own items, of what stands among them, and, at the end, of what came since. */
  function meanwhile(chatId: string, page: readonly TimelineItem[], since: number, goesOn = false): TimelineItem[] {
    const there = new Set(page.map(({ id }) => id))
    const [first, last] = [page[0], page.at(-1)]
    const isWithin = (item: TimelineItem) => (!first || inOrder(item, first) > 0) && !(goesOn && last && inOrder(item, last) > 0)
    return (byChat.get(chatId)?.items ?? arriving.get(chatId)?.items ?? [])
      .filter((item) => (touched.get(item.id) ?? 0) > since && (there.has(item.id) || isWithin(item)))
      .sort(inOrder)
  }

  /** Loads the timeline around a place in it (a cursor); what was here of another place is put away. False when the chat is not yours to see. */
  const loadAround = (chatId: string, place: string): Promise<boolean> => whileArriving(chatId, () => loadPlace(chatId, place))
  async function loadPlace(chatId: string, place: string, isNext = turnOf(chatId)): Promise<boolean> {
    const since = connection.cursor ?? 0
    const [before, after] = await Promise.all([
      listTimeline({ id: chatId, last: aroundSize.before, before: place }),
      listTimelineAfter({ id: chatId, first: aroundSize.after, after: place }),
    ])
    if (!before || !after) return false
    if (!isNext()) return true
    if ((gone.get(chatId) ?? 0) > since) return loadPlace(chatId, place, isNext)
    const fresh = [...before.edges, ...after.edges].map((edge) => edge.node as TimelineItem)
    hear(fresh)
    byChat.delete(chatId)
    byChat.set(chatId, {
      items: merge(fresh, meanwhile(chatId, fresh, since, after.pageInfo.hasNextPage)),
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

  /** Puts an item where it belongs, if its timeline is here or about to be; `cursor` is the event that told of it. */
  function put(chatId: string, news: MessageNews | CommentNews | Activity, cursor: number): void {
    const timeline = byChat.get(chatId)
    const known = timeline ?? arriving.get(chatId)
    if (!known) return
    const item = news.__typename === 'Activity' ? news : withKnownLinks(news, known.items)
    if (timeline && isBeyond(timeline, item)) {
      beyond.set(chatId, cursor)
      return
    }
    touched.set(item.id, cursor)
    if (!timeline) {
      known.items = merge(known.items, [item])
      return
    }
    replace(chatId, item)
    if (filesOf(item).some(lacksLink)) renewFiles(chatId, item.id)
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

  /** A file whose state has changed, as the event `cursor` told; its link is asked for. */
  function putFile(file: FileNews, cursor: number): void {
    for (const { files } of arriving.values()) files.add(file.id)
    for (const [chatId, { items }] of byChat) {
      const carrier = items.find((item) => filesOf(item).some((known) => known.id === file.id))
      if (!carrier) continue
      touched.set(carrier.id, cursor)
      renewFiles(chatId, carrier.id)
    }
  }
  function renewFiles(chatId: string, itemId: string): void {
    owed.set(itemId, chatId)
    refresh(chatId, itemId).then(
      () => owed.delete(itemId),
      () => {},
    )
  }
  /** Asks again for what could not be asked while the line was down. */
  function renewOwed(): void {
    for (const [itemId, chatId] of owed) renewFiles(chatId, itemId)
  }

  function drop(chatId: string, cursor: number): void {
    byChat.delete(chatId)
    arriving.delete(chatId)
    gone.set(chatId, cursor)
  }
  function clear(): void {
    byChat.clear()
    touched.clear()
    heard.clear()
    beyond.clear()
    arriving.clear()
    gone.clear()
    owed.clear()
    turns.clear()
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
    renewOwed,
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
