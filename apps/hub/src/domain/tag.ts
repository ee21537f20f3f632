import { limits, type TagColour } from '@parley/schema/vocabulary'
import { and, count, eq, sql } from 'drizzle-orm'
import { chatTags, customerTags, tags } from '../db/tables/tag.ts'
import { HubError, notFound, textOf } from '../errors.ts'
import type { OperatorActor, Work } from '../work.ts'
import { ensure } from './access.ts'
import { type Chat, lockChat } from './chat.ts'
import { type Customer, ensureOnOne, lockCustomer, tellChats } from './customer.ts'
import { newId } from './ids.ts'
import { renameTagInFilters } from './saved-filter.ts'

export type Tag = typeof tags.$inferSelect
export interface TagChange {
  name?: string | null
  colour?: TagColour | null
}

export const listTags = (work: Work): Promise<Tag[]> =>
  work.db.select().from(tags).where(eq(tags.workspaceId, work.workspaceId)).orderBy(sql`lower(${tags.name})`).limit(limits.tags)

export async function createTag(work: Work<OperatorActor>, name: string, colour: TagColour): Promise<Tag> {
  ensure(work.actor, 'tag.manage')
  const [there] = await work.db.select({ count: count() }).from(tags).where(eq(tags.workspaceId, work.workspaceId))
  if ((there?.count ?? 0) >= limits.tags) throw new HubError('too_many', { max: limits.tags })
  const [tag] = await work.db
    .insert(tags)
    .values({
      workspaceId: work.workspaceId,
      id: newId(),
      name: textOf(name, 'name', limits.tagName),
      colour,
      createdBy: work.actor.operatorId,
    })
    .onConflictDoNothing()
    .returning()
  if (!tag) throw new HubError('taken', { field: 'name' })
  work.record({ type: 'tag.changed', subjectId: tag.id })
  return tag
}

export async function updateTag(work: Work<OperatorActor>, tagId: string, change: TagChange): Promise<Tag> {
  ensure(work.actor, 'tag.manage')
  const tag = await lockTag(work, tagId)
  const name = change.name == null ? tag.name : textOf(change.name, 'name', limits.tagName)
  const [twin] = await work.db
    .select({ id: tags.id })
    .from(tags)
    .where(and(eq(tags.workspaceId, work.workspaceId), sql`lower(${tags.name}) = lower(${name})`))
  if (twin && twin.id !== tagId) throw new HubError('taken', { field: 'name' })
  const [row] = await work.db
    .update(tags)
    .set({ name, colour: change.colour ?? tag.colour })
    .where(here(work, tagId))
    .returning()
  work.record({ type: 'tag.changed', subjectId: tagId })
  return row ?? tag
}

/** Whatever carried the one tag carries the other from now on. */
export async function mergeTags(work: Work<OperatorActor>, tagId: string, intoTagId: string): Promise<Tag> {
  ensure(work.actor, 'tag.manage')
  // In one order, so that two merges of the same pair do not wait for each other.
  const locked = new Map<string, Tag>()
  for (const id of [tagId, intoTagId].sort()) locked.set(id, await lockTag(work, id))
  if (tagId === intoTagId) throw new HubError('invalid', { field: 'intoTagId' })
  const { sql: q, workspaceId } = work
  await q`insert into chat_tags (workspace_id, chat_id, tag_id, operator_id, at)
    select workspace_id, chat_id, ${intoTagId}, operator_id, at from chat_tags
    where workspace_id = ${workspaceId} and tag_id = ${tagId} on conflict do nothing`
  // What one of the two was before a merge of customers is not taken off when that is undone.
  await q`insert into customer_tags (workspace_id, customer_id, tag_id, operator_id, at, merge_id)
    select workspace_id, customer_id, ${intoTagId}, operator_id, at, merge_id from customer_tags
    where workspace_id = ${workspaceId} and tag_id = ${tagId}
    on conflict (workspace_id, customer_id, tag_id) do update set merge_id = null where excluded.merge_id is null and customer_tags.merge_id is not null`
  await renameTagInFilters(work, tagId, intoTagId)
  await dropTag(work, tagId, intoTagId)
  return locked.get(intoTagId) as Tag
}

/** Takes the tag off everything that carries it, for good. */
export async function deleteTag(work: Work<OperatorActor>, tagId: string): Promise<Tag> {
  ensure(work.actor, 'tag.manage')
  const tag = await lockTag(work, tagId)
  await dropTag(work, tagId, null)
  return tag
}

/** Putting on what is on, or taking off what is off, changes nothing. */
export async function tagChat(work: Work<OperatorActor>, chatId: string, tagId: string, on: boolean): Promise<Chat> {
  const chat = await lockChat(work, chatId, 'chat.tag')
  const { workspaceId } = work
  await shareTag(work, tagId)
  const changed = on
    ? await work.db
        .insert(chatTags)
        .values({ workspaceId, chatId, tagId, operatorId: work.actor.operatorId })
        .onConflictDoNothing()
        .returning({ tagId: chatTags.tagId })
    : await work.db
        .delete(chatTags)
        .where(and(eq(chatTags.workspaceId, workspaceId), eq(chatTags.chatId, chatId), eq(chatTags.tagId, tagId)))
        .returning({ tagId: chatTags.tagId })
  if (changed.length === 0) return chat
  if (on) {
    const [all] = await work.db
      .select({ count: count() })
      .from(chatTags)
      .where(and(eq(chatTags.workspaceId, workspaceId), eq(chatTags.chatId, chatId)))
    refuseTooMany(all?.count)
  }
  work.record({ type: 'chat.tagged', chatId, subjectId: chatId, data: { tagId, on } })
  return chat
}

/** The same for a customer. */
export async function tagCustomer(work: Work<OperatorActor>, customerId: string, tagId: string, on: boolean): Promise<Customer> {
  await ensureOnOne(work, 'customer.tag', customerId)
  const { workspaceId } = work
  const customer = await lockCustomer(work, customerId)
  await shareTag(work, tagId)
  const changed = on
    ? await work.db
        .insert(customerTags)
        .values({ workspaceId, customerId, tagId, operatorId: work.actor.operatorId })
        .onConflictDoNothing()
        .returning({ tagId: customerTags.tagId })
    : await work.db
        .delete(customerTags)
        .where(and(eq(customerTags.workspaceId, workspaceId), eq(customerTags.customerId, customerId), eq(customerTags.tagId, tagId)))
        .returning({ tagId: customerTags.tagId })
  if (changed.length === 0) return customer
  if (on) {
    const [all] = await work.db
      .select({ count: count() })
      .from(customerTags)
      .where(and(eq(customerTags.workspaceId, workspaceId), eq(customerTags.customerId, customerId)))
    refuseTooMany(all?.count)
  }
  await tellChats(work, customerId)
  return customer
}

const refuseTooMany = (there = 0): void => {
  if (there > limits.tagsEach) throw new HubError('too_many', { field: 'tagId', max: limits.tagsEach })
}

async function lockTag(work: Work, tagId: string): Promise<Tag> {
  const [tag] = await work.db.select().from(tags).where(here(work, tagId)).for('update')
  if (!tag) throw notFound()
  return tag
}

/** Keeps the tag from being merged away or deleted until the work ends. */
async function shareTag(work: Work, tagId: string): Promise<void> {
  const [tag] = await work.db.select({ id: tags.id }).from(tags).where(here(work, tagId)).for('key share')
  if (!tag) throw notFound()
}

async function dropTag(work: Work, tagId: string, intoId: string | null): Promise<void> {
  await work.db.delete(customerTags).where(and(eq(customerTags.workspaceId, work.workspaceId), eq(customerTags.tagId, tagId)))
  await work.db.delete(chatTags).where(and(eq(chatTags.workspaceId, work.workspaceId), eq(chatTags.tagId, tagId)))
  await work.db.delete(tags).where(here(work, tagId))
  work.record({ type: 'tag.changed', subjectId: tagId, data: { intoId } })
}

const here = (work: Work, tagId: string) => and(eq(tags.workspaceId, work.workspaceId), eq(tags.id, tagId))
