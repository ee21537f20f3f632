import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Upload } from '../net/upload.ts'
import type { Sound } from '../sound.ts'
import type { Chat } from '../store/chat.ts'
import type { Drawer } from '../store/storage.ts'
import type { Format } from '../text/format.ts'
import type { Say } from '../text/words.ts'

/** What every component may use. */
export interface Ui {
  chat: Chat
  drawer: Drawer
  sound: Sound
  say: Say
  format: Format
  upload(file: File, progress: (share: number) => void): Upload
  /** Asks the page to close the panel; undefined when the chat stands alone. */
  close?: (() => void) | undefined
}

const context = createContext<Ui | undefined>(undefined)
export const UiProvider = context.Provider

export function useUi(): Ui {
  const ui = useContext(context)
  if (!ui) throw new Error('A component stands outside the chat')
  return ui
}
