import { randomUUID } from 'node:crypto'
import { startOf, thisProcess } from '../db/embedded/machine.ts'

/** Names this hub as an owner of leases, so that another hub on this machine can tell whether it still lives. */
export function ownerName(): string {
  const { host, boot, namespace, pid, started } = thisProcess()
  return [host, boot, namespace, pid, started, randomUUID()].join('|')
}

/** True only when it is certain: a process of this machine that has ended. Of others nothing is known but the time. */
export function isGone(owner: string): boolean {
  const [host, boot, namespace, pid, started] = owner.split('|')
  const me = thisProcess()
  return host === me.host && boot === me.boot && namespace === me.namespace && startOf(Number(pid)) !== started
}
