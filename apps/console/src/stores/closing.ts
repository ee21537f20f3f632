import { defineStore } from 'pinia'
import { type ClosingSettings, type FormField, findClosing } from '../api/closing.ts'
import { inTurn } from './inTurn.ts'

const closing = inTurn(findClosing)

/** What closing a chat asks for, and what it says to the customer. */
export const useClosing = defineStore('closing', {
  state: () => ({
    fields: [] as FormField[],
    settings: null as ClosingSettings | null,
    /** How often the form of a chat was told to have changed. */
    filled: {} as Record<string, number>,
  }),
  getters: {
    /** Whether there is anything to ask or to say before a chat is closed. */
    asks: (state) => state.fields.length > 0 || (state.settings?.texts.length ?? 0) > 0,
  },
  actions: {
    async load(): Promise<void> {
      const found = await closing.ask()
      if (!found) return
      this.fields = found.formFields
      this.settings = found.closingSettings
    },
    touch(chatId: string): void {
      this.filled[chatId] = (this.filled[chatId] ?? 0) + 1
    },
  },
})
