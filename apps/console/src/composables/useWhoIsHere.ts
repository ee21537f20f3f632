import { useDocumentVisibility } from '@vueuse/core'
import { computed, onScopeDispose, type Ref, watch } from 'vue'
import { setViewing } from '../api/chats.ts'
import type { Chat } from '../api/fragments.ts'
import { useConnection } from '../stores/connection.ts'
import { usePreferences } from '../stores/preferences.ts'
import { useSession } from '../stores/session.ts'
import { useSignals } from '../stores/signals.ts'

const renewEveryMs = 20_000

/** Colleagues who have the chat open and who of them answers; and telling them that one is here oneself, unless one looks on unseen. */
export function useWhoIsHere(chatId: Ref<string>, chat: Ref<Chat | undefined>) {
  const session = useSession()
  const signals = useSignals()
  const preferences = usePreferences()
  const connection = useConnection()
  const visibility = useDocumentVisibility()

  const myId = computed(() => session.operator?.id)
  /** Those who lead may look on unseen where they do not serve. */
  const maySilent = computed(
    () => session.operator?.role !== 'operator' && chat.value !== undefined && chat.value.operator?.id !== myId.value,
  )
  const isSilent = computed(() => maySilent.value && preferences.silentView)
  const here = computed(() => {
    const typing = new Set(signals.typing(chatId.value).map(({ operator }) => operator?.id))
    const people = new Map(
      [...signals.viewing(chatId.value), ...signals.typing(chatId.value)].flatMap(({ operator }) =>
        operator && operator.id !== myId.value ? [[operator.id, operator] as const] : [],
      ),
    )
    return [...people.values()].map((operator) => ({ ...operator, isAnswering: typing.has(operator.id) }))
  })

  /** The chat colleagues were told of. */
  let told: string | null = null
  function tell(): void {
    const open = chat.value && visibility.value === 'visible' && !isSilent.value && connection.status === 'live' ? chatId.value : null
    if (told && told !== open) setViewing(told, false)
    if (open) setViewing(open, true)
    told = open
  }
  watch([chatId, () => chat.value === undefined, visibility, isSilent, () => connection.status], tell, { immediate: true })
  watch(
    () => signals.arrivals,
    () => signals.viewing(chatId.value).length > 0 && tell(),
  )
  const timer = setInterval(tell, renewEveryMs)
  onScopeDispose(() => {
    clearInterval(timer)
    if (told) setViewing(told, false)
  })
  function toggleSilent(): void {
    preferences.silentView = !preferences.silentView
  }
  return { here, maySilent, isSilent, toggleSilent }
}
