import { watch } from 'vue'
import { useConnection } from '../stores/connection.ts'

/** Does something whenever the line is back: what was asked while it was down had no answer. */
export function useLineBack(again: () => unknown): void {
  const connection = useConnection()
  watch(
    () => connection.status,
    (status) => {
      if (status === 'live') again()
    },
  )
}
