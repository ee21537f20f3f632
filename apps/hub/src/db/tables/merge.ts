import { sql } from 'drizzle-orm'
import { check, index, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { id, moment, within, workspaceId } from './columns.ts'
import { customers } from './customer.ts'
import { operators } from './operator.ts'

/** What a merge moved, and what it wrote over: all that is needed to take it back. */
export interface Moved {
  identityIds: string[]
  noteIds: string[]
  /** Fields of who stayed, as lists of values. */
  fields: Record<string, { before: string[]; after: string[] }>
  phoneE164: string | null
  /** Whether who stayed was registered before. */
  registered: boolean
  /** Of who stayed, right after. */
  version: number
}

export const customerMerges = pgTable(
  'customer_merges',
  {
    workspaceId: workspaceId(),
    id: id(),
    fromId: uuid('from_id').notNull(),
    intoId: uuid('into_id').notNull(),
    reason: text('reason').notNull(),
    operatorId: uuid('operator_id').notNull(),
    moved: jsonb('moved').$type<Moved>().notNull(),
    at: moment('at').notNull().defaultNow(),
    undoneAt: moment('undone_at'),
    undoneBy: uuid('undone_by'),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    index('merges_into').on(t.workspaceId, t.intoId, t.id),
    index('merges_from').on(t.workspaceId, t.fromId, t.id),
    within([t.workspaceId, t.fromId], [customers.workspaceId, customers.id]),
    within([t.workspaceId, t.intoId], [customers.workspaceId, customers.id]),
    within([t.workspaceId, t.operatorId], [operators.workspaceId, operators.id]),
    within([t.workspaceId, t.undoneBy], [operators.workspaceId, operators.id]),
  ],
)

/** Two customers who look like one and are not. */
export const distinctCustomers = pgTable(
  'distinct_customers',
  {
    workspaceId: workspaceId(),
    customerId: uuid('customer_id').notNull(),
    otherId: uuid('other_id').notNull(),
    operatorId: uuid('operator_id').notNull(),
    at: moment('at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.customerId, t.otherId] }),
    check('distinct_customers_order', sql`${t.customerId} < ${t.otherId}`),
    within([t.workspaceId, t.customerId], [customers.workspaceId, customers.id]),
    within([t.workspaceId, t.otherId], [customers.workspaceId, customers.id]),
    within([t.workspaceId, t.operatorId], [operators.workspaceId, operators.id]),
  ],
)
