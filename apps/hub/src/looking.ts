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

interface Woken {
  gapMs?: number
  isOver: () => boolean
  failed: (error: unknown) => void
}

/**
 * Looks when it is woken, one look at a time: woken in the middle of one it looks once more, `gapMs` after it, and so it does after a look that
 * answers true. `rest` waits for what is under way.
 */
export function lookWhenWoken(look: () => Promise<unknown>, { gapMs = 0, isOver, failed }: Woken): { wake(): void; rest(): Promise<void> } {
  let looking: Promise<void> | null = null
  let again = false

  async function run(): Promise<void> {
    try {
      do {
        again = false
        if ((await look()) === true) again = true
        if (again && gapMs > 0) await new Promise((resolve) => setTimeout(resolve, gapMs))
      } while (again && !isOver())
    } catch (error) {
      failed(error)
    } finally {
      // In the same moment as the last question for `again`: nobody's waking falls between the two.
      looking = null
    }
  }
  return {
    wake() {
      again = true
      if (!isOver()) looking ??= run()
    },
    async rest() {
      await looking
    },
  }
}
