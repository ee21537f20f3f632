import { type Ref, reactive, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { confirmMessage, fetchFilesAgain, resendMessage } from '../api/messages.ts'
import { inWords, type Refused } from './useAction.ts'

/** Deciding about a message of the open chat that failed or may have arrived, or whose files did not. What was refused is not said over another chat. */
export function useDelivery(chatId: Ref<string>) {
  const { t } = useI18n()
  const busyIds = reactive(new Set<string>())
  const refusal = ref<Refused | null>(null)

  async function decide(messageId: string, act: typeof resendMessage | typeof confirmMessage | typeof fetchFilesAgain): Promise<void> {
    if (busyIds.has(messageId)) return
    const id = chatId.value
    const refuse = (why: Refused) => {
      if (id === chatId.value) refusal.value = why
    }
    busyIds.add(messageId)
    refusal.value = null
    try {
      const answer = await act(messageId)
      if (answer.__typename === 'Refusal') refuse(answer)
    } catch (error) {
      refuse(inWords(error, t))
    } finally {
      busyIds.delete(messageId)
    }
  }
  watch(chatId, () => {
    refusal.value = null
  })
  return {
    busyIds,
    refusal,
    resend: (messageId: string) => decide(messageId, resendMessage),
    fetchFilesAgain: (messageId: string) => decide(messageId, fetchFilesAgain),
    confirm: (messageId: string) => decide(messageId, confirmMessage),
  }
}
