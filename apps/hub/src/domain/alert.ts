import { type AlertKind, type ChannelAlarm, limits } from '@parley/schema/vocabulary'
import { and, desc, eq, inArray, isNull, sql } from 'drizzle-orm'
import { alerts } from '../db/tables/alert.ts'
import { operators } from '../db/tables/operator.ts'
import { HubError } from '../errors.ts'
import type { OperatorActor, Work } from '../work.ts'
import { newId } from './ids.ts'

export type Alert = typeof alerts.$inferSelect
export interface AlertRow extends Alert {
  /** Microseconds of `at`: the key of a cursor. */
  key: string
}

/** A count of unread alerts stops here. */
export const mostUnread = 100

/** Calls operators to a chat; nobody is called by himself. */
export async function callOperators(
  work: Work,
  operatorIds: Iterable<string>,
  to: { kind: AlertKind; chatId: string; commentId?: string },
): Promise<void> {
  const byId = work.actor.kind === 'operator' ? work.actor.operatorId : null
  const called = [...new Set(operatorIds)].filter((id) => id !== byId)
  if (called.length === 0) return
  const rows = await work.db
    .insert(alerts)
    .values(
      called.map((operatorId) => ({
        workspaceId: work.workspaceId,
        id: newId(),
        operatorId,
        kind: to.kind,
        chatId: to.chatId,
        commentId: to.commentId ?? null,
        byId,
        at: sql`clock_timestamp()`,
      })),
    )
    .returning()
  for (const row of rows) tell(work, 'alert.added', row)
}

/** Calls every admin to a channel that is not well. */
export async function callAdmins(work: Work, to: { channelId: string; alarm: ChannelAlarm }): Promise<void> {
  const admins = await work.db
    .select({ id: operators.id })
    .from(operators)
    .where(and(eq(operators.workspaceId, work.workspaceId), eq(operators.role, 'admin'), eq(operators.active, true)))
  if (admins.length === 0) return
  const rows = await work.db
    .insert(alerts)
    .values(
      admins.map(({ id }) => ({
        workspaceId: work.workspaceId,
        id: newId(),
        operatorId: id,
        kind: 'channel' as const,
        channelId: to.channelId,
        alarm: to.alarm,
        at: sql`clock_timestamp()`,
      })),
    )
    .returning()
  for (const row of rows) tell(work, 'alert.added', row)
}

/** Those who were called because of a comment that is gone are called no longer. */
export async function dropAlertsOf(work: Work, commentId: string): Promise<void> {
  const rows = await work.db
    .update(alerts)
    .set({ readAt: sql`clock_timestamp()` })
    .where(and(eq(alerts.workspaceId, work.workspaceId), eq(alerts.commentId, commentId), isNull(alerts.readAt)))
    .returning()
  for (const row of rows) tell(work, 'alert.changed', row)
}

/** The actor has seen these alerts of his. Seeing what was seen changes nothing; what is not his does not exist. */
export async function readAlerts(work: Work<OperatorActor>, alertIds: string[]): Promise<Alert[]> {
  if (alertIds.length > limits.pageSize) throw new HubError('too_many', { field: 'alertIds', max: limits.pageSize })
  const mine = await work.db
    .select()
    .from(alerts)
    .where(and(own(work), inArray(alerts.id, alertIds)))
    .for('no key update')
  if (mine.length !== new Set(alertIds).size) throw new HubError('not_found', { field: 'alertIds' })
  const read = await see(work, inArray(alerts.id, alertIds))
  return mine.map((alert) => read.find(({ id }) => id === alert.id) ?? alert)
}

/** The actor has seen all his alerts. */
export const readAllAlerts = (work: Work<OperatorActor>): Promise<Alert[]> => see(work)

async function see(work: Work<OperatorActor>, which?: ReturnType<typeof inArray>): Promise<Alert[]> {
  const rows = await work.db
    .update(alerts)
    .set({ readAt: sql`clock_timestamp()` })
    .where(and(own(work), isNull(alerts.readAt), which))
    .returning()
  for (const row of rows) tell(work, 'alert.changed', row)
  return rows
}

/** The actor's alerts, the newest first. */
export async function listAlerts(
  work: Work<OperatorActor>,
  window: { limit: number; unread: boolean; after?: { key: string; id: string } },
): Promise<AlertRow[]> {
  const { after } = window
  const rows = await work.db
    .select({ alert: alerts, key: sql<string>`(extract(epoch from ${alerts.at}) * 1000000)::bigint::text` })
    .from(alerts)
    .where(
      and(
        own(work),
        window.unread ? isNull(alerts.readAt) : undefined,
        after &&
          sql`(${alerts.at}, ${alerts.id}) < (timestamptz 'epoch' + ${after.key}::bigint * interval '1 microsecond', ${after.id}::uuid)`,
      ),
    )
    .orderBy(desc(alerts.at), desc(alerts.id))
    .limit(window.limit)
  return rows.map(({ alert, key }) => ({ ...alert, key }))
}

/** How many alerts the actor has not seen, up to a hundred. */
export async function countUnreadAlerts(work: Work<OperatorActor>): Promise<number> {
  const some = work.db
    .select({ one: sql`1` })
    .from(alerts)
    .where(and(own(work), isNull(alerts.readAt)))
    .limit(mostUnread)
  const [row] = await work.db.select({ count: sql<number>`count(*)::int` }).from(some.as('some'))
  return row?.count ?? 0
}

const own = (work: Work<OperatorActor>) => and(eq(alerts.workspaceId, work.workspaceId), eq(alerts.operatorId, work.actor.operatorId))

/** Told without the chat: whoever was called hears of it even when the chat has left his sight. */
function tell(work: Work, type: 'alert.added' | 'alert.changed', { id, operatorId }: Alert): void {
  work.record({ type, subjectId: id, data: { forOperatorId: operatorId } })
}
