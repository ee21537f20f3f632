import { endPresences, markSeen } from './domain/operator.ts'
import type { Bus } from './feed/bus.ts'
import type { Log } from './log.ts'
import { type OperatorActor, systemOf, type Works } from './work.ts'

const beatMs = 15_000

/** Keeps the presence of operators true: seen while a console of theirs is connected here, offline a minute after the last. */
export function trackPresence(works: Works, bus: Bus, log: Log) {
  const connected = new Map<string, Map<string, number>>()
  const touched = new Set<string>()

  const seen = (workspaceId: string, ids: string[]) =>
    works
      .work(systemOf(workspaceId), (work) => markSeen(work, ids))
      .then(() => bus.signal('presence', { workspaceId }))
      .catch((error) => log.warn({ err: error }, 'presence was not noted'))
  const beat = async () => {
    for (const [workspaceId, operators] of connected) if (operators.size > 0) await seen(workspaceId, [...operators.keys()])
    for (const workspaceId of touched) {
      await works
        .work(systemOf(workspaceId), async (work) => {
          await endPresences(work)
          work.afterwards(() => bus.signal('presence', { workspaceId }))
        })
        .catch((error) => log.warn({ err: error }, 'presences were not ended'))
    }
  }
  const timer = setInterval(() => void beat(), beatMs)
  timer.unref()
  return {
    /** Workspaces whose absent operators this process looks after. */
    watch: (workspaceIds: string[]) => {
      for (const id of workspaceIds) touched.add(id)
    },
    arrive({ workspaceId, operatorId }: OperatorActor): void {
      touched.add(workspaceId)
      const operators = connected.get(workspaceId) ?? new Map<string, number>()
      connected.set(workspaceId, operators.set(operatorId, (operators.get(operatorId) ?? 0) + 1))
      void seen(workspaceId, [operatorId])
    },
    depart({ workspaceId, operatorId }: OperatorActor): void {
      const operators = connected.get(workspaceId)
      const left = (operators?.get(operatorId) ?? 1) - 1
      if (left > 0) operators?.set(operatorId, left)
      else operators?.delete(operatorId)
    },
    close: () => clearInterval(timer),
  }
}
