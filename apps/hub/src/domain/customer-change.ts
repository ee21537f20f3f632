import { limits } from '@parley/schema/vocabulary'
import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core'
import { customers } from '../db/tables/customer.ts'
import { customerFields } from '../db/tables/customer-field.ts'
import { workspaces } from '../db/tables/workspace.ts'
import { HubError, notFound, textOf } from '../errors.ts'
import type { OperatorActor, Work } from '../work.ts'
import { type Customer, ensureOnOne, lockCustomer, tellChats } from './customer.ts'
import { valuesOf } from './fields.ts'
import { emailOf } from './operator.ts'
import { countryOf, e164Of } from './phone.ts'
import { taxIdOf } from './tax-id.ts'

/** What is left out stays; an empty text or list takes a value away. */
export interface CustomerChange {
  /** The version of the profile that its editor has before him; without it the last to save wins. */
  version?: number | null
  name?: string | null
  email?: string | null
  phone?: string | null
  taxId?: string | null
  values?: { fieldId: string; values: string[] }[] | null
}

/** A field of a profile that a colleague gave another value after the editor had read it. */
export interface ChangedField {
  /** `name`, `email`, `phone`, `taxId`, or the id of one of the company's own fields. */
  name: string
  values: string[]
  operatorId: string | null
  at: Date
}

/** Colleagues changed the same fields meanwhile; nothing was saved. */
export class ChangedMeanwhile extends HubError {
  readonly customer: Customer
  readonly changed: ChangedField[]
  constructor(customer: Customer, changed: ChangedField[]) {
    super('changed_meanwhile', { field: changed[0]?.name })
    this.customer = customer
    this.changed = changed
  }
}

/** Marks the name of the customers `c` of an update as told by a platform. */
export const nameChanged = `version = c.version + 1, changed_at = clock_timestamp(),
  changes = jsonb_set(c.changes, '{name}', jsonb_build_object('version', c.version + 1, 'operatorId', null, 'at', to_jsonb(clock_timestamp())))`

export const plainFields = ['name', 'email', 'phone', 'taxId'] as const
type PlainField = (typeof plainFields)[number]

/** Changes of other fields made meanwhile stay; the first that an operator saves makes the customer a registered one. */
export async function updateCustomer(work: Work<OperatorActor>, customerId: string, change: CustomerChange): Promise<Customer> {
  await ensureOnOne(work, 'customer.edit', customerId)
  const wanted = { ...plainValues(change), ...(await ownValues(work, change.values ?? [])) }
  const customer = await lockCustomer(work, customerId)
  const different = Object.entries(wanted).filter(([name, values]) => !same(values, valuesIn(customer, name)))
  refuseChanged(customer, change.version, different)
  if (different.length === 0) return customer
  return writeFields(work, customer, Object.fromEntries(different), {
    registeredAt: sql`coalesce(${customers.registeredAt}, clock_timestamp())`,
  })
}

/** Writes fields of a profile that is locked, and tells it. Each field is a list: empty, or with its one value or several. `bySelf`: the customer says it. */
export async function writeFields(
  work: Work,
  customer: Customer,
  fields: Record<string, string[]>,
  more: PgUpdateSetSource<typeof customers> = {},
  bySelf = false,
): Promise<Customer> {
  const version = customer.version + 1
  const at = new Date().toISOString()
  const operatorId = work.actor.kind === 'operator' ? work.actor.operatorId : null
  const values = { ...customer.values }
  const plain: Partial<Record<PlainField, string | null>> = {}
  for (const [name, given] of Object.entries(fields)) {
    if (isPlain(name)) plain[name] = given[0] ?? null
    else if (given.length === 0) delete values[name]
    else values[name] = given
  }
  const changes = Object.fromEntries(
    Object.keys(fields).map((name) => [name, { version, operatorId, at, ...(bySelf && { visitor: true as const }) }]),
  )
  const [row] = await work.db
    .update(customers)
    .set({
      ...plain,
      ...(plain.phone !== undefined && { phoneE164: plain.phone && e164Of(plain.phone, await country(work)) }),
      values,
      version,
      changedAt: sql`clock_timestamp()`,
      changes: { ...customer.changes, ...changes },
      ...more,
    })
    .where(and(eq(customers.workspaceId, work.workspaceId), eq(customers.id, customer.id)))
    .returning()
  await tellChats(work, customer.id)
  return row ?? customer
}

export const isPlain = (name: string): name is PlainField => (plainFields as readonly string[]).includes(name)
export function valuesIn(customer: Customer, name: string): string[] {
  if (!isPlain(name)) return customer.values[name] ?? []
  const value = customer[name]
  return value === null ? [] : [value]
}
export const same = (one: string[], other: string[]): boolean => one.length === other.length && one.every((value) => other.includes(value))

function refuseChanged(customer: Customer, version: number | null | undefined, different: [string, string[]][]): void {
  if (version == null) return
  const changed = different.flatMap(([name]): ChangedField[] => {
    const last = customer.changes[name]
    if (!last || last.version <= version) return []
    return [{ name, values: valuesIn(customer, name), operatorId: last.operatorId, at: new Date(last.at) }]
  })
  if (changed.length > 0) throw new ChangedMeanwhile(customer, changed)
}

const listOf = (value: string | null | undefined, check: (text: string) => string): string[] => (value?.trim() ? [check(value)] : [])
function plainValues({ name, email, phone, taxId }: CustomerChange): Record<string, string[]> {
  return {
    ...(name !== undefined && { name: listOf(name, (text) => textOf(text, 'name', limits.name)) }),
    ...(email !== undefined && { email: listOf(email, (text) => emailOf(text, 'email')) }),
    ...(phone !== undefined && { phone: listOf(phone, (text) => textOf(text, 'phone', limits.phone)) }),
    ...(taxId !== undefined && { taxId: listOf(taxId, (text) => taxIdOf(textOf(text, 'taxId', limits.taxId), 'taxId')) }),
  }
}

async function ownValues(work: Work, given: { fieldId: string; values: string[] }[]): Promise<Record<string, string[]>> {
  if (given.length === 0) return {}
  if (given.length > limits.formFields) throw new HubError('too_many', { field: 'values', max: limits.formFields })
  const ids = given.map(({ fieldId }) => fieldId)
  const rows = await work.db
    .select()
    .from(customerFields)
    .where(
      and(
        eq(customerFields.workspaceId, work.workspaceId),
        inArray(customerFields.id, [...new Set(ids)]),
        isNull(customerFields.archivedAt),
      ),
    )
  const fields = new Map(rows.map((field) => [field.id, field]))
  return Object.fromEntries(
    given.map(({ fieldId, values }) => {
      const field = fields.get(fieldId)
      if (!field) throw notFound()
      const checked = valuesOf(field, values)
      if (field.required && checked.length === 0) throw new HubError('required', { field: 'values' })
      return [fieldId, checked]
    }),
  )
}

async function country(work: Work) {
  const [workspace] = await work.db
    .select({ country: workspaces.country, language: workspaces.language })
    .from(workspaces)
    .where(eq(workspaces.id, work.workspaceId))
  return countryOf(workspace ?? { country: null, language: 'en' })
}
