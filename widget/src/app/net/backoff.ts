/**
 * How long to wait before another try, in milliseconds: full jitter, from nothing up to 0.5 s, 1 s, 2 s … 30 s. A crowd that
 * lost the hub at once must not come back at once.
 */
export function backoff(tries: number, random = Math.random): number {
  return random() * Math.min(30_000, 500 * 2 ** Math.min(tries, 10))
}

/** The wait before another try of what has no other sign to go on. */
export const pause = (tries: number) => new Promise((resolve) => setTimeout(resolve, backoff(tries) + 500))

/** Does it again and again until it is done. */
export const insist = <T>(work: () => Promise<T>, tries = 0): Promise<T> =>
  work().catch(() => pause(tries).then(() => insist(work, tries + 1)))

/** A sleep that can be cut short: `wake()` ends the one that is going on. */
export function createAlarm() {
  let ring: (() => void) | undefined
  return {
    sleep: (ms: number) =>
      new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms)
        ring = () => {
          clearTimeout(timer)
          resolve()
        }
      }),
    wake: () => ring?.(),
  }
}
