import type { Delivery } from '../domain/receive.ts'
import { receive } from '../domain/receive.ts'
import { passes } from '../failpoints.ts'
import { systemOf, type Works } from '../work.ts'
import { ensureOwner, type Fence } from './leases.ts'

export interface Submission {
  workspaceId: string
  delivery: Delivery /** Set by the owner of a connection: refused once another owns it. */
  fence?: Fence
}

interface Waiting {
  submission: Submission
  resolve(): void
  reject(error: unknown): void
}
interface Queue {
  waiting: Waiting[]
  draining: boolean
  /** The ends of the last two commits. */
  ends: [Promise<void>, Promise<void>]
}
const mostTogether = 100

/**
 * Commits what connectors bring. Commits of one workspace follow one another anyway (they take its event number), so what
 * comes in while one is under way goes together into the next: the cost of a commit is shared. The next begins while the one
 * before is being written to disk, and never more than these two are under way. One bad delivery must not take its
 * neighbours along: then each is tried alone.
 * `committed` hears of each delivery that was kept.
 */
export function createIntake(works: Works, committed: (delivery: Delivery) => void) {
  const queues = new Map<string, Queue>()

  async function drain(workspaceId: string, queue: Queue): Promise<void> {
    while (queue.waiting.length > 0) {
      await queue.ends[0]
      const batch = queue.waiting.splice(0, mostTogether)
      await new Promise<void>((closing) => {
        const end = commit(workspaceId, batch, closing)
          .catch((error) => (batch.length === 1 ? batch[0]?.reject(error) : alone(workspaceId, batch)))
          .finally(closing)
        queue.ends = [queue.ends[1], end]
      })
    }
    queue.draining = false
    const ends = queue.ends
    await Promise.all(ends)
    if (queue.ends === ends && !queue.draining) queues.delete(workspaceId)
  }
  async function commit(workspaceId: string, batch: Waiting[], closing?: () => void): Promise<void> {
    await works.work(
      systemOf(workspaceId),
      async (work) => {
        for (const { submission } of batch) if (submission.fence) await ensureOwner(work, submission.fence)
        await receive(
          work,
          batch.map(({ submission }) => submission.delivery),
        )
      },
      closing,
    )
    for (const { submission, resolve } of batch) {
      resolve()
      committed(submission.delivery)
    }
  }
  async function alone(workspaceId: string, batch: Waiting[]): Promise<void> {
    for (const waiting of batch) await commit(workspaceId, [waiting]).catch((error) => waiting.reject(error))
  }

  return {
    /** Resolves when what was submitted is durable; rejects when it is not, and then nothing of it was kept. */
    submit: (submission: Submission): Promise<void> =>
      new Promise((resolve, reject) => {
        passes('intake.read')
        const waiting = { submission, resolve, reject }
        const queue = queues.get(submission.workspaceId) ?? { waiting: [], draining: false, ends: [Promise.resolve(), Promise.resolve()] }
        queues.set(submission.workspaceId, queue)
        queue.waiting.push(waiting)
        if (queue.draining) return
        queue.draining = true
        // A turn later, so that deliveries read from the sockets in the same moment go together.
        setImmediate(() => void drain(submission.workspaceId, queue))
      }),
  }
}
