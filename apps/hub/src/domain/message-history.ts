import type { MessageChangeKind } from '@parley/schema/vocabulary'
import { and, asc, eq, inArray, sql } from 'drizzle-orm'
import { type MessageReaction, messageChanges, messages } from '../db/tables/message.ts'
import type { Work } from '../work.ts'
import { newId } from './ids.ts'

export type MessageChange = typeof messageChanges.$inferSelect
type Changed = Pick<typeof messages.$inferSelect, 'id' | 'chatId' | 'threadId' | 'text' | 'extra'>

/** More earlier texts of one message than these are not shown: the first ones go. */
export const mostVersions = 100

/** What a change makes of the message itself, as the customer has it now. */
export type Effect =
  | { kind: 'edit'; text: string | null; version?: number }
  | { kind: 'removal' }
  | { kind: 'reaction'; reactions: MessageReaction[] }

/** Makes it so; the caller has locked the message. */
export async function applyEffect(work: Work, message: Changed, effect: Effect): Promise<void> {
  await work.db
    .update(messages)
    .set(
      effect.kind === 'edit'
        ? { text: effect.text, editedAt: sql`clock_timestamp()`, ...(effect.version !== undefined && { editVersion: effect.version }) }
        : effect.kind === 'removal'
          ? { text: null, removedAt: sql`clock_timestamp()` }
          : { extra: { ...message.extra, reactions: effect.reactions } },
    )
    .where(and(eq(messages.workspaceId, work.workspaceId), eq(messages.id, message.id)))
  work.record({ type: 'message.changed', chatId: message.chatId, subjectId: message.id })
}

/** Keeps what stood in the message before a change that is there already. `operatorId` null: it was done on the platform's side. */
export async function noteDone(
  work: Work,
  message: Changed,
  change: { kind: MessageChangeKind; operatorId: string | null; text?: string | null; emoji?: string | null },
): Promise<void> {
  await work.db.insert(messageChanges).values({
    workspaceId: work.workspaceId,
    id: newId(),
    messageId: message.id,
    threadId: message.threadId,
    ...change,
    before: change.kind === 'reaction' ? null : message.text,
    state: 'done',
    at: sql`clock_timestamp()`,
  })
}

/** Of each message what is under way or has failed, oldest first. */
export const listUnfinished = (work: Work, messageIds: readonly string[]): Promise<MessageChange[]> =>
  work.db
    .select()
    .from(messageChanges)
    .where(
      and(
        eq(messageChanges.workspaceId, work.workspaceId),
        inArray(messageChanges.messageId, [...messageIds]),
        inArray(messageChanges.state, ['queued', 'sending', 'failed']),
      ),
    )
    .orderBy(asc(messageChanges.at), asc(messageChanges.id))

/** The earlier texts of these messages, oldest first. */
export const listVersions = (work: Work, messageIds: readonly string[]): Promise<MessageChange[]> =>
  work.db
    .select()
    .from(messageChanges)
    .where(
      and(
        eq(messageChanges.workspaceId, work.workspaceId),
        inArray(messageChanges.messageId, [...messageIds]),
        inArray(messageChanges.kind, ['edit', 'removal']),
        eq(messageChanges.state, 'done'),
        sql`${messageChanges.before} is not null`,
      ),
    )
    .orderBy(asc(messageChanges.at), asc(messageChanges.id))
    .limit(mostVersions * messageIds.length)
