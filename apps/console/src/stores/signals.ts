import { defineStore } from 'pinia'

export interface Typist {
  chatId: string
  /** Null: the customer. */
  operator: { id: string; name: string } | null
}

/** A typing sign not renewed for so long is over. */
const fadesAfterMs = 6_000
const timers = new Map<string, ReturnType<typeof setTimeout>>()

/** Who is typing now. Never stored by the hub, and forgotten by itself. */
export const useSignals = defineStore('signals', {
  state: () => ({ typists: [] as Typist[] }),
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
    typing(chatId: string): Typist[] {
      return this.typists.filter((typist) => typist.chatId === chatId)
    },
  },
})
