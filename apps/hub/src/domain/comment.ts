import { type CommentAudience, limits } from '@parley/schema/vocabulary'
import { and, eq, sql } from 'drizzle-orm'
import { chats } from '../db/tables/chat.ts'
import { comments } from '../db/tables/comment.ts'
import { HubError, notFound, textOf } from '../errors.ts'
import type { OperatorActor, Work } from '../work.ts'
import { type ChatOperation, ensureOnChat, onChat } from './access.ts'
import { callOperators, dropAlertsOf } from './alert.ts'
import { type Audience, hears } from './audience.ts'
import { listColleagues } from './colleagues.ts'
import { linkFiles, unlinkedFiles } from './file.ts'
import { newId } from './ids.ts'
import { sightOf, visibleChats } from './sight.ts'

export type Comment = typeof comments.$inferSelect
export interface NewComment {
  chatId: string
  clientId: string
  text?: string | null
  fileIds?: string[]
  /** Colleagues it names. */
  mentionIds?: string[]
  audience?: CommentAudience | null
}
type CommentChat = typeof chats.$inferSelect

/** For so long its author may change or remove it; afterwards colleagues have acted on it. */
export const commentMinutes = 10

/** Written for colleagues in a chat. The same client id answers with the same comment. */
export async function writeComment(work: Work<OperatorActor>, input: NewComment): Promise<Comment> {
  const text = commentBody(input)
  const chat = await chatFor(work, input.chatId, 'comment.write')
  const repeated = await findByClientId(work, input)
  if (repeated) return repeated
  return addComment(work, chat, text, {
    clientId: input.clientId,
    fileIds: input.fileIds,
    toOperatorId: input.audience === 'operator' ? operatorOf(work, chat) : null,
    mentionIds: input.mentionIds,
  })
}

/** Puts a comment into a chat; the caller has asked for the right. */
export async function addComment(
  work: Work<OperatorActor>,
  chat: CommentChat,
  text: string | null,
  more: { clientId?: string; fileIds?: string[]; toOperatorId?: string | null; mentionIds?: string[] } = {},
): Promise<Comment> {
  const toOperatorId = more.toOperatorId ?? null
  const mentions = await mentionable(work, chat, { authorId: work.actor.operatorId, toOperatorId }, more.mentionIds ?? [])
  const attached = await unlinkedFiles(work, work.actor.operatorId, more.fileIds ?? [])
  const [comment] = await work.db
    .insert(comments)
    .values({
      workspaceId: work.workspaceId,
      id: newId(),
      chatId: chat.id,
      authorId: work.actor.operatorId,
      toOperatorId,
      text,
      mentions,
      clientId: more.clientId ?? null,
      // Below the message it speaks of, which may stand a moment ahead of the clock.
      at: sql`date_trunc('milliseconds', greatest(clock_timestamp(), (select last_message_at from chats where workspace_id = ${work.workspaceId} and id = ${chat.id}))) + interval '1 millisecond'`,
    })
    .returning()
  if (!comment) throw new Error('the comment was not inserted')
  await linkFiles(work, { commentId: comment.id }, attached)
  tellComment(work, 'comment.added', comment)
  if (toOperatorId) await callOperators(work, [toOperatorId], { kind: 'comment', chatId: chat.id, commentId: comment.id })
  await callOperators(
    work,
    mentions.filter((id) => id !== toOperatorId),
    { kind: 'mention', chatId: chat.id, commentId: comment.id },
  )
  return comment
}

/** Its author changes what he wrote. */
export async function editComment(work: Work<OperatorActor>, commentId: string, text: string, mentionIds?: string[]): Promise<Comment> {
  const { comment, chat } = await lockComment(work, commentId)
  if (comment.authorId !== work.actor.operatorId) throw new HubError('forbidden')
  ensureFresh(comment)
  const words = textOf(text, 'text', limits.comment)
  const mentions = mentionIds ? await mentionable(work, chat, comment, mentionIds) : comment.mentions
  const added = mentions.filter((id) => !comment.mentions.includes(id) && id !== comment.toOperatorId)
  if (words === comment.text && sameSet(mentions, comment.mentions)) return comment
  const changed = await change(work, comment, { text: words, mentions, editedAt: sql`clock_timestamp()` })
  await callOperators(work, added, { kind: 'mention', chatId: chat.id, commentId: comment.id })
  return changed
}

/** Its author takes it back; who supervises the chat may remove it at any time. */
export async function removeComment(work: Work<OperatorActor>, commentId: string): Promise<Comment> {
  const { comment, chat } = await lockComment(work, commentId)
  if (comment.removedAt) return comment
  if (!onChat['comment.remove'](work.actor, sightOf(chat))) {
    if (comment.authorId !== work.actor.operatorId) throw new HubError('forbidden')
    ensureFresh(comment)
  }
  await dropAlertsOf(work, comment.id)
  return change(work, comment, { text: null, removedAt: sql`clock_timestamp()` })
}

/** A comment its reader may see. */
export async function findComment(work: Work<OperatorActor>, commentId: string): Promise<Comment | null> {
  const [row] = await work.db
    .select({ comment: comments })
    .from(comments)
    .innerJoin(chats, and(eq(chats.workspaceId, comments.workspaceId), eq(chats.id, comments.chatId)))
    .where(and(eq(comments.workspaceId, work.workspaceId), eq(comments.id, commentId), visibleChats(work.actor)))
  return row && hears(work.actor, row.comment) ? row.comment : null
}

async function chatFor(work: Work<OperatorActor>, chatId: string, operation: ChatOperation) {
  const [chat] = await work.db
    .select()
    .from(chats)
    .where(and(eq(chats.workspaceId, work.workspaceId), eq(chats.id, chatId)))
  if (!chat) throw notFound()
  ensureOnChat(work.actor, operation, sightOf(chat))
  return chat
}

/** Those of the named who read the comment; one who does not is refused as one who does not exist. */
async function mentionable(work: Work, chat: CommentChat, audience: Audience, ids: string[]): Promise<string[]> {
  const named = [...new Set(ids)]
  if (named.length === 0) return []
  if (named.length > limits.mentions) throw new HubError('too_many', { field: 'mentionIds', max: limits.mentions })
  const readers = new Set((await listColleagues(work, sightOf(chat), audience)).map(({ id }) => id))
  if (!named.every((id) => readers.has(id))) throw new HubError('not_found', { field: 'mentionIds' })
  return named
}

const sameSet = (one: string[], other: string[]): boolean => one.length === other.length && one.every((id) => other.includes(id))

/** Whom a comment for the operator alone is for: who holds the chat now. */
function operatorOf(work: Work<OperatorActor>, chat: typeof chats.$inferSelect): string {
  ensureOnChat(work.actor, 'comment.toOperator', sightOf(chat))
  if (!chat.operatorId || chat.operatorId === work.actor.operatorId) throw new HubError('nobody_holds', { field: 'audience' })
  return chat.operatorId
}

async function lockComment(work: Work<OperatorActor>, commentId: string) {
  const [comment] = await work.db.select().from(comments).where(here(work, commentId)).for('no key update')
  if (!comment || !hears(work.actor, comment)) throw notFound()
  return { comment, chat: await chatFor(work, comment.chatId, 'comment.write') }
}

function ensureFresh(comment: Comment): void {
  if (comment.removedAt || Date.now() - comment.at.getTime() > commentMinutes * 60_000)
    throw new HubError('too_late', { minutes: commentMinutes })
}

async function change(
  work: Work,
  comment: Comment,
  values: { [K in keyof Comment]?: Comment[K] | ReturnType<typeof sql> },
): Promise<Comment> {
  const [row] = await work.db
    .update(comments)
    .set(values as Partial<Comment>)
    .where(here(work, comment.id))
    .returning()
  if (!row) throw notFound()
  tellComment(work, 'comment.changed', row)
  return row
}

export function tellComment(
  work: Work,
  type: 'comment.added' | 'comment.changed',
  { id, chatId, authorId, toOperatorId }: Pick<Comment, 'id' | 'chatId' | 'authorId' | 'toOperatorId'>,
): void {
  work.record({ type, chatId, subjectId: id, ...(toOperatorId && { data: { audience: { authorId, toOperatorId } } }) })
}

/** Text or files, and a client id of sane size. */
function commentBody(input: NewComment): string | null {
  if (!input.clientId) throw new HubError('required', { field: 'clientId' })
  if (input.clientId.length > limits.id) throw new HubError('too_long', { field: 'clientId', max: limits.id })
  if (input.text?.trim()) return textOf(input.text, 'text', limits.comment)
  if (!input.fileIds?.length) throw new HubError('empty_message', { field: 'text' })
  return null
}

async function findByClientId(work: Work<OperatorActor>, input: NewComment): Promise<Comment | undefined> {
  const [found] = await work.db
    .select()
    .from(comments)
    .where(
      and(eq(comments.workspaceId, work.workspaceId), eq(comments.authorId, work.actor.operatorId), eq(comments.clientId, input.clientId)),
    )
  if (found && found.chatId !== input.chatId) throw new HubError('client_id_reused', { field: 'clientId' })
  return found
}

const here = (work: Work, commentId: string) => and(eq(comments.workspaceId, work.workspaceId), eq(comments.id, commentId))
