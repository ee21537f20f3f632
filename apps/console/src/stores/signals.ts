import { defineStore } from 'pinia'

export interface Typist {
  chatId: string
  /** Null: the customer. */
  operator: { id: string; name: string; avatarUrl?: string | null } | null
  /** What a customer has typed and not sent, where he is told that it is seen. */
  text?: string | null
}

/** A colleague who has a chat open. */
export interface Viewer {
  chatId: string
  operator: { id: string; name: string; avatarUrl?: string | null }
}

/** A typing sign not renewed for so long is over. */
const fadesAfterMs = 6_000
/** Who has a chat open says so every 20 s. */
const leavesAfterMs = 30_000
const timers = new Map<string, ReturnType<typeof setTimeout>>()

/** Who is typing and who has which chat open now. Never stored by the hub, and forgotten by itself. */
export const useSignals = defineStore('signals', {
  state: () => ({ typists: [] as Typist[], viewers: [] as Viewer[], arrivals: 0 }),
  actions: {
    put(typist: Typist, on: boolean): void {
      const key = `${typist.chatId} ${typist.operator?.id ?? 'customer'}`
      clearTimeout(timers.get(key))
      timers.delete(key)
      this.typists = this.typists.filter((known) => !(known.chatId === typist.chatId && known.operator?.id === typist.operator?.id))
      if (!on) return
      this.typists.push(typist)
      timers.set(
        key,
        setTimeout(() => this.put(typist, false), fadesAfterMs),
      )
    },
    /** What was just said is no longer being typed. */
    stop(chatId: string, operatorId: string | null): void {
      this.put({ chatId, operator: operatorId ? { id: operatorId, name: '' } : null }, false)
    },
    /** A colleague opened a chat, or left it. `arrivals` counts those who were not known to be there: whoever is there answers them. */
    view(viewer: Viewer, on: boolean): void {
      const key = `${viewer.chatId} viewing ${viewer.operator.id}`
      const isThere = (known: Viewer) => known.chatId === viewer.chatId && known.operator.id === viewer.operator.id
      clearTimeout(timers.get(key))
      timers.delete(key)
      const wasThere = this.viewers.some(isThere)
      this.viewers = this.viewers.filter((known) => !isThere(known))
      if (!on) return
      this.viewers.push(viewer)
      if (!wasThere) this.arrivals++
      timers.set(
        key,
        setTimeout(() => this.view(viewer, false), leavesAfterMs),
      )
    },
    viewing(chatId: string): Viewer[] {
      return this.viewers.filter((viewer) => viewer.chatId === chatId)
    },
    /** What the customer is about to say. */
    typed(chatId: string): string | null {
      return this.typing(chatId).find(({ operator }) => operator === null)?.text ?? null
    },
    typing(chatId: string): Typist[] {
      return this.typists.filter((typist) => typist.chatId === chatId)
    },
  },
})
