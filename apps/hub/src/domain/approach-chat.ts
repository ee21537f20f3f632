import { and, eq, ne } from 'drizzle-orm'
import { chats, threads } from '../db/tables/chat.ts'
import { notFound } from '../errors.ts'
import type { OperatorActor, VisitorActor, Work } from '../work.ts'
import { type Approach, answerApproach } from './approach.ts'
import { wordsIn } from './approach-text.ts'
import { assignToSelf, type Chat } from './chat.ts'
import { type Planner, sendMessage } from './message.ts'
import { openNew } from './place.ts'
import { makeVisitor } from './visitor.ts'
import { giveToken, holdToken } from './visitor-token.ts'

export interface Met {
  identityId: string
  /** Of whoever had none. */
  token: string | null
}

/**
 * The visitor talks with the operator who spoke first: his words are the first message of a chat he holds. Where somebody else
 * serves the visitor by now, the chat stays as it is. Null: he was answered already.
 */
export async function acceptChat(
  work: Work<OperatorActor>,
  plan: Planner,
  approach: Approach,
  visitor: { channelId: string; known: VisitorActor | null; language: string; address: string | null },
): Promise<Met | null> {
  const { channelId, known, language, address } = visitor
  if (known) await holdToken(work, known)
  if (!(await answerApproach(work, approach.id, true))) return null
  const identityId = known?.identityId ?? (await makeVisitor(work, channelId, { language, address }))
  const met = { identityId, token: known ? null : await giveToken(work, channelId, identityId) }
  const said = (approach.words && wordsIn(approach.words, language)) ?? approach.text
  const chat = await openFor(work, channelId, identityId)
  if (chat.operatorId === work.actor.operatorId) await sendMessage(work, plan, { chatId: chat.id, clientId: approach.id, text: said })
  return met
}

async function openFor(work: Work<OperatorActor>, channelId: string, identityId: string): Promise<Chat> {
  const [thread] = await work.db
    .select()
    .from(threads)
    .where(and(eq(threads.workspaceId, work.workspaceId), eq(threads.channelId, channelId), eq(threads.identityId, identityId)))
    .for('no key update')
  if (!thread) throw notFound()
  const [open] = await work.db
    .select()
    .from(chats)
    .where(and(eq(chats.workspaceId, work.workspaceId), eq(chats.threadId, thread.id), ne(chats.state, 'closed')))
    .for('no key update')
  const chat = open ?? (await openNew(work, [{ threadId: thread.id, channelId }]))[0]
  if (!chat) throw notFound()
  return chat.state === 'queued' ? assignToSelf(work, chat) : chat
}
