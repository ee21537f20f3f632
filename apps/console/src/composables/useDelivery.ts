import { reactive, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { confirmMessage, fetchFilesAgain, resendMessage } from '../api/messages.ts'
import { inWords, type Refused } from './useAction.ts'

/** Deciding about a message that failed or may have arrived, or whose files did not. */
export function useDelivery() {
  const { t } = useI18n()
  const busyIds = reactive(new Set<string>())
  const refusal = ref<Refused | null>(null)

  async function decide(messageId: string, act: typeof resendMessage | typeof confirmMessage | typeof fetchFilesAgain): Promise<void> {
    if (busyIds.has(messageId)) return
    busyIds.add(messageId)
    refusal.value = null
    try {
      const answer = await act(messageId)
      if (answer.__typename === 'Refusal') refusal.value = answer
    } catch (error) {
      refusal.value = inWords(error, t)
    } finally {
      busyIds.delete(messageId)
    }
  }
  return {
    busyIds,
    refusal,
    resend: (messageId: string) => decide(messageId, resendMessage),
    fetchFilesAgain: (messageId: string) => decide(messageId, fetchFilesAgain),
    confirm: (messageId: string) => decide(messageId, confirmMessage),
  }
}
