import { ApiError } from './answer.ts'
import type { Queue, Update } from './queue.ts'

export interface Polling {
  /** Answers at once when something waits, else after `timeout` seconds; a newer poll ends an older one. */
  getUpdates(query: { offset: number; limit: number; timeout: number }, gone: AbortSignal): Promise<Update[]>
  arrived(): void
  active(): boolean
}

export function createPolling(queue: Queue): Polling {
  let current: { wake(): void; conflict(): void } | undefined

  function wait(seconds: number, gone: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const self = { wake: () => end(resolve), conflict: () => end(() => reject(overtaken())) }
      const timer = setTimeout(self.wake, seconds * 1000)
      function end(settle: () => void) {
        clearTimeout(timer)
        gone.removeEventListener('abort', self.wake)
        if (current === self) current = undefined
        settle()
      }
      gone.addEventListener('abort', self.wake, { once: true })
      current = self
    })
  }

  return {
    async getUpdates({ offset, limit, timeout }, gone) {
      current?.conflict()
      const ready = queue.take(offset, limit)
      if (ready.length || timeout <= 0) return ready
      await wait(timeout, gone)
      return gone.aborted ? [] : queue.take(offset, limit)
    },
    arrived: () => current?.wake(),
    active: () => current !== undefined,
  }
}

function overtaken(): ApiError {
  return new ApiError(409, 'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running')
}
