import { ref, watch } from 'vue'
import { countNewRequests } from '../api/requests.ts'
import { useChanges } from '../stores/changes.ts'
import { useConnection } from '../stores/connection.ts'

/** How many requests nobody has looked at yet, as it is now. */
export function useRequestCount() {
  const changes = useChanges()
  const connection = useConnection()
  const count = ref(0)
  let asked = 0

  async function load(): Promise<void> {
    const turn = ++asked
    const now = await countNewRequests().catch(() => null)
    if (now !== null && turn === asked) count.value = now
  }
  watch([() => changes.requests, () => connection.status], () => connection.status === 'live' && load(), { immediate: true })
  return count
}
