import { computed, type Ref, ref, watch } from 'vue'
import { type EarlierChat, listEarlierChats, updateCustomer } from '../api/customers.ts'
import { useConnection } from '../stores/connection.ts'
import { useCustomers } from '../stores/customers.ts'
import { useAction } from './useAction.ts'

/** The customer of a chat: profile, changing it, and earlier chats. */
export function useCustomer(customerId: Ref<string | null>) {
  const customers = useCustomers()
  const connection = useConnection()
  const customer = computed(() => (customerId.value ? customers.byId[customerId.value] : undefined))
  const earlier = ref<EarlierChat[]>([])
  const hasMore = ref(false)
  const failed = ref(false)
  const change = useAction(updateCustomer)
  let endCursor: string | null = null

  async function load(id: string): Promise<void> {
    failed.value = false
    earlier.value = []
    endCursor = null
    try {
      await Promise.all([customers.load(id), loadEarlier(id)])
    } catch {
      failed.value = true
    }
  }
  async function loadEarlier(id = customerId.value): Promise<void> {
    if (!id) return
    const page = await listEarlierChats(id, endCursor)
    if (!page || id !== customerId.value) return
    earlier.value = [...earlier.value, ...page.edges.map((edge) => edge.node)]
    hasMore.value = page.pageInfo.hasNextPage
    endCursor = page.pageInfo.endCursor
  }
  watch([customerId, () => connection.status === 'live'], ([id, isLive]) => id && (isLive || !customer.value) && void load(id), {
    immediate: true,
  })

  return {
    customer,
    earlier,
    hasMore,
    failed,
    change,
    loadEarlier: () => loadEarlier().catch(() => {}),
    retry: () => customerId.value && load(customerId.value),
  }
}
