import { defineStore } from 'pinia'

const keyOf = (operatorId: string, chatId: string) => `parley.draft.${operatorId}.${chatId}`

/** What an operator has begun to write in a chat, kept in this browser so that it survives a reload and a signing out. */
export const useDrafts = defineStore('drafts', {
  state: () => ({ texts: {} as Record<string, string> }),
  actions: {
    read(operatorId: string, chatId: string): string {
      const key = keyOf(operatorId, chatId)
      this.texts[key] ??= localStorage.getItem(key) ?? ''
      return this.texts[key]
    },
    write(operatorId: string, chatId: string, text: string): void {
      const key = keyOf(operatorId, chatId)
      this.texts[key] = text
      if (text.trim()) localStorage.setItem(key, text)
      else localStorage.removeItem(key)
    },
    has(operatorId: string, chatId: string): boolean {
      return this.read(operatorId, chatId).trim() !== ''
    },
  },
})
