import { onScopeDispose, ref, watch } from 'vue'
import { listQueues, type Queue } from '../api/assignment.ts'
import { useChats } from '../stores/chats.ts'
import { inTurn } from '../stores/inTurn.ts'
import { useOperators } from '../stores/operators.ts'
import { useLineBack } from './useLineBack.ts'

const restMs = 1_000

/** What waits and whose turn it is; asked anew when chats or presences change, at most once a second. */
export function useQueues() {
  const chats = useChats()
  const operators = useOperators()
  const queues = ref<Queue[] | null>(null)
  const failed = ref(false)
  const latest = inTurn(listQueues)
  let timer: ReturnType<typeof setTimeout> | undefined

  async function load(): Promise<void> {
    try {
      const [found] = await Promise.all([latest.ask(), operators.load()])
      if (found) queues.value = found
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
  useLineBack(soon)
  onScopeDispose(() => clearTimeout(timer))
  return { queues, failed, load }
}
