import { defineStore } from 'pinia'
import { type CustomerField, listCustomerFields } from '../api/customerFields.ts'
import { inTurn } from './inTurn.ts'

const fields = inTurn(listCustomerFields)

/** What the company wants to know of its customers, in its order; asked for when a profile is first looked at. */
export const useCustomerFields = defineStore('customerFields', {
  state: () => ({ all: [] as CustomerField[], loaded: false }),
  getters: {
    shown: (state) => state.all.filter(({ archived }) => !archived),
    archived: (state) => state.all.filter(({ archived }) => archived),
  },
  actions: {
    async load(): Promise<void> {
      const all = await fields.ask()
      if (!all) return
      this.all = all
      this.loaded = true
    },
    async ensure(): Promise<void> {
      if (!this.loaded) await this.load()
    },
    /** An admin has changed them. */
    async changed(): Promise<void> {
      if (this.loaded) await this.load()
      else fields.told(this.load)
    },
    clear(): void {
      this.all = []
      this.loaded = false
    },
  },
})
