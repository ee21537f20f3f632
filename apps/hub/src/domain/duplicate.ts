import { type SQL, sql } from 'drizzle-orm'
import { phoneKey } from '../db/tables/customer.ts'
import { distinctCustomers } from '../db/tables/merge.ts'
import { HubError } from '../errors.ts'
import type { OperatorActor, Work } from '../work.ts'
import { ensureOnOne, tellChats } from './customer.ts'
import { visibleChats } from './sight.ts'

/** What two customers have in common. */
export const duplicateReasons = ['email', 'phone', 'taxId'] as const
export type DuplicateReason = (typeof duplicateReasons)[number]
export interface Duplicate {
  /** The elder of the two. */
  customerId: string
  otherId: string
  reasons: DuplicateReason[]
}
/** What so many have in common is the company's, a family's or a placeholder, and tells nothing. */
const mostAlike = 10

/** Customers in the actor's sight who may be one person; nobody is merged by it. Those who came last first. */
export const listDuplicates = (work: Work, page: { after?: [string, string]; limit: number }): Promise<Duplicate[]> =>
  find(
    work,
    sql`telling as (select kind, key from keys group by kind, key having count(*) between 2 and ${mostAlike}),
      pairs as (select a.id as one, b.id as other, a.kind from telling join keys a using (kind, key) join keys b using (kind, key) where a.id < b.id)`,
    page,
  )

/** Who may be the same person as this customer. The caller has asked whether he may be seen. */
export const listDuplicatesOf = (work: Work, customerId: string): Promise<Duplicate[]> =>
  find(
    work,
    sql`own as (select kind, key from keys where id = ${customerId}::uuid),
      pairs as (select least(k.id, ${customerId}::uuid) as one, greatest(k.id, ${customerId}::uuid) as other, k.kind
        from own join keys k using (kind, key) where k.id <> ${customerId}::uuid)`,
    { limit: mostAlike },
  )

/** The two are two: they are not suggested again. */
export async function dismissDuplicate(work: Work<OperatorActor>, customerId: string, otherId: string): Promise<Duplicate> {
  await ensureOnOne(work, 'customer.edit', customerId)
  await ensureOnOne(work, 'customer.edit', otherId)
  if (customerId === otherId) throw new HubError('invalid', { field: 'otherCustomerId' })
  const [one, other] = [customerId, otherId].sort() as [string, string]
  const dismissed = await work.db
    .insert(distinctCustomers)
    .values({ workspaceId: work.workspaceId, customerId: one, otherId: other, operatorId: work.actor.operatorId })
    .onConflictDoNothing()
    .returning({ at: distinctCustomers.at })
  if (dismissed.length > 0) for (const id of [one, other]) await tellChats(work, id)
  return { customerId: one, otherId: other, reasons: [] }
}

async function find(work: Work, pairs: SQL, page: { after?: [string, string]; limit: number }): Promise<Duplicate[]> {
  const { workspaceId } = work
  const visible = (column: string) =>
    sql`exists (select from chats where chats.workspace_id = ${workspaceId} and chats.customer_id = ${sql.raw(column)} and ${visibleChats(work.actor)})`
  const rows = await work.db.execute<{ one: string; other: string; reasons: DuplicateReason[] }>(sql`
    with keys as not materialized (
      select id, 'email' as kind, lower(email) as key from customers where workspace_id = ${workspaceId} and merged_into_id is null and email is not null
      union select id, 'phone', ${sql.raw(phoneKey('phone_e164'))} from customers
        where workspace_id = ${workspaceId} and merged_into_id is null and phone_e164 is not null
      union select customer_id, 'phone', ${sql.raw(phoneKey('phone_e164'))} from identities where workspace_id = ${workspaceId} and phone_e164 is not null
      union select id, 'taxId', tax_id from customers where workspace_id = ${workspaceId} and merged_into_id is null and tax_id is not null
    ), ${pairs}
    select one, other, array_agg(distinct kind order by kind) as reasons from pairs
    where ${page.after ? sql`(other, one) < (${page.after[0]}::uuid, ${page.after[1]}::uuid)` : sql`true`}
      and not exists (select from distinct_customers d where d.workspace_id = ${workspaceId} and d.customer_id = one and d.other_id = other)
      and ${visible('one')} and ${visible('other')}
    group by one, other order by other desc, one desc limit ${page.limit}`)
  return [...rows].map(({ one, other, reasons }) => ({ customerId: one, otherId: other, reasons }))
}
