import { and, eq } from 'drizzle-orm'
import { chats, threads } from '../db/tables/chat.ts'
import { notFound } from '../errors.ts'
import type { VisitorActor, Work } from '../work.ts'
import type { Chat } from './chat.ts'
import { holdToken } from './visitor-token.ts'

/** Locks a chat of the visitor's own, of which he wishes something; another's is not there for him. */
export async function lockOwnChat(work: Work<VisitorActor>, chatId: string): Promise<Chat> {
  const { workspaceId, actor } = work
  await holdToken(work, actor)
  const [row] = await work.db
    .select({ chat: chats })
    .from(chats)
    .innerJoin(threads, and(eq(threads.workspaceId, chats.workspaceId), eq(threads.id, chats.threadId)))
    .where(
      and(
        eq(chats.workspaceId, workspaceId),
        eq(chats.id, chatId),
        eq(threads.channelId, actor.channelId),
        eq(threads.identityId, actor.identityId),
      ),
    )
    .for('no key update', { of: chats })
  if (!row) throw notFound()
  return row.chat
}
