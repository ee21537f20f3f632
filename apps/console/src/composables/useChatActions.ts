import { computed, type Ref, ref, watch } from 'vue'
import {
  addParticipant,
  calmChat,
  closeChat,
  handOverChat,
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
import { sameAgain } from './sameAgain.ts'
import { useAction } from './useAction.ts'

/**
 * What a person does with a chat as a whole: take, transfer, share, leave, close, reopen, put off. What was refused is said in the chat it is about,
 * and forgotten with the next try.
 */
export function useChatActions(chatId: Ref<string | null>) {
  /** One of them: what was refused of it is said while its chat is open, and not over another that was opened meanwhile. */
  function onChat<Arguments extends [string | { chatId: string }, ...unknown[]], Answer extends { __typename: string }>(
    act: (...args: Arguments) => Promise<Answer>,
  ) {
    const action = useAction(act)
    const about = ref<string | null>(null)
    return {
      ...action,
      about,
      run: (...args: Arguments) => {
        if (!action.busy.value) about.value = typeof args[0] === 'string' ? args[0] : args[0].chatId
        return action.run(...args)
      },
      refusal: computed(() => (about.value === chatId.value ? action.refusal.value : null)),
    }
  }
  const take = onChat(takeChat)
  const takeNext = useAction(takeNextChat)
  const takeOver = onChat(takeOverChat)
  const transfer = onChat(transferChat)
  const again = sameAgain()
  const share = onChat(addParticipant)
  const letGo = onChat(removeParticipant)
  const leave = onChat(leaveChat)
  const close = onChat(closeChat)
  const toRequest = onChat(turnIntoRequest)
  const transcript = onChat(sendTranscript)
  const reopen = onChat(reopenChat)
  const snooze = onChat(snoozeChat)
  const wake = onChat(wakeChat)
  const calm = onChat(calmChat)
  const handOver = onChat(handOverChat)
  const actions = [take, takeOver, transfer, share, letGo, leave, close, toRequest, transcript, reopen, snooze, wake, calm, handOver]
  const refusal = computed(() => actions.map((action) => action.refusal.value).find(Boolean) ?? null)
  const busy = computed(() => [takeNext, ...actions].some((action) => action.busy.value))
  watch(chatId, (_now, left) => {
    for (const action of actions) if (action.about.value === left && !action.busy.value) action.forget()
  })
  watch(busy, (now) => {
    if (now) for (const action of [takeNext, ...actions]) if (!action.busy.value) action.forget()
  })

  /** What a dialog asks is asked anew. Whatever is on its way is said when it is refused, though its dialog be left by then. */
  function forgetAsked(): void {
    for (const action of [takeOver, transfer, share, close, toRequest, snooze, handOver]) if (!action.busy.value) action.forget()
  }

  async function give(to: Omit<Parameters<typeof transferChat>[0], 'clientId'>) {
    const given = await transfer.run({ ...to, clientId: again.idFor(to) })
    if (given) again.done()
    return given
  }

  return {
    forgetAsked,
    take,
    takeNext,
    takeOver,
    transfer: { ...transfer, run: give },
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
    handOver,
    refusal,
    busy,
  }
}
