import { parsed } from '../../shared/parsed.ts'
import type { Calls } from '../net/calls.ts'
import { readUpTo } from './apply.ts'
import { compare, lastHeard, type Place, type Store } from './state.ts'
import type { Drawer } from './storage.ts'

/** Tells the hub what arrived here and what was looked at: each step once, only forward. */
export function createReceipts({ store, calls, drawer, looking }: { store: Store; calls: Calls; drawer: Drawer; looking(): boolean }) {
  const inView = new Set<string>()
  let arrived = readPlace(drawer.get('arrived'))
  let told = readPlace(drawer.get('told'))
  let busy = false
  let due = false

  /** Compares what is known with what was told; called whenever either may have changed. */
  function look() {
    const state = store.get()
    if (state.phase !== 'chat') return
    const seen = looking() ? [...state.messages].reverse().find((message) => inView.has(message.id)) : undefined
    if (seen && (!state.readTo || compare(seen, state.readTo) > 0)) {
      drawer.set('read', JSON.stringify({ at: seen.at, id: seen.id }))
      store.set((now) => readUpTo(now, seen))
    }
    void tell()
  }

  async function tell() {
    due = true
    if (busy) return
    busy = true
    while (due) {
      due = false
      if (await tellNext()) due = true
    }
    busy = false
  }

  /** True when something was told, and there may be more. */
  async function tellNext(): Promise<boolean> {
    const { readTo, messages } = store.get()
    const newest = lastHeard(store.get())
    const read = [...messages].reverse().find((message) => message.author !== 'you' && readTo && compare(message, readTo) <= 0)
    if (read && isNews(read, told)) {
      if (!(await say(read, true))) return false
      told = read
      drawer.set('told', JSON.stringify({ at: read.at, id: read.id }))
      return true
    }
    if (newest && isNews(newest, arrived) && isNews(newest, told)) {
      if (!(await say(newest, false))) return false
      arrived = newest
      drawer.set('arrived', JSON.stringify({ at: newest.at, id: newest.id }))
      return true
    }
    return false
  }

  async function say(message: Place, read: boolean): Promise<boolean> {
    const answer = await calls.acknowledge(message.id, read)
    return answer.kind === 'done' || answer.kind === 'refused'
  }

  return {
    look,
    /** The end of a message came into sight or left it. */
    shown(id: string, visible: boolean) {
      if (visible) inView.add(id)
      else inView.delete(id)
      if (visible) look()
    },
    /** Another tab has shown more. */
    heard(name: string) {
      const place = name === 'read' ? readPlace(drawer.get('read')) : undefined
      if (place) store.set((state) => readUpTo(state, place))
    },
    forget() {
      arrived = told = undefined
      for (const name of ['read', 'told', 'arrived']) drawer.remove(name)
    },
  }
}

function isNews(message: Place, mark: Place | undefined): boolean {
  return !mark || compare(message, mark) > 0
}

function readPlace(text: string | undefined): Place | undefined {
  const { at, id } = (parsed(text) ?? {}) as Place
  return typeof at === 'string' && typeof id === 'string' ? { at, id } : undefined
}
