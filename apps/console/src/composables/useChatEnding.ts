import { useToast } from '@nuxt/ui/composables'
import type { Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Closing } from '../api/chats.ts'
import type { Chat } from '../api/fragments.ts'
import type { RequestInput } from '../api/requests.ts'
import { useClosing } from '../stores/closing.ts'
import { useDesk } from '../stores/desk.ts'
import type { useChatActions } from './useChatActions.ts'
import { useNavigation } from './useNavigation.ts'

/** Closing the chat that is open, by itself or into a request, and sending what was said in it by mail; each is told with what may be done about it. */
export function useChatEnding(chat: Ref<Chat | undefined>, actions: ReturnType<typeof useChatActions>) {
  const { t } = useI18n()
  const toast = useToast()
  const desk = useDesk()
  const closing = useClosing()
  const { toRequests } = useNavigation()

  /** Asks first where there is something to answer or to say. */
  function close(): void {
    if (closing.asks) desk.dialog = 'closing'
    else void closeWith({})
  }
  async function closeWith(given: Closing): Promise<void> {
    const closed = chat.value
    if (!closed || !(await actions.close.run(closed.id, given))) return
    leaveDialog(closed.id)
    toast.add({
      title: t('toast.closed', { number: closed.number }),
      icon: 'i-lucide-circle-check-big',
      color: 'neutral',
      actions: given.full
        ? []
        : [{ label: t('do.reopen'), color: 'neutral', variant: 'outline', onClick: () => void actions.reopen.run(closed.id) }],
    })
  }
  /** By the time of the answer another may be open, or that of another chat. */
  function leaveDialog(chatId: string): void {
    if (chatId === chat.value?.id && (desk.dialog === 'closing' || desk.dialog === 'request')) desk.dialog = null
  }
  async function toRequest(input: RequestInput, given: Closing): Promise<void> {
    const turned = chat.value
    const request = turned && (await actions.toRequest.run({ chatId: turned.id, input, closing: given }))
    if (!request) return
    leaveDialog(turned.id)
    toast.add({
      title: t('toast.request', { number: request.number }),
      icon: 'i-lucide-clipboard-list',
      color: 'neutral',
      actions: [{ label: t('do.open'), color: 'neutral', variant: 'outline', onClick: () => void toRequests(request.id) }],
    })
  }
  async function mailTranscript(): Promise<void> {
    const mail = chat.value && (await actions.transcript.run(chat.value.id))
    if (mail) toast.add({ title: t('toast.transcript', { to: mail.to }), icon: 'i-lucide-mail', color: 'neutral' })
  }
  return { close, closeWith, toRequest, mailTranscript }
}
