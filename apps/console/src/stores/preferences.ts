import { useColorMode, useLocalStorage } from '@vueuse/core'
import { defineStore } from 'pinia'

/** How this browser shows and sounds; kept in this browser only. */
export const usePreferences = defineStore('preferences', () => {
  const sound = useLocalStorage('parley.sound', true)
  /** Single keys such as `j` can disturb who dictates or uses a screen reader (WCAG 2.1.4). */
  const singleKeys = useLocalStorage('parley.singleKeys', true)
  const contextOpen = useLocalStorage('parley.contextOpen', true)
  const theme = useColorMode({ storageKey: 'parley.theme', emitAuto: true, disableTransition: true })
  return { sound, singleKeys, contextOpen, theme }
})
