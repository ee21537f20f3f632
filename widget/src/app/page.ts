import { type FromFrame, listen, type Page, post, readFromPage } from '../shared/bridge.ts'

export interface HostPage {
  /** The address and title of the page the visitor is on; of nothing when the chat stands alone. */
  now(): { pageUrl?: string; pageTitle?: string }
  /** What this browser names itself by on the page; empty while nobody has said so. */
  browser(): string
  /** What the page says of the visitor, as JSON. */
  fields(): string | undefined
  say(message: FromFrame): void
}

/**
 * The page around this frame. Its origin is the one the browser names as our ancestor; a browser that names none (Firefox)
 * takes the origin of the first greeting from the window that holds us, and from then on only that one.
 */
export function meetPage(
  own: Window,
  opened: (open: boolean) => void,
  identified: (token: string) => void = () => {},
  asked: () => void = () => {},
  described: () => void = () => {},
): HostPage {
  const alone = own.parent === own
  let origin = own.location.ancestorOrigins?.[0]
  let page: Page | undefined
  let identity: string | undefined
  let fields: string | undefined
  const unsaid = new Map<string, FromFrame>()

  listen(
    own,
    { source: () => (alone ? null : own.parent), accepts: (from) => !origin || from === origin },
    readFromPage,
    (message, from) => {
      origin = from
      page = message.page
      if (message.identity !== undefined && message.identity !== identity) {
        identity = message.identity
        identified(identity)
      }
      if (message.fields !== fields) {
        fields = message.fields
        described()
      }
      for (const words of unsaid.values()) post(own.parent, from, words)
      unsaid.clear()
      if (message.type === 'ask') asked()
      else if (message.type !== 'page') opened(message.open)
    },
  )
  // Says nothing but that somebody is here, so it may go to whoever holds this frame: the hub says who that may be.
  if (alone) opened(true)
  else post(own.parent, '*', { type: 'ready' })

  return {
    now: () => (page ? { pageUrl: page.url, pageTitle: page.title } : {}),
    browser: () => page?.browser ?? '',
    fields: () => fields,
    say(message) {
      if (alone) return
      if (origin) post(own.parent, origin, message)
      else unsaid.set(message.type, message)
    },
  }
}
