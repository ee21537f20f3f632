import { ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { ApiError } from '../api/client.ts'
import type { Refusal } from '../api/fragments.ts'

/** Why something a person did was not done, in words. */
export type Refused = Pick<Refusal, 'code' | 'message' | 'remedy' | 'field'>

/**
 * Wraps something a person does: one at a time, with its busy sign and its refusal. `run` answers null when it was refused. `forget`: nothing of
 * what was tried so far is said any more, though its answer be on the way.
 */
export function useAction<Arguments extends unknown[], Answer extends { __typename: string }>(
  act: (...args: Arguments) => Promise<Answer>,
) {
  const { t } = useI18n()
  const busy = ref(false)
  const refusal = ref<Refused | null>(null)
  let forgotten = 0

  async function run(...args: Arguments): Promise<Exclude<Answer, { __typename: 'Refusal' }> | null> {
    if (busy.value) return null
    busy.value = true
    refusal.value = null
    const begun = forgotten
    const refuse = (why: Refused) => {
      if (begun === forgotten) refusal.value = why
    }
    try {
      const answer = await act(...args)
      if (!isRefusal(answer)) return answer as Exclude<Answer, { __typename: 'Refusal' }>
      refuse(answer)
    } catch (error) {
      refuse(inWords(error, t))
    } finally {
      busy.value = false
    }
    return null
  }
  const forget = () => {
    forgotten++
    refusal.value = null
  }
  return { run, busy, refusal, forget }
}

const isRefusal = (answer: { __typename: string }): answer is Refusal => answer.__typename === 'Refusal'

/** A failure to reach the hub as a refusal with its remedy. */
export function inWords(error: unknown, t: (key: string) => string): Refused {
  if (error instanceof ApiError && error.trouble === 'offline') {
    return { code: 'offline', message: t('trouble.offline'), remedy: t('trouble.offlineRemedy'), field: null }
  }
  if (error instanceof ApiError && error.trouble === 'signed_out') {
    return { code: 'signed_out', message: t('trouble.signedOut'), remedy: null, field: null }
  }
  return {
    code: 'defect',
    message: error instanceof ApiError && error.message ? error.message : t('trouble.defect'),
    remedy: t('trouble.defectRemedy'),
    field: null,
  }
}
