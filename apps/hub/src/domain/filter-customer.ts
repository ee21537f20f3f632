import type { TextField, TextTest } from '@parley/schema/filter'
import { type SQL, sql } from 'drizzle-orm'
import { foldedText } from '../db/fold.ts'
import { chats } from '../db/tables/chat.ts'

/** Where the values of a field are kept: the customer's own, and those his accounts bring along. */
const columnsOf: Record<TextField, { own: SQL; accounts: SQL[] }> = {
  name: { own: sql`c.name_key`, accounts: [sql`i.name_key`, sql`i.username_key`] },
  email: { own: sql`c.email`, accounts: [sql`i.email`] },
  phone: { own: sql`c.phone`, accounts: [sql`i.phone`] },
  taxId: { own: sql`c.tax_id`, accounts: [] },
}

export function ofCustomer(workspace: SQL, field: TextField, is: TextTest, value: string): SQL {
  const { own, accounts } = columnsOf[field]
  const holds = (column: SQL): SQL => comparing(is, column, value, field === 'name' ? asItIs : shapeOf(field, value))
  const ofOwn = sql`select c.id from customers c where c.workspace_id = ${workspace} and ${holds(own)}`
  const ofAccounts = sql`select i.customer_id from identities i where i.workspace_id = ${workspace} and (${accounts.length > 0 ? sql.join(accounts.map(holds), sql` or `) : sql`false`})`
  // `is true`: looked up once, and kept while the chats are gone through. How many a text fits the database cannot know: joined, it would
  // ask anew for every chat, or look for the chats of every customer.
  if (is !== 'lacks' && is !== 'empty') return sql`(${chats.customerId} in (${ofOwn} union all ${ofAccounts})) is true`
  return sql`(not exists (${ofOwn} and c.id = ${chats.customerId}) and not exists (${ofAccounts} and i.customer_id = ${chats.customerId}))`
}

/** A number is written in many ways: its digits are the same, and the digits and letters of a CPF or CNPJ. */
function shapeOf(field: TextField, value: string): (text: SQL) => SQL {
  if (field === 'phone' && /\d/.test(value)) return (text) => sql`regexp_replace(${text}, '\\D', '', 'g')`
  if (field === 'taxId' && /[^\s./-]/.test(value)) return (text) => sql`upper(regexp_replace(${text}, '[\\s./-]', '', 'g'))`
  return foldedText
}

/** The column is without case and accents as it is kept. */
const asItIs = (text: SQL): SQL => text

/** Whether a column has what is looked for; of `lacks` and `empty`, what must not be there. */
function comparing(is: TextTest, column: SQL, value: string, shape: (text: SQL) => SQL): SQL {
  if (is === 'empty' || is === 'filled') return sql`${column} <> ''`
  const there = shape(column)
  const wanted = (shape === asItIs ? foldedText : shape)(sql`${value}::text`)
  if (is === 'is') return sql`${there} = ${wanted}`
  return is === 'starts' ? sql`starts_with(${there}, ${wanted})` : sql`position(${wanted} in ${there}) > 0`
}
