/** Chance that is the same for the same seed (mulberry32). */
export interface Chance {
  /** In [0, 1). */
  next(): number
  /** A whole number from 0 to `below`, without it. */
  below(below: number): number
  pick<T>(list: readonly T[]): T
  happens(probability: number): boolean
}

export function chanceFrom(seed: number): Chance {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (limit: number) => Math.floor(next() * limit)
  return { next, below, pick: (list) => list[below(list.length)] as (typeof list)[number], happens: (probability) => next() < probability }
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** True once `look` is; false when it is not within `ms`. What it throws counts as not yet. */
export async function within(ms: number, look: () => Promise<boolean> | boolean, everyMs = 50): Promise<boolean> {
  for (const end = Date.now() + ms; ; ) {
    if (
      await Promise.resolve()
        .then(look)
        .catch(() => false)
    )
      return true
    if (Date.now() > end) return false
    await sleep(everyMs)
  }
}
