import { languageOf } from '../shared/language.ts'
import { offer } from './api.ts'
import { createLauncher } from './launcher.ts'
import { createNote } from './memory.ts'
import { createPanel } from './panel.ts'
import { followStatus, type Status } from './status.ts'
import { dress } from './style.ts'
import { createTitleBadge } from './title.ts'
import { words } from './words.ts'

const script = (document.currentScript ?? document.querySelector('script[data-channel]')) as HTMLScriptElement
const channel = script.dataset.channel
// A page that carries the tag twice gets one chat.
if (channel && window.Parley?.channel !== channel) start(new URL(script.src).origin, encodeURIComponent(channel))

function start(hub: string, key: string): void {
  // A tag of its own: no rule of the page means it by accident.
  const host = document.createElement('parley-chat')
  const root = host.attachShadow({ mode: 'open' })
  dress(root)
  const [button, draw] = createLauncher()
  const [wasOpen, setOpen] = createNote(() => sessionStorage, `parley:${key}:open`)
  const [isKnown, setKnown] = createNote(() => localStorage, `parley:${key}:known`)
  const drawTitle = createTitleBadge()
  const language = languageOf(document.documentElement.lang)
  let status: Status | undefined
  let open = false
  let unread = 0

  // The language goes behind the #, so that the page itself can be cached for everybody.
  const panel = createPanel(
    hub,
    `${hub}/widget/frame?channel=${key}#${language ?? ''}`,
    () => wordsNow()[0],
    (message) => {
      if (message.type === 'close') show(false)
      if (message.type === 'known') setKnown(message.value)
      if (message.type === 'online' && status) learn({ ...status, online: message.value })
      if (message.type === 'unread') {
        unread = message.value
        drawTitle(unread)
        redraw()
        tell('unread', unread)
      }
    },
  )
  root.append(panel.element, button)

  const tell = offer(channel as string, { open: () => show(true), close: () => show(false), toggle: () => show(!open) })
  button.onclick = () => show(!open)
  button.onpointerenter = button.onfocus = panel.load
  button.onkeydown = (event) => {
    if (event.key === 'Escape') show(false)
  }
  // The page loses the focus to the frame just before the visitor writes: the moment to say where he is.
  addEventListener('blur', panel.moved)
  followStatus(`${hub}/widget/status?channel=${key}`, learn)

  function learn(next: Status) {
    const last = status
    status = next
    redraw()
    if (last?.online !== next.online) tell('online', next.online)
    if (!last) appear()
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
    setOpen(on)
    // Before the first status there is nothing to open yet; appear() does it then.
    if (!status) return
    if (on) panel.open(asked)
    else if (was) {
      panel.shut()
      button.focus()
    }
    redraw()
    if (was !== on) tell(on ? 'open' : 'close')
  }

  function wordsNow() {
    return words[language ?? languageOf(status?.language) ?? 'en']
  }

  function redraw() {
    draw({ words: wordsNow(), online: !!status?.online, open, unread, accent: status?.accent })
  }
}
