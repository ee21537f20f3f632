import type { Capabilities } from '@parley/schema/connector'
import { HubError } from '../errors.ts'
import type { Work } from '../work.ts'

/** Until when a free reply is allowed; null: for ever, or nobody knows when the customer last wrote. */
export const replyUntil = (wroteAt: Date | null, { replyWindow }: Pick<Capabilities, 'replyWindow'>): Date | null =>
  replyWindow && wroteAt ? new Date(wroteAt.getTime() + replyWindow.hours * 3_600_000) : null

/** At the very end the platform refuses already. */
export const isOver = (until: Date | null, now: Date): boolean => until !== null && now >= until

/** Refuses a free reply for which it is too late, by the clock of the database. */
export async function ensureReplyAllowed(
  work: Work,
  chat: { customerWroteAt: Date | null },
  capabilities: Pick<Capabilities, 'replyWindow'>,
): Promise<void> {
  const until = replyUntil(chat.customerWroteAt, capabilities)
  if (!until) return
  const [clock] = await work.sql<{ now: Date }[]>`select clock_timestamp() as now`
  if (isOver(until, clock?.now ?? new Date())) throw new HubError('window_closed', { field: 'chatId' })
}
