import { useToast } from '@nuxt/ui/composables'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import { signOut } from '../api/door.ts'
import { useNavigation } from './useNavigation.ts'

/** Leaves this browser's session; drafts and unsent messages stay for the next time. Whoever is still signed in is not shown the door. */
export function useSignOut() {
  const { t } = useI18n()
  const router = useRouter()
  const toast = useToast()
  const { slug, signInPath } = useNavigation()
  return async () => {
    const answer = await signOut()
    if (!answer.ok && answer.status !== 401) {
      toast.add({ title: t('trouble.offline'), description: t('trouble.offlineRemedy'), icon: 'i-lucide-cloud-off', color: 'error' })
      return
    }
    await router.push(slug.value ? signInPath.value : '/sign-in')
  }
}
