import type { Upload } from '../net/upload.ts'
import type { HostPage } from '../page.ts'
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
  page: HostPage
  /** Asks the page to close the panel; undefined when the chat stands alone. */
  close?: (() => void) | undefined
}

let ui: Ui

/** To be called before anything is drawn. A frame holds one chat. */
export function provideUi(given: Ui): void {
  ui = given
}

export const useUi = (): Ui => ui
