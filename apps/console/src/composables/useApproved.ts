import { approvedText } from '@parley/schema/approved'
import { computed, onScopeDispose, ref, watch } from 'vue'
import { type ApprovedText, listApproved } from '../api/approved.ts'
import { sendApprovedText } from '../api/messages.ts'
import { useTimelines } from '../stores/timelines.ts'
import { useAction } from './useAction.ts'

/** The hub asks the platform anew when the list is opened; this long later its answer is there. */
const againMs = 3_000

/** Choosing, filling and sending a text that the platform of a chat has approved. */
export function useApproved(chatId: () => string) {
  const texts = ref<ApprovedText[]>([])
  const status = ref<'loading' | 'ready' | 'failed'>('loading')
  const search = ref('')
  const chosen = ref<ApprovedText | null>(null)
  const values = ref<Record<string, string>>({})
  const sending = useAction(sendApprovedText)
  /** Stays the same until it was sent, so that a lost answer makes no second message. */
  let clientId = crypto.randomUUID()

  async function load(): Promise<void> {
    try {
      const found = await listApproved(chatId())
      texts.value = found.texts
      if (status.value !== 'ready' && (found.syncedAt || found.texts.length > 0)) status.value = 'ready'
    } catch {
      if (status.value !== 'ready') status.value = 'failed'
    }
  }
  void load()
  const timer = setTimeout(async () => {
    await load()
    if (status.value === 'loading') status.value = 'ready'
  }, againMs)
  onScopeDispose(() => clearTimeout(timer))

  const shown = computed(() => {
    const words = search.value.trim().toLocaleLowerCase()
    return texts.value.filter((text) => !words || `${text.name} ${text.header ?? ''} ${text.body}`.toLocaleLowerCase().includes(words))
  })
  const textOf = (text: ApprovedText, given: Record<string, string>) =>
    approvedText({ body: text.body, ...(text.header && { header: text.header }), ...(text.footer && { footer: text.footer }) }, given)
  const preview = computed(() => (chosen.value ? textOf(chosen.value, values.value) : ''))
  const isFilled = computed(() => chosen.value?.variables.every(({ key }) => values.value[key]?.trim()) ?? false)

  watch([chosen, values], () => {
    clientId = crypto.randomUUID()
    sending.forget()
  })
  function choose(text: ApprovedText | null): void {
    values.value = {}
    chosen.value = text
  }
  function fill(key: string, value: string): void {
    values.value = { ...values.value, [key]: value }
  }
  /** Answers whether it is on its way. */
  async function send(): Promise<boolean> {
    const text = chosen.value
    if (!text || !isFilled.value) return false
    const variables = text.variables.map(({ key }) => ({ key, value: values.value[key] ?? '' }))
    const sent = await sending.run({ chatId: chatId(), clientId, name: text.name, language: text.language, variables })
    if (sent?.__typename !== 'Message') return false
    useTimelines().putNew(chatId(), sent)
    return true
  }
  return { shown, status, search, chosen, values, preview, isFilled, choose, fill, send, load, textOf, sending }
}
