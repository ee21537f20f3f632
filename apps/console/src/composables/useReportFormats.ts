import { computed } from 'vue'
import { useI18n } from 'vue-i18n'

const steps = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const

/** Figures of reports in the reader's words. What there is none of is a dash. */
export function useReportFormats() {
  const { locale, n } = useI18n()
  const units = computed(
    () =>
      Object.fromEntries(
        steps.map(([unit]) => [unit, new Intl.NumberFormat(locale.value, { style: 'unit', unit, unitDisplay: 'short' })]),
      ) as Record<(typeof steps)[number][0], Intl.NumberFormat>,
  )
  const day = computed(() => new Intl.DateTimeFormat(locale.value, { day: 'numeric', month: 'short', timeZone: 'UTC' }))
  const dayOfYear = computed(() => new Intl.DateTimeFormat(locale.value, { dateStyle: 'medium', timeZone: 'UTC' }))
  const weekdayName = computed(() => new Intl.DateTimeFormat(locale.value, { weekday: 'short', timeZone: 'UTC' }))
  const mark = computed(() => new Intl.NumberFormat(locale.value, { minimumFractionDigits: 1, maximumFractionDigits: 1 }))

  /** "45 s", "4 min 10 s", "13 min", "1 h 20 min": a small number of the largest unit with the next one. */
  function time(seconds: number | null): string {
    if (seconds === null) return '–'
    const all = Math.round(seconds)
    const at = steps.findIndex(([, size]) => all >= size)
    const [unit, size] = steps[at] ?? steps[3]
    const next = steps[at + 1]
    if (!next || all >= 10 * size) return units.value[unit].format(Math.round(all / size))
    const smaller = Math.floor((all % size) / next[1])
    return [units.value[unit].format(Math.floor(all / size)), ...(smaller > 0 ? [units.value[next[0]].format(smaller)] : [])].join(' ')
  }
  return {
    n,
    time,
    mark: (rating: number | null) => (rating === null ? '–' : mark.value.format(rating)),
    /** Of days such as 2026-01-31. */
    day: (text: string) => day.value.format(new Date(text)),
    dayOfYear: (text: string) => dayOfYear.value.format(new Date(text)),
    /** 1 is Monday: the fifth of January 1970 was one. */
    weekday: (weekday: number) => weekdayName.value.format(new Date(Date.UTC(1970, 0, 4 + weekday))),
  }
}
