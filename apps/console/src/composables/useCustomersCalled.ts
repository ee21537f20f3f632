import { refDebounced } from '@vueuse/core'
import { type Ref, shallowRef, watch } from 'vue'
import { listCustomers } from '../api/customers.ts'
import type { Customer } from '../api/fragments.ts'

const typingMs = 200
const most = 5
/** Of fewer letters everybody has them. */
const fewest = 2

/** The first of the customers who have what is typed in their name, address or number: all that one may see, not only those who are on the screen. */
export function useCustomersCalled(typed: Ref<string>) {
  const settled = refDebounced(typed, typingMs)
  const customers = shallowRef<Customer[]>([])
  watch(settled, async (words) => {
    const search = words.trim()
    const found =
      search.length < fewest
        ? []
        : await listCustomers({ search, first: most }).then(
            ({ edges }) => edges.map(({ node }) => node),
            () => [],
          )
    if (settled.value === words) customers.value = found
  })
  return customers
}
