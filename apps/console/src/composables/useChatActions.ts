import { computed, type Ref, watch } from 'vue'
import {
  addParticipant,
  calmChat,
  closeChat,
  leaveChat,
  removeParticipant,
  reopenChat,
  snoozeChat,
  takeChat,
  takeNextChat,
  takeOverChat,
  transferChat,
  wakeChat,
} from '../api/chats.ts'
import { sendTranscript, turnIntoRequest } from '../api/requests.ts'
import { useAction } from './useAction.ts'

/** What a person does with a chat as a whole: take, transfer, share, leave, close, reopen, put off. What was refused is forgotten with the next try. */
export function useChatActions(chatId: Ref<string | null>) {
  const take = useAction(takeChat)
  const takeNext = useAction(takeNextChat)
  const takeOver = useAction(takeOverChat)
  const transfer = useAction(transferChat)
  const share = useAction(addParticipant)
  const letGo = useAction(removeParticipant)
  const leave = useAction(leaveChat)
  const close = useAction(closeChat)
  const toRequest = useAction(turnIntoRequest)
  const transcript = useAction(sendTranscript)
  const reopen = useAction(reopenChat)
  const snooze = useAction(snoozeChat)
  const wake = useAction(wakeChat)
  const calm = useAction(calmChat)
  const actions = [take, takeNext, takeOver, transfer, share, letGo, leave, close, toRequest, transcript, reopen, snooze, wake, calm]
  const refusal = computed(
    () => [take, leave, letGo, close, transcript, reopen, snooze, wake, calm].map((action) => action.refusal.value).find(Boolean) ?? null,
  )
  const busy = computed(() => actions.some((action) => action.busy.value))
  function forget(): void {
    for (const action of actions) action.forget()
  }
  watch(chatId, forget)
  watch(busy, (now) => now && forget())

  return {
    take,
    takeNext,
    takeOver,
    transfer,
    share,
    letGo,
    leave,
    close,
    toRequest,
    transcript,
    reopen,
    snooze,
    wake,
    calm,
    refusal,
    busy,
  }
}
