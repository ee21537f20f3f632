import type { VisitColumn, VisitState } from '@parley/schema/vocabulary'
import { computed, onScopeDispose, ref, shallowRef, triggerRef, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { followVisits, type Visit } from '../api/visits.ts'
import { useChannels } from '../stores/channels.ts'
import { useNow } from './useNow.ts'

export interface VisitOrder {
  column: VisitColumn
  down: boolean
}

/** Who is on the websites now, as the hub tells it; which of them are shown, and in which order. */
export function useVisits(workspace: () => string) {
  const { locale } = useI18n()
  const channels = useChannels()
  const now = useNow()
  const visits = shallowRef(new Map<string, Visit>())
  const status = ref<'loading' | 'live' | 'lost'>('loading')
  const state = ref<VisitState | null>(null)
  const words = ref('')
  const order = ref<VisitOrder>({ column: 'started', down: true })
  let stop = () => {}

  watch(
    workspace,
    (slug) => {
      stop()
      visits.value = new Map()
      status.value = 'loading'
      stop = followVisits(slug, {
        frame: ({ reset, goneIds, visits: news }) => {
          if (reset) visits.value = new Map()
          for (const id of goneIds) visits.value.delete(id)
          for (const visit of news) visits.value.set(visit.id, visit)
          triggerRef(visits)
          status.value = 'live'
        },
        lost: () => {
          if (status.value === 'live') status.value = 'lost'
        },
      })
    },
    { immediate: true },
  )
  onScopeDispose(() => stop())

  const channelName = (visit: Visit): string => channels.all.find(({ id }) => id === visit.channelId)?.name ?? ''
  const compare = computed(() => new Intl.Collator(locale.value, { numeric: true }).compare)
  /** What a column is sorted by: moments and numbers as numbers, all else as text. */
  const keys: Record<VisitColumn, (visit: Visit) => string | number> = {
    name: ({ name }) => name ?? '',
    state: (visit) => ['queued', 'serving', 'browsing', 'left'].indexOf(visit.state),
    page: ({ page }) => page.title || page.url,
    pages: ({ pages }) => pages,
    started: ({ startedAt }) => Date.parse(startedAt),
    referrer: ({ referrer }) => referrer ?? '',
    campaign: ({ campaign }) => campaign ?? '',
    search: ({ search }) => search ?? '',
    device: ({ device, system, browser }) => [device, system, browser].join(' '),
    language: ({ language }) => language ?? '',
    visits: (visit) => visit.visits,
    first: ({ firstAt }) => Date.parse(firstAt),
    channel: channelName,
    country: ({ country }) => country ?? '',
    city: ({ city }) => city ?? '',
    approach: ({ approach }) => (approach ? `${approach.state} ${approach.kind}` : ''),
  }
  function isFound(visit: Visit): boolean {
    const sought = words.value.trim().toLocaleLowerCase(locale.value)
    if (!sought) return true
    const said = [visit.name, visit.page.title, visit.page.url, visit.referrer, visit.campaign, visit.search, visit.city]
    return said.some((text) => text?.toLocaleLowerCase(locale.value).includes(sought))
  }
  const shown = computed(() => {
    const key = keys[order.value.column]
    const sign = order.value.down ? -1 : 1
    const found = [...visits.value.values()].filter((visit) => (state.value === null || visit.state === state.value) && isFound(visit))
    return found.sort((one, other) => {
      const [a, b] = [key(one), key(other)]
      return (
        sign * (typeof a === 'number' && typeof b === 'number' ? a - b : compare.value(String(a), String(b))) ||
        compare.value(one.id, other.id)
      )
    })
  })
  const counts = computed(() => {
    const each: Record<VisitState, number> = { browsing: 0, queued: 0, serving: 0, left: 0 }
    for (const visit of visits.value.values()) each[visit.state] += 1
    return each
  })
  /** The same column again turns the order round. */
  function orderBy(column: VisitColumn): void {
    order.value = { column, down: order.value.column === column ? !order.value.down : false }
  }
  const stay = (visit: Visit): number => (visit.leftAt ? Date.parse(visit.leftAt) : now.value) - Date.parse(visit.startedAt)
  return { visits, status, state, words, order, orderBy, shown, counts, channelName, stay }
}
