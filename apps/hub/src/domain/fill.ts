import type { Language, TemplateVariable } from '@parley/schema/vocabulary'
import { and, eq } from 'drizzle-orm'
import { channels } from '../db/tables/channel.ts'
import { customers } from '../db/tables/customer.ts'
import { groups } from '../db/tables/group.ts'
import { operators } from '../db/tables/operator.ts'
import { workspaces } from '../db/tables/workspace.ts'
import type { OperatorActor, Work } from '../work.ts'
import type { Chat } from './chat.ts'
import { listCustomerFields } from './customer-field.ts'
import { wordsOf } from './fields.ts'

/** A template's text for one chat. `empty`: variables that had nothing and no words in their place; they are left as they stand. */
export interface Filled {
  text: string
  empty: string[]
}
/** By the name of the variable; those of the company's own fields are `customer.field.` and the field's key. */
export type Values = Record<TemplateVariable, string> & Record<string, string>

/** Puts the values in; what is no variable of ours is text. */
export function fill(body: string, values: Values): Filled {
  const empty = new Set<string>()
  const text = body.replace(/\{\{\s*([\w.]{1,80})\s*(?:\|([^{}]{0,500}))?\}\}/g, (whole, name: string, otherwise?: string) => {
    if (!Object.hasOwn(values, name)) return whole
    const value = values[name] || otherwise?.trim()
    if (value) return value
    // An empty fallback says that nothing is meant to stand there.
    if (otherwise !== undefined) return ''
    empty.add(name)
    return whole
  })
  return { text, empty: [...empty] }
}

/** What the variables hold in a chat of the actor's. */
export async function valuesFor(work: Work<OperatorActor>, chat: Chat): Promise<Values> {
  const { workspaceId } = work
  const [row] = await work.db
    .select({
      customer: customers.name,
      email: customers.email,
      phone: customers.phone,
      values: customers.values,
      operator: operators.name,
      channel: channels.name,
      group: groups.name,
      company: workspaces.name,
      language: workspaces.language,
    })
    .from(workspaces)
    .leftJoin(customers, and(eq(customers.workspaceId, workspaceId), eq(customers.id, chat.customerId)))
    .leftJoin(operators, and(eq(operators.workspaceId, workspaceId), eq(operators.id, work.actor.operatorId)))
    .leftJoin(channels, and(eq(channels.workspaceId, workspaceId), eq(channels.id, chat.channelId)))
    .leftJoin(groups, and(eq(groups.workspaceId, workspaceId), eq(groups.id, chat.groupId ?? workspaceId)))
    .where(eq(workspaces.id, workspaceId))
  const language = (row?.language ?? 'en') as Language
  const own = (await listCustomerFields(work)).map((field) => [
    `customer.field.${field.key}`,
    wordsOf(field.type, row?.values?.[field.id] ?? [], language),
  ])
  return {
    ...Object.fromEntries(own),
    'customer.name': row?.customer ?? '',
    'customer.first_name': firstOf(row?.customer),
    'customer.email': row?.email ?? '',
    'customer.phone': row?.phone ?? '',
    'operator.name': row?.operator ?? '',
    'operator.first_name': firstOf(row?.operator),
    'chat.number': String(chat.number),
    'channel.name': row?.channel ?? '',
    'group.name': row?.group ?? '',
    'company.name': row?.company ?? '',
  }
}

const firstOf = (name: string | null | undefined): string => name?.trim().split(/\s+/)[0] ?? ''
