import { sql } from 'drizzle-orm'
import { bigint, check, cidr, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core'
import { id, moment, within, workspaceId } from './columns.ts'
import { identities } from './customer.ts'
import { operators } from './operator.ts'

/** What comes from a blocked identity, or from an address in a blocked range, is counted and never opens a chat. */
export const blocks = pgTable(
  'blocks',
  {
    workspaceId: workspaceId(),
    id: id(),
    /** One of the two. */
    identityId: uuid('identity_id'),
    address: cidr('address'),
    reason: text('reason'),
    operatorId: uuid('operator_id'),
    /** Null: for good. */
    until: moment('until'),
    hits: bigint('hits', { mode: 'number' }).notNull().default(0),
    lastHitAt: moment('last_hit_at'),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    unique('blocks_identity').on(t.workspaceId, t.identityId),
    unique('blocks_address').on(t.workspaceId, t.address),
    check('blocks_one', sql`num_nonnulls(${t.identityId}, ${t.address}) = 1`),
    within([t.workspaceId, t.identityId], [identities.workspaceId, identities.id]),
    within([t.workspaceId, t.operatorId], [operators.workspaceId, operators.id]),
  ],
)
