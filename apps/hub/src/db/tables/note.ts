import { index, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core'
import { id, moment, within, workspaceId } from './columns.ts'
import { customers } from './customer.ts'
import { operators } from './operator.ts'

/** What operators write down about a customer. No visitor and no connector ever meets this table. */
export const notes = pgTable(
  'notes',
  {
    workspaceId: workspaceId(),
    id: id(),
    customerId: uuid('customer_id').notNull(),
    authorId: uuid('author_id').notNull(),
    /** Null once it was removed. */
    text: text('text'),
    clientId: text('client_id').notNull(),
    at: moment('at').notNull().defaultNow(),
    editedAt: moment('edited_at'),
    removedAt: moment('removed_at'),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    unique('notes_client').on(t.workspaceId, t.authorId, t.clientId),
    index('notes_customer').on(t.workspaceId, t.customerId, t.id),
    within([t.workspaceId, t.customerId], [customers.workspaceId, customers.id]),
    within([t.workspaceId, t.authorId], [operators.workspaceId, operators.id]),
  ],
)
