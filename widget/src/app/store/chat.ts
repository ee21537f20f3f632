import { backoff, createAlarm } from '../net/backoff.ts'
import { createCalls } from '../net/calls.ts'
import { type Answer, type Hub, whyNot } from '../net/hub.ts'
import type { SocketLike } from '../net/socket.ts'
import type { File, Frame, Given, Message, MessagePage, Refusal, Visitor } from '../types.ts'
import { applyFrame, applyOlder, applySignal, applySnapshot, withMessage } from './apply.ts'
import { keepFeed } from './feed.ts'
import { createOutbox, type Pending, type SendResult } from './outbox.ts'
import { createReceipts } from './receipts.ts'
import { createStore, emptyState, type State } from './state.ts'
import type { Drawer } from './storage.ts'
import { createTyping } from './typing.ts'

/** What the chat needs of the world around it. */
export interface World {
  /** Public key of the website channel. */
  key: string
  hub: Hub
  drawer: Drawer
  openSocket(): SocketLike
  /** Runs the work while no other tab runs it. */
  alone<T>(work: () => Promise<T>): Promise<T>
  page(): { pageUrl?: string; pageTitle?: string }
  language(): string
  newId(): string
  /** The visitor looks at this tab. */
  watched(): boolean
}

type Unsent = Pick<Pending, 'text' | 'files'>

/** The visitor's chat: joins the state with the hub. Everything a component may do is a function here. */
export function createChat(world: World) {
  const { key, drawer } = world
  const calls = createCalls(world.hub)
  const store = createStore()
  const alarm = createAlarm()
  let feed: ReturnType<typeof keepFeed> | undefined
  let meanwhile: Frame[] | undefined
  let loading: Promise<boolean> | undefined
  let queued: Promise<boolean> | undefined
  let held: Promise<unknown> = Promise.resolve()
  let round = 0
  let resetDue = false
  let typingTimer: ReturnType<typeof setTimeout> | undefined
  let firstFrame: ReturnType<typeof setTimeout> | undefined
  let linksFrom = 0

  const token = () => drawer.get('token')
  const outbox = createOutbox({
    drawer,
    send,
    alone: world.alone,
    changed: (pending) => store.set({ pending }),
    sent(message) {
      store.set((state) => withMessage(state, message, true))
      // The hub is there: no need to wait for the feed's own next try.
      if (store.get().line === 'down') feed?.nudge()
    },
  })
  const receipts = createReceipts({ store, calls, drawer, looking: () => store.get().open && world.watched() })
  const typing = createTyping(
    (on, text) => token() && void calls.typing(on, text),
    () => !!store.get().site?.previewsTyping,
  )

  store.subscribe((state) => {
    outbox.arrived(
      state.pending.filter((item) => state.messages.some((message) => message.clientId === item.clientId)).map((item) => item.clientId),
    )
    receipts.look()
  })
  drawer.changed((name) => {
    if (name === 'token' && token()) {
      // Another tab may have become somebody else.
      feed?.stop()
      feed = undefined
      forget()
      void begin()
    } else if (name === 'token' && store.get().phase === 'chat') signOut()
    outbox.heard(name)
    receipts.heard(name)
  })

  /** The first look at the hub, and the look after the token changed. */
  async function begin(): Promise<void> {
    store.set({ pending: outbox.list() })
    await catchUp()
    if (store.get().phase === 'chat' && !feed) live()
  }

  /** Loads until the hub answers; a later call takes over. */
  async function catchUp(): Promise<void> {
    const mine = ++round
    for (let tries = 0; mine === round && !(await load()); tries++) await alarm.sleep(backoff(tries) + 200)
  }

  /** Loads the end of the conversation. False when the hub did not answer. While one load is on its way, one more waits for all who ask. */
  function load(): Promise<boolean> {
    if (!loading) {
      loading = (token() ? loadSnapshot() : loadSite()).finally(() => (loading = undefined))
      return loading
    }
    queued ??= loading.then(() => {
      queued = undefined
      return load()
    })
    return queued
  }

  async function loadSnapshot(): Promise<boolean> {
    const frames: Frame[] = []
    meanwhile = frames
    const asked = Date.now()
    const shown = token()
    const answer = await calls.snapshot(key)
    meanwhile = undefined
    // He became somebody else meanwhile: what was said of the one before holds no more.
    if (shown !== token()) return false
    if (answer.kind === 'signedOut' || (answer.kind === 'done' && !answer.data.visitor)) {
      signOut()
      return loadSite()
    }
    // Whatever else went wrong, the visitor's token is worth keeping.
    if (answer.kind !== 'done') return false
    linksFrom = asked
    store.set((state) => replay(applySnapshot(state, answer.data, resetDue), frames))
    resetDue = false
    return true
  }

  async function loadSite(): Promise<boolean> {
    const answer = await calls.site(key)
    if (answer.kind !== 'done') return false
    const { site } = answer.data
    store.set((state) => ({ ...state, phase: site ? 'form' : 'gone', ...(site && { site }) }))
    return true
  }

  function live() {
    feed?.stop()
    feed = keepFeed({
      open: world.openSocket,
      hello: () => ({ channel: key, token: token() }),
      cursor: () => store.get().cursor,
      heard,
      up: acknowledged,
      down: () => store.set({ line: 'down', typing: false }),
      signedOut: () => void catchUp(),
      broken: () => store.set({ cursor: undefined }),
    })
    void outbox.drain()
  }

  function acknowledged() {
    store.set({ line: 'up' })
    void outbox.drain()
    receipts.look()
    // The hub answers a new subscription with its number at once; what came before it is loaded then.
    if (store.get().cursor === undefined) firstFrame = setTimeout(() => void catchUp(), 2_000)
  }

  function heard(frame: Frame) {
    if (frame.typing !== null || frame.online !== null || frame.queue) return glimpse(frame)
    clearTimeout(firstFrame)
    const first = store.get().cursor === undefined
    meanwhile?.push(frame)
    if (frame.reset) store.set((state) => ({ ...state, cursor: frame.cursor }))
    else store.set((state) => applyFrame(state, frame))
    if (frame.reset) resetDue = true
    if (first || frame.reset) void catchUp()
  }

  /** What is never stored has no place among the numbered events. */
  function glimpse(frame: Frame) {
    const { typing } = frame
    store.set((state) => applySignal(state, frame))
    clearTimeout(typingTimer)
    if (typing) typingTimer = setTimeout(() => store.set({ typing: false }), 6_000)
  }

  /** The token is not good any more: back to the form. What was not sent waits for the next visitor of this browser. */
  function signOut() {
    feed?.stop()
    feed = undefined
    drawer.remove('token')
    forget()
    const { site, pending, open } = store.get()
    store.set({ ...emptyState, visitor: undefined, quoting: undefined, left: undefined, pending, open, phase: site ? 'form' : 'loading' })
  }

  async function send({ clientId, text, files, replyTo }: Pending): Promise<SendResult> {
    if (!token()) {
      if (store.get().site?.asks.length !== 0) return { kind: 'stop' }
      // Nothing is asked: his first message makes him known.
      const refusal = await start()
      if (refusal) return refusal === 'later' ? { kind: 'later' } : { kind: 'refused', refusal }
    }
    const fileIds = files.map((file) => file.id)
    const answer = await calls.send({
      clientId,
      ...(text && { text }),
      ...(fileIds.length && { fileIds }),
      ...(replyTo && { replyToId: replyTo.id }),
      ...world.page(),
    })
    if (answer.kind === 'done') return { kind: 'sent', message: answer.data }
    // A line that was cut says nothing by itself.
    if (answer.kind === 'later') feed?.nudge()
    if (answer.kind !== 'signedOut') return answer
    void catchUp()
    return { kind: 'stop' }
  }

  /**
   * Sends the form, of whoever is known already what he is asked still. Answers with the hub's refusal, with `later` when it
   * could not be reached, or nothing when all is well.
   */
  function start(values: Given[] = []): Promise<Refusal | 'later' | undefined> {
    return inTurn(async () => (!token() ? enter(values) : values.length ? describe(values) : undefined))
  }

  /** What may make him known, or another, is done one after the other. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = held.then(work)
    held = turn.catch(() => {})
    return turn
  }

  /** What was refused because he had just signed in is asked again as who he is now; who had signed in before does not speak as another. */
  async function again<T>(ask: () => Promise<Answer<T>>): Promise<Answer<T>> {
    const signed = drawer.get('signed')
    const answer = await ask()
    if (answer.kind !== 'signedOut' || signed) return answer
    await catchUp()
    return token() ? ask() : answer
  }

  async function enter(values: Given[]) {
    const answer = await calls.start({ key, values, language: world.language(), ...world.page() })
    if (answer.kind !== 'done') return whyNot(answer)
    admit(answer.data.token, answer.data.visitor)
  }

  async function describe(values: Given[]) {
    const answer = await calls.describe(values)
    if (answer.kind !== 'done') return whyNot(answer)
    store.set({ visitor: answer.data })
  }

  /** What comes next is of another visitor, perhaps: nothing of this one stays. */
  function forget() {
    receipts.forget()
    resetDue = true
    store.set({ messages: [], chat: undefined, older: undefined, cursor: undefined, readTo: undefined })
  }

  /** The hub knows the visitor from now on; `token` is null for one it knew already. */
  function admit(token: string | null, visitor: Visitor) {
    if (token) drawer.set('token', token)
    const before = store.get().visitor
    if (before && before.id !== visitor.id) forget()
    store.set({ phase: 'chat', visitor })
    if (token || !feed) live()
    void catchUp()
  }

  return {
    store,
    outbox,
    receipts,
    typing,
    token,
    begin,

    start,
    describe: calls.describe,
    inTurn,
    again,
    admit,
    signOut,
    hub: world.hub,
    /** Where the visitor is and what he speaks. */
    place: () => ({ key, language: world.language(), ...world.page() }),

    send({ text, files }: Unsent) {
      typing.sent()
      outbox.add({ clientId: world.newId(), text, files, replyTo: store.get().quoting })
      store.set({ quoting: undefined })
    },

    /** Answers a message with one of its buttons. */
    press(message: Message, label: string) {
      typing.sent()
      outbox.add({ clientId: world.newId(), text: label, files: [], replyTo: message })
    },

    /** Loads the page before the oldest message. */
    async more(): Promise<void> {
      const { older } = store.get()
      if (!older) return
      const page = await calls.pageBefore(older)
      if (page && store.get().older === older) store.set((state) => applyOlder(state, page))
    },

    /** The file with links that are good now; the hub's links last five minutes. */
    async freshFile(messageId: string, fileId: string): Promise<File | undefined> {
      if (Date.now() - linksFrom > 240_000) await renewLinks(messageId)
      return store
        .get()
        .messages.find((message) => message.id === messageId)
        ?.files.find((file) => file.id === fileId)
    },

    setOpen(open: boolean) {
      store.set({ open })
      if (open) look()
    },
    look,
  }

  /** The visitor is back at this tab or on the net: nothing may have been missed. */
  function look() {
    const { phase } = store.get()
    alarm.wake()
    feed?.nudge()
    void outbox.drain()
    receipts.look()
    if (phase === 'form' || phase === 'chat') void catchUp()
  }

  async function renewLinks(messageId: string): Promise<void> {
    let before: string | null = null
    const asked = Date.now()
    do {
      const page: MessagePage | undefined = await calls.pageBefore(before)
      if (!page) return
      store.set((state) => page.edges.reduce((next, edge) => withMessage(next, edge.node), state))
      if (page.edges.some((edge) => edge.node.id === messageId)) break
      before = page.pageInfo.hasPreviousPage ? page.pageInfo.startCursor : null
    } while (before)
    linksFrom = asked
  }
}

export type Chat = ReturnType<typeof createChat>

/** What the feed said while a snapshot was on its way holds over the snapshot. */
function replay(state: State, frames: Frame[]): State {
  const first = frames[0]
  return first ? frames.reduce(applyFrame, { ...state, cursor: first.cursor }) : state
}
