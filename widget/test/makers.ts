import { WebSocket } from 'ws'
import { createHub } from '../src/app/net/hub.ts'
import type { SocketLike } from '../src/app/net/socket.ts'
import { createChat } from '../src/app/store/chat.ts'
import { openDrawer } from '../src/app/store/storage.ts'
import type { Chat, Frame, Given, Message } from '../src/app/types.ts'

export function aMessage(n: number, part: Partial<Message> = {}): Message {
  const id = `m${String(n).padStart(3, '0')}`
  return {
    id,
    clientId: null,
    author: 'operator',
    authorName: 'Ana',
    text: `text ${n}`,
    files: [],
    at: new Date(1_800_000_000_000 + n * 1000).toISOString(),
    removed: false,
    edited: false,
    delivery: null,
    ...part,
  }
}

export function aFrame(cursor: number, part: Partial<Frame> = {}): Frame {
  return { cursor, reset: false, message: null, chat: null, typing: null, online: null, ...part }
}

export function aChat(part: Partial<Chat> = {}): Chat {
  return { id: 'c1', state: 'queued', operatorName: null, place: 1, unread: 0, mayRate: false, mayMail: false, rating: null, ...part }
}

/** One browser: a storage that several tabs share, each hearing of the others' changes as the standard says. */
export function aBrowser() {
  const kept = new Map<string, string>()
  const tabs: { storage: Storage; listeners: ((event: StorageEvent) => void)[] }[] = []
  const locks = new Map<string, Promise<unknown>>()

  function tell(from: Storage, key: string) {
    for (const tab of tabs) {
      if (tab.storage === from) continue
      setTimeout(() => tab.listeners.forEach((heard) => void heard({ key, storageArea: tab.storage } as StorageEvent)))
    }
  }

  return {
    kept,
    openTab() {
      const storage = {
        getItem: (key: string) => kept.get(key) ?? null,
        setItem(key: string, value: string) {
          if (kept.get(key) === value) return
          kept.set(key, value)
          tell(storage, key)
        },
        removeItem(key: string) {
          if (kept.delete(key)) tell(storage, key)
        },
        key: (at: number) => [...kept.keys()][at] ?? null,
        clear: () => kept.clear(),
        get length() {
          return kept.size
        },
      } as Storage
      const tab = { storage, listeners: [] as ((event: StorageEvent) => void)[] }
      tabs.push(tab)
      const events = {
        addEventListener: (_: string, heard: (event: StorageEvent) => void) => tab.listeners.push(heard),
      } as unknown as Window
      return {
        drawer: openDrawer('parley:demo:', () => storage, events),
        close: () => tabs.splice(tabs.indexOf(tab), 1),
        /** The browser's lock manager: one holder per name. */
        alone<T>(work: () => Promise<T>): Promise<T> {
          const turn = (locks.get('send') ?? Promise.resolve()).then(work, work)
          locks.set('send', turn)
          return turn
        },
      }
    },
  }
}

let ids = 0

function socketTo(hub: string): SocketLike {
  const socket = new WebSocket(`${hub.replace('http', 'ws')}/widget/graphql`, 'graphql-transport-ws')
  // A browser's socket does not throw what nobody listens for.
  socket.on('error', () => {})
  return socket as unknown as SocketLike
}

/** A chat in one tab of the browser, joined to the stand-in hub by real HTTP and a real socket. */
export function openChat(hub: string, browser = aBrowser(), key = 'demo') {
  const tab = browser.openTab()
  const look = { watched: true }
  const chat = createChat({
    key,
    hub: createHub(
      `${hub}/widget/graphql`,
      () => tab.drawer.get('token'),
      () => 'en',
    ),
    drawer: tab.drawer,
    openSocket: () => socketTo(hub),
    alone: tab.alone,
    page: () => ({ pageUrl: 'https://shop.example/chairs', pageTitle: 'Chairs' }),
    language: () => 'en',
    newId: () => `id-${++ids}`,
    watched: () => look.watched,
  })
  return {
    ...chat,
    whole: chat,
    see: chat.look,
    browser,
    drawer: tab.drawer,
    look,
    state: chat.store.get,
    texts: () => chat.store.get().messages.map((message) => message.text),
  }
}

/** Waits until the condition holds; one that does not come true in 20 s fails the test, in its own words. */
export async function until(holds: () => unknown): Promise<void> {
  const end = Date.now() + 20_000
  while (!holds()) {
    if (Date.now() > end) throw new Error(`never came true: ${holds}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** What the usual form asks. */
export const who = (name: string, email: string): Given[] => [
  { field: 'name', values: [name] },
  { field: 'email', values: [email] },
]
