import { onScopeDispose, ref, watch } from 'vue'
import { listQueues, type Queue } from '../api/assignment.ts'
import { useChats } from '../stores/chats.ts'
import { useOperators } from '../stores/operators.ts'

const restMs = 1_000

/** What waits and whose turn it is; asked anew when chats or presences change, at most once a second. */
export function useQueues() {
  const chats = useChats()
  const operators = useOperators()
  const queues = ref<Queue[] | null>(null)
  const failed = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined

  async function load(): Promise<void> {
    try {
      ;[queues.value] = await Promise.all([listQueues(), operators.load()])
      failed.value = false
    } catch {
      failed.value = true
    }
  }
  function soon(): void {
    timer ??= setTimeout(() => {
      timer = undefined
      void load()
    }, restMs)
  }
  void load()
  watch([() => chats.counts, () => operators.all.map(({ id, presence }) => `${id} ${presence}`).join()], soon)
  onScopeDispose(() => clearTimeout(timer))
  return { queues, failed, load }
}
