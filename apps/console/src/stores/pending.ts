import { defineStore } from 'pinia'
import type { UploadedFile } from '../api/files.ts'
import type { Refusal } from '../api/fragments.ts'

/** A message which the hub has not confirmed yet. */
export interface PendingMessage {
  clientId: string
  operatorId: string
  chatId: string
  text: string
  files: UploadedFile[]
  /** What is written on buttons below the text. */
  buttons?: string[]
  replyToId: string | null
  /** The last message on the screen when its writing began; a colleague's later one stops it, unless it is to go anyway. */
  seenMessageId?: string | null
  anyway?: boolean
  at: string
  refusal?: Pick<Refusal, 'code' | 'message' | 'remedy'>
}

const prefix = 'parley.pending.'
const keyOf = (clientId: string) => prefix + clientId

/**
 * Messages on their way to the hub, oldest first. Each has its own key in this browser's storage, so that a reload loses none
 * and two tabs do not overwrite one another; sending one twice is harmless, because its `clientId` stays the same.
 */
export const usePending = defineStore('pending', {
  state: () => ({ messages: [] as PendingMessage[] }),
  actions: {
    /** Takes back what an earlier page of this operator left unsent. */
    restore(operatorId: string): void {
      this.messages = Object.keys(localStorage)
        .filter((key) => key.startsWith(prefix))
        .flatMap((key) => parsed(localStorage.getItem(key)))
        .filter((message) => message.operatorId === operatorId)
        .sort((a, b) => a.at.localeCompare(b.at))
    },
    add(message: PendingMessage): void {
      localStorage.setItem(keyOf(message.clientId), JSON.stringify(message))
      this.messages.push(message)
    },
    refuse(clientId: string, refusal: NonNullable<PendingMessage['refusal']>): void {
      const message = this.messages.find((known) => known.clientId === clientId)
      if (!message) return
      message.refusal = refusal
      localStorage.setItem(keyOf(clientId), JSON.stringify(message))
    },
    /** A refused message goes once more, whatever a colleague answered meanwhile. */
    sendAnyway(clientId: string): void {
      const message = this.messages.find((known) => known.clientId === clientId)
      if (!message) return
      message.anyway = true
      message.refusal = undefined
      localStorage.setItem(keyOf(clientId), JSON.stringify(message))
    },
    remove(clientId: string): void {
      localStorage.removeItem(keyOf(clientId))
      this.messages = this.messages.filter((message) => message.clientId !== clientId)
    },
    of(chatId: string): PendingMessage[] {
      return this.messages.filter((message) => message.chatId === chatId)
    },
  },
})

function parsed(text: string | null): PendingMessage[] {
  try {
    const value: unknown = JSON.parse(text ?? '')
    return typeof value === 'object' && value !== null && 'clientId' in value && 'chatId' in value ? [value as PendingMessage] : []
  } catch {
    return []
  }
}
