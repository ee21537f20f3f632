import { computed, type Ref, ref, watch } from 'vue'
import { type ChangedField, type EarlierChat, listEarlierChats, updateCustomer } from '../api/customers.ts'
import { useConnection } from '../stores/connection.ts'
import { useCustomerFields } from '../stores/customerFields.ts'
import { useCustomers } from '../stores/customers.ts'
import { useAction } from './useAction.ts'

type Change = Omit<Parameters<typeof updateCustomer>[0], 'customerId' | 'version'>

/** A customer: profile, changing it field by field, and his chats on all channels, read anew with each `from`. */
export function useCustomer(customerId: Ref<string | null>, from?: Ref<string>) {
  const customers = useCustomers()
  const fields = useCustomerFields()
  const connection = useConnection()
  const customer = computed(() => (customerId.value ? customers.byId[customerId.value] : undefined))
  const earlier = ref<EarlierChat[]>([])
  const hasMore = ref(false)
  /** Whether `earlier` says all it can: until then nobody knows that there are none. */
  const earlierKnown = ref(false)
  const failed = ref(false)
  const missing = ref(false)
  const change = useAction(updateCustomer)
  /** What a colleague changed while this was edited: the reader decides. */
  const conflict = ref<ChangedField | null>(null)
  /** The profile as it was when its editor began. */
  let version = 0
  let endCursor: string | null = null

  async function load(id: string): Promise<void> {
    failed.value = false
    missing.value = false
    earlier.value = []
    earlierKnown.value = false
    endCursor = null
    try {
      await Promise.all([customers.load(id), fields.ensure(), loadEarlier(id)])
      if (id === customerId.value) missing.value = !customers.byId[id]
    } catch {
      if (id === customerId.value) failed.value = true
    }
  }
  async function loadEarlier(id = customerId.value): Promise<void> {
    if (!id) return
    const page = await listEarlierChats(id, endCursor)
    if (!page || id !== customerId.value) return
    earlierKnown.value = true
    earlier.value = [...earlier.value, ...page.edges.map((edge) => edge.node)]
    hasMore.value = page.pageInfo.hasNextPage
    endCursor = page.pageInfo.endCursor
  }
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
      if (!id || id !== idBefore || now === before) return
      earlier.value = []
      endCursor = null
      void loadEarlier(id).catch(() => {})
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
    if (answer.__typename === 'Customer') {
      customers.putAnswer(answer)
      conflict.value = null
      return true
    }
    customers.putAnswer(answer.customer)
    version = answer.customer.version
    conflict.value = answer.changed[0] ?? null
    return false
  }

  return {
    customer,
    fields,
    earlier,
    earlierKnown,
    hasMore,
    failed,
    missing,
    change,
    conflict,
    begin,
    save,
    loadEarlier: () => loadEarlier().catch(() => {}),
    retry: () => customerId.value && load(customerId.value),
  }
}
