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
  /** The same in one word, where a phone shows it. */
  short: string
  icon: string
  to: string
  active: boolean
  /** How many things wait there, and that in words. */
  badge: number
  said: string
  /** On a phone the others are behind "More". */
  onPhone: boolean
}

/** What is called how, and where it is. */
export type PlaceName = Pick<Place, 'name' | 'icon' | 'to'> & { key: string }

/** The pages of the chosen workspace that the one who is signed in may open. */
export function usePlaceNames() {
  const { t } = useI18n()
  const session = useSession()
  const navigation = useNavigation()
  return computed<PlaceName[]>(() => {
    const place = (key: string, icon: string, to = `${navigation.base.value}/${key}`) => ({ key, name: t(`rail.${key}`), icon, to })
    return [
      place('inbox', 'i-lucide-inbox', navigation.inboxPath.value),
      place('requests', 'i-lucide-clipboard-list'),
      place('search', 'i-lucide-search'),
      place('customers', 'i-lucide-contact-round'),
      place('visitors', 'i-lucide-globe'),
      place('team', 'i-lucide-users-round'),
      ...(session.operator?.role === 'operator' ? [] : [place('wall', 'i-lucide-layout-grid')]),
      place('reports', 'i-lucide-chart-column'),
      place('undelivered', 'i-lucide-mail-x'),
      place('settings', 'i-lucide-settings', navigation.settingsPath(session.isAdmin ? 'channels' : 'account')),
    ]
  })
}

const onPhone = ['inbox', 'requests', 'search']

/** The same, as the rail shows them: with what waits there. */
export function usePlaces() {
  const { t } = useI18n()
  const route = useRoute()
  const chats = useChats()
  const navigation = useNavigation()
  const names = usePlaceNames()
  const newRequests = useRequestCount()

  return computed<Place[]>(() => {
    const unread = chats.counts?.unread ?? 0
    const waiting: Record<string, Pick<Place, 'badge' | 'said'>> = {
      inbox: { badge: unread, said: t('row.unread', unread) },
      requests: { badge: newRequests.value, said: t('rail.newRequests', newRequests.value) },
    }
    return names.value.map(({ key, ...place }) => {
      const path = `${navigation.base.value}/${key}`
      const active = route.path === path || route.path.startsWith(`${path}/`)
      const isOnPhone = onPhone.includes(key)
      const short = isOnPhone ? t(`rail.short_${key}`) : place.name
      return { badge: 0, said: '', ...waiting[key], ...place, short, active, onPhone: isOnPhone }
    })
  })
}
