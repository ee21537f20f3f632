import { useRouter } from 'vue-router'
import { signOut } from '../api/door.ts'
import { useNavigation } from './useNavigation.ts'

/** Leaves this browser's session; drafts and unsent messages stay for the next time. */
export function useSignOut() {
  const router = useRouter()
  const { signInPath } = useNavigation()
  return async () => {
    await signOut()
    await router.push(signInPath.value)
  }
}
