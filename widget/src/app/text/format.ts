/** Times, days and sizes as the reader writes them. */
export function createFormat(language: string) {
  const time = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit' })
  const day = new Intl.DateTimeFormat(language, { weekday: 'short', day: 'numeric', month: 'long' })
  const near = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
  const exact = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' })
  const timeOf = (at: string) => time.format(new Date(at))
  const dayOf = (at: string) => {
    const ago = [0, -1, 1].find((days) => sameDay(at, new Date(Date.now() + days * 86_400_000).toISOString()))
    return ago === undefined ? day.format(new Date(at)) : near.format(ago, 'day')
  }
  return {
    time: timeOf,
    /** "today", "yesterday", "tomorrow", or the date. */
    day: dayOf,
    moment: (at: string) => `${dayOf(at)}, ${timeOf(at)}`,
    exact: (at: string) => exact.format(new Date(at)),
    size: (bytes: number) => sizeOf(bytes, language),
    minutes: (count: number) => measured(language, 'minute', count, 0, 'long'),
  }
}

export type Format = ReturnType<typeof createFormat>

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const

function sizeOf(bytes: number, language: string): string {
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)))
  const digits = step > 1 ? 1 : 0
  return measured(language, units[step] as string, bytes / 1024 ** step, digits, 'short')
}

function measured(language: string, unit: string, value: number, digits: number, unitDisplay: 'short' | 'long'): string {
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay, maximumFractionDigits: digits }).format(value)
}

/** Whether two moments lie on one local day. */
export function sameDay(one: string, other: string): boolean {
  return new Date(one).toDateString() === new Date(other).toDateString()
}
