/** What a page may say of its visitor: `name`, `email`, `phone`, or a customer field of the company by its key. `null` takes a value back. */
export type Fields = Record<string, string | number | boolean | Date | readonly string[] | null>

/** What the chat tells the page, and the value that comes along. */
export interface Events {
  /** The panel was opened. */
  open: undefined
  close: undefined
  /** How many answers were not read yet. */
  unread: number
  /** Whether somebody is there to answer. */
  online: boolean
}

/** `Parley(…)`, as the script tag gives it to the page. */
export interface ParleyCommand {
  (command: 'open' | 'close' | 'toggle' | 'show' | 'hide' | 'logout' | 'consent'): void
  (command: 'identify', token: string): void
  (command: 'set', fields: Fields): void
  <Name extends keyof Events>(command: 'on', event: Name, listener: (value: Events[Name]) => void): (() => void) | undefined
}

export interface Options {
  /** Where the hub is reached, such as https://chat.example.com. */
  hub: string
  /** The channel's key, as the console shows it. */
  channel: string
  /**
   * Nothing but the script is asked for before the visitor agrees: `true`: the page says so by `consent()`; words: they stand on a
   * button, and a click on it is the consent.
   */
  consent?: boolean | string
  /** Of the page's content security policy, where it lists scripts by nonce. */
  nonce?: string
}

/** The chat on this page. */
export interface Parley {
  open(): void
  close(): void
  toggle(): void
  /** The whole chat, button and all. */
  show(): void
  hide(): void
  /** Who is signed in on the website: a token that its server signed. */
  identify(token: string): void
  /** He signed out: nothing of his chat stays in this browser. */
  logout(): void
  /** What the page knows of its visitor; kept are the fields an admin lets it tell. */
  set(fields: Fields): void
  /** The visitor agrees to the chat. */
  consent(): void
  /** Hears of an event until the function is called that it answers with. */
  on<Name extends keyof Events>(event: Name, listener: (value: Events[Name]) => void): () => void
}

type Call = (...call: unknown[]) => unknown
type Page = { Parley?: Call & { q?: unknown[] } }

/** Puts the chat on this page, once however often it is called. Where there is no page (on a server) nothing happens. */
export function loadParley({ hub, channel, consent, nonce }: Options): Parley {
  const page = (typeof document === 'undefined' ? undefined : window) as Page | undefined
  if (page && !page.Parley) {
    const waiting: NonNullable<Page['Parley']> = (...call) => {
      waiting.q = [...(waiting.q ?? []), call]
    }
    page.Parley = waiting
    const script = document.createElement('script')
    script.async = true
    script.src = new URL('/widget.js', hub).href
    script.dataset.channel = channel
    if (consent) script.dataset.consent = consent === true ? '' : consent
    if (nonce) script.nonce = nonce
    document.head.append(script)
  }
  // Looked up at every call: the script puts its own in the place of what waits for it.
  const say: Call = (...call) => page?.Parley?.(...call)
  const plain = (command: string) => () => void say(command)
  return {
    open: plain('open'),
    close: plain('close'),
    toggle: plain('toggle'),
    show: plain('show'),
    hide: plain('hide'),
    logout: plain('logout'),
    consent: plain('consent'),
    identify: (token) => void say('identify', token),
    set: (fields) => void say('set', fields),
    on(event, listener) {
      let over = false
      say('on', event, (value: never) => over || listener(value))
      return () => {
        over = true
      }
    },
  }
}
