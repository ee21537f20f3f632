/** Reading what may be anything: a field that is not what it should be is as good as none. */
export type Json = Record<string, unknown>

export function objectOf(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined
}

export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

/** Text without NUL, which no database column takes. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value.replaceAll('\0', '\uFFFD') : undefined
}

/** Text that says something. */
export function wordsOf(value: unknown): string | undefined {
  return textOf(value)?.trim() ? textOf(value) : undefined
}

/** An id of the platform: a name or a number, never long, never with blanks. */
export function idOf(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value)
  return typeof value === 'string' && /^[\w:.$=+/-]{1,500}$/.test(value) ? value : undefined
}

/** Milliseconds since 1970; 0 when there is no such time. */
export function momentOf(value: unknown): number {
  const time = Number(typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value)
  // Beyond what a date can hold it is as good as none.
  return Number.isSafeInteger(time) && time >= 0 && time <= 8_640_000_000_000_000 ? time : 0
}

export function degreesOf(value: unknown): number | undefined {
  return typeof value === 'number' && Math.abs(value) <= 180 ? value : undefined
}

/** An address somebody may fetch from; anything else is none. */
export function addressOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.length <= 4_096 && /^https?:\/\//.test(value) && URL.canParse(value) ? value : undefined
}

export function present<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== '')) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}
