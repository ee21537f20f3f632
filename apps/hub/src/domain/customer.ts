import { type EventType, limits } from '@parley/schema/vocabulary'
import { and, desc, eq, ilike, isNull, or, type SQL, sql } from 'drizzle-orm'
import { chats } from '../db/tables/chat.ts'
import { customers, type identities } from '../db/tables/customer.ts'
import { HubError, notFound } from '../errors.ts'
import type { Work } from '../work.ts'
import { type ChatOperation, onChat } from './access.ts'
import { sightOf, visibleChats } from './sight.ts'

export type Customer = typeof customers.$inferSelect
export type Identity = typeof identities.$inferSelect

/** A customer is seen by whoever sees one of his chats. */
export const isVisible = (work: Work): SQL =>
  sql`exists (select from ${chats} where ${chats.workspaceId} = ${work.workspaceId} and ${chats.customerId} = ${customers.id} and ${visibleChats(work.actor)})`

/** Who was merged into another is found as that one, so that links to him lead on. */
export async function findCustomer(work: Work, customerId: string): Promise<Customer | undefined> {
  const { workspaceId } = work
  const [row] = await work.db
    .select()
    .from(customers)
    .where(
      and(
        eq(customers.workspaceId, workspaceId),
        sql`${customers.id} = (with recursive line as (
          select id, merged_into_id from customers where workspace_id = ${workspaceId} and id = ${customerId}
          union select c.id, c.merged_into_id from line join customers c on c.workspace_id = ${workspaceId} and c.id = line.merged_into_id
        ) select id from line where merged_into_id is null)`,
        isVisible(work),
      ),
    )
  return row
}

/**
 * Customers in the actor's sight, those who came last first. `search`: a part of the name, the e-mail or the phone, or a tax id.
 * `after`: the id of the last one of the page before.
 */
export function listCustomers(work: Work, page: { search?: string | null; after?: string; limit: number }): Promise<Customer[]> {
  return work.db
    .select()
    .from(customers)
    .where(
      and(
        eq(customers.workspaceId, work.workspaceId),
        isNull(customers.mergedIntoId),
        isVisible(work),
        page.search?.trim() ? fits(page.search.trim().slice(0, limits.search)) : undefined,
        page.after ? sql`${customers.id} < ${page.after}::uuid` : undefined,
      ),
    )
    .orderBy(desc(customers.id))
    .limit(page.limit)
}

function fits(words: string): SQL | undefined {
  const part = `%${words.replaceAll(/[\\%_]/g, '\\$&')}%`
  // A phone is found however it is written, by three digits or more.
  const digits = /^[\d\s()+./-]+$/.test(words) ? words.replaceAll(/\D/g, '') : ''
  return or(
    ilike(customers.name, part),
    ilike(customers.email, part),
    ilike(customers.phone, part),
    eq(customers.taxId, words.replaceAll(/[\s./-]/g, '').toUpperCase()),
    digits.length >= 3 ? sql`${customers.phoneE164} like ${`%${digits}%`}` : undefined,
  )
}

/** The right must hold on at least one chat of the customer. */
export const ensureOnOne = async (work: Work, operation: ChatOperation, customerId: string): Promise<void> =>
  allow(work, operation, await sights(work, customerId))
export const mayOnOne = async (work: Work, operation: ChatOperation, customerId: string): Promise<boolean> =>
  (await sights(work, customerId)).some((chat) => onChat[operation](work.actor, sightOf(chat)))

function allow(work: Work, operation: ChatOperation, rows: (typeof chats.$inferSelect)[]): void {
  if (rows.some((chat) => onChat[operation](work.actor, sightOf(chat)))) return
  throw rows.some((chat) => onChat['chat.read'](work.actor, sightOf(chat))) ? new HubError('forbidden') : notFound()
}

/** The newest of each set of his chats that the same people see: what holds for one holds for all of its set. */
async function sights(work: Work, customerId: string) {
  const seenBy = [chats.operatorId, chats.groupId, chats.participantIds, sql`(${chats.state} = 'queued')`]
  return work.db
    .selectDistinctOn(seenBy)
    .from(chats)
    .where(and(eq(chats.workspaceId, work.workspaceId), eq(chats.customerId, customerId)))
    .orderBy(...seenBy, desc(chats.openedAt))
}

/** Told by chats, because who may know the customer is who may see a chat of his: everybody hears of it, however many chats there are. */
export async function tellChats(
  work: Work,
  customerId: string,
  type: EventType = 'customer.changed',
  subjectId = customerId,
): Promise<void> {
  for (const { id } of await sights(work, customerId)) work.record({ type, chatId: id, subjectId })
}

/** Keeps the profile as it is until the work ends. Who was merged into another is no more. */
export async function lockCustomer(work: Work, customerId: string): Promise<Customer> {
  const [customer] = await work.db
    .select()
    .from(customers)
    .where(and(eq(customers.workspaceId, work.workspaceId), eq(customers.id, customerId), isNull(customers.mergedIntoId)))
    .for('no key update')
  return customer ?? Promise.reject(notFound())
}
