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
  const keptEntries = computed(
    () =>
      Object.fromEntries(['v', 'f'].flatMap((key) => (typeof route.query[key] === 'string' ? [[key, route.query[key]]] : []))) as Record<
        string,
        string
      >,
  )
  const kept = computed(() => (Object.keys(keptEntries.value).length > 0 ? `?${new URLSearchParams(keptEntries.value)}` : ''))
  const inboxPath = computed(() => `${base.value}/inbox${kept.value}`)
  const chatPath = (id: string) => `${base.value}/inbox/${encodeURIComponent(id)}${kept.value}`
  /** A place in a chat, and the words that were looked for there. */
  const spotPath = (id: string, spot: { id: string; place: string }, words = '') =>
    `${base.value}/inbox/${encodeURIComponent(id)}?${new URLSearchParams({ ...keptEntries.value, ...(words && { q: words }), m: spot.id, at: spot.place })}`
  const searchPath = computed(() => `${base.value}/search`)
  const customersPath = computed(() => `${base.value}/customers`)
  const visitorsPath = computed(() => `${base.value}/visitors`)
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
    spotPath,
    searchPath,
    customersPath,
    visitorsPath,
    customerPath,
    settingsPath,
    alertPath,
    to: (path: string) => router.push(path),
    toChat: (id: string) => router.push(chatPath(id)),
    toCustomer: (id: string) => router.push(customerPath(id)),
    toSearch: () => router.push(searchPath.value),
    toInbox: () => router.push(inboxPath.value),
    toRequests: (id: string) => router.push(`${base.value}/requests/${encodeURIComponent(id)}`),
    toSettings: (page?: string) => router.push(settingsPath(page)),
    signInPath: computed(() => `${base.value}/sign-in`),
  }
}
