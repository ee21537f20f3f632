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
const mostTogether = 100

/**
 * Commits what connectors bring. Commits of one workspace follow one another anyway (they take its event number), so what
 * comes in while one is under way goes together into the next: the cost of a commit is shared, and nobody waits for more
 * than the one before. One bad delivery must not take its neighbours along: then each is tried alone.
 * `committed` hears of each delivery that was kept.
 */
export function createIntake(works: Works, committed: (delivery: Delivery) => void) {
  const queues = new Map<string, Waiting[]>()

  async function drain(workspaceId: string, queue: Waiting[]): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.splice(0, mostTogether)
      await commit(workspaceId, batch).catch((error) => (batch.length === 1 ? batch[0]?.reject(error) : alone(workspaceId, batch)))
    }
    queues.delete(workspaceId)
  }
  async function commit(workspaceId: string, batch: Waiting[]): Promise<void> {
    await works.work(systemOf(workspaceId), async (work) => {
      for (const { submission } of batch) if (submission.fence) await ensureOwner(work, submission.fence)
      await receive(
        work,
        batch.map(({ submission }) => submission.delivery),
      )
    })
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
        const queue = queues.get(submission.workspaceId)
        if (queue) return void queue.push(waiting)
        const fresh = [waiting]
        queues.set(submission.workspaceId, fresh)
        // A turn later, so that deliveries read from the sockets in the same moment go together.
        setImmediate(() => void drain(submission.workspaceId, fresh))
      }),
  }
}
