import { ref } from 'vue'
import { type Attempt, listAttempts } from '../api/undelivered.ts'

/** The attempts of one message, asked when somebody wants to see them. */
export function useAttempts(messageId: () => string) {
  const attempts = ref<Attempt[] | null>(null)
  const failed = ref(false)
  async function load(): Promise<void> {
    failed.value = false
    try {
      attempts.value = await listAttempts(messageId())
    } catch {
      failed.value = true
    }
  }
  return { attempts, failed, load }
}
