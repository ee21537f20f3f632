import type { SendFailure } from '@parley/schema/connector'
import type { AttemptOutcome } from '@parley/schema/vocabulary'
import { and, asc, desc, eq, inArray, sql } from 'drizzle-orm'
import { chats } from '../db/tables/chat.ts'
import { attempts, messages } from '../db/tables/message.ts'
import type { OperatorActor, Work } from '../work.ts'
import { newId } from './ids.ts'
import type { After } from './lists.ts'
import { visibleChats } from './sight.ts'

export type Attempt = typeof attempts.$inferSelect
export type Undelivered = { message: typeof messages.$inferSelect; chat: typeof chats.$inferSelect; key: string }

/** More than these of one message are not shown: the first ones go. */
export const mostAttempts = 100

/** Writes down what an attempt came to, or what settled it. `begunAt`: milliseconds since 1970. */
export async function noteAttempt(
  work: Work,
  part: { messageId: string; n: number },
  outcome: AttemptOutcome,
  more: { failure?: SendFailure | null; begunAt?: number } = {},
): Promise<void> {
  await work.db.insert(attempts).values({
    workspaceId: work.workspaceId,
    id: newId(),
    messageId: part.messageId,
    n: part.n,
    outcome,
    failure: more.failure ?? null,
    operatorId: work.actor.kind === 'operator' ? work.actor.operatorId : null,
    begunAt: more.begunAt === undefined ? null : new Date(more.begunAt),
    at: sql`clock_timestamp()`,
  })
}

/** The attempts of these messages, oldest first. */
export async function listAttempts(work: Work, messageIds: readonly string[]): Promise<Attempt[]> {
  return work.db
    .select()
    .from(attempts)
    .where(and(eq(attempts.workspaceId, work.workspaceId), inArray(attempts.messageId, [...messageIds])))
    .orderBy(asc(attempts.at), asc(attempts.id))
    .limit(mostAttempts * messageIds.length)
}

/** What did not get to the customer, or may not have: of the chats the actor may see, the newest first. */
export async function listUndelivered(
  work: Work<OperatorActor>,
  filter: { groupId?: string | null; channelId?: string | null; after?: After; limit: number },
): Promise<Undelivered[]> {
  return work.db
    .select({ message: messages, chat: chats, key: sql<string>`(extract(epoch from ${messages.at}) * 1000000)::bigint::text` })
    .from(messages)
    .innerJoin(chats, and(eq(chats.workspaceId, messages.workspaceId), eq(chats.id, messages.chatId)))
    .where(
      and(
        eq(messages.workspaceId, work.workspaceId),
        sql`${messages.delivery} in ('failed', 'unknown') and ${messages.direction} = 'out' and ${messages.givenUpAt} is null`,
        visibleChats(work.actor),
        filter.groupId ? eq(chats.groupId, filter.groupId) : undefined,
        filter.channelId ? eq(messages.channelId, filter.channelId) : undefined,
        filter.after &&
          sql`(${messages.at}, ${messages.id}) < (timestamptz 'epoch' + ${filter.after.key}::bigint * interval '1 microsecond', ${filter.after.id}::uuid)`,
      ),
    )
    .orderBy(desc(messages.at), desc(messages.id))
    .limit(filter.limit)
}
