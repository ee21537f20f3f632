import { defineStore } from 'pinia'
import { draftOf, useAttached } from './attached.ts'

const buttonsKeyOf = (operatorId: string, chatId: string) => `parley.draftButtons.${operatorId}.${chatId}`
const quoteKeyOf = (operatorId: string, chatId: string) => `parley.draftQuote.${operatorId}.${chatId}`
const whisperKeyOf = (operatorId: string, chatId: string) => `parley.draftWhisper.${operatorId}.${chatId}`
const editKeyOf = (operatorId: string, chatId: string) => `parley.draftEdit.${operatorId}.${chatId}`
const triedKeyOf = (operatorId: string, chatId: string) => `parley.draftTried.${operatorId}.${chatId}`
const keyOf = (operatorId: string, chatId: string) => `parley.draft.${operatorId}.${chatId}`

/** What a message that was sent is to be changed to. */
export interface Edit {
  messageId: string
  text: string
}

/** What an operator has begun to write in a chat, whom it answers and whom it is for, kept in this browser so that it survives a reload and a signing out. */
export const useDrafts = defineStore('drafts', {
  state: () => ({
    texts: {} as Record<string, string>,
    buttons: {} as Record<string, string[]>,
    quotes: {} as Record<string, string | null>,
    whispers: {} as Record<string, boolean>,
    edits: {} as Record<string, Edit | null>,
  }),
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
    /** What is written on the buttons below the text. */
    readButtons(operatorId: string, chatId: string): string[] {
      const key = buttonsKeyOf(operatorId, chatId)
      this.buttons[key] ??= labelsIn(localStorage.getItem(key))
      return this.buttons[key]
    },
    writeButtons(operatorId: string, chatId: string, labels: string[]): void {
      const key = buttonsKeyOf(operatorId, chatId)
      this.buttons[key] = labels
      if (labels.length > 0) localStorage.setItem(key, JSON.stringify(labels))
      else localStorage.removeItem(key)
    },
    /** The message it answers. */
    readQuote(operatorId: string, chatId: string): string | null {
      const key = quoteKeyOf(operatorId, chatId)
      if (this.quotes[key] === undefined) this.quotes[key] = localStorage.getItem(key)
      return this.quotes[key]
    },
    writeQuote(operatorId: string, chatId: string, messageId: string | null): void {
      const key = quoteKeyOf(operatorId, chatId)
      this.quotes[key] = messageId
      if (messageId) localStorage.setItem(key, messageId)
      else localStorage.removeItem(key)
    },
    /** The id under which a draft goes to the hub: the same however often the same is tried, so that it is not written twice; written otherwise it is another. */
    idFor(operatorId: string, chatId: string, said: string): string {
      const key = triedKeyOf(operatorId, chatId)
      const [id, tried] = localStorage.getItem(key)?.split(' ', 2) ?? []
      if (id && tried === encodeURIComponent(said)) return id
      const next = crypto.randomUUID()
      localStorage.setItem(key, `${next} ${encodeURIComponent(said)}`)
      return next
    },
    forgetId(operatorId: string, chatId: string): void {
      localStorage.removeItem(triedKeyOf(operatorId, chatId))
    },
    /** Whether a comment is for the operator of the chat alone: what was begun for one must not go to all. */
    readWhisper(operatorId: string, chatId: string): boolean {
      const key = whisperKeyOf(operatorId, chatId)
      this.whispers[key] ??= localStorage.getItem(key) !== null
      return this.whispers[key]
    },
    writeWhisper(operatorId: string, chatId: string, on: boolean): void {
      const key = whisperKeyOf(operatorId, chatId)
      this.whispers[key] = on
      if (on) localStorage.setItem(key, 'on')
      else localStorage.removeItem(key)
    },
    readEdit(operatorId: string, chatId: string): Edit | null {
      const key = editKeyOf(operatorId, chatId)
      if (this.edits[key] === undefined) this.edits[key] = editIn(localStorage.getItem(key))
      return this.edits[key]
    },
    writeEdit(operatorId: string, chatId: string, edit: Edit | null): void {
      const key = editKeyOf(operatorId, chatId)
      this.edits[key] = edit
      if (edit) localStorage.setItem(key, JSON.stringify(edit))
      else localStorage.removeItem(key)
    },
    has(operatorId: string, chatId: string): boolean {
      return (
        this.read(operatorId, chatId).trim() !== '' ||
        this.readEdit(operatorId, chatId) !== null ||
        useAttached().has(draftOf(operatorId, chatId))
      )
    },
  },
})

function labelsIn(stored: string | null): string[] {
  try {
    const labels: unknown = JSON.parse(stored ?? '[]')
    return Array.isArray(labels) ? labels.map(String) : []
  } catch {
    return []
  }
}

function editIn(stored: string | null): Edit | null {
  try {
    return JSON.parse(stored ?? 'null') as Edit | null
  } catch {
    return null
  }
}
