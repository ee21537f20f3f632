import { computed, type Ref, ref, watch } from 'vue'
import type { Chat, Message } from '../api/fragments.ts'
import { useSession } from '../stores/session.ts'
import { useTimelines } from '../stores/timelines.ts'

/** What colleagues answered while a reply was being written: what stands below the message that was the last when its writing began. */
export function useMeanwhile(chat: Ref<Chat>, isWriting: () => boolean) {
  const timelines = useTimelines()
  const session = useSession()
  /** Null: nothing is being written, so everything on the screen has been seen. */
  const markId = ref<string | null>(null)
  /** Sending was stopped by it once. */
  const asked = ref(false)

  const messages = computed(() =>
    (timelines.byChat.get(chat.value.id)?.items ?? []).filter((item): item is Message => item.__typename === 'Message'),
  )
  const lastId = () => messages.value.at(-1)?.id ?? null
  const answers = computed(() => {
    const from = markId.value ? messages.value.findIndex(({ id }) => id === markId.value) : -1
    if (from < 0) return []
    return messages.value
      .slice(from + 1)
      .filter(({ operator, authorKind, removedAt }) => authorKind === 'operator' && operator?.id !== session.operator?.id && !removedAt)
  })

  function begin(isOn: boolean): void {
    if (!isOn) {
      markId.value = null
      asked.value = false
    } else markId.value ??= lastId()
  }
  /** The writer has read the answers and goes on. */
  function acknowledge(): void {
    markId.value = lastId()
    asked.value = false
  }
  watch(
    () => chat.value.id,
    () => {
      begin(false)
      begin(isWriting())
    },
    { immediate: true },
  )
  return { answers, asked, begin, acknowledge, seenId: () => markId.value ?? lastId() }
}
