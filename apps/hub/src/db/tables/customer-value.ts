import { filterLimits } from '@parley/schema/filter'
import { sql } from 'drizzle-orm'
import { customType, doublePrecision, foreignKey, index, pgTable, primaryKey, smallint, text, uuid } from 'drizzle-orm/pg-core'
import { foldedText } from '../fold.ts'
import { workspaceId } from './columns.ts'
import { customers } from './customer.ts'

/** In the order of its characters: `starts` is a range of it, and so is a span of days. */
const ordered = customType<{ data: string }>({ dataType: () => 'text collate "C"' })

/**
 * What customers' own fields hold, one row a value, for filters: a trigger keeps it as `customers.values` is, in the same statement.
 * Row-level security lets nobody use an index with an operator that may leak, as those of jsonb are; those of plain columns may not.
 */
export const customerValues = pgTable(
  'customer_values',
  {
    workspaceId: workspaceId(),
    customerId: uuid('customer_id').notNull(),
    fieldId: uuid('field_id').notNull(),
    /** Among the values of the field. */
    place: smallint('place').notNull(),
    value: text('value').notNull(),
    /** Its beginning, as long as a filter may ask for, without case and accents. */
    key: ordered('key')
      .notNull()
      .generatedAlwaysAs(sql`left(${foldedText(sql.raw('value'))}, ${sql.raw(String(filterLimits.text))})`),
    /** Near enough for the index: what is exact is asked of the value. */
    number: doublePrecision('number').generatedAlwaysAs(
      sql.raw(`case when value ~ '^-?[0-9]{1,15}([.][0-9]{1,9})?$' then value::double precision end`),
    ),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.customerId, t.fieldId, t.place] }),
    index('customer_values_key').on(t.workspaceId, t.fieldId, t.key, t.customerId),
    index('customer_values_long')
      .on(t.workspaceId, t.fieldId, t.customerId)
      .where(sql`length(${t.value}) > ${sql.raw(String(filterLimits.text))}`),
    index('customer_values_number').on(t.workspaceId, t.fieldId, t.number, t.customerId).where(sql`${t.number} is not null`),
    foreignKey({ columns: [t.workspaceId, t.customerId], foreignColumns: [customers.workspaceId, customers.id] }).onDelete('cascade'),
  ],
)
