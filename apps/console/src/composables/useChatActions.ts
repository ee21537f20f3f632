import { computed, type Ref, watch } from 'vue'
import { closeChat, reopenChat, takeChat, transferChat } from '../api/chats.ts'
import { useAction } from './useAction.ts'

/** What a person does with a chat as a whole: take, transfer, close, reopen. What was refused is forgotten with the next try. */
export function useChatActions(chatId: Ref<string | null>) {
  const take = useAction(takeChat)
  const transfer = useAction(transferChat)
  const close = useAction(closeChat)
  const reopen = useAction(reopenChat)
  const actions = [take, transfer, close, reopen]
  const refusal = computed(() => take.refusal.value ?? close.refusal.value ?? reopen.refusal.value)
  const busy = computed(() => actions.some((action) => action.busy.value))
  function forget(): void {
    for (const action of actions) action.forget()
  }
  watch(chatId, forget)
  watch(busy, (now) => now && forget())

  return { take, transfer, close, reopen, refusal, busy }
}
