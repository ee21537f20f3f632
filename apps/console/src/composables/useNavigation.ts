import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'

/** Where things of the chosen workspace are. */
export function useNavigation() {
  const route = useRoute()
  const router = useRouter()
  const slug = computed(() => String(route.params.workspace ?? ''))
  const base = computed(() => `/w/${encodeURIComponent(slug.value)}`)
  const chatId = computed(() => (typeof route.params.chatId === 'string' && route.params.chatId ? route.params.chatId : null))
  const inboxPath = computed(() => `${base.value}/inbox`)
  const chatPath = (id: string) => `${inboxPath.value}/${encodeURIComponent(id)}`
  const settingsPath = (page = 'account') => `${base.value}/settings/${page}`
  return {
    slug,
    base,
    chatId,
    inboxPath,
    chatPath,
    settingsPath,
    toChat: (id: string) => router.push(chatPath(id)),
    toInbox: () => router.push(inboxPath.value),
    toSettings: (page?: string) => router.push(settingsPath(page)),
    signInPath: computed(() => `${base.value}/sign-in`),
  }
}
