import { limits } from '@parley/schema/vocabulary'
import { eq } from 'drizzle-orm'
import { workspaces } from '../db/tables/workspace.ts'
import { HubError, notFound } from '../errors.ts'
import type { Work } from '../work.ts'
import { ensure } from './access.ts'
import { capacityOf } from './operator.ts'
import type { Workspace } from './workspace.ts'

export async function findAssignment(work: Work): Promise<Workspace> {
  ensure(work.actor, 'assignment.read')
  const [row] = await work.db.select().from(workspaces).where(eq(workspaces.id, work.workspaceId))
  if (!row) throw notFound()
  return row
}

export interface AssignmentChange {
  capacity?: number | null
  silentMinutes?: number | null
  offlineMinutes?: number | null
  unopenedMinutes?: number | null
}

/** How many chats the hub gives an operator, and after how long it takes one back. Null minutes: never. */
export async function setAssignment(work: Work, input: AssignmentChange): Promise<Workspace> {
  ensure(work.actor, 'assignment.manage')
  const minutes = (field: 'silentMinutes' | 'offlineMinutes' | 'unopenedMinutes') => {
    const value = input[field]
    if (value != null && (value < 1 || value > limits.minutes)) throw new HubError('invalid', { field })
    return value
  }
  const values = {
    ...(input.capacity != null && { capacity: capacityOf(input.capacity) }),
    ...(input.silentMinutes !== undefined && { returnSilentMinutes: minutes('silentMinutes') }),
    ...(input.offlineMinutes !== undefined && { returnOfflineMinutes: minutes('offlineMinutes') }),
    ...(input.unopenedMinutes !== undefined && { returnUnopenedMinutes: minutes('unopenedMinutes') }),
  }
  const mine = eq(workspaces.id, work.workspaceId)
  const [row] =
    Object.keys(values).length > 0
      ? await work.db.update(workspaces).set(values).where(mine).returning()
      : await work.db.select().from(workspaces).where(mine)
  if (!row) throw new Error('the workspace of the work is missing')
  work.record({ type: 'workspace.changed', subjectId: row.id })
  return row
}
