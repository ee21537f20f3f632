import { ref } from 'vue'
import { useI18n } from 'vue-i18n'
import type { DoorAnswer } from '../api/door.ts'
import type { Refused } from './useAction.ts'

/** A form at the door (sign-in, setup, invitation): one knock at a time, with its busy sign and its refusal. */
export function useDoor() {
  const { t } = useI18n()
  const busy = ref(false)
  const refusal = ref<Refused | null>(null)

  async function knock<Data>(act: () => Promise<DoorAnswer<Data>>): Promise<Data | null> {
    if (busy.value) return null
    busy.value = true
    refusal.value = null
    const answer = await act()
    busy.value = false
    if (answer.ok) return answer.data
    refusal.value = refusedBy(answer)
    return null
  }
  function refusedBy({ status, refusal: words }: Extract<DoorAnswer<unknown>, { ok: false }>): Refused {
    if (status === 0) return { code: 'offline', message: t('trouble.offline'), remedy: t('trouble.offlineRemedy'), field: null }
    if (status === 429) return { code: 'rate_limited', message: t('door.tooMany'), remedy: t('door.tooManyRemedy'), field: null }
    if (status === 401) return { code: 'signed_out', message: t('door.wrong'), remedy: t('door.wrongRemedy'), field: null }
    return {
      code: words?.code ?? 'defect',
      message: words?.message ?? t('trouble.defect'),
      remedy: words?.remedy ?? null,
      field: words?.field ?? null,
    }
  }
  const errorOf = (field: string) =>
    refusal.value?.field === field ? [refusal.value.message, refusal.value.remedy].filter(Boolean).join(' ') : undefined
  return { busy, refusal, knock, errorOf }
}
