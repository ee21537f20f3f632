/** Periods that are offered; `between` is any other. */
export const periods = ['today', 'yesterday', 'last7', 'last30', 'thisMonth', 'lastMonth', 'between'] as const
export type Period = (typeof periods)[number]
/** Whole days such as 2026-01-31, both included. */
export interface Days {
  from: string
  to: string
}

const dayMs = 86_400_000

/** Which day it is there. */
export const dayIn = (timeZone: string, at: number): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(new Date(at))

export const shifted = (day: string, by: number): string => new Date(Date.parse(day) + by * dayMs).toISOString().slice(0, 10)

/** The days of a period as the calendar of a time zone has them now. */
export function daysOf(period: Exclude<Period, 'between'>, timeZone: string, now: number): Days {
  const today = dayIn(timeZone, now)
  const first = `${today.slice(0, 8)}01`
  switch (period) {
    case 'today':
      return { from: today, to: today }
    case 'yesterday':
      return { from: shifted(today, -1), to: shifted(today, -1) }
    case 'last7':
      return { from: shifted(today, -6), to: today }
    case 'last30':
      return { from: shifted(today, -29), to: today }
    case 'thisMonth':
      return { from: first, to: today }
    case 'lastMonth': {
      const last = shifted(first, -1)
      return { from: `${last.slice(0, 8)}01`, to: last }
    }
  }
}

/** Every day from one to another. */
export const everyDay = ({ from, to }: Days): string[] =>
  Array.from({ length: Math.max(0, (Date.parse(to) - Date.parse(from)) / dayMs + 1) }, (_, n) => shifted(from, n))

export const isDay = (text: unknown): text is string =>
  typeof text === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))
