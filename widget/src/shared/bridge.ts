/**
 * What the host page and the chat frame may say to each other. Nothing secret crosses: the page could read it all.
 * Both sides pin the origin and the window of the other; anything unknown or misshapen is dropped.
 */

/** Where the visitor is now. `url` is http(s), at most 2,048 characters; `title` at most 300; `browser` is what his names itself by. */
export interface Page {
  url: string
  title: string
  browser: string
}

/**
 * `hello` answers the frame's `ready`; `open` and `shut` tell of the panel; `page` that the visitor moved on; `ask` that the
 * hub has something to ask of him.
 */
export interface FromPage {
  type: 'hello' | 'open' | 'shut' | 'page' | 'ask'
  open: boolean
  page: Page
  /** What the website signed of the visitor, at most 4,000 characters; empty: he signed out there; undefined: nothing was said. */
  identity?: string | undefined
  /** What the page says of the visitor, as JSON of at most 8,000 characters: values by the fields' names. */
  fields?: string | undefined
}

const kindsFromPage = ['hello', 'open', 'shut', 'page', 'ask'] as const

/** `open` and `close`: the panel; `low`: a low panel, so many pixels high, 0 for none; `go`: the visitor wants to be led to an address, http(s). */
export type FromFrame =
  | { type: 'ready' | 'close' | 'open'; value?: undefined }
  | { type: 'unread' | 'low'; value: number }
  | { type: 'go'; value: string }
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
  const text = (name: 'identity' | 'fields', most: number) => {
    const value = message?.[name]
    return typeof value === 'string' && value.length <= most ? { [name]: value } : {}
  }
  if (type && page) return { type, open: message?.open === true, page, ...text('identity', 4000), ...text('fields', 8000) }
}

/** A message of the chat frame, or undefined. */
export function readFromFrame(data: unknown): FromFrame | undefined {
  const message = opened(data)
  if (!message) return
  const { type, value } = message
  if (type === 'ready' || type === 'open' || type === 'close') return { type }
  if ((type === 'unread' || type === 'low') && (value as number) >= 0) return { type, value: Math.floor(value as number) }
  // Whatever it is, the browser reads the same text as this.
  if (type === 'go' && /^https?:/.test(value as string)) return { type, value: value as string }
  if (type === 'online' || type === 'known') return { type, value: value === true }
}

/** Whatever else is in the envelope has no `type` of ours. */
const opened = (data: unknown) => (data as Record<string, Record<string, unknown> | null | undefined> | null | undefined)?.[mark]

function pageOf(value: unknown): Page | undefined {
  if (typeof value !== 'object' || value === null) return
  const { url, title, browser } = value as Record<string, unknown>
  if (typeof url !== 'string' || typeof title !== 'string' || !/^https?:/i.test(url)) return
  return { url: url.slice(0, 2048), title: title.slice(0, 300), browser: `${browser ?? ''}`.slice(0, 64) }
}
