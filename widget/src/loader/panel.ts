import { type FromFrame, type FromPage, listen, post, readFromFrame } from '../shared/bridge.ts'

export interface Panel {
  element: HTMLElement
  /** Makes the frame if there is none yet, hidden. */
  load(): void
  /** `focus`: the visitor asked for it now. */
  open(focus: boolean): void
  shut(): void
  /** The page's address or title may be another now. */
  moved(): void
  /** Has the chat show what the hub asks of the visitor; to be called until it did. */
  ask(): void
  /** A low panel, so many pixels high; 0: none. */
  low(height: number): void
  /** Hands on what the website says of the visitor; an empty identity: he signed out. */
  tell(more: Pick<FromPage, 'identity' | 'fields'>): void
}

const rights = 'allow-scripts allow-same-origin allow-forms allow-downloads allow-popups allow-popups-to-escape-sandbox'

/** The box with the chat's frame. The frame is made late, once, and stays. `browser` is what this one names itself by, `address` the chat page's on the hub, `title` names it aloud; while it `may` not, nothing is loaded. */
export function createPanel(
  hub: string,
  browser: string,
  address: string,
  title: () => string,
  may: () => boolean,
  heard: (message: FromFrame) => void,
): Panel {
  const element = document.createElement('div')
  let frame: HTMLIFrameElement | undefined
  let ready = false
  let shown = false
  let told: Pick<FromPage, 'identity' | 'fields'> = {}

  listen(window, { source: () => frame?.contentWindow, accepts: (origin) => origin === hub }, readFromFrame, (message) => {
    if (message.type === 'ready') {
      ready = true
      say('hello')
    } else heard(message)
  })

  function say(type: FromPage['type']) {
    if (ready)
      post(frame?.contentWindow as Window, hub, {
        type,
        open: shown,
        page: { url: location.href, title: document.title, browser },
        ...told,
      })
  }

  function load() {
    if (frame || !may()) return
    frame = document.createElement('iframe')
    frame.title = title()
    frame.allow = 'autoplay;microphone'
    // On the hub's own pages the frame is no stranger, and browsers warn that a sandbox would only pretend.
    if (hub !== location.origin) frame.setAttribute('sandbox', rights)
    frame.src = address
    // A browser tells of a page that did not come as of one that did, and nobody else tries again.
    frame.onload = () => setTimeout(() => ready || frame?.setAttribute('src', address), 5_000)
    element.append(frame)
  }

  function show(on: boolean) {
    shown = on
    element.className = on ? 'open' : ''
    followView()
    say(on ? 'open' : 'shut')
  }

  /** On a phone the panel follows what the keyboard leaves of the screen. */
  function followView() {
    const view = visualViewport
    const full = view && shown && view.height < innerHeight && getComputedStyle(element).position === 'fixed'
    element.style.height = full ? `${view.height}px` : ''
    element.style.top = full ? `${view.offsetTop}px` : ''
  }
  visualViewport?.addEventListener('resize', followView)
  visualViewport?.addEventListener('scroll', followView)

  return {
    element,
    load,
    open(focus) {
      load()
      show(true)
      if (focus) frame?.focus()
    },
    shut: () => show(false),
    moved: () => say('page'),
    ask() {
      load()
      say('ask')
    },
    low(height) {
      if (shown) return
      element.className = height ? 'low' : ''
      element.style.cssText = `--h:${height}px`
    },
    tell(more) {
      told = { ...told, ...more }
      // Who signed out is to be forgotten at once; who is signed in is told when the chat is there.
      if (more.identity === '') load()
      say('page')
    },
  }
}
