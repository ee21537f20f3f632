import { defineStore } from 'pinia'
import { findCustomer } from '../api/customers.ts'
import type { Customer } from '../api/fragments.ts'

/** Profiles of the customers looked at. */
export const useCustomers = defineStore('customers', {
  state: () => ({ byId: {} as Record<string, Customer> }),
  actions: {
    async load(id: string): Promise<void> {
      const customer = await findCustomer(id)
      if (customer) this.byId[id] = customer
    },
    put(customer: Customer): void {
      if (this.byId[customer.id]) this.byId[customer.id] = customer
    },
    clear(): void {
      this.byId = {}
    },
  },
})
