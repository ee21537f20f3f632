import type { Language } from '@parley/schema/vocabulary'
import { and, eq, sql } from 'drizzle-orm'
import { threads } from '../db/tables/chat.ts'
import { identities } from '../db/tables/customer.ts'
import { languageOf } from '../words/index.ts'
import type { Work } from '../work.ts'
import { type Chat, change } from './chat.ts'
import { insertOutgoing, type Message, type Planner, queueParts, storedContent, targetOf } from './message.ts'

/** Says something to the customer in the company's name. What the channel cannot carry is left unsaid. */
export async function sendNotice(work: Work, plan: Planner, chat: Chat, text: string): Promise<Message | null> {
  const target = await targetOf(work, chat)
  const planned = await plan(target.kind, { thread: target.thread, to: target.to, text, files: [] }, target.capabilities)
  if ('refusal' in planned) return null
  const direct = target.kind === 'web'
  const message = await insertOutgoing(work, chat, { authorKind: 'system', authorId: null, text, delivery: direct ? 'sent' : 'queued' })
  if (!direct)
    await queueParts(
      work,
      message,
      planned.parts.map((part) => ({ content: storedContent(part.content), replyTo: part.replyTo })),
    )
  await change(work, chat, {
    lastMessageAt: sql`(select at from messages where workspace_id = ${work.workspaceId} and id = ${message.id})`,
    lastMessageId: message.id,
  })
  work.record({ type: 'message.sent', chatId: chat.id, subjectId: message.id })
  return message
}

/** Of ours, the one his platform or browser names; null where it says nothing. */
export async function languageOfCustomer(work: Work, chat: Chat): Promise<Language | null> {
  const [row] = await work.db
    .select({ language: identities.language })
    .from(threads)
    .innerJoin(identities, and(eq(identities.workspaceId, threads.workspaceId), eq(identities.id, threads.identityId)))
    .where(and(eq(threads.workspaceId, work.workspaceId), eq(threads.id, chat.threadId)))
  return row?.language ? languageOf(row.language) : null
}
