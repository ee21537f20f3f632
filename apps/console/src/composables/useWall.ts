import { onScopeDispose, ref, watch } from 'vue'
import { listWall, type WallSeat } from '../api/wall.ts'
import { useConnection } from '../stores/connection.ts'
import { inTurn } from '../stores/inTurn.ts'

const atMostEveryMs = 1_500

/** The wall as it is now: asked anew when something has happened, at most every second and a half. */
export function useWall() {
  const connection = useConnection()
  const groupId = ref<string | null>(null)
  const seats = ref<WallSeat[]>([])
  const status = ref<'loading' | 'ready' | 'failed'>('loading')
  const latest = inTurn(() => listWall(groupId.value))
  let timer: ReturnType<typeof setTimeout> | undefined

  async function load(): Promise<void> {
    const asked = groupId.value
    try {
      const answer = await latest.ask()
      if (!answer || asked !== groupId.value) return
      seats.value = answer
      status.value = 'ready'
    } catch {
      if (status.value === 'loading') status.value = 'failed'
    }
  }
  function soon(): void {
    timer ??= setTimeout(() => {
      timer = undefined
      void load()
    }, atMostEveryMs)
  }
  watch(
    groupId,
    () => {
      status.value = 'loading'
      void load()
    },
    { immediate: true },
  )
  watch(() => [connection.cursor, connection.status], soon)
  onScopeDispose(() => clearTimeout(timer))
  return { groupId, seats, status, load }
}
