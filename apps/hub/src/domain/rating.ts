import { limits } from '@parley/schema/vocabulary'
import { sql } from 'drizzle-orm'
import { ratings } from '../db/tables/rating.ts'
import { HubError, textOf } from '../errors.ts'
import type { VisitorActor, Work } from '../work.ts'
import type { Chat } from './chat.ts'
import { lockOwnChat } from './own-chat.ts'

export type Rating = typeof ratings.$inferSelect
export interface GivenRating {
  chatId: string
  score: number
  comment?: string | null
}

/** A visitor's mark for his own chat once it is over: one for each chat, and for a while he may think again. */
export async function rateChat(work: Work<VisitorActor>, { chatId, score, comment }: GivenRating): Promise<Chat> {
  const chat = await lockOwnChat(work, chatId)
  if (score < 1 || score > limits.ratingMost) throw new HubError('invalid', { field: 'score' })
  const words = comment?.trim() ? textOf(comment, 'comment', limits.ratingComment) : null
  if (!(await mayRate(work, chat))) throw new HubError('rating_over', { field: 'chatId' })
  const changed = await work.db
    .insert(ratings)
    .values({ workspaceId: work.workspaceId, chatId, score, comment: words })
    .onConflictDoUpdate({
      target: [ratings.workspaceId, ratings.chatId],
      set: { score, comment: words },
      setWhere: sql`(${ratings.score}, ${ratings.comment}) is distinct from (${score}::smallint, ${words}::text)`,
    })
    .returning({ chatId: ratings.chatId })
  // The same mark once more is no news.
  if (changed.length > 0)
    work.record({ type: 'chat.rated', chatId, subjectId: chatId, data: { score, ...(words && { comment: words }) }, atEnd: true })
  return chat
}

/** Whether its visitor may rate the chat now: it is over and not long ago, its channel asks, and an earlier mark is fresh. */
export async function mayRate(work: Work<VisitorActor>, chat: Chat): Promise<boolean> {
  if (chat.state !== 'closed') return false
  const [row] = await work.sql<{ may: boolean }[]>`
    select coalesce((n.options ->> 'asksRating')::boolean, true) and c.closed_at > clock_timestamp() - ${limits.ratingDays} * interval '1 day'
      and coalesce(r.rated_at > clock_timestamp() - ${limits.ratingEditMinutes} * interval '1 minute', true) as may
    from chats c join channels n on n.workspace_id = c.workspace_id and n.id = c.channel_id
    left join ratings r on r.workspace_id = c.workspace_id and r.chat_id = c.id
    where c.workspace_id = ${work.workspaceId} and c.id = ${chat.id}`
  return row?.may ?? false
}
