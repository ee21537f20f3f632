/**
 * How long to wait before another try, in milliseconds: full jitter, from nothing up to 0.5 s, 1 s, 2 s … 30 s. A crowd that
 * lost the hub at once must not come back at once.
 */
export function backoff(tries: number, random = Math.random): number {
  return random() * Math.min(30_000, 500 * 2 ** Math.min(tries, 10))
}

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
