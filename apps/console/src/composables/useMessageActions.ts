import type { Capabilities } from '@parley/schema/connector'
import { computed, type Ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Chat, Message } from '../api/fragments.ts'
import { reactToMessage, removeMessage } from '../api/messages.ts'
import { useChannels } from '../stores/channels.ts'
import { useSession } from '../stores/session.ts'
import { useAction } from './useAction.ts'
import { useNow } from './useNow.ts'

/** Whether one may do something to a message at all, and if so why it cannot be done here and now. */
export interface Ability {
  may: boolean
  why: string | null
}
export interface MessageAbilities {
  edit: Ability
  remove: Ability
  react: Ability & { emojis: string[] | undefined }
}

/** Changing, deleting and answering with a sign what was said in the chat that is open. */
export function useMessageActions(chat: Ref<Chat | undefined>) {
  const { t } = useI18n()
  const session = useSession()
  const channels = useChannels()
  const now = useNow()
  const remove = useAction(removeMessage)
  const react = useAction(reactToMessage)
  const can = computed(() => (chat.value ? channels.capabilities(chat.value.channel.id) : undefined))
  const answers = computed(() => chat.value?.may?.reply === true)

  const cannot = () => t('message.channelCannot', { channel: chat.value?.channel.name ?? '' })
  function why(message: Message, limit: Capabilities['edit'] | Capabilities['remove'] | undefined): string | null {
    const isWaiting = message.delivery === 'queued' || message.delivery === 'failed'
    if (message.delivery === 'unknown') return t('message.notSettled')
    if (isWaiting && chat.value?.channel.kind !== 'web') return null
    if (!limit || limit.out === 'no') return cannot()
    if (limit.maxAgeMs !== undefined && now.value - Date.parse(message.at) > limit.maxAgeMs) return t('message.tooOld')
    return null
  }

  /** The hub has the last word. */
  function able(message: Message): MessageAbilities {
    const isOut = message.direction === 'out' && !message.removedAt
    const isMine = isOut && message.authorKind === 'operator' && message.operator?.id === session.operator?.id
    const leads = session.operator?.role !== 'operator'
    const reactions = can.value?.reactions
    return {
      edit: { may: answers.value && isMine && message.text !== null, why: why(message, can.value?.edit) },
      remove: { may: answers.value && (isMine || (isOut && leads)), why: why(message, can.value?.remove) },
      react: {
        may: answers.value && !message.removedAt,
        why: !reactions || reactions.out === 'no' ? cannot() : null,
        emojis: reactions?.emojis,
      },
    }
  }
  /** The newest message one may still change. */
  const lastOwn = (messages: readonly Message[]): Message | undefined =>
    messages.findLast((message) => {
      const { edit } = able(message)
      return edit.may && edit.why === null
    })

  watch(
    () => chat.value?.id,
    () => {
      remove.forget()
      react.forget()
    },
  )
  return {
    able,
    lastOwn,
    myId: computed(() => session.operator?.id ?? ''),
    remove: (messageId: string) => remove.run(messageId),
    react: (messageId: string, emoji: string | null) => react.run(messageId, emoji),
    refusal: computed(() => remove.refusal.value ?? react.refusal.value),
  }
}
