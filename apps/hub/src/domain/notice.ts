import type { Language, WidgetNotice } from '@parley/schema/vocabulary'
import { and, desc, eq, sql } from 'drizzle-orm'
import { threads } from '../db/tables/chat.ts'
import { identities } from '../db/tables/customer.ts'
import { messages } from '../db/tables/message.ts'
import { languageOf } from '../words/index.ts'
import type { Work } from '../work.ts'
import { type Chat, change } from './chat.ts'
import { isElsewhere } from './control.ts'
import { insertOutgoing, type Message, type Planner, queueParts, storedContent, targetOf } from './message.ts'

/** Says something to the customer in the company's name. What the channel cannot carry is left unsaid. */
export async function sendNotice(work: Work, plan: Planner, chat: Chat, text: string, notice?: WidgetNotice): Promise<Message | null> {
  if ((await isAutomatic(work, chat)) || isElsewhere(chat)) return null
  return sayInName(work, plan, chat, text, notice)
}

/** The same, also to a program: for what a person has asked for. */
export async function sayInName(work: Work, plan: Planner, chat: Chat, text: string, notice?: WidgetNotice): Promise<Message | null> {
  const target = await targetOf(work, chat)
  const said = { thread: target.thread, to: target.to, text, files: [], replyTo: target.answers, automatic: true }
  const planned = await plan(target.kind, said, target.capabilities)
  if ('refusal' in planned) return null
  const direct = target.kind === 'web'
  const message = await insertOutgoing(work, chat, {
    authorKind: 'system',
    authorId: null,
    text,
    delivery: direct ? 'sent' : 'queued',
    ...(notice && { extra: { notice } }),
  })
  if (!direct)
    await queueParts(
      work,
      message,
      planned.parts.map((part) => ({ content: storedContent(part.content), replyTo: part.replyTo })),
    )
  // A greeting does not stand before the customer's own words in the lists.
  if (notice !== 'welcome' && notice !== 'away')
    await change(work, chat, {
      lastMessageAt: sql`(select at from messages where workspace_id = ${work.workspaceId} and id = ${message.id})`,
      lastMessageId: message.id,
    })
  work.record({ type: 'message.sent', chatId: chat.id, subjectId: message.id })
  return message
}

/** Whether the last that came is a letter written by a program: two of them would answer one another for ever. */
async function isAutomatic(work: Work, chat: Chat): Promise<boolean> {
  const [last] = await work.db
    .select({ extra: messages.extra })
    .from(messages)
    .where(and(eq(messages.workspaceId, work.workspaceId), eq(messages.threadId, chat.threadId), eq(messages.direction, 'in')))
    .orderBy(desc(messages.position))
    .limit(1)
  return last?.extra?.letter?.automatic ?? false
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
