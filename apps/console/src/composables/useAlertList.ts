import { useWindowFocus } from '@vueuse/core'
import { computed, ref, watch } from 'vue'
import { readAlerts, readAllAlerts } from '../api/alerts.ts'
import type { Alert } from '../api/fragments.ts'
import { useAlerts } from '../stores/alerts.ts'
import { useAction } from './useAction.ts'
import { useLineBack } from './useLineBack.ts'

/** One's own alerts: reading them one by one, all at once, or by opening the chat they call to. */
export function useAlertList(openChatId: () => string | null) {
  const alerts = useAlerts()
  const read = useAction(readAlerts)
  const readAll = useAction(readAllAlerts)
  const loading = ref(false)
  const focused = useWindowFocus()

  async function loadMore(): Promise<void> {
    if (loading.value) return
    loading.value = true
    await alerts.loadMore().catch(() => {})
    loading.value = false
  }
  const seen = (alert: Alert) => (alert.readAt ? undefined : readAlerts([alert.id]).catch(() => {}))

  // Whoever looks at the chat has seen what called him there.
  const calling = computed(() => {
    const chatId = openChatId()
    return chatId && focused.value ? alerts.unreadIn(chatId).map(({ id }) => id) : []
  })
  const answer = () => {
    if (calling.value.length > 0) readAlerts(calling.value.slice(0, 100)).catch(() => {})
  }
  watch(() => calling.value.join(' '), answer, { immediate: true })
  useLineBack(answer)
  return { seen, readAll, loadMore, loading, refusal: computed(() => read.refusal.value ?? readAll.refusal.value) }
}
