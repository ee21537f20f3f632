import { limits } from '@parley/schema/vocabulary'
import { and, asc, eq, sql } from 'drizzle-orm'
import { chats } from '../db/tables/chat.ts'
import { HubError } from '../errors.ts'
import type { Work } from '../work.ts'
import { type Chat, change, lockChat } from './chat.ts'

/** Puts a chat off until a moment, or, without one, until the customer writes. What he writes brings it back in any case. */
export async function snoozeChat(work: Work, chatId: string, until: Date | null): Promise<Chat> {
  const chat = await lockChat(work, chatId, 'chat.snooze')
  if (chat.state === 'closed') throw new HubError('chat_closed')
  if (chat.state === 'queued') throw new HubError('not_held')
  if (until && (until.getTime() <= Date.now() || until.getTime() > Date.now() + limits.snoozeDays * 86_400_000))
    throw new HubError('invalid', { field: 'until' })
  const snoozed = await change(work, chat, { snoozedAt: sql`clock_timestamp()`, snoozedUntil: until })
  work.record({ type: 'chat.snoozed', chatId, subjectId: chatId, data: { until: until?.toISOString() ?? null } })
  return snoozed
}

/** Waking what is awake changes nothing. */
export async function wakeChat(work: Work, chatId: string): Promise<Chat> {
  const chat = await lockChat(work, chatId, 'chat.snooze')
  if (!chat.snoozedAt) return chat
  const awake = await change(work, chat, { snoozedAt: null, snoozedUntil: null })
  work.record({ type: 'chat.woken', chatId, subjectId: chatId, data: { wakeReason: 'operator' } })
  return awake
}

/** Brings back what was put off until now. What another hub is bringing back is skipped; answers how many came back. */
export async function wakeDue(work: Work, most = 100): Promise<number> {
  const due = await work.db
    .select()
    .from(chats)
    .where(and(eq(chats.workspaceId, work.workspaceId), sql`${chats.snoozedUntil} <= clock_timestamp()`))
    .orderBy(asc(chats.snoozedUntil))
    .limit(most)
    .for('no key update', { skipLocked: true })
  for (const chat of due) {
    await change(work, chat, { snoozedAt: null, snoozedUntil: null })
    work.record({ type: 'chat.woken', chatId: chat.id, subjectId: chat.id, data: { wakeReason: 'time' } })
  }
  return due.length
}

/** Tells of those of these chats, as they were before the customer wrote, that his message brought back. */
export function tellWoken(work: Work, chatsBefore: Chat[]): void {
  const woken = new Set(chatsBefore.filter((chat) => chat.snoozedAt !== null).map((chat) => chat.id))
  for (const chatId of woken) work.record({ type: 'chat.woken', chatId, subjectId: chatId, data: { wakeReason: 'message' } })
}

/** The customer waits for nothing: the chat stays open and can be written in, but nobody is reminded of it until he writes again. */
export async function calmChat(work: Work, chatId: string): Promise<Chat> {
  const chat = await lockChat(work, chatId, 'chat.calm')
  if (chat.state === 'closed') throw new HubError('chat_closed')
  if (chat.calmedAt) return chat
  const calm = await change(work, chat, { calmedAt: sql`clock_timestamp()`, waitingSince: null })
  work.record({ type: 'chat.calmed', chatId, subjectId: chatId })
  return calm
}
