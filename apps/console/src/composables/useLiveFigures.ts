import { onScopeDispose, ref, watch } from 'vue'
import { findLiveFigures, type LiveFigures } from '../api/visits.ts'
import { useConnection } from '../stores/connection.ts'
import { inTurn } from '../stores/inTurn.ts'

const atMostEveryMs = 4_000
const atLeastEveryMs = 15_000

/** How things stand now: asked anew when something has happened, and now and then, because visitors come and go without an event. */
export function useLiveFigures() {
  const connection = useConnection()
  const figures = ref<LiveFigures | null>(null)
  const latest = inTurn(() => {
    const midnight = new Date()
    midnight.setHours(0, 0, 0, 0)
    return findLiveFigures(midnight)
  })
  let timer: ReturnType<typeof setTimeout> | undefined

  async function load(): Promise<void> {
    timer = undefined
    if (document.hidden) return
    // What was shown stays until the hub answers again.
    figures.value = (await latest.ask().catch(() => undefined)) ?? figures.value
  }
  function soon(): void {
    timer ??= setTimeout(() => void load(), atMostEveryMs)
  }
  const often = setInterval(soon, atLeastEveryMs)
  watch(() => [connection.cursor, connection.status], soon)
  document.addEventListener('visibilitychange', soon)
  void load()
  onScopeDispose(() => {
    clearTimeout(timer)
    clearInterval(often)
    document.removeEventListener('visibilitychange', soon)
  })
  return { figures }
}
