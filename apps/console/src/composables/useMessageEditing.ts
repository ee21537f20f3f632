import { type Ref, ref, watch } from 'vue'
import type { Message } from '../api/fragments.ts'
import { editMessage } from '../api/messages.ts'
import { useAction } from './useAction.ts'

/** Changing a message that was sent, in the field where it was written; the draft of the next one waits. */
export function useMessageEditing(chatId: Ref<string>) {
  const message = ref<Message | null>(null)
  const text = ref('')
  const action = useAction(editMessage)

  function begin(chosen: Message): void {
    action.forget()
    message.value = chosen
    // What is under way already is what one goes on from.
    text.value = chosen.changes.findLast(({ kind }) => kind === 'edit')?.text ?? chosen.text ?? ''
  }
  function cancel(): void {
    message.value = null
    action.forget()
  }
  /** True once the hub has taken it. */
  async function save(): Promise<boolean> {
    if (!message.value || !text.value.trim()) return false
    const isSaved = (await action.run(message.value.id, text.value.trim())) !== null
    if (isSaved) cancel()
    return isSaved
  }
  watch(chatId, cancel)
  return { message, text, begin, cancel, save, busy: action.busy, refusal: action.refusal }
}
