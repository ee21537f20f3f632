import type { Work } from '../work.ts'
import { tellComment } from './comment.ts'

/**
 * What was put to a chat since a merge goes with what was said since: comments with their alerts, tags, the answers of the form,
 * the customer's mark and the request it became. What the other chat has already is left to it.
 */
export async function moveAdded(work: Work, fromId: string, intoId: string, mergeId: string): Promise<void> {
  const { sql: q, workspaceId } = work
  const since = q`(select at from customer_merges where workspace_id = ${workspaceId} and id = ${mergeId})`
  const comments = await q<
    { id: string; author_id: string; to_operator_id: string | null }[]
  >`update comments set chat_id = ${intoId} where workspace_id = ${workspaceId} and chat_id = ${fromId} and at > ${since} returning id, author_id, to_operator_id`
  await q`update alerts set chat_id = ${intoId} where workspace_id = ${workspaceId} and chat_id = ${fromId} and comment_id = any(${comments.map(({ id }) => id)}::uuid[])`
  await q`update chat_tags t set chat_id = ${intoId} where workspace_id = ${workspaceId} and chat_id = ${fromId} and at > ${since}
    and not exists (select from chat_tags o where o.workspace_id = t.workspace_id and o.chat_id = ${intoId} and o.tag_id = t.tag_id)`
  await q`update form_answers t set chat_id = ${intoId} where workspace_id = ${workspaceId} and chat_id = ${fromId} and at > ${since}
    and not exists (select from form_answers o where o.workspace_id = t.workspace_id and o.chat_id = ${intoId} and o.field_id = t.field_id)`
  await q`update ratings set chat_id = ${intoId} where workspace_id = ${workspaceId} and chat_id = ${fromId} and rated_at > ${since}
    and not exists (select from ratings o where o.workspace_id = ${workspaceId} and o.chat_id = ${intoId})`
  const requests = await q<
    { id: string }[]
  >`update requests set chat_id = ${intoId} where workspace_id = ${workspaceId} and chat_id = ${fromId} and created_at > ${since}
    and not exists (select from requests o where o.workspace_id = ${workspaceId} and o.chat_id = ${intoId}) returning id`
  for (const { id } of requests) work.record({ type: 'request.changed', subjectId: id })
  for (const { id, author_id: authorId, to_operator_id: toOperatorId } of comments)
    tellComment(work, 'comment.changed', { id, chatId: intoId, authorId, toOperatorId })
}
