import { useEventListener } from '@vueuse/core'
import type { Ref } from 'vue'
import { useDesk } from '../stores/desk.ts'
import { usePreferences } from '../stores/preferences.ts'
import type { Command } from './useCommands.ts'

/** Runs commands by key: single keys outside of fields, Ctrl/⌘ K from anywhere. */
export function useKeyboard(commands: Ref<Command[]>): void {
  const desk = useDesk()
  const preferences = usePreferences()
  useEventListener(window, 'keydown', (event: KeyboardEvent) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
      event.preventDefault()
      desk.dialog = desk.dialog === 'commands' ? null : 'commands'
      return
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isWriting(event.target) || isDialogOpen()) return
    const command = commands.value.find(({ keys, enabled }) => enabled && keys.includes(event.key))
    if (!command || (!preferences.singleKeys && event.key !== '?')) return
    event.preventDefault()
    command.run()
  })
}

const isWriting = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'))
const isDialogOpen = () => document.querySelector('[role=dialog][data-state=open], [role=menu][data-state=open], [role=listbox]') !== null
