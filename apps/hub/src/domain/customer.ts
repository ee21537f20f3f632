import { limits } from '@parley/schema/vocabulary'
import { and, desc, eq, sql } from 'drizzle-orm'
import { chats, threads } from '../db/tables/chat.ts'
import { blocks, customers, identities } from '../db/tables/customer.ts'
import { HubError, notFound, textOf } from '../errors.ts'
import type { OperatorActor, Work } from '../work.ts'
import { type ChatOperation, onChat } from './access.ts'
import { newId } from './ids.ts'
import { emailOf } from './operator.ts'
import { sightOf, visibleChats } from './sight.ts'

export type Customer = typeof customers.$inferSelect
export type Identity = typeof identities.$inferSelect
export interface CustomerChange {
  name?: string | null
  email?: string | null
  phone?: string | null
}

/** A customer is seen by whoever sees one of his chats. */
export async function findCustomer(work: Work, customerId: string): Promise<Customer | undefined> {
  const [row] = await work.db
    .select()
    .from(customers)
    .where(
      and(
        eq(customers.workspaceId, work.workspaceId),
        eq(customers.id, customerId),
        sql`exists (select from ${chats} where ${chats.workspaceId} = ${work.workspaceId} and ${chats.customerId} = ${customers.id} and ${visibleChats(work.actor)})`,
      ),
    )
  return row
}

/** An empty text takes a value away. */
export async function updateCustomer(work: Work<OperatorActor>, customerId: string, change: CustomerChange): Promise<Customer> {
  await ensureOnOne(work, 'customer.edit', customerId)
  const values = {
    ...(change.name !== undefined && { name: change.name?.trim() ? textOf(change.name, 'name', limits.name) : null }),
    ...(change.email !== undefined && { email: change.email?.trim() ? emailOf(change.email, 'email') : null }),
    ...(change.phone !== undefined && { phone: change.phone?.trim() ? textOf(change.phone, 'phone', limits.phone) : null }),
  }
  const mine = and(eq(customers.workspaceId, work.workspaceId), eq(customers.id, customerId))
  const [row] =
    Object.keys(values).length > 0
      ? await work.db.update(customers).set(values).where(mine).returning()
      : await work.db.select().from(customers).where(mine)
  if (!row) throw notFound()
  await tellChats(work, customerId)
  return row
}

/** Nothing this identity sends opens a chat any more; its open chat is left to its operator. */
export async function blockIdentity(work: Work<OperatorActor>, identityId: string, reason?: string | null): Promise<Identity> {
  const [identity] = await work.db
    .select()
    .from(identities)
    .where(and(eq(identities.workspaceId, work.workspaceId), eq(identities.id, identityId)))
  if (!identity) throw notFound()
  const rows = await work.db
    .select({ chat: chats })
    .from(chats)
    .innerJoin(threads, and(eq(threads.workspaceId, chats.workspaceId), eq(threads.id, chats.threadId)))
    .where(and(eq(threads.workspaceId, work.workspaceId), eq(threads.identityId, identityId)))
  allow(
    work,
    'customer.block',
    rows.map((row) => row.chat),
  )
  await work.db
    .insert(blocks)
    .values({
      workspaceId: work.workspaceId,
      id: newId(),
      identityId,
      operatorId: work.actor.operatorId,
      reason: reason?.trim() ? textOf(reason, 'reason', limits.comment) : null,
    })
    .onConflictDoUpdate({ target: [blocks.workspaceId, blocks.identityId], set: { until: null } })
  await tellChats(work, identity.customerId)
  return identity
}

/** The right must hold on at least one chat of the customer. */
async function ensureOnOne(work: Work, operation: ChatOperation, customerId: string): Promise<void> {
  allow(
    work,
    operation,
    await work.db
      .select()
      .from(chats)
      .where(and(eq(chats.workspaceId, work.workspaceId), eq(chats.customerId, customerId), visibleChats(work.actor)))
      .orderBy(desc(chats.openedAt))
      .limit(50),
  )
}

function allow(work: Work, operation: ChatOperation, rows: (typeof chats.$inferSelect)[]): void {
  if (rows.some((chat) => onChat[operation](work.actor, sightOf(chat)))) return
  throw rows.some((chat) => onChat['chat.read'](work.actor, sightOf(chat))) ? new HubError('forbidden') : notFound()
}

/** Told chat by chat, because who may know the customer is who may see a chat of his. */
async function tellChats(work: Work, customerId: string): Promise<void> {
  const rows = await work.db
    .select({ id: chats.id })
    .from(chats)
    .where(and(eq(chats.workspaceId, work.workspaceId), eq(chats.customerId, customerId)))
    .orderBy(desc(chats.openedAt))
    .limit(20)
  for (const { id } of rows) work.record({ type: 'customer.changed', chatId: id, subjectId: customerId })
}
