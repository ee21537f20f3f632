import { refDebounced } from '@vueuse/core'
import { computed, type Ref, shallowRef, watch } from 'vue'
import { findChatByNumber, type NumberedChat } from '../api/chats.ts'

const typingMs = 150
/** The API counts in 32 bits. */
const most = 2_147_483_647

/** The chat that is called by what is typed, such as #1042: however old it is; null: none that one may see. */
export function useChatNumber(typed: Ref<string>) {
  const settled = refDebounced(typed, typingMs)
  const number = computed(() => numberIn(settled.value))
  const chat = shallowRef<NumberedChat | null>(null)
  watch(
    number,
    async (wanted) => {
      chat.value = null
      if (wanted === null) return
      const found = await findChatByNumber(wanted).catch(() => null)
      if (number.value === wanted) chat.value = found
    },
    { immediate: true },
  )
  return chat
}

function numberIn(text: string): number | null {
  const number = Number(/^\s*#?\s*(\d{1,10})\s*$/.exec(text)?.[1])
  return number > 0 && number <= most ? number : null
}
