import { type Ref, ref } from 'vue'
import { editComment, removeComment } from '../api/comments.ts'
import type { Chat, Comment } from '../api/fragments.ts'
import { useSession } from '../stores/session.ts'
import { oneByOne } from './oneByOne.ts'
import { useAction } from './useAction.ts'
import { useNow } from './useNow.ts'

/** So long its author may change a comment; the hub has the last word. */
const changeableMs = 10 * 60_000

/** Changing and removing internal comments of the chat that is open. */
export function useComments(chat: Ref<Chat | undefined>) {
  const session = useSession()
  const now = useNow()
  const edit = useAction(editComment)
  const remove = useAction(removeComment)
  const next = oneByOne()
  const tried = ref<string | null>(null)

  function mayChange(comment: Comment) {
    const isFresh = comment.author.id === session.operator?.id && now.value - Date.parse(comment.at) < changeableMs
    return { edit: isFresh, remove: isFresh || (session.operator?.role !== 'operator' && (chat.value?.may?.comment ?? false)) }
  }
  /** What is refused is said of the comment it was about: of two, the later is tried when the other is answered. */
  function attempt<Answer>(commentId: string, act: () => Promise<Answer>): Promise<Answer> {
    return next(() => {
      tried.value = commentId
      edit.forget()
      remove.forget()
      return act()
    })
  }
  const save = (commentId: string, text: string): Promise<boolean> =>
    attempt(commentId, async () => (await edit.run(commentId, text)) !== null)
  const drop = (commentId: string): Promise<unknown> => attempt(commentId, () => remove.run(commentId))
  const stateOf = (commentId: string) => ({
    busy: tried.value === commentId && (edit.busy.value || remove.busy.value),
    refusal: tried.value === commentId ? (edit.refusal.value ?? remove.refusal.value) : null,
  })
  return { mayChange, save, drop, stateOf }
}
