import { limits } from '@parley/schema/vocabulary'
import { ref } from 'vue'
import { useI18n } from 'vue-i18n'
import type { NoticeKind } from '../api/fragments.ts'
import { removeAvatar, updateProfile, uploadAvatar } from '../api/profile.ts'
import { useOperators } from '../stores/operators.ts'
import { useProfile } from '../stores/profile.ts'
import { useSession } from '../stores/session.ts'
import { oneByOne } from './oneByOne.ts'
import { type Refused, useAction } from './useAction.ts'

/** Changing what one says of oneself: each change is kept as it is made. */
export function useProfileSettings() {
  const { t } = useI18n()
  const profile = useProfile()
  const session = useSession()
  const update = useAction(updateProfile)
  const remove = useAction(removeAvatar)
  const uploading = ref(false)
  const uploadRefusal = ref<Refused | null>(null)

  type Input = Parameters<typeof updateProfile>[0]
  const next = oneByOne()
  const save = (input: Input): Promise<boolean> => next(() => saveNow(input))
  async function saveNow(input: Input): Promise<boolean> {
    const saved = await update.run(input)
    if (!saved) return false
    profile.put(saved)
    session.putOperator(saved.operator)
    useOperators().put(saved.operator)
    return true
  }
  /** Each choice is made over what the ones before it have come to. */
  const notify = (kind: NoticeKind, way: keyof ReturnType<typeof profile.notice>, on: boolean): Promise<boolean> =>
    next(() => saveNow({ notices: [{ kind, ...profile.notice(kind), [way]: on }] }))
  function speak(chosen: readonly string[]): Promise<boolean> {
    const shown = session.operator?.languages ?? []
    const isOff = (tag: string) => shown.includes(tag) && !chosen.includes(tag)
    return next(() => {
      const languages = [...new Set([...(session.operator?.languages ?? []), ...chosen.filter((tag) => !shown.includes(tag))])]
      return saveNow({ languages: languages.filter((tag) => !isOff(tag)).slice(0, limits.spoken) })
    })
  }
  async function choosePicture(file: File): Promise<void> {
    uploading.value = true
    uploadRefusal.value = null
    remove.forget()
    const answer = await uploadAvatar(file)
    uploading.value = false
    if (answer.ok) return showPicture(answer.data.avatarUrl)
    uploadRefusal.value = answer.refusal
      ? { ...answer.refusal, remedy: answer.refusal.remedy ?? null, field: answer.refusal.field ?? null }
      : { code: 'offline', message: t('trouble.offline'), remedy: t('trouble.offlineRemedy'), field: null }
  }
  async function dropPicture(): Promise<void> {
    uploadRefusal.value = null
    if (await remove.run()) showPicture(null)
  }
  function showPicture(avatarUrl: string | null): void {
    if (session.operator) session.putOperator({ ...session.operator, avatarUrl })
  }
  return { profile, save, notify, speak, update, choosePicture, dropPicture, uploading, uploadRefusal, remove }
}
