import { computed, type Ref, watch } from 'vue'
import { closeChat, reopenChat, takeChat, transferChat } from '../api/chats.ts'
import { useDesk } from '../stores/desk.ts'
import { useAction } from './useAction.ts'

/** What a person does with a chat as a whole: take, transfer, close, reopen. */
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

  return { take, transfer, close, reopen, refusal, busy, forget, openTransfer: () => openTransfer() }
}

function openTransfer(): void {
  useDesk().dialog = 'transfer'
}
