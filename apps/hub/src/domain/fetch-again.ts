import { and, eq, isNotNull, sql } from 'drizzle-orm'
import { files } from '../db/tables/file.ts'
import { messages } from '../db/tables/message.ts'
import { notFound } from '../errors.ts'
import type { Work } from '../work.ts'
import { lockChat } from './chat.ts'
import type { Message } from './message.ts'

/**
 * Has those files of a message fetched anew that were given up: a platform may have them again, or have been away for too long. What is there
 * or on its way stays as it is.
 */
export async function fetchFilesAgain(work: Work, messageId: string): Promise<Message> {
  const thisMessage = and(eq(messages.workspaceId, work.workspaceId), eq(messages.id, messageId))
  const [message] = await work.db.select().from(messages).where(thisMessage)
  if (!message) throw notFound()
  await lockChat(work, message.chatId, 'message.fetchFiles')
  const again = await work.db
    .update(files)
    .set({ state: 'fetching', attempts: 0, dueAt: sql`clock_timestamp()`, goneReason: null })
    .where(and(eq(files.workspaceId, work.workspaceId), eq(files.messageId, messageId), eq(files.state, 'gone'), isNotNull(files.source)))
    .returning({ id: files.id })
  for (const { id } of again) work.record({ type: 'file.changed', chatId: message.chatId, subjectId: id })
  return message
}
