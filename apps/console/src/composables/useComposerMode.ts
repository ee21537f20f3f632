import { computed, type Ref, watch } from 'vue'
import { type ComposerMode, useDesk } from '../stores/desk.ts'
import { useDrafts } from '../stores/drafts.ts'
import { useSession } from '../stores/session.ts'
import { commentDraft } from './useCommentBox.ts'

/** Whether a reply or an internal comment is being written, for each chat by itself. */
export function useComposerMode(chatId: Ref<string>) {
  const desk = useDesk()
  const drafts = useDrafts()
  const session = useSession()
  const mode = computed<ComposerMode>(() => desk.modes[chatId.value] ?? 'reply')
  const operatorId = computed(() => session.operator?.id ?? '')
  const hasDraft = computed(() => ({
    reply: drafts.has(operatorId.value, chatId.value),
    comment: drafts.has(operatorId.value, commentDraft(chatId.value)),
  }))
  const choose = (next: ComposerMode) => {
    desk.modes[chatId.value] = next
  }
  watch(
    () => desk.replyAsked,
    () => choose('reply'),
  )
  watch(
    () => desk.commentAsked,
    () => choose('comment'),
  )
  return { mode, choose, hasDraft, commentAsked: computed(() => desk.commentAsked) }
}
