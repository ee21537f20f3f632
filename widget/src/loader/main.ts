import { offer } from './api.ts'
import { createLauncher } from './launcher.ts'
import { createNote } from './memory.ts'
import { createPanel } from './panel.ts'
import { followStatus, type Status } from './status.ts'
import { dress } from './style.ts'
import { createTitleBadge } from './title.ts'

const script = (document.currentScript ?? document.querySelector('script[data-channel]')) as HTMLScriptElement
const channel = script.dataset.channel
// A page that carries the tag twice gets one chat.
if (channel && window.Parley?.channel !== channel) start(new URL(script.src).origin, encodeURIComponent(channel))

function start(hub: string, key: string): void {
  // A tag of its own: no rule of the page means it by accident.
  const host = document.createElement('parley-chat')
  const root = host.attachShadow({ mode: 'open' })
  const wear = dress(root)
  const [button, draw] = createLauncher()
  const [wasOpen, setOpen] = createNote(() => sessionStorage, `parley:${key}:open`)
  const [isKnown, setKnown] = createNote(() => localStorage, `parley:${key}:known`)
  const [nameNow, setName] = createNote(() => localStorage, `parley:${key}:id`)
  // 128 bits: whoever does not know it cannot say he is this browser.
  const browser = nameNow() || crypto.getRandomValues(new Uint32Array(4)).join('-')
  const [hasConsent, setConsent] = createNote(() => localStorage, `parley:${key}:consent`)
  const question = script.dataset.consent
  const drawTitle = createTitleBadge()
  const language = encodeURIComponent(document.documentElement.lang)
  let status: Status | undefined
  let open = false
  let unread = 0
  let agreed = false
  let fields = {}
  let identity: string | undefined

  // The language goes behind the #, so that the page itself can be cached for everybody.
  const panel = createPanel(
    hub,
    browser,
    `${hub}/widget/frame?channel=${key}#${language}`,
    () => status?.words[0] ?? '',
    () => agreed,
    ({ type, value }) => {
      if (type === 'open' || type === 'close') show(type === 'open')
      if (type === 'low') panel.low(value)
      if (type === 'go') location.href = value
      if (type === 'known') setKnown(value)
      if (type === 'online' && status) learn({ ...status, online: value })
      if (type === 'unread') {
        unread = value
        drawTitle(unread)
        redraw()
        tell(type, unread)
      }
    },
  )
  root.append(panel.element, button)

  const tell = offer(channel as string, {
    open: () => show(true),
    close: () => show(false),
    toggle: () => show(!open),
    show() {
      host.hidden = false
    },
    hide() {
      host.hidden = true
    },
    identify(token) {
      identity = `${token}`
      panel.tell({ identity })
    },
    set: (values) => panel.tell({ fields: JSON.stringify(Object.assign(fields, values)) }),
    logout() {
      fields = {}
      identity = ''
      panel.tell({ identity, fields: '' })
    },
    consent,
  })
  button.onclick = () => {
    consent()
    show(!open)
  }
  button.onpointerenter = button.onfocus = panel.load
  button.onkeydown = (event) => {
    if (event.key === 'Escape') show(false)
  }
  // The page loses the focus to the frame just before the visitor writes: the moment to say where he is.
  addEventListener('blur', panel.moved)
  if (question === undefined || hasConsent()) begin()
  else if (question) {
    status = { online: true, words: [question, question, '', ''] }
    wear()
    redraw()
    document.body.append(host)
  }

  /** The visitor agrees, or the page in his name: from here on the hub is spoken to, and this browser remembered. */
  function consent() {
    if (agreed) return
    setConsent(1)
    status = undefined
    begin()
  }

  function begin() {
    agreed = true
    setName(browser)
    followStatus(`${hub}/widget/status?channel=${key}&language=${language}`, browser, () => isKnown() || identity, learn)
  }

  function learn(next: Status) {
    const last = status
    status = next
    wear(next.css)
    redraw()
    if (last?.online !== next.online) tell('online', next.online)
    if (!last) appear()
    if (next.ask) panel.ask()
  }

  function appear() {
    document.body.append(host)
    const wanted = open || wasOpen()
    open = false
    // A page that is just loading keeps its own focus.
    if (wanted) show(true, false)
    // Somebody who has written before may have an answer waiting: his chat is loaded out of the way.
    else if (isKnown()) prepare()
    else for (const sign of ['pointerdown', 'keydown', 'scroll']) addEventListener(sign, prepare, { once: true, passive: true })
  }

  /** Loads the chat when the page has nothing better to do, so that it is there at the click. */
  function prepare() {
    setTimeout(panel.load, 200)
  }

  function show(on: boolean, asked = true) {
    const was = open
    open = on
    // Before the first status there is nothing to open yet; appear() does it then.
    if (!agreed || !status) return
    setOpen(on)
    if (on) panel.open(asked)
    else if (was) {
      panel.shut()
      button.focus()
    }
    redraw()
    if (was !== on) tell(on ? 'open' : 'close')
  }

  function redraw() {
    if (status) draw(status, open, unread)
  }
}
