import { computed, type Ref, ref, watch } from 'vue'
import { type ChangedField, listEarlierChats, updateCustomer } from '../api/customers.ts'
import { useConnection } from '../stores/connection.ts'
import { useCustomerFields } from '../stores/customerFields.ts'
import { useCustomers } from '../stores/customers.ts'
import { useAction } from './useAction.ts'
import { usePages } from './usePages.ts'

const none = { edges: [], pageInfo: { hasNextPage: false, endCursor: null } }
type Change = Omit<Parameters<typeof updateCustomer>[0], 'customerId' | 'version'>

/** A customer: profile, changing it field by field, and his chats on all channels, read anew with each `from`. */
export function useCustomer(customerId: Ref<string | null>, from?: Ref<string>) {
  const customers = useCustomers()
  const fields = useCustomerFields()
  const connection = useConnection()
  const customer = computed(() => (customerId.value ? customers.byId[customerId.value] : undefined))
  const failed = ref(false)
  const missing = ref(false)
  const change = useAction(updateCustomer)
  /** What a colleague changed while this was edited: the reader decides. */
  const conflict = ref<ChangedField | null>(null)
  /** The profile as it was when its editor began. */
  let version = 0

  const earlier = usePages(
    async (page) => (customerId.value ? await listEarlierChats({ id: customerId.value, ...page }) : null) ?? none,
    ({ id }) => id,
    10,
  )

  async function load(id: string): Promise<void> {
    failed.value = false
    missing.value = false
    try {
      await Promise.all([customers.load(id), fields.ensure()])
      if (id === customerId.value) missing.value = !customers.byId[id]
    } catch {
      if (id === customerId.value) failed.value = true
    }
  }
  watch(customerId, () => void earlier.begin(), { immediate: true })
  watch(
    () => from?.value,
    () => void earlier.load(),
  )
  watch(
    [customerId, () => connection.status === 'live', () => from?.value],
    ([id, isLive]) => id && (isLive || !customer.value) && void load(id),
    {
      immediate: true,
    },
  )

  // Whoever is merged or taken apart brings his chats or takes them with him.
  watch(
    () => [customer.value?.id, customer.value?.identities.map(({ id }) => id).join()] as const,
    ([id, now], [idBefore, before]) => {
      if (id && id === idBefore && now !== before) void earlier.load()
    },
  )

  function begin(): void {
    version = customer.value?.version ?? 0
    conflict.value = null
    change.forget()
  }
  /** False when it was refused or a colleague was faster; `conflict` says what he wrote, and the next save writes over it. */
  async function save(values: Change): Promise<boolean> {
    const id = customerId.value
    const answer = id ? await change.run({ customerId: id, version, ...values }) : null
    if (!answer) return false
    const isSaved = answer.__typename === 'Customer'
    customers.putAnswer(isSaved ? answer : answer.customer)
    if (id !== customerId.value) return isSaved
    if (isSaved) {
      conflict.value = null
      return true
    }
    version = answer.customer.version
    conflict.value = answer.changed[0] ?? null
    return false
  }

  return {
    customer,
    fields,
    earlier: earlier.rows,
    /** Whether `earlier` says all it can: until then nobody knows that there are none. */
    earlierKnown: computed(() => earlier.status.value === 'ready'),
    hasMore: earlier.hasNext,
    failed: computed(() => failed.value || earlier.status.value === 'failed'),
    missing,
    change,
    conflict,
    begin,
    save,
    loadEarlier: earlier.loadMore,
    retry: () => {
      if (customerId.value) void load(customerId.value)
      void earlier.load()
    },
  }
}
