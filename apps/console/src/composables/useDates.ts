import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { useNow } from './useNow.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

type Formats = ReturnType<typeof makeFormats>
const made = new Map<string, Formats>()

/** Making a format costs a hundred times what using it does, and every row of a list uses them. */
function formatsOf(locale: string): Formats {
  const formats = made.get(locale) ?? makeFormats(locale)
  made.set(locale, formats)
  return formats
}

function makeFormats(locale: string) {
  const unit = (name: string, unitDisplay: 'short' | 'narrow') => new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay })
  const units = (display: 'short' | 'narrow') => ({
    minute: unit('minute', display),
    hour: unit('hour', display),
    day: unit('day', display),
  })
  return {
    time: new Intl.DateTimeFormat(locale, { timeStyle: 'short' }),
    day: new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' }),
    dayOfYear: new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', year: 'numeric' }),
    shortDay: new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' }),
    shortDate: new Intl.DateTimeFormat(locale, { day: '2-digit', month: '2-digit', year: '2-digit' }),
    exact: new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'medium' }),
    relativeDay: new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }),
    units: { short: units('short'), narrow: units('narrow') },
  }
}

/** Times in the reader's words and zone. Every function takes an ISO moment or milliseconds. */
export function useDates() {
  const { locale, t } = useI18n()
  const now = useNow()
  const formats = computed(() => formatsOf(locale.value))

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
    const format = formats.value.units[display]
    const whole = (unitMs: number) => Math.max(0, Math.floor(ms / unitMs))
    if (ms < hourMs) return format.minute.format(whole(minuteMs))
    return ms < dayMs ? format.hour.format(whole(hourMs)) : format.day.format(whole(dayMs))
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

  /** When something will be: the time of today, else the day and the time. */
  const moment = (at: string) =>
    daysBetween(at, now.value) === 0 ? time(at) : `${formats.value.shortDay.format(new Date(at))}, ${time(at)}`

  return { now, time, exact, moment, shortDate, day, duration, since, age }
}

/** Midnights between a moment and now, in the reader's zone. */
export function daysBetween(at: string, now: number): number {
  const midnight = (moment: Date) => new Date(moment.getFullYear(), moment.getMonth(), moment.getDate()).getTime()
  return Math.round((midnight(new Date(now)) - midnight(new Date(at))) / dayMs)
}

const capitalised = (words: string, locale: string) => words.charAt(0).toLocaleUpperCase(locale) + words.slice(1)
