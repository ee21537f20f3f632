/**
 * What the host page and the chat frame may say to each other. Nothing secret crosses: the page could read it all.
 * Both sides pin the origin and the window of the other; anything unknown or misshapen is dropped.
 */

/** Where the visitor is now. `url` is http(s), at most 2,048 characters; `title` at most 300. */
export interface Page {
  url: string
  title: string
}

/** `hello` answers the frame's `ready`; `open` and `shut` tell of the panel; `page` that the visitor moved on. */
export interface FromPage {
  type: 'hello' | 'open' | 'shut' | 'page'
  open: boolean
  page: Page
}

const kindsFromPage = ['hello', 'open', 'shut', 'page'] as const

export type FromFrame =
  | { type: 'ready' }
  | { type: 'close' }
  | { type: 'unread'; value: number }
  | { type: 'online' | 'known'; value: boolean }

const mark = 'parley1'

/** Puts a message into its envelope and posts it to exactly one origin. */
export function post(target: Window, origin: string, message: FromPage | FromFrame): void {
  target.postMessage({ [mark]: message }, origin)
}

/**
 * Hears messages from one window of one origin. `source` and `origin` are asked for every message, because the frame can be
 * replaced and the page's origin is known only after the first greeting; while there is no source, nothing is heard.
 */
export function listen<Message>(
  own: Pick<Window, 'addEventListener'>,
  peer: { source(): unknown; accepts(origin: string): boolean },
  read: (data: unknown) => Message | undefined,
  heard: (message: Message, origin: string) => void,
): void {
  own.addEventListener('message', (event: MessageEvent) => {
    const message = event.source && event.source === peer.source() && peer.accepts(event.origin) && read(event.data)
    if (message) heard(message, event.origin)
  })
}

/** A message of the host page, or undefined. */
export function readFromPage(data: unknown): FromPage | undefined {
  const message = opened(data)
  const type = kindsFromPage.find((kind) => kind === message?.type)
  const page = pageOf(message?.page)
  if (type && page) return { type, open: message?.open === true, page }
}

/** A message of the chat frame, or undefined. */
export function readFromFrame(data: unknown): FromFrame | undefined {
  const message = opened(data)
  if (!message) return
  const { type, value } = message
  if (type === 'ready' || type === 'close') return { type }
  if (type === 'unread' && (value as number) >= 0) return { type, value: Math.floor(value as number) }
  if (type === 'online' || type === 'known') return { type, value: value === true }
}

function opened(data: unknown): Record<string, unknown> | undefined {
  const message = (data as Record<string, unknown> | null | undefined)?.[mark]
  return message && typeof message === 'object' ? (message as Record<string, unknown>) : undefined
}

function pageOf(value: unknown): Page | undefined {
  if (typeof value !== 'object' || value === null) return
  const { url, title } = value as Record<string, unknown>
  if (typeof url !== 'string' || typeof title !== 'string' || !/^https?:/i.test(url)) return
  return { url: url.slice(0, 2048), title: title.slice(0, 300) }
}
