import { limits } from '@parley/schema/vocabulary'
import { and, desc, eq, gt, inArray, isNull, or, sql } from 'drizzle-orm'
import { customers, identities } from '../db/tables/customer.ts'
import { customerMerges, type Moved } from '../db/tables/merge.ts'
import { notes } from '../db/tables/note.ts'
import { HubError, notFound, textOf } from '../errors.ts'
import type { OperatorActor, Work } from '../work.ts'
import { type Customer, ensureOnOne, tellChats } from './customer.ts'
import { plainFields, same, valuesIn, writeFields } from './customer-change.ts'
import { giveBack } from './give-back.ts'
import { newId } from './ids.ts'

export type CustomerMerge = typeof customerMerges.$inferSelect
export interface Merging {
  /** Who is the same person and goes. */
  customerId: string
  /** Who stays. */
  intoCustomerId: string
  reason: string
  /** Fields whose value is taken from the one who goes: `name`, `email`, `phone`, `taxId`, or ids of the company's own. */
  take?: string[] | null
}
/** Chats told one by one, so that desks that have them open show whose they are now. */
const mostTold = 200

/**
 * Everything of the one is the other's from now on. A field the one who stays has not filled in is taken from the one who
 * goes; others only where it was asked for.
 */
export async function mergeCustomers(work: Work<OperatorActor>, { customerId, intoCustomerId, ...merging }: Merging): Promise<Customer> {
  const reason = textOf(merging.reason, 'reason', limits.comment)
  if ((merging.take?.length ?? 0) > limits.formFields + plainFields.length)
    throw new HubError('too_many', { field: 'take', max: limits.formFields + plainFields.length })
  await ensureOnOne(work, 'customer.merge', customerId)
  await ensureOnOne(work, 'customer.merge', intoCustomerId)
  if (customerId === intoCustomerId) throw new HubError('invalid', { field: 'intoCustomerId' })
  const identityIds = await lockCustomers(work, [customerId, intoCustomerId])
  const [from, into] = [await findWhole(work, customerId), await findWhole(work, intoCustomerId)]
  const taken = takenFields(from, into, new Set(merging.take ?? []))
  const merge = {
    workspaceId: work.workspaceId,
    id: newId(),
    fromId: customerId,
    intoId: intoCustomerId,
    reason,
    operatorId: work.actor.operatorId,
  }
  const moved: Moved = {
    identityIds: identityIds.get(customerId) ?? [],
    noteIds: await moveNotes(work, customerId, intoCustomerId),
    fields: Object.fromEntries(Object.entries(taken).map(([name, after]) => [name, { before: valuesIn(into, name), after }])),
    phoneE164: into.phoneE164,
    registered: into.registeredAt !== null,
    version: into.version + 1,
  }
  await work.db.insert(customerMerges).values({ ...merge, moved })
  await moveIdentities(work, moved.identityIds, intoCustomerId)
  await copyTags(work, customerId, intoCustomerId, merge.id)
  await standBehind(work, from, intoCustomerId)
  const whole = await writeFields(work, into, taken, {
    ...(taken.phone && { phoneE164: from.phoneE164 }),
    ...(!into.registeredAt && { registeredAt: from.registeredAt }),
  })
  await tellMoved(work, moved.identityIds)
  await tellChats(work, intoCustomerId, 'customer.merged')
  return whole
}

/** Takes the two apart again: what each had is his, and what came meanwhile is his on whose account it came. */
export async function undoMerge(work: Work<OperatorActor>, mergeId: string): Promise<CustomerMerge> {
  const found = await findMerge(work, mergeId)
  if (!found) throw notFound()
  await ensureOnOne(work, 'customer.merge', found.intoId)
  const { brought } = found.moved
  // Whose profile did not go along may have been merged elsewhere since.
  const fromId = brought && !brought.profile ? await customerOf(work, brought.from.identityId) : found.fromId
  await lockCustomers(work, [fromId, found.intoId])
  const merge = await findMerge(work, mergeId)
  if (!merge || merge.undoneAt) throw new HubError('merge_undone')
  if (await isBuiltUpon(work, merge)) throw new HubError('merged_since')
  if (brought) await giveBack(work, merge.id, brought)
  if (!brought || brought.profile) await partProfiles(work, merge)
  const [undone] = await work.db
    .update(customerMerges)
    .set({ undoneAt: sql`clock_timestamp()`, undoneBy: work.actor.operatorId })
    .where(and(eq(customerMerges.workspaceId, work.workspaceId), eq(customerMerges.id, mergeId)))
    .returning()
  return undone ?? merge
}

async function partProfiles(work: Work, { id, moved, fromId, intoId }: CustomerMerge): Promise<void> {
  const [from, into] = [await findWhole(work, fromId, intoId), await findWhole(work, intoId)]
  await moveIdentities(work, moved.identityIds, fromId)
  if (moved.noteIds.length > 0)
    await work.db
      .update(notes)
      .set({ customerId: fromId })
      .where(and(eq(notes.workspaceId, work.workspaceId), inArray(notes.id, moved.noteIds)))
  await work.sql`delete from customer_tags where workspace_id = ${work.workspaceId} and customer_id = ${intoId} and merge_id = ${id}`
  await work.db
    .update(customers)
    .set({ mergedIntoId: null, version: from.version + 1, changedAt: sql`clock_timestamp()` })
    .where(here(work, fromId))
  // What was edited since is left as it was edited.
  const back = Object.entries(moved.fields).filter(([name, { after }]) => same(valuesIn(into, name), after))
  const untouched = into.version === moved.version
  await writeFields(work, into, Object.fromEntries(back.map(([name, { before }]) => [name, before])), {
    ...(back.some(([name]) => name === 'phone') && { phoneE164: moved.phoneE164 }),
    ...(untouched && !moved.registered && { registeredAt: null }),
  })
  await tellMoved(work, moved.identityIds)
  for (const customerId of [fromId, intoId]) await tellChats(work, customerId, 'customer.merged')
}

async function customerOf(work: Work, identityId: string): Promise<string> {
  const [row] = await work.db
    .select({ id: identities.customerId })
    .from(identities)
    .where(and(eq(identities.workspaceId, work.workspaceId), eq(identities.id, identityId)))
  return row?.id ?? Promise.reject(notFound())
}

/** Who was merged into this customer, the newest first. The caller has asked whether the customer may be seen. */
export const listMerges = (work: Work, customerId: string): Promise<CustomerMerge[]> =>
  work.db
    .select()
    .from(customerMerges)
    .where(and(eq(customerMerges.workspaceId, work.workspaceId), eq(customerMerges.intoId, customerId)))
    .orderBy(desc(customerMerges.id))
    .limit(100)

/**
 * One merge at a time, and then everything that could open or move a chat of theirs: the threads first, in the order in which
 * messages take them, so that a message that comes meanwhile is stored before or after the merge, never between.
 * Answers with the identities of each.
 */
export async function lockCustomers(work: Work, customerIds: string[]): Promise<Map<string, string[]>> {
  const { sql: q, workspaceId } = work
  await q`select pg_advisory_xact_lock(hashtextextended(${`merge ${workspaceId}`}, 0))`
  const theirs = q`(select id from identities where workspace_id = ${workspaceId} and customer_id = any(${customerIds}::uuid[]))`
  await q`select from threads where workspace_id = ${workspaceId} and identity_id in ${theirs} order by id for no key update`
  // A thread that is made for one of the accounts meanwhile waits for this lock, by its reference.
  const rows = await q<
    { id: string; customer_id: string }[]
  >`select id, customer_id from identities where workspace_id = ${workspaceId} and customer_id = any(${customerIds}::uuid[]) order by id for update`
  await q`select from chats where workspace_id = ${workspaceId} and customer_id = any(${customerIds}::uuid[]) order by id for no key update`
  await q`select from customers where workspace_id = ${workspaceId} and id = any(${customerIds}::uuid[]) order by id for update`
  return new Map(customerIds.map((id) => [id, rows.filter((row) => row.customer_id === id).map((row) => row.id)]))
}

export async function findWhole(work: Work, customerId: string, mergedIntoId: string | null = null): Promise<Customer> {
  const [row] = await work.db
    .select()
    .from(customers)
    .where(and(here(work, customerId), mergedIntoId ? eq(customers.mergedIntoId, mergedIntoId) : isNull(customers.mergedIntoId)))
  return row ?? Promise.reject(notFound())
}

/** What the one who stays has not filled in, and what of the other is wanted all the same. */
export function takenFields(from: Customer, into: Customer, take: ReadonlySet<string> = new Set()): Record<string, string[]> {
  const names = [...plainFields, ...Object.keys({ ...into.values, ...from.values })]
  return Object.fromEntries(
    names.flatMap((name) => {
      const [theirs, present] = [valuesIn(from, name), valuesIn(into, name)]
      const wanted = theirs.length > 0 && (present.length === 0 || take.has(name))
      return wanted && !same(theirs, present) ? [[name, theirs]] : []
    }),
  )
}

async function moveIdentities(work: Work, identityIds: string[], customerId: string): Promise<void> {
  const { sql: q, workspaceId } = work
  await q`update identities set customer_id = ${customerId} where workspace_id = ${workspaceId} and id = any(${identityIds}::uuid[])`
  await q`update chats set customer_id = ${customerId} where workspace_id = ${workspaceId}
    and thread_id in (select id from threads where workspace_id = ${workspaceId} and identity_id = any(${identityIds}::uuid[]))`
}

/** The tags of the one who goes stay on him too, to be there when he comes back. */
export async function copyTags(work: Work, fromId: string, intoId: string, mergeId: string | null): Promise<void> {
  await work.sql`insert into customer_tags (workspace_id, customer_id, tag_id, operator_id, at, merge_id)
    select workspace_id, ${intoId}, tag_id, operator_id, at, ${mergeId} from customer_tags
    where workspace_id = ${work.workspaceId} and customer_id = ${fromId} on conflict do nothing`
}

/** Whoever looks for the one who goes finds the one who stays. */
export async function standBehind(work: Work, from: Customer, intoId: string): Promise<void> {
  await work.db
    .update(customers)
    .set({ mergedIntoId: intoId, version: from.version + 1, changedAt: sql`clock_timestamp()` })
    .where(here(work, from.id))
}

export async function moveNotes(work: Work, fromId: string, intoId: string): Promise<string[]> {
  const rows = await work.db
    .update(notes)
    .set({ customerId: intoId })
    .where(and(eq(notes.workspaceId, work.workspaceId), eq(notes.customerId, fromId)))
    .returning({ id: notes.id })
  return rows.map(({ id }) => id)
}

/** A later merge that stands took what this one gave: it is to be undone first. */
async function isBuiltUpon(work: Work, { id, intoId }: CustomerMerge): Promise<boolean> {
  const [later] = await work.db
    .select({ id: customerMerges.id })
    .from(customerMerges)
    .where(
      and(
        eq(customerMerges.workspaceId, work.workspaceId),
        isNull(customerMerges.undoneAt),
        gt(customerMerges.id, id),
        or(eq(customerMerges.intoId, intoId), eq(customerMerges.fromId, intoId)),
      ),
    )
    .limit(1)
  return later !== undefined
}

async function tellMoved(work: Work, identityIds: string[]): Promise<void> {
  const rows = await work.sql<{ id: string; customer_id: string }[]>`
    select c.id, c.customer_id from threads t join chats c on c.workspace_id = t.workspace_id and c.thread_id = t.id
    where t.workspace_id = ${work.workspaceId} and t.identity_id = any(${identityIds}::uuid[]) order by c.opened_at desc limit ${mostTold}`
  for (const row of rows) work.record({ type: 'customer.changed', chatId: row.id, subjectId: row.customer_id })
}

async function findMerge(work: Work, mergeId: string): Promise<CustomerMerge | undefined> {
  const [merge] = await work.db
    .select()
    .from(customerMerges)
    .where(and(eq(customerMerges.workspaceId, work.workspaceId), eq(customerMerges.id, mergeId)))
  return merge
}

const here = (work: Work, customerId: string) => and(eq(customers.workspaceId, work.workspaceId), eq(customers.id, customerId))
