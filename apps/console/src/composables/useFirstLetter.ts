import { groupsWithin } from '@parley/schema/together'
import { computed, type Ref, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { beginChat } from '../api/chats.ts'
import type { Customer } from '../api/fragments.ts'
import { useChannels } from '../stores/channels.ts'
import { useAction } from './useAction.ts'
import { useAttachments } from './useAttachments.ts'
import { useSizes } from './useSizes.ts'

/** Mailboxes from which somebody may be written to first. */
export function useMailboxes() {
  const channels = useChannels()
  return computed(() =>
    channels.all.filter(({ id, paused }) => {
      const can = channels.capabilities(id)
      return !paused && can?.startsChats && can.letters
    }),
  )
}

/** A letter to a customer who has not asked: from which mailbox, its subject and text, what goes with it. */
export function useFirstLetter(customer: Ref<Customer>) {
  const { t } = useI18n()
  const { size } = useSizes()
  const channels = useChannels()
  const mailboxes = useMailboxes()
  const begin = useAction(beginChat)
  const channelId = ref(mailboxes.value[0]?.id ?? '')
  const subject = ref('')
  const text = ref('')
  // One letter however often it is sent.
  const clientId = crypto.randomUUID()
  const can = computed(() => channels.capabilities(channelId.value))
  const files = useAttachments(
    () => can.value,
    () => channels.byId[channelId.value]?.name ?? '',
  )
  const warning = computed(() => {
    const together = can.value?.together
    const letters = together ? groupsWithin(files.uploaded.value, together).length : 0
    return letters > 1 ? t('composer.letters', { max: size(together?.maxBytes ?? 0), letters }) : null
  })
  const canSend = computed(
    () =>
      channelId.value !== '' &&
      subject.value.trim() !== '' &&
      (text.value.trim() !== '' || files.uploaded.value.length > 0) &&
      !files.isUploading.value &&
      !files.isRefused.value,
  )

  /** Answers with the chat that began; null when it was refused. */
  async function send(): Promise<string | null> {
    if (!canSend.value) return null
    const begun = await begin.run({
      customerId: customer.value.id,
      channelId: channelId.value,
      clientId,
      subject: subject.value.trim(),
      text: text.value.trim(),
      fileIds: files.uploaded.value.map(({ id }) => id),
    })
    return begun?.id ?? null
  }
  return { mailboxes, channelId, subject, text, files, warning, canSend, send, busy: begin.busy, refusal: begin.refusal }
}
