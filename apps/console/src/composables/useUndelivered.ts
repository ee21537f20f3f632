import { onScopeDispose, reactive, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { confirmMessage, resendMessage } from '../api/messages.ts'
import { giveUpMessage, listUndelivered } from '../api/undelivered.ts'
import { useNews } from '../stores/news.ts'
import { inWords, type Refused } from './useAction.ts'
import { usePages } from './usePages.ts'

/** Deliveries change in crowds; the list is asked anew this seldom. */
const againMs = 1_500

/** What did not get to customers, by group, kept as it is now; and deciding about each. */
export function useUndelivered() {
  const { t } = useI18n()
  const news = useNews()
  const groupId = ref<string | null>(null)
  const { rows, status, hasNext, loadingMore, load, begin, loadMore, drop } = usePages(
    (page) => listUndelivered({ groupId: groupId.value, channelId: null, ...page }),
    ({ message }) => message.id,
  )
  const busyIds = reactive(new Set<string>())
  const refusal = ref<(Refused & { messageId: string }) | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined

  async function decide(messageId: string, act: typeof resendMessage | typeof confirmMessage | typeof giveUpMessage): Promise<void> {
    if (busyIds.has(messageId)) return
    busyIds.add(messageId)
    refusal.value = null
    try {
      const answer = await act(messageId)
      if (answer.__typename === 'Refusal') refusal.value = { ...answer, messageId }
      else drop(messageId)
    } catch (error) {
      refusal.value = { ...inWords(error, t), messageId }
    } finally {
      busyIds.delete(messageId)
    }
  }

  watch(groupId, begin, { immediate: true })
  watch(
    () => news.deliveries,
    () => {
      timer ??= setTimeout(() => {
        timer = undefined
        void load()
      }, againMs)
    },
  )
  onScopeDispose(() => clearTimeout(timer))
  return {
    groupId,
    rows,
    status,
    hasNext,
    loadingMore,
    busyIds,
    refusal,
    load,
    loadMore,
    resend: (id: string) => decide(id, resendMessage),
    confirm: (id: string) => decide(id, confirmMessage),
    giveUp: (id: string) => decide(id, giveUpMessage),
  }
}
