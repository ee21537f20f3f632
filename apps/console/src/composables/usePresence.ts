import { setPresence } from '../api/operators.ts'
import { oneByOne } from './oneByOne.ts'
import { useAction } from './useAction.ts'

/** Choosing whether customers' chats may come; shown to colleagues and, as "somebody is there", on the website. */
export function usePresence() {
  const action = useAction(setPresence)
  const next = oneByOne()
  return { ...action, run: (...args: Parameters<typeof setPresence>) => next(() => action.run(...args)) }
}
