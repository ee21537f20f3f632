import { languages } from '@parley/schema/vocabulary'
import { and, eq } from 'drizzle-orm'
import { chats } from '../db/tables/chat.ts'
import { workspaces } from '../db/tables/workspace.ts'
import type { VisitorActor, Work } from '../work.ts'
import { findPublished } from './look.ts'
import { textIn } from './look-face.ts'
import type { Message, Planner } from './message.ts'
import { languageOfCustomer, sendNotice } from './notice.ts'
import { isOnline } from './visitor.ts'

/** The website's words to whoever began a chat with this message: somebody will answer, or nobody is there. */
export async function welcome(work: Work<VisitorActor>, plan: Planner, message: Message): Promise<void> {
  const published = await findPublished(work, work.actor.channelId)
  if (!published) return
  const others = await work.sql<{ id: string }[]>`select id from messages
    where workspace_id = ${work.workspaceId} and chat_id = ${message.chatId} and id <> ${message.id} limit 1`
  if (others.length > 0) return
  const [chat] = await work.db
    .select()
    .from(chats)
    .where(and(eq(chats.workspaceId, work.workspaceId), eq(chats.id, message.chatId)))
  if (!chat) return
  const [workspace] = await work.db.select({ language: workspaces.language }).from(workspaces).where(eq(workspaces.id, work.workspaceId))
  const usual = languages.find((each) => each === workspace?.language) ?? 'en'
  const notice = (await isOnline(work, work.actor.channelId)) ? 'welcome' : 'away'
  const text = textIn(published.look, notice, await languageOfCustomer(work, chat), usual)
  if (text) await sendNotice(work, plan, chat, text, notice)
}
