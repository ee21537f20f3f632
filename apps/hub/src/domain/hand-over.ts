import type { HandOverTarget } from '@parley/schema/vocabulary'
import { sql } from 'drizzle-orm'
import { chats } from '../db/tables/chat.ts'
import { HubError } from '../errors.ts'
import type { OperatorActor, Work } from '../work.ts'
import { type Chat, change, lockChat } from './chat.ts'
import { isElsewhere } from './control.ts'
import { targetOf, wakeLane } from './message.ts'

/**
 * Has the platform pass the conversation to its own inbox, or take it back, behind what waits to be said. Asking for what is so
 * already forgets what was refused before.
 */
export async function handOverChat(work: Work<OperatorActor>, chatId: string, to: HandOverTarget): Promise<Chat> {
  const chat = await lockChat(work, chatId, 'chat.handOver')
  if (chat.state === 'closed') throw new HubError('chat_closed')
  const { capabilities } = await targetOf(work, chat)
  if (!capabilities.handOver) throw new HubError('no_hand_over')
  if (isElsewhere(chat) === (to === 'inbox'))
    return chat.handOver?.failure ? tellOf(work, await change(work, chat, { handOver: null })) : chat
  const { operatorId } = work.actor
  // Behind the last message, which may stand a moment ahead of the clock.
  const place = sql`greatest(date_trunc('milliseconds', clock_timestamp()), ${chats.lastMessageAt})`
  const handOver = sql`jsonb_build_object('to', ${to}::text, 'operatorId', ${operatorId}::text, 'attempt', 0, 'at', ${place})`
  const asked = await change(work, chat, { handOver })
  await wakeLane(work, chat.threadId, chat.channelId)
  return tellOf(work, asked)
}

function tellOf(work: Work, chat: Chat): Chat {
  work.record({ type: 'control.changed', chatId: chat.id, subjectId: chat.id })
  return chat
}
