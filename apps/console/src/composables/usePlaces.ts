import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRoute } from 'vue-router'
import { useChats } from '../stores/chats.ts'
import { useSession } from '../stores/session.ts'
import { useNavigation } from './useNavigation.ts'
import { useRequestCount } from './useRequestCount.ts'

/** A page of the workspace, as the rail names it. */
export interface Place {
  name: string
  icon: string
  to: string
  active: boolean
  /** How many things wait there, and that in words. */
  badge: number
  said: string
  /** On a phone the others are behind "More". */
  onPhone: boolean
}

/** The pages of the chosen workspace that the one who is signed in may open. */
export function usePlaces() {
  const { t } = useI18n()
  const route = useRoute()
  const session = useSession()
  const chats = useChats()
  const navigation = useNavigation()
  const newRequests = useRequestCount()

  return computed<Place[]>(() => {
    const base = navigation.base.value
    const unread = chats.counts?.unread ?? 0
    const place = (key: string, icon: string, more: Partial<Place> = {}): Place => ({
      name: t(`rail.${key}`),
      icon,
      to: `${base}/${key}`,
      active: route.path === `${base}/${key}` || route.path.startsWith(`${base}/${key}/`),
      badge: 0,
      said: '',
      onPhone: false,
      ...more,
    })
    return [
      place('inbox', 'i-lucide-inbox', {
        to: navigation.inboxPath.value,
        badge: unread,
        said: t('row.unread', unread),
        onPhone: true,
      }),
      place('requests', 'i-lucide-clipboard-list', {
        badge: newRequests.value,
        said: t('rail.newRequests', newRequests.value),
        onPhone: true,
      }),
      place('search', 'i-lucide-search', { onPhone: true }),
      place('customers', 'i-lucide-contact-round'),
      place('visitors', 'i-lucide-globe'),
      place('team', 'i-lucide-users-round'),
      ...(session.operator?.role === 'operator' ? [] : [place('wall', 'i-lucide-layout-grid')]),
      place('undelivered', 'i-lucide-mail-x'),
      place('settings', 'i-lucide-settings', { to: navigation.settingsPath(session.isAdmin ? 'channels' : 'account') }),
    ]
  })
}
