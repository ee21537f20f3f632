import { type Asking, type FieldType, limits, visitorFields } from '@parley/schema/vocabulary'
import { and, eq } from 'drizzle-orm'
import { channels } from '../db/tables/channel.ts'
import { customers, identities } from '../db/tables/customer.ts'
import { HubError, textOf } from '../errors.ts'
import type { Work } from '../work.ts'
import { type Customer, type Identity, lockCustomer } from './customer.ts'
import { isPlain, same, valuesIn, writeFields } from './customer-change.ts'
import { type CustomerField, listCustomerFields } from './customer-field.ts'
import { valuesOf } from './fields.ts'
import { emailOf } from './operator.ts'

/** What a website's visitor may be asked, or its page may tell of him. */
export interface VisitorField {
  /** `name`, `email`, `phone`, or the id of one of the company's own. */
  name: string
  kind: (typeof visitorFields)[number] | FieldType
  asked: Asking
  siteSets: boolean
  own: CustomerField | null
}
/** What somebody says of one field; empty: nothing. `field` may be the key of one of the company's own as well. */
export interface Said {
  field: string
  values: string[]
}

/** As asked where no admin has chosen, and of whoever leaves a request. */
export const usualFields: VisitorField[] = (['name', 'email'] as const).map((name) => ({
  name,
  kind: name,
  asked: 'required',
  siteSets: false,
  own: null,
}))

interface Options {
  asksFirst?: boolean
  previewsTyping?: boolean
  visitorFields?: { field: string; asked: Asking; siteSets: boolean }[]
}

/** All a website knows of, in the order in which they are asked: what everybody has, then the company's own. */
export async function listVisitorFields(work: Work, channelId: string): Promise<VisitorField[]> {
  const { asksFirst = true, visitorFields: chosen } = await optionsOf(work, channelId)
  if (!chosen) return asksFirst ? usualFields : []
  const own = chosen.some(({ field }) => !isPlain(field)) ? await listCustomerFields(work) : []
  const all = [
    ...visitorFields.map((name) => ({ name, kind: name, own: null })),
    ...own.map((each) => ({ name: each.id, kind: each.type, own: each })),
  ]
  return all.flatMap((field) => {
    const choice = chosen.find((each) => each.field === field.name)
    return choice ? [{ ...field, asked: asksFirst ? choice.asked : ('no' as const), siteSets: choice.siteSets }] : []
  })
}

/** Operators see what a visitor types before he sends it, and he is told so. */
export const previewsTyping = async (work: Work, channelId: string): Promise<boolean> =>
  (await optionsOf(work, channelId)).previewsTyping === true

async function optionsOf(work: Work, channelId: string): Promise<Options> {
  const [channel] = await work.db
    .select({ options: channels.options })
    .from(channels)
    .where(and(eq(channels.workspaceId, work.workspaceId), eq(channels.id, channelId)))
  return (channel?.options ?? {}) as Options
}

export const isAsked = ({ asked }: VisitorField): boolean => asked !== 'no'

/** Of whom the website has said who he is, and who has not written yet, only that is asked which nobody knows. */
export async function listUnknown(work: Work, channelId: string, identityId: string): Promise<VisitorField[]> {
  const { identity, customer } = await whoIs(work, identityId)
  if (identity.signedId === null) return []
  return (await listVisitorFields(work, channelId)).filter((field) => isAsked(field) && valuesIn(customer, field.name).length === 0)
}

/** Refuses what the fields do not take, and, for a form, what it must have and has not. Answers with the values by the fields' names. */
export function valuesSaid(fields: VisitorField[], said: Said[], form: boolean): Record<string, string[]> {
  if (said.length > limits.formFields) throw new HubError('too_many', { field: 'values', max: limits.formFields })
  const given = new Map<VisitorField, string[][]>()
  for (const { field: name, values } of said) {
    const field = fields.find((each) => each.name === name) ?? fields.find(({ own }) => own?.key === name)
    if (!field) throw new HubError('not_found', { field: name.slice(0, limits.fieldKey) })
    given.set(field, [...(given.get(field) ?? []), values])
  }
  return Object.fromEntries(
    fields.flatMap((field) => {
      // What is said of one field twice is taken as it was said last.
      const kept = given
        .get(field)
        ?.map((values) => checked(field, values))
        .at(-1)
      if (form && field.asked === 'required' && !kept?.length) throw new HubError('required', { field: field.name })
      return kept ? [[field.name, kept]] : []
    }),
  )
}

function checked({ name, own }: VisitorField, given: string[]): string[] {
  if (own) return named(name, () => valuesOf(own, given))
  const words = given.map((value) => value.trim()).filter(Boolean)
  if (words.length > 1) throw new HubError('invalid', { field: name })
  return words.map((value) => {
    if (name === 'email') return emailOf(value, name)
    if (name === 'phone' && value.replaceAll(/\D/g, '').length < 5) throw new HubError('bad_phone', { field: name })
    return textOf(value, name, name === 'phone' ? limits.phone : limits.name)
  })
}

/** A refusal names the field it is about. */
function named<T>(field: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw error instanceof HubError ? new HubError(error.code, { ...error.details, field }) : error
  }
}

/** Keeps what a visitor, or his website's page, says of him: it takes the place of nothing that anybody else has written. */
export async function keepSaid(work: Work, identityId: string, values: Record<string, string[]>): Promise<void> {
  const { identity } = await whoIs(work, identityId)
  const customer = await lockCustomer(work, identity.customerId)
  const his = Object.entries(values).filter(([name, said]) => !same(said, valuesIn(customer, name)) && isHisToSay(customer, identity, name))
  if (his.length === 0) return
  const fields = Object.fromEntries(his)
  await writeFields(work, customer, fields, {}, true)
  const known = Object.fromEntries(his.flatMap(([name, [value]]) => (name === 'name' || name === 'email' ? [[name, value ?? null]] : [])))
  if (Object.keys(known).length > 0)
    await work.db
      .update(identities)
      .set(known)
      .where(and(eq(identities.workspaceId, work.workspaceId), eq(identities.id, identityId)))
}

/** What nobody knows yet, or he said himself; what his website signed of him stands above what its page says. */
function isHisToSay(customer: Customer, identity: Identity, name: string): boolean {
  if (valuesIn(customer, name).length === 0) return true
  if (identity.signedId !== null && (name === 'name' || name === 'email')) return false
  const last = customer.changes[name]
  if (last) return last.visitor === true
  return (name === 'name' || name === 'email') && customer[name] === identity[name]
}

async function whoIs(work: Work, identityId: string): Promise<{ identity: Identity; customer: Customer }> {
  const [row] = await work.db
    .select({ identity: identities, customer: customers })
    .from(identities)
    .innerJoin(customers, and(eq(customers.workspaceId, identities.workspaceId), eq(customers.id, identities.customerId)))
    .where(and(eq(identities.workspaceId, work.workspaceId), eq(identities.id, identityId)))
  if (!row) throw new HubError('not_found')
  return row
}
