import { computed, type Ref, watch } from 'vue'
import type { Message } from '../api/fragments.ts'
import { editMessage } from '../api/messages.ts'
import { useDrafts } from '../stores/drafts.ts'
import { useSession } from '../stores/session.ts'
import { useTimelines } from '../stores/timelines.ts'
import { useAction } from './useAction.ts'

/** Changing a message that was sent, in the field where it was written; the draft of the next one waits. */
export function useMessageEditing(chatId: Ref<string>) {
  const drafts = useDrafts()
  const session = useSession()
  const timelines = useTimelines()
  const action = useAction(editMessage)
  const operatorId = computed(() => session.operator?.id ?? '')
  const edit = computed(() => drafts.readEdit(operatorId.value, chatId.value))
  /** What is changed, while it is among what is loaded of the chat: what is not seen is not changed. */
  const message = computed<Message | null>(() => {
    const found = edit.value && timelines.byChat.get(chatId.value)?.items.find(({ id }) => id === edit.value?.messageId)
    return found && found.__typename === 'Message' && !found.removedAt ? found : null
  })
  const text = computed({
    get: () => edit.value?.text ?? '',
    set: (words) => edit.value && write({ ...edit.value, text: words }),
  })
  const write = (next: typeof edit.value) => drafts.writeEdit(operatorId.value, chatId.value, next)

  function begin(chosen: Message): void {
    action.forget()
    // What is under way already is what one goes on from.
    write({ messageId: chosen.id, text: chosen.changes.findLast(({ kind }) => kind === 'edit')?.text ?? chosen.text ?? '' })
  }
  function cancel(): void {
    write(null)
    action.forget()
  }
  /** True once the hub has taken it; by then the chat may have been left, or something else be written in its place. */
  async function save(): Promise<boolean> {
    const [id, saved] = [chatId.value, edit.value]
    if (!saved?.text.trim() || !(await action.run(saved.messageId, saved.text.trim()))) return false
    if (drafts.readEdit(operatorId.value, id) === saved) drafts.writeEdit(operatorId.value, id, null)
    return true
  }
  watch(chatId, action.forget)
  return { message, text, begin, cancel, save, busy: action.busy, refusal: action.refusal }
}
