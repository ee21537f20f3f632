import { uuidv7 } from 'uuidv7'
import { systemOf, type Work } from '../../src/work.ts'
import type { TestHub } from './hub.ts'

/** A chat of the past, minute by minute. Moments are ISO 8601. */
export interface PastChat {
  channelId: string
  groupId?: string | null
  customer: string
  opened: string
  closed?: string
  missed?: string
  /** Who holds it, or held it last. */
  operatorId?: string | null
  /** Whose hands it came into, in order. */
  hands?: [type: 'chat.opened' | 'chat.taken' | 'chat.assigned' | 'chat.transferred' | 'chat.reopened', operatorId: string, at: string][]
  /** Who said something and when: an operator's id, `customer`, `device` or `system`. */
  said: [by: string, at: string, text?: string][]
  rated?: [score: number, comment?: string]
  tagIds?: string[]
  customerTagIds?: string[]
  /** Left by a form, or turned into a request, in this state. */
  request?: { source: 'form' | 'chat'; state: string; answered?: string; operatorId?: string }
}

/** Writes what happened straight into the tables, because nobody can wait for last March. Answers with the chats' ids. */
export async function makePast(hub: TestHub, workspaceId: string, chats: PastChat[]): Promise<string[]> {
  const customers = new Map<string, string>()
  const ids: string[] = []
  await hub.works.work(systemOf(workspaceId), async (work) => {
    for (const chat of chats) {
      const known = customers.get(chat.customer)
      const customerId = known ?? uuidv7()
      if (!known) await work.sql`insert into customers (workspace_id, id, name) values (${workspaceId}, ${customerId}, ${chat.customer})`
      customers.set(chat.customer, customerId)
      ids.push(await makeChat(work, customerId, chat))
    }
  })
  return ids
}

async function makeChat(work: Work, customerId: string, chat: PastChat): Promise<string> {
  const { sql, workspaceId } = work
  const [id, identityId, threadId] = [uuidv7(), uuidv7(), uuidv7()]
  await sql`insert into identities (workspace_id, id, channel_id, customer_id, external_id) values (${workspaceId}, ${identityId}, ${chat.channelId}, ${customerId}, ${identityId})`
  await sql`insert into threads (workspace_id, id, channel_id, external_id, kind, identity_id) values (${workspaceId}, ${threadId}, ${chat.channelId}, ${threadId}, 'direct', ${identityId})`
  const [counted] = await sql<{ value: number }[]>`insert into counters (workspace_id, name, value) values (${workspaceId}, 'chat', 1)
    on conflict (workspace_id, name) do update set value = counters.value + 1 returning value::int`
  const operatorId = chat.operatorId ?? null
  const state = chat.closed ? 'closed' : operatorId ? 'serving' : 'queued'
  const last = chat.said.at(-1)?.[1] ?? chat.opened
  await sql`insert into chats (workspace_id, id, number, thread_id, channel_id, customer_id, state, operator_id, group_id, opened_at, closed_at, missed_at, last_message_at)
    values (${workspaceId}, ${id}, ${counted?.value ?? 0}, ${threadId}, ${chat.channelId}, ${customerId}, ${state}, ${operatorId}, ${chat.groupId ?? null},
      ${chat.opened}, ${chat.closed ?? null}, ${chat.missed ?? null}, ${last})`
  for (const [by, at, text] of chat.said) {
    const kind = ['customer', 'device', 'system'].includes(by) ? by : 'operator'
    await sql`insert into messages (workspace_id, id, chat_id, thread_id, channel_id, direction, author_kind, author_id, text, at, delivery)
      values (${workspaceId}, ${uuidv7()}, ${id}, ${threadId}, ${chat.channelId}, ${kind === 'customer' ? 'in' : 'out'}, ${kind}, ${kind === 'operator' ? by : kind === 'customer' ? identityId : null}, ${text ?? 'Hello'}, ${at}, 'sent')`
  }
  for (const [type, to, at] of chat.hands ?? [])
    await sql`insert into events (workspace_id, seq, at, type, operator_id, chat_id, subject_id, data)
      select ${workspaceId}, coalesce(min(seq), 0) - 1, ${at}, ${type}, ${to}, ${id}, ${id}, ${sql.json({ after: { operatorId: to } })} from events where workspace_id = ${workspaceId}`
  if (chat.rated)
    await sql`insert into ratings (workspace_id, chat_id, score, comment) values (${workspaceId}, ${id}, ${chat.rated[0]}, ${chat.rated[1] ?? null})`
  for (const tagId of chat.tagIds ?? [])
    await sql`insert into chat_tags (workspace_id, chat_id, tag_id) values (${workspaceId}, ${id}, ${tagId})`
  for (const tagId of chat.customerTagIds ?? [])
    await sql`insert into customer_tags (workspace_id, customer_id, tag_id) values (${workspaceId}, ${customerId}, ${tagId}) on conflict do nothing`
  if (chat.request)
    await sql`insert into requests (workspace_id, id, number, chat_id, source, title, state, priority, group_id, operator_id, created_at, changed_at, answered_at)
      values (${workspaceId}, ${uuidv7()}, ${counted?.value ?? 0}, ${id}, ${chat.request.source}, 'A question', ${chat.request.state}, 'normal', ${chat.groupId ?? null},
        ${chat.request.operatorId ?? null}, ${chat.opened}, ${chat.request.answered ?? chat.opened}, ${chat.request.answered ?? null})`
  return id
}
