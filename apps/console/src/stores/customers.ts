import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import { findCustomer } from '../api/customers.ts'
import type { Customer } from '../api/fragments.ts'
import { useConnection } from './connection.ts'
import { withoutTag } from './tags.ts'

/** Profiles of the customers looked at. */
export const useCustomers = defineStore('customers', () => {
  const byId = shallowReactive<Record<string, Customer>>({})
  /** The event by which a customer was last changed: an older answer must not undo it. */
  const touched = new Map<string, number>()
  const asked = new Set<string>()
  const connection = useConnection()

  async function load(id: string): Promise<void> {
    const since = connection.cursor ?? 0
    asked.add(id)
    const customer = await findCustomer(id)
    if (customer && (touched.get(id) ?? 0) <= since) byId[id] = customer
  }
  /** A customer as an event told it; kept only where somebody has asked for him, or a list shows him. */
  function put(customer: Customer, cursor: number): void {
    if (!asked.has(customer.id) && !byId[customer.id]) return
    touched.set(customer.id, cursor)
    byId[customer.id] = customer
  }
  /** A customer as an answer showed him: of two the later version stands. */
  function putAnswer(customer: Customer): void {
    const known = byId[customer.id]
    if (!known || known.version <= customer.version) byId[customer.id] = customer
  }
  /** Customers as a list has them that was asked for when the feed stood at `since`. */
  function remember(rows: readonly Customer[], since: number): void {
    for (const row of rows) if ((touched.get(row.id) ?? 0) <= since) putAnswer(row)
  }
  function replaceTag(goneId: string, intoId: string | null): void {
    for (const [id, customer] of Object.entries(byId)) byId[id] = { ...customer, tags: withoutTag(customer.tags, goneId, intoId) }
  }
  function clear(): void {
    for (const id of Object.keys(byId)) delete byId[id]
    touched.clear()
    asked.clear()
  }
  return { byId, load, put, putAnswer, remember, replaceTag, clear }
})
