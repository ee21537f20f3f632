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

  /** "45 s", "4 min 10 s", "1 h 20 min": the two largest units. */
  function time(seconds: number | null): string {
    if (seconds === null) return '–'
    let rest = Math.round(seconds)
    const first = steps.findIndex(([, size]) => rest >= size)
    if (first < 0) return units.value.second.format(0)
    const said: string[] = []
    for (const [unit, size] of steps.slice(first, first + 2)) {
      const count = Math.floor(rest / size)
      rest -= count * size
      if (count > 0) said.push(units.value[unit].format(count))
    }
    return said.join(' ')
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
