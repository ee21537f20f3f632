import { askAsVisitor, insist } from './api.ts'
import { followOn, type Line } from './line.ts'

/** A visitor's chat window without a screen: what of the operators' words it would show. */
export interface Window {
  token: string
  shown: Map<string, string | null>
  cursor(): number | undefined
  counts: { resets: number }
  line: Line
  loading(): boolean
}

const feed = 'subscription($after: Int) { visitorFeed(after: $after) { cursor reset message { id author text } } }'
const history = '{ visitor { chat { messages(last: 100) { edges { node { id author text } } } } } }'

export function openWindow(token: string, url: () => string): Window {
  const shown = new Map<string, string | null>()
  const counts = { resets: 0 }
  let cursor: number | undefined
  let loads = 0
  const put = (message: { id: string; author: string; text: string | null }) => {
    if (message.author === 'operator') shown.set(message.id, message.text)
  }
  async function load() {
    loads += 1
    const { visitor } = await insist(() => askAsVisitor(url(), token, history))
    for (const { node } of visitor?.chat?.messages.edges ?? []) put(node)
    loads -= 1
  }
  const line = followOn({
    url,
    path: '/widget/graphql',
    headers: {},
    params: { token },
    query: feed,
    after: () => cursor,
    onFrame(frame) {
      if (cursor === undefined || frame.reset) {
        if (frame.reset) counts.resets += 1
        cursor = frame.cursor
        void load()
      } else cursor = Math.max(cursor, frame.cursor)
      if (frame.message) put(frame.message)
    },
  })
  return { token, shown, counts, line, cursor: () => cursor, loading: () => loads > 0 || cursor === undefined }
}
