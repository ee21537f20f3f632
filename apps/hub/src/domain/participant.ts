import { limits } from '@parley/schema/vocabulary'
import { and, eq } from 'drizzle-orm'
import { operators } from '../db/tables/operator.ts'
import { HubError, notFound } from '../errors.ts'
import type { OperatorActor, Work } from '../work.ts'
import { callOperators } from './alert.ts'
import { type Chat, change, holding, lockChat, tell } from './chat.ts'

/** A colleague takes part in the chat beside whoever holds it. Adding him twice changes nothing. */
export async function addParticipant(work: Work<OperatorActor>, chatId: string, operatorId: string): Promise<Chat> {
  const chat = await lockChat(work, chatId, 'chat.share')
  if (chat.participantIds.includes(operatorId)) return chat
  if (chat.state === 'closed') throw new HubError('chat_closed')
  if (chat.state === 'queued') throw new HubError('not_held')
  const [colleague] = await work.db
    .select({ active: operators.active })
    .from(operators)
    .where(and(eq(operators.workspaceId, work.workspaceId), eq(operators.id, operatorId)))
  if (!colleague) throw notFound()
  if (!colleague.active || chat.operatorId === operatorId) throw new HubError('cannot_take', { field: 'operatorId' })
  if (chat.participantIds.length >= limits.participants) throw new HubError('too_many', { field: 'operatorId', max: limits.participants })
  const shared = await change(work, chat, { participantIds: [...chat.participantIds, operatorId] })
  tell(work, 'chat.joined', chat, shared, { toOperatorId: operatorId })
  await callOperators(work, [operatorId], { kind: 'transfer', chatId: chat.id })
  return shared
}

/** Who holds or leads the chat lets a participant go. */
export async function removeParticipant(work: Work<OperatorActor>, chatId: string, operatorId: string): Promise<Chat> {
  const chat = await lockChat(work, chatId, 'chat.share')
  return chat.participantIds.includes(operatorId) ? without(work, chat, operatorId) : chat
}

/** One drops out, the others stay. Where the holder leaves, the participant who has been there longest holds the chat. */
export async function leaveChat(work: Work<OperatorActor>, chatId: string): Promise<Chat> {
  const chat = await lockChat(work, chatId, 'chat.leave')
  const me = work.actor.operatorId
  if (chat.participantIds.includes(me)) return without(work, chat, me)
  if (chat.state === 'closed') throw new HubError('chat_closed')
  const heir = await heirOf(work, chat)
  if (!heir) throw new HubError('alone')
  const left = await change(work, chat, holding(chat, heir, true))
  tell(work, 'chat.left', chat, left, { leaverId: me, toOperatorId: heir })
  return left
}

async function without(work: Work, chat: Chat, operatorId: string): Promise<Chat> {
  const left = await change(work, chat, { participantIds: chat.participantIds.filter((id) => id !== operatorId) })
  tell(work, 'chat.left', chat, left, { leaverId: operatorId })
  return left
}

/** The first participant who still works here. */
async function heirOf(work: Work, chat: Chat): Promise<string | undefined> {
  if (chat.participantIds.length === 0) return undefined
  const active = await work.sql<
    { id: string }[]
  >`select id from operators where workspace_id = ${work.workspaceId} and active and id = any(${chat.participantIds}::uuid[])`
  return chat.participantIds.find((id) => active.some((row) => row.id === id))
}
