import type { InboundEvent } from '@parley/schema/connector'
import { and, eq, sql } from 'drizzle-orm'
import { chats } from '../db/tables/chat.ts'
import type { Reason } from '../db/tables/event.ts'
import type { Work } from '../work.ts'
import { type Chat, change } from './chat.ts'

/** Platforms on which several programs share an account say which of them has a conversation. */
export async function applyControl(work: Work, event: Extract<InboundEvent, { type: 'control' }>, chat: Chat): Promise<void> {
  if (event.asked) work.record({ type: 'chat.asked', chatId: chat.id, subjectId: chat.id })
  else await setControl(work, chat.id, event.by === 'app')
}

/** What the customer says comes with whether another program had the conversation then: one that gives it up tells nobody. */
export async function noteControl(work: Work, chat: Chat, { elsewhere, at }: { elsewhere: boolean; at: number }): Promise<void> {
  // It may come late, from before the other one had it.
  const isOld = !elsewhere && chat.elsewhereSince !== null && at <= chat.elsewhereSince.getTime()
  if (!isOld) await setControl(work, chat.id, elsewhere)
}

/** Has the conversations back that the platform takes from another program after so long a silence. Answers how many. */
export async function endSilentControl(work: Work, most = 100): Promise<number> {
  const silent = await work.sql<{ id: string }[]>`
    select c.id from chats c join channels h on h.workspace_id = c.workspace_id and h.id = c.channel_id
    where c.workspace_id = ${work.workspaceId} and c.elsewhere_since is not null and c.state <> 'closed'
      and greatest(c.elsewhere_since, c.last_message_at) < clock_timestamp() - (h.capabilities ->> 'controlHours')::int * interval '1 hour'
    order by c.id limit ${most} for no key update of c skip locked`
  for (const { id } of silent) await setControl(work, id, false, { reason: { code: 'lapsed' } })
  return silent.length
}

/** Another program has the conversation now, or we do. Told once, and with the operator who had asked for it, or with why. */
export async function setControl(
  work: Work,
  chatId: string,
  elsewhere: boolean,
  { operatorId = null, reason }: { operatorId?: string | null; reason?: Reason } = {},
): Promise<void> {
  const [chat] = await work.db
    .select()
    .from(chats)
    .where(and(eq(chats.workspaceId, work.workspaceId), eq(chats.id, chatId)))
    .for('no key update')
  if (!chat) return
  const asked = chat.handOver?.to === (elsewhere ? 'inbox' : 'hub') ? chat.handOver : null
  const changes = (chat.elsewhereSince !== null) !== elsewhere
  if (!changes && !asked) return
  const elsewhereSince = changes ? (elsewhere ? sql`clock_timestamp()` : null) : chat.elsewhereSince
  await change(work, chat, { elsewhereSince, ...(asked && { handOver: null }) })
  const told = { chatId, subjectId: chatId }
  if (!changes) work.record({ type: 'control.changed', ...told })
  else {
    const by = asked && !asked.failure ? asked.operatorId : operatorId
    work.record({ type: elsewhere ? 'chat.elsewhere' : 'chat.back', ...told, operatorId: by, ...(reason && { data: { reason } }) })
  }
}

/** Whether another program of the platform has the conversation, or is about to: the hub does not speak into it by itself. */
export const isElsewhere = ({ elsewhereSince, handOver }: Pick<Chat, 'elsewhereSince' | 'handOver'>): boolean =>
  handOver && !handOver.failure ? handOver.to === 'inbox' : elsewhereSince !== null
