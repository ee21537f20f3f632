import { limits } from '@parley/schema/vocabulary'
import { computed, type Ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { addComment } from '../api/comments.ts'
import type { Chat } from '../api/fragments.ts'
import { draftOf } from '../stores/attached.ts'
import { useDrafts } from '../stores/drafts.ts'
import { useSession } from '../stores/session.ts'
import { useTimelines } from '../stores/timelines.ts'
import { useAction } from './useAction.ts'
import { useAttachments } from './useAttachments.ts'
import { useMentions } from './useMentions.ts'

/** Where the draft of a comment is kept, apart from the draft of the reply. */
export const commentDraft = (chatId: string) => `${chatId}.comment`

/** Writing an internal comment: its draft, its files and for whom it is. What was not taken stays where it was written. */
export function useCommentBox(chat: Ref<Chat>) {
  const { t } = useI18n()
  const drafts = useDrafts()
  const session = useSession()
  const files = useAttachments(
    () => undefined,
    () => t('comment.internal'),
    () => draftOf(operatorId.value, commentDraft(chat.value.id)),
  )
  const action = useAction(async (input: Omit<Parameters<typeof addComment>[0], 'mentionIds'>) => {
    const named = await mentions.namedIn(input.chatId, input.text ?? '')
    return addComment({ ...input, mentionIds: named.map(({ id }) => id).slice(0, limits.mentions) })
  })
  const toOperator = computed({
    get: () => drafts.readWhisper(operatorId.value, chat.value.id),
    set: (on) => drafts.writeWhisper(operatorId.value, chat.value.id, on),
  })
  const operatorId = computed(() => session.operator?.id ?? '')
  const text = computed({
    get: () => drafts.read(operatorId.value, commentDraft(chat.value.id)),
    set: (value) => drafts.write(operatorId.value, commentDraft(chat.value.id), value),
  })
  const mentions = useMentions(
    computed(() => chat.value.id),
    text,
  )
  const isBlank = computed(() => text.value.trim() === '' && files.uploaded.value.length === 0)
  const canAdd = computed(() => !isBlank.value && !files.isUploading.value && !files.isRefused.value && !action.busy.value)

  async function add(): Promise<void> {
    if (!canAdd.value) return
    const { id } = chat.value
    const [place, written, fileIds] = [commentDraft(id), text.value, files.uploaded.value.map((file) => file.id)]
    const comment = await action.run({
      chatId: id,
      clientId: drafts.idFor(operatorId.value, place, JSON.stringify([written.trim(), fileIds, toOperator.value])),
      text: written.trim() || null,
      fileIds,
      audience: toOperator.value ? 'operator' : 'team',
    })
    if (!comment) return
    useTimelines().putNew(id, comment)
    drafts.forgetId(operatorId.value, place)
    if (drafts.read(operatorId.value, place) === written) drafts.write(operatorId.value, place, '')
    files.clear(draftOf(operatorId.value, place), fileIds)
  }

  watch(() => chat.value.id, action.forget)
  return { text, toOperator, files, mentions, canAdd, busy: action.busy, refusal: action.refusal, add }
}
