import { onScopeDispose, reactive, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { confirmMessage, resendMessage } from '../api/messages.ts'
import { giveUpMessage, listUndelivered, type Undelivered } from '../api/undelivered.ts'
import { useNews } from '../stores/news.ts'
import { inWords, type Refused } from './useAction.ts'

const pageSize = 50
/** Deliveries change in crowds; the list is asked anew this seldom. */
const againMs = 1_500

/** What did not get to customers, by group, kept as it is now; and deciding about each. */
export function useUndelivered() {
  const { t } = useI18n()
  const news = useNews()
  const groupId = ref<string | null>(null)
  const rows = ref<Undelivered[]>([])
  const status = ref<'loading' | 'ready' | 'failed'>('loading')
  const hasNext = ref(false)
  const loadingMore = ref(false)
  const busyIds = reactive(new Set<string>())
  const refusal = ref<(Refused & { messageId: string }) | null>(null)
  let endCursor: string | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let asked = 0

  async function load(): Promise<void> {
    const turn = ++asked
    try {
      const page = await listUndelivered({
        groupId: groupId.value,
        channelId: null,
        first: Math.min(100, Math.max(pageSize, rows.value.length)),
        after: null,
      })
      if (turn !== asked) return
      take(page, [])
      status.value = 'ready'
    } catch {
      if (turn === asked && status.value !== 'ready') status.value = 'failed'
    }
  }
  async function loadMore(): Promise<void> {
    if (loadingMore.value || !hasNext.value) return
    loadingMore.value = true
    const turn = asked
    await listUndelivered({ groupId: groupId.value, channelId: null, first: pageSize, after: endCursor })
      .then((page) => turn === asked && take(page, rows.value))
      .catch(() => {})
    loadingMore.value = false
  }
  function take(page: Awaited<ReturnType<typeof listUndelivered>>, before: Undelivered[]): void {
    rows.value = [...before, ...page.edges.map(({ node }) => node)]
    hasNext.value = page.pageInfo.hasNextPage
    endCursor = page.pageInfo.endCursor
  }
  async function decide(messageId: string, act: typeof resendMessage | typeof confirmMessage | typeof giveUpMessage): Promise<void> {
    if (busyIds.has(messageId)) return
    busyIds.add(messageId)
    refusal.value = null
    try {
      const answer = await act(messageId)
      if (answer.__typename === 'Refusal') refusal.value = { ...answer, messageId }
      else rows.value = rows.value.filter(({ message }) => message.id !== messageId)
    } catch (error) {
      refusal.value = { ...inWords(error, t), messageId }
    } finally {
      busyIds.delete(messageId)
    }
  }

  watch(groupId, () => {
    rows.value = []
    status.value = 'loading'
    void load()
  })
  watch(
    () => news.deliveries,
    () => {
      timer ??= setTimeout(() => {
        timer = undefined
        void load()
      }, againMs)
    },
  )
  onScopeDispose(() => clearTimeout(timer))
  void load()
  return {
    groupId,
    rows,
    status,
    hasNext,
    loadingMore,
    busyIds,
    refusal,
    load,
    loadMore,
    resend: (id: string) => decide(id, resendMessage),
    confirm: (id: string) => decide(id, confirmMessage),
    giveUp: (id: string) => decide(id, giveUpMessage),
  }
}
