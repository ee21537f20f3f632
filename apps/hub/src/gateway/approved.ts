import { keepApproved } from '../domain/approved.ts'
import type { Log } from '../log.ts'
import { systemOf, type Works } from '../work.ts'
import { leaseKey, type Owned } from './connections.ts'
import { ensureOwner } from './leases.ts'

const everyMs = 15 * 60_000
/** Asked for by people no more often than this. */
const leastMs = 10_000
const deadlineMs = 60_000

/** Keeps the texts a platform has approved as they are there now. */
export function createApproved(works: Works, log: Log) {
  return function runApproved({ channel, connection, fence, stop }: Owned): { wake(): void; stop(): Promise<void> } {
    let running: Promise<void> | null = null
    let lookedAt = 0

    async function look(): Promise<void> {
      lookedAt = Date.now()
      const templates = await connection.templates?.(AbortSignal.any([stop.signal, AbortSignal.timeout(deadlineMs)]))
      if (!templates || stop.signal.aborted) return
      await works.work(systemOf(channel.workspaceId), async (work) => {
        await ensureOwner(work, { key: leaseKey(channel.id), value: fence })
        await keepApproved(work, channel.id, templates)
      })
    }
    const wake = () => {
      if (!connection.templates || stop.signal.aborted || Date.now() - lookedAt < leastMs) return
      running ??= look()
        .catch((error) => log.info({ err: error, channelId: channel.id }, 'approved texts could not be asked for'))
        .finally(() => {
          running = null
        })
    }
    const timer = setInterval(wake, everyMs)
    timer.unref()
    wake()
    return {
      wake,
      stop: async () => {
        clearInterval(timer)
        await running
      },
    }
  }
}
