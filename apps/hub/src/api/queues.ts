import type { EventType } from '@parley/schema/vocabulary'
import { listWaiting, type Waiting } from '../domain/queue-wait.ts'
import { systemOf } from '../work.ts'
import type { Services } from './context.ts'

/** Who follows his own chat. */
interface Listener {
  threadId: string
  /** As he was last told. */
  waiting?: string
  send(row: { cursor: number; reset: boolean; queue: Waiting }): Promise<void>
}

/** What moves those who wait. */
const moving: ReadonlySet<EventType> = new Set([
  'chat.opened',
  'chat.assigned',
  'chat.taken',
  'chat.transferred',
  'chat.returned',
  'chat.closed',
  'chat.reopened',
  'message.sent',
])
/** A queue may move many times in a moment. */
const togetherMs = 500

/** Tells visitors who wait their place as the queue moves. It is looked at once for all of a workspace, and only what is news is told. */
export function tellQueues(services: Pick<Services, 'bus' | 'works' | 'log'>, listenersOf: (workspaceId: string) => Iterable<Listener>) {
  const due = new Map<string, ReturnType<typeof setTimeout>>()

  async function tell(workspaceId: string): Promise<void> {
    due.delete(workspaceId)
    const listeners = [...listenersOf(workspaceId)]
    const waiting = await services.works.read(systemOf(workspaceId), (work) =>
      listWaiting(
        work,
        listeners.map(({ threadId }) => threadId),
      ),
    )
    for (const listener of listeners) {
      const queue = waiting.get(listener.threadId)
      const told = JSON.stringify(queue)
      if (queue && told !== listener.waiting) await listener.send({ cursor: 0, reset: false, queue })
      listener.waiting = told
    }
  }

  const off = services.bus.onWake((workspaceId, types) => {
    if (due.has(workspaceId) || ![...types].some((type) => moving.has(type)) || [...listenersOf(workspaceId)].length === 0) return
    const look = () => void tell(workspaceId).catch((error) => services.log.warn({ err: error }, 'a queue was not told'))
    due.set(workspaceId, setTimeout(look, togetherMs))
  })
  return () => {
    off()
    for (const timer of due.values()) clearTimeout(timer)
  }
}
