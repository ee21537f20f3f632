import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { useNow } from './useNow.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** Times in the reader's words and zone. Every function takes an ISO moment or milliseconds. */
export function useDates() {
  const { locale, t } = useI18n()
  const now = useNow()
  const formats = computed(() => ({
    time: new Intl.DateTimeFormat(locale.value, { hour: '2-digit', minute: '2-digit' }),
    day: new Intl.DateTimeFormat(locale.value, { weekday: 'long', day: 'numeric', month: 'long' }),
    dayOfYear: new Intl.DateTimeFormat(locale.value, { day: 'numeric', month: 'long', year: 'numeric' }),
    shortDay: new Intl.DateTimeFormat(locale.value, { day: 'numeric', month: 'short' }),
    shortDate: new Intl.DateTimeFormat(locale.value, { day: '2-digit', month: '2-digit', year: '2-digit' }),
    exact: new Intl.DateTimeFormat(locale.value, { dateStyle: 'full', timeStyle: 'medium' }),
    relativeDay: new Intl.RelativeTimeFormat(locale.value, { numeric: 'auto' }),
    unit: (unit: string, display: 'short' | 'narrow') => new Intl.NumberFormat(locale.value, { style: 'unit', unit, unitDisplay: display }),
  }))

  const time = (at: string) => formats.value.time.format(new Date(at))
  const exact = (at: string) => formats.value.exact.format(new Date(at))
  const shortDate = (at: string) => formats.value.shortDate.format(new Date(at))

  /** "Today", "yesterday", then the date. */
  function day(at: string): string {
    const distance = daysBetween(at, now.value)
    if (distance <= 1) return capitalised(formats.value.relativeDay.format(-distance, 'day'), locale.value)
    return capitalised(distance < 300 ? formats.value.day.format(new Date(at)) : formats.value.dayOfYear.format(new Date(at)), locale.value)
  }

  /** A length of time in its largest unit: "12 min", "3 h", "2 d". */
  function duration(ms: number, display: 'short' | 'narrow' = 'short'): string {
    const [value, unit] = ms < hourMs ? [ms / minuteMs, 'minute'] : ms < dayMs ? [ms / hourMs, 'hour'] : [ms / dayMs, 'day']
    return formats.value.unit(unit as string, display).format(Math.max(0, Math.floor(value as number)))
  }
  const since = (at: string) => duration(now.value - Date.parse(at))

  /** How long ago, as short as it can be read: "now", "5m", the time of today, then the day. */
  function age(at: string): string {
    const passed = now.value - Date.parse(at)
    if (passed < minuteMs) return t('age.now')
    if (passed < hourMs) return duration(passed, 'narrow')
    if (daysBetween(at, now.value) === 0) return time(at)
    return passed < 300 * dayMs ? formats.value.shortDay.format(new Date(at)) : shortDate(at)
  }

  return { now, time, exact, shortDate, day, duration, since, age }
}

/** Midnights between a moment and now, in the reader's zone. */
export function daysBetween(at: string, now: number): number {
  const midnight = (moment: Date) => new Date(moment.getFullYear(), moment.getMonth(), moment.getDate()).getTime()
  return Math.round((midnight(new Date(now)) - midnight(new Date(at))) / dayMs)
}

const capitalised = (words: string, locale: string) => words.charAt(0).toLocaleUpperCase(locale) + words.slice(1)
