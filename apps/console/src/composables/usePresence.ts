import { setPresence } from '../api/operators.ts'
import { useAction } from './useAction.ts'

/** Choosing whether customers' chats may come; shown to colleagues and, as "somebody is there", on the website. */
export function usePresence() {
  return useAction(setPresence)
}
