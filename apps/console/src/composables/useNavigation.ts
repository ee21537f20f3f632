import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'

/** Where things of the chosen workspace are. */
export function useNavigation() {
  const route = useRoute()
  const router = useRouter()
  const slug = computed(() => String(route.params.workspace ?? ''))
  const base = computed(() => `/w/${encodeURIComponent(slug.value)}`)
  const chatId = computed(() => (typeof route.params.chatId === 'string' && route.params.chatId ? route.params.chatId : null))
  /** The filter that is shown stays shown beside the chat. */
  const kept = computed(() => {
    const entries = ['v', 'f'].flatMap((key) => (typeof route.query[key] === 'string' ? [[key, route.query[key]]] : []))
    return entries.length > 0 ? `?${new URLSearchParams(entries)}` : ''
  })
  const inboxPath = computed(() => `${base.value}/inbox${kept.value}`)
  const chatPath = (id: string) => `${base.value}/inbox/${encodeURIComponent(id)}${kept.value}`
  const customersPath = computed(() => `${base.value}/customers`)
  const customerPath = (id: string) => `${customersPath.value}/${encodeURIComponent(id)}`
  const settingsPath = (page = 'account') => `${base.value}/settings/${page}`
  /** Where an alert calls to: a chat, or a channel. */
  const alertPath = (alert: { chatId: string | null; channel: { id: string } | null }) =>
    alert.chatId ? chatPath(alert.chatId) : settingsPath(alert.channel ? `channels/${alert.channel.id}` : 'channels')
  return {
    slug,
    base,
    chatId,
    inboxPath,
    chatPath,
    customersPath,
    customerPath,
    settingsPath,
    alertPath,
    to: (path: string) => router.push(path),
    toChat: (id: string) => router.push(chatPath(id)),
    toInbox: () => router.push(inboxPath.value),
    toSettings: (page?: string) => router.push(settingsPath(page)),
    signInPath: computed(() => `${base.value}/sign-in`),
  }
}
