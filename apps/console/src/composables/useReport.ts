import type { Condition, Filter } from '@parley/schema/filter'
import { computed, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRoute, useRouter } from 'vue-router'
import { askReport, type Report, type ReportInput } from '../api/reports.ts'
import { listSchedules } from '../api/schedules.ts'
import { useSession } from '../stores/session.ts'
import { dayIn, daysOf, isDay, type Period, periods } from './reportDays.ts'
import { inWords, type Refused } from './useAction.ts'
import { useLineBack } from './useLineBack.ts'
import { useNavigation } from './useNavigation.ts'

/** What a report may be narrowed to, by the names it has in the address and in the API. */
export const reportFilters = ['operatorId', 'groupId', 'channelId', 'tagId'] as const
export type ReportFilter = (typeof reportFilters)[number]

const ownZone = new Intl.DateTimeFormat().resolvedOptions().timeZone

/** A report as the address asks for it, so that it can be sent to a colleague. */
export function useReport() {
  const { t } = useI18n()
  const route = useRoute()
  const router = useRouter()
  const session = useSession()
  const { base, slug } = useNavigation()
  const report = ref<Report | null>(null)
  const status = ref<'loading' | 'ready' | 'failed'>('loading')
  const refusal = ref<Refused | null>(null)
  const zones = ref<string[]>([ownZone])

  const one = (key: string) => (typeof route.query[key] === 'string' ? (route.query[key] as string) : undefined)
  const timeZone = computed(() => zones.value.find((zone) => zone === one('zone')) ?? one('zone') ?? ownZone)
  const period = computed<Period>(() => periods.find((each) => each === one('period')) ?? 'last7')
  const days = computed(() => {
    const [from, to] = [one('from'), one('to')]
    if (period.value !== 'between') return daysOf(period.value, timeZone.value, Date.now())
    const today = dayIn(timeZone.value, Date.now())
    return { from: isDay(from) ? from : today, to: isDay(to) ? to : today }
  })
  const basis = computed(() => (one('by') === 'closed' ? ('closed' as const) : ('opened' as const)))
  const chosen = computed(
    () => Object.fromEntries(reportFilters.map((key) => [key, one(key) ?? null])) as Record<ReportFilter, string | null>,
  )
  const input = computed<ReportInput>(() => ({ ...days.value, timeZone: timeZone.value, basis: basis.value, ...chosen.value }))

  const change = (query: Record<string, string | null>): Promise<unknown> =>
    router.replace({
      query: Object.fromEntries(Object.entries({ ...route.query, ...query }).filter(([, value]) => value !== null && value !== '')),
    })

  let asked = 0
  async function load(): Promise<void> {
    asked += 1
    const mine = asked
    status.value = 'loading'
    refusal.value = null
    try {
      const answer = await askReport(input.value)
      if (mine !== asked) return
      report.value = answer
      status.value = 'ready'
    } catch (error) {
      if (mine !== asked) return
      refusal.value = inWords(error, t)
      status.value = 'failed'
    }
  }
  watch(() => JSON.stringify(input.value), load, { immediate: true })
  useLineBack(() => status.value === 'failed' && load())
  listSchedules()
    .then((schedules) => {
      zones.value = [...new Set([ownZone, ...schedules.map((schedule) => schedule.timeZone)])]
    })
    .catch(() => {})

  /**
   * The list of the chats behind a figure: those of the report that fit these conditions too. Null where the desk could not show the very
   * same chats: its days are those of the reader's own calendar.
   */
  function listPath(more: Condition[] = [], within = days.value): string | null {
    if (timeZone.value !== ownZone) return null
    const { operatorId, groupId, channelId, tagId } = chosen.value
    const all: Condition[] = [
      { field: basis.value, is: 'between', ...within },
      ...(session.operator?.role === 'operator' ? [{ field: 'operator' as const, is: 'any' as const, values: ['me'] }] : []),
      ...(operatorId ? [{ field: 'operator' as const, is: 'any' as const, values: [operatorId] }] : []),
      ...(groupId ? [{ field: 'group' as const, is: 'any' as const, values: [groupId] }] : []),
      ...(channelId ? [{ field: 'channel' as const, is: 'any' as const, values: [channelId] }] : []),
      ...(tagId ? [{ field: 'chatTags' as const, is: 'any' as const, ids: [tagId] }] : []),
      ...more,
    ]
    return `${base.value}/inbox?${new URLSearchParams({ f: JSON.stringify({ all } satisfies Filter) })}`
  }

  return { report, status, refusal, load, zones, timeZone, period, days, basis, chosen, change, listPath, slug, input }
}
