import { setTimeout as sleep } from 'node:timers/promises'

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Waits; answers whether the signal cut it short. */
export const pauseUnless = (ended: AbortSignal, ms: number): Promise<boolean> =>
  sleep(ms, undefined, { signal: ended }).then(
    () => false,
    () => true,
  )

/** Waits for something else; answers whether the signal cut it short. */
export const waitUnless = (ended: AbortSignal, other: Promise<unknown>): Promise<boolean> =>
  Promise.race([
    other.then(() => false),
    new Promise<true>((resolve) => ended.addEventListener('abort', () => resolve(true), { once: true })),
  ])

let most = 10_000

export const patience = (): number => most

/** How long `until` waits, in milliseconds. Less where failures are what is wanted. */
export function setPatience(ms: number): void {
  most = ms
}

/** Waits for a condition and answers what it gave; after 10 seconds an error that says what was awaited. */
export async function until<T>(what: string, condition: () => T | Promise<T>): Promise<NonNullable<T>> {
  const end = Date.now() + most
  for (;;) {
    const value = await condition()
    if (value) return value as NonNullable<T>
    if (Date.now() > end) throw new Error(`This did not happen in ${most} ms: ${what}.`)
    await pause(5)
  }
}
