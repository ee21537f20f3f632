import type { InboundEvent } from '@parley/schema/connector'
import { activitiesOnly } from '../db/tables/event.ts'
import type { Work } from '../work.ts'
import type { Chat } from './chat.ts'

/**
 * Platforms on which several programs share an account say which of them has a conversation. The chat's timeline tells it, and is where it
 * is read again. A repeat changes nothing.
 */
export async function applyControl(work: Work, event: Extract<InboundEvent, { type: 'control' }>, chat: Chat | undefined): Promise<void> {
  if (!chat) return
  const elsewhere = event.by === 'app'
  if (!event.asked && (await isElsewhere(work, chat.id)) === elsewhere) return
  const type = event.asked ? 'chat.asked' : elsewhere ? 'chat.elsewhere' : 'chat.back'
  work.record({ type, chatId: chat.id, subjectId: chat.id })
}

/** Whether another program of the platform has the conversation: the hub does not speak into it by itself. */
export async function isElsewhere(work: Work, chatId: string): Promise<boolean> {
  const [last] = await work.sql<{ type: string }[]>`select type from events where workspace_id = ${work.workspaceId} and chat_id = ${chatId}
    and ${work.sql.unsafe(activitiesOnly)} and type in ('chat.elsewhere', 'chat.back') order by at desc, seq desc limit 1`
  return last?.type === 'chat.elsewhere'
}
