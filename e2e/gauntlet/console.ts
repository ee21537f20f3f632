import { askAs, insist, type Operator } from './api.ts'
import { followOn, type Line } from './line.ts'
import { sleep } from './random.ts'

const message = 'id chatId text at position late direction delivery clientId'
const feed = `subscription($after: Int) { feed(after: $after) { cursor reset event { type goneChatId chat { id state channel { kind } } message { ${message} } } } }`
const chatsOf =
  'query($section: ChatSection!, $after: String) { chats(section: $section, first: 50, after: $after) { pageInfo { hasNextPage endCursor } edges { node { id state channel { kind } } } } }'
const timelineOf = `query($id: ID!, $before: String) { chat(id: $id) { timeline(last: 100, before: $before) { pageInfo { hasPreviousPage startCursor } edges { node { ... on Message { ${message} } } } } } }`

export interface Shown {
  id: string
  chatId: string
  text: string | null
  at: string
  position: number
  direction: 'in' | 'out'
  delivery: string | null
}
/** A console without a screen: subscribes, loads, applies what is newer, and keeps what it would show. */
export interface Console {
  name: string
  chats: Map<string, { id: string; state: string; kind: string }>
  messages: Map<string, Shown>
  /** The numbers of the events it applied, in order. */
  applied: number[]
  startedAt(): number
  cursor(): number | undefined
  counts: { cuts: number; resumes: number; resets: number; repeats: number; regressions: string[]; outOfOrder: number }
  line: Line
  /** True while something is being loaded. */
  loading(): boolean
}

const ranks: Record<string, number> = { queued: 0, sending: 1, unknown: 2, failed: 2, sent: 3, delivered: 4, read: 5 }
/** A part that was certainly not sent waits again; a person may send again what is unknown or failed. */
const mayGoBack = (from: string, to: string) => (from === 'sending' && to === 'queued') || from === 'unknown' || from === 'failed'

/** `snapshotFirst` is the planted mistake of loading before subscribing. */
export function openConsole(name: string, operator: Operator, url: () => string, snapshotFirst = false): Console {
  const chats: Console['chats'] = new Map()
  const messages = new Map<string, Shown>()
  const touched = new Map<string, number>()
  const applied: number[] = []
  const counts: Console['counts'] = { cuts: 0, resumes: 0, resets: 0, repeats: 0, regressions: [], outOfOrder: 0 }
  let cursor: number | undefined
  let started = 0
  let loads = 0

  function put(shown: Shown, at: number) {
    if ((touched.get(shown.id) ?? -1) > at) return
    const before = messages.get(shown.id)?.delivery
    const after = shown.delivery
    if (shown.direction === 'out' && before && after && (ranks[after] ?? 0) < (ranks[before] ?? 0) && !mayGoBack(before, after))
      counts.regressions.push(`${shown.id}: ${before} -> ${after}`)
    touched.set(shown.id, at)
    messages.set(shown.id, shown)
  }
  const drop = (chatId: string) => {
    chats.delete(chatId)
    for (const shown of messages.values()) if (shown.chatId === chatId) messages.delete(shown.id)
  }
  const putChat = (chat: any) => chats.set(chat.id, { id: chat.id, state: chat.state, kind: chat.channel.kind })

  async function load(since: number) {
    loads += 1
    const get = (query: string, variables: object) => insist(() => askAs(url(), operator, query, variables))
    for (const section of ['new', 'mine', 'others', 'closed']) {
      for (let after: string | null = null, more = true; more; ) {
        const page: any = (await get(chatsOf, { section, after })).chats
        for (const { node } of page.edges) putChat(node)
        ;({ endCursor: after, hasNextPage: more } = page.pageInfo)
      }
    }
    for (const id of [...chats.keys()]) {
      for (let before: string | null = null, more = true; more; ) {
        const page: any = (await get(timelineOf, { id, before })).chat?.timeline
        for (const { node } of page?.edges ?? []) if (node.id) put(node, since)
        before = page?.pageInfo.startCursor ?? null
        more = page?.pageInfo.hasPreviousPage ?? false
      }
    }
    loads -= 1
  }

  function onFrame(frame: any) {
    if (cursor === undefined || frame.reset) {
      if (frame.reset) {
        counts.resets += 1
        chats.clear()
        messages.clear()
        touched.clear()
      }
      cursor = frame.cursor as number
      started = cursor
      applied.length = 0
      if (!snapshotFirst) void load(cursor)
      return
    }
    if (!frame.event) {
      counts.resumes += 1
      return
    }
    if (frame.cursor <= cursor) {
      counts.repeats += 1
      return
    }
    if (applied.length > 0 && frame.cursor <= (applied.at(-1) ?? 0)) counts.outOfOrder += 1
    cursor = frame.cursor as number
    applied.push(cursor)
    const { event } = frame
    if (event.goneChatId) drop(event.goneChatId)
    if (event.chat) putChat(event.chat)
    if (event.message) put(event.message, cursor)
  }

  const follow = () =>
    followOn({
      url,
      path: '/graphql',
      headers: { cookie: operator.cookie },
      params: { workspace: operator.workspace },
      query: feed,
      after: () => cursor,
      onFrame,
    })
  const opened: Console = {
    name,
    chats,
    messages,
    applied,
    startedAt: () => started,
    cursor: () => cursor,
    counts,
    line: { cut: () => false, end: () => {} },
    loading: () => loads > 0 || cursor === undefined,
  }
  if (snapshotFirst)
    void load(0)
      .then(() => sleep(300))
      .then(() => {
        opened.line = follow()
      })
  else opened.line = follow()
  return opened
}

/** As a screen shows them. */
export const inOrder = (messages: Iterable<Shown>): Shown[] =>
  [...messages].sort((a, b) => (a.at === b.at ? a.position - b.position || (a.id < b.id ? -1 : 1) : a.at < b.at ? -1 : 1))
