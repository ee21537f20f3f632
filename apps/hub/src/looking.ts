/**
 * Looks every `everyMs`, one look at a time; a look that fails is told and the next one tries again. Closing waits for the
 * one under way.
 */
export function lookEvery(everyMs: number, look: () => Promise<void>, failed: (error: unknown) => void): { close(): Promise<void> } {
  let looking: Promise<void> | null = null
  const timer = setInterval(() => {
    looking ??= look()
      .catch(failed)
      .finally(() => {
        looking = null
      })
  }, everyMs)
  timer.unref()
  return {
    close: async () => {
      clearInterval(timer)
      await looking
    },
  }
}
