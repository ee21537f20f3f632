import { useColorMode, useLocalStorage } from '@vueuse/core'
import { defineStore } from 'pinia'

/** How this browser shows and sounds; kept in this browser only. */
export const usePreferences = defineStore('preferences', () => {
  const sound = useLocalStorage('parley.sound', true)
  /** Single keys such as `j` can disturb who dictates or uses a screen reader (WCAG 2.1.4). */
  const singleKeys = useLocalStorage('parley.singleKeys', true)
  /** Whoever supervises looks on unseen in chats of others, unless he wishes to be seen there. */
  const silentView = useLocalStorage('parley.silentView', true)
  const contextOpen = useLocalStorage('parley.contextOpen', true)
  /** Whether a thread shows who moved the chat when and why; its messages are always shown. */
  const movesShown = useLocalStorage('parley.movesShown', true)
  /** Pixels the field of the composer has at least; 0: as its text needs. */
  const composerHeight = useLocalStorage('parley.composerHeight', 0)
  /** How fast voice notes are played. */
  const playSpeed = useLocalStorage('parley.playSpeed', 1)
  const theme = useColorMode({ storageKey: 'parley.theme', emitAuto: true, disableTransition: true })
  return { sound, singleKeys, silentView, contextOpen, movesShown, composerHeight, playSpeed, theme }
})
