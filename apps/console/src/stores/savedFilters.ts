import { defineStore } from 'pinia'
import { type ChatCount, countSavedFilters, listSavedFilters, type SavedFilter } from '../api/filters.ts'
import { inTurn } from './inTurn.ts'

const countEveryMs = 5_000
const filters = inTurn(listSavedFilters)
const figures = inTurn(countSavedFilters)
let counting: ReturnType<typeof setTimeout> | undefined

/** The filters this operator has, in the order of his tabs, and how many chats each finds. */
export const useSavedFilters = defineStore('savedFilters', {
  state: () => ({ all: [] as SavedFilter[], loaded: false, counts: {} as Record<string, ChatCount> }),
  getters: {
    tabs: (state) => state.all.filter(({ isTab }) => isTab),
  },
  actions: {
    async load(): Promise<void> {
      this.all = (await filters.ask()) ?? this.all
      this.loaded = true
      if (this.all.length > 0) await this.count()
    },
    /** A filter as the hub has just kept it. */
    put(filter: SavedFilter): void {
      const isKnown = this.all.some(({ id }) => id === filter.id)
      this.all = isKnown ? this.all.map((one) => (one.id === filter.id ? filter : one)) : [...this.all, filter]
      filters.told(this.load)
    },
    async count(): Promise<void> {
      const found = await figures.ask()
      if (found) this.counts = Object.fromEntries(found.map(({ id, count }) => [id, count]))
    },
    /** Chats have changed: the figures are asked anew, now and then and only while somebody can see them. */
    countSoon(): void {
      if (this.tabs.length === 0) return
      counting ??= setTimeout(() => {
        counting = undefined
        if (document.visibilityState === 'visible') this.count().catch(() => {})
      }, countEveryMs)
    },
    clear(): void {
      clearTimeout(counting)
      counting = undefined
      this.$reset()
    },
  },
})
