import { defineStore } from 'pinia'
import type { Upload, UploadedFile } from '../api/files.ts'

/** A file put to what is being written. */
export interface Attachment {
  key: string
  name: string
  size: number
  mime: string
  /** Share that has gone out, 0 to 1. */
  progress: number
  uploaded: UploadedFile | null
  /** Why it did not get to the hub; what is wrong with one that did depends on the channel. */
  trouble: string | null
  upload: Upload | null
  /** When the hub had it: it keeps what no message carries for an hour. */
  at: number
}

/** The draft of an operator in a chat. */
export const draftOf = (operatorId: string, chatId: string) => `${operatorId}.${chatId}`

const prefix = 'parley.draftFiles.'
const keptForMs = 3_600_000

/**
 * Files of what is being written, by draft. They stay with it while one looks at something else, and their way to the hub goes on;
 * those the hub has are kept in this browser, so that they survive a reload.
 */
export const useAttached = defineStore('attached', {
  state: () => ({ lists: {} as Record<string, Attachment[]> }),
  actions: {
    of(draft: string): Attachment[] {
      this.lists[draft] ??= restored(localStorage.getItem(prefix + draft))
      return this.lists[draft]
    },
    has(draft: string): boolean {
      return this.of(draft).length > 0
    },
    /** To be told whenever the hub has one more, or one is taken off. */
    keep(draft: string): void {
      const kept = this.of(draft).flatMap(({ uploaded, at }) => (uploaded ? [{ file: uploaded, at }] : []))
      if (kept.length > 0) localStorage.setItem(prefix + draft, JSON.stringify(kept))
      else localStorage.removeItem(prefix + draft)
    },
  },
})

export const attachmentOf = (file: UploadedFile, at: number): Attachment => ({
  key: crypto.randomUUID(),
  name: file.name,
  size: file.size,
  mime: file.mime,
  progress: 1,
  uploaded: file,
  trouble: null,
  upload: null,
  at,
})

/** The hub has forgotten it: no message has carried it for an hour. */
export const isForgotten = ({ uploaded, at }: Attachment, now: number): boolean => uploaded !== null && now - at >= keptForMs

function restored(stored: string | null): Attachment[] {
  try {
    const kept = JSON.parse(stored ?? '[]') as { file: UploadedFile; at: number }[]
    return kept.map(({ file, at }) => attachmentOf(file, at))
  } catch {
    return []
  }
}
