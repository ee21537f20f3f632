import { render } from 'preact'
import { inkOn, readColour } from '../shared/colour.ts'
import { type Language, languageOf } from '../shared/language.ts'
import { comeBack } from './acts/back.ts'
import { describe } from './acts/describe.ts'
import { introduce } from './acts/identify.ts'
import { alone, newId } from './alone.ts'
import { App } from './components/App.tsx'
import { meet } from './components/ApproachCard.tsx'
import { provideUi } from './components/ui.ts'
import { joinMutation } from './documents.ts'
import { createHub, type Hub } from './net/hub.ts'
import { upload } from './net/upload.ts'
import { meetPage } from './page.ts'
import { createSound } from './sound.ts'
import { createChat } from './store/chat.ts'
import { lastHeard, type State, unreadOf } from './store/state.ts'
import { openDrawer } from './store/storage.ts'
import { createFormat } from './text/format.ts'
import { loadWords } from './text/words.ts'

// The page that mails lead to is no part of any site; whom it knows is its own affair, so that no link changes who somebody is on a site.
const ownPage = /^\/chat\/([^/]+)$/.exec(location.pathname)?.[1]
const key = new URLSearchParams(location.search).get('channel') ?? ownPage ?? ''
const link = /^#back=(.+)$/.exec(location.hash)?.[1]
// A site says what it speaks; the page of a mail has only its reader.
const asked = languageOf(ownPage ? navigator.language : location.hash.slice(1))
let language: Language = asked ?? languageOf(navigator.language) ?? 'en'

// An admin looks how it would look: nothing is asked of the hub, and nothing kept.
const preview = key === 'preview'
const drawer = openDrawer(ownPage ? `parley:page:${key}:` : `parley:${key}:`, () => (preview ? (undefined as never) : localStorage), window)
const sound = createSound(drawer)
const hub: Hub = preview
  ? { ask: async () => ({ kind: 'later' }) }
  : createHub(
      '/widget/graphql',
      () => drawer.get('token'),
      () => language,
    )
const chat = createChat({
  key,
  hub,
  drawer,
  openSocket: () => new WebSocket(`${location.origin.replace(/^http/, 'ws')}/widget/graphql`, 'graphql-transport-ws'),
  alone: (work) => alone(`parley:${key}:send`, work),
  page: () => page.now(),
  language: () => language,
  newId,
  watched: () => !document.hidden,
})

const page = meetPage(
  window,
  chat.setOpen,
  (token) => void chat.inTurn(() => identify(token)),
  () => void ask(),
  () => void tellFields(),
)
const begun = preview ? show() : link ? enter(link) : chat.begin()
chat.store.subscribe(tellPage())
chat.store.subscribe(ring())
chat.store.subscribe(joinVisit())
chat.store.subscribe(() => void tellFields())
chat.store.subscribe(paint())
chat.store.subscribe(({ site }) => {
  if (ownPage && site) document.title = site.name
})
document.addEventListener('visibilitychange', () => document.hidden || chat.look())
for (const sign of ['online', 'offline', 'focus']) addEventListener(sign, chat.look)
addEventListener('pageshow', (event) => event.persisted && chat.look())
addEventListener('keydown', (event) => event.key === 'Escape' && !event.isComposing && page.say({ type: 'close' }))
document.documentElement.classList.toggle('page', !!ownPage)
void draw()

/** What the website says of its visitor: who he is, or that he signed out. */
async function identify(token: string): Promise<void> {
  await begun
  await introduce(chat, drawer, token)
}

/** What the page says of its visitor reaches the hub once he is known there, and once only. */
let told = ''
async function tellFields(): Promise<void> {
  const { phase, visitor } = chat.store.get()
  const fields = page.fields()
  const now = `${visitor?.id} ${fields}`
  if (phase !== 'chat' || !fields || now === told || drawer.get('said') === now) return
  told = now
  if (await describe(chat, fields)) drawer.set('said', now)
}

/** Somebody of the company asks the visitor something, though he did not write. */
async function ask(): Promise<void> {
  await meet(chat, page)
}

/** By the link of a mail. It does not stay in the address, where whoever sees the screen could take it. */
async function enter(link: string): Promise<void> {
  const known = await comeBack(hub, drawer, link)
  history.replaceState(null, '', location.pathname)
  chat.store.set({ linkOver: !known })
  await chat.begin()
}

async function draw(): Promise<void> {
  if (!asked) await begun
  language = asked ?? languageOf(chat.store.get().site?.language) ?? language
  document.documentElement.lang = language
  const say = await loadWords(language)
  provideUi({
    chat,
    drawer,
    sound,
    say,
    format: createFormat(language),
    upload: (file: File, progress: (share: number) => void) =>
      upload('/widget/files', file, file.name, drawer.get('token') ?? '', language, progress),
    page,
    close: window.parent === window ? undefined : () => page.say({ type: 'close' }),
  })
  document.body.replaceChildren()
  render(<App />, document.body)
}

/** Tells the page around us what the launcher shows. */
function tellPage() {
  let told = ''
  return (state: State) => {
    const [unread, known, online] = [unreadOf(state), state.phase === 'chat', state.site?.online]
    const now = JSON.stringify([unread, known, online])
    if (state.phase === 'loading' || now === told) return
    told = now
    page.say({ type: 'unread', value: unread })
    page.say({ type: 'known', value: known })
    if (online !== undefined) page.say({ type: 'online', value: online })
  }
}

/** Who writes here is the one who looks at the pages around. */
function joinVisit() {
  let joined = ''
  return ({ phase, visitor }: State) => {
    const browser = page.browser()
    const now = `${visitor?.id} ${browser}`
    if (phase !== 'chat' || !browser || now === joined) return
    joined = now
    void hub.ask(joinMutation, { browser })
  }
}

/** A sound for each new message of an operator that nobody is looking at. */
function ring() {
  let heard: string | undefined
  return (state: State) => {
    if (state.phase !== 'chat') return
    const last = lastHeard(state)
    if (last?.id === heard) return
    const first = heard === undefined
    heard = last?.id ?? ''
    if (!first && last?.author === 'operator' && !(state.open && document.hasFocus())) sound.play(last.id)
  }
}

/** The company's colour, what can be read on it, and what else it wishes. */
function paint() {
  let worn = ''
  return ({ site }: State) => {
    const colour = readColour(site?.accent)
    const style = `--accent:${colour};--ink:${inkOn(colour)};${site?.style}`
    if (style !== worn) document.documentElement.style.cssText = worn = style
  }
}

/** What the console has to show comes from the page around, which is the hub's own. */
async function show(): Promise<void> {
  addEventListener('message', ({ origin, source, data }) => {
    if (origin === location.origin && source === parent && data.parleyPreview) chat.store.set(data.parleyPreview)
  })
}
