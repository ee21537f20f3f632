import { buttonLines, buttonsFit, isCaption } from '@parley/schema/plan'
import { splitText } from '@parley/schema/split'
import { groupsWithin } from '@parley/schema/together'
import { limits } from '@parley/schema/vocabulary'
import { computed, type Ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { setTyping } from '../api/chats.ts'
import type { Chat } from '../api/fragments.ts'
import { draftOf } from '../stores/attached.ts'
import { useChannels } from '../stores/channels.ts'
import { useDrafts } from '../stores/drafts.ts'
import { usePending } from '../stores/pending.ts'
import { rightsOf } from '../stores/rights.ts'
import { useSession } from '../stores/session.ts'
import { useTimelines } from '../stores/timelines.ts'
import { useAttachments } from './useAttachments.ts'
import { useMeanwhile } from './useMeanwhile.ts'
import { useMessageEditing } from './useMessageEditing.ts'
import { useNow } from './useNow.ts'
import { useOutbox } from './useOutbox.ts'
import { useSizes } from './useSizes.ts'
import { variablesIn } from './useVariables.ts'

const typingEveryMs = 3_000

/** Writing to the customer: the draft, what is attached and quoted, and what the channel will make of it. */
export function useComposer(chat: Ref<Chat>) {
  const { t } = useI18n()
  const { size } = useSizes()
  const drafts = useDrafts()
  const pending = usePending()
  const channels = useChannels()
  const session = useSession()
  const outbox = useOutbox()
  const now = useNow()

  const operatorId = computed(() => session.operator?.id ?? '')
  const channel = computed(() => channels.byId[chat.value.channel.id])
  const capabilities = computed(() => channels.capabilities(chat.value.channel.id))
  const files = useAttachments(
    () => capabilities.value,
    () => chat.value.channel.name,
    () => draftOf(operatorId.value, chat.value.id),
  )
  const timelines = useTimelines()
  /** What is quoted, while it is among what is loaded of the chat: what is not seen is not sent. */
  const replyTo = computed({
    get: () => {
      const id = drafts.readQuote(operatorId.value, chat.value.id)
      const found = id && timelines.byChat.get(chat.value.id)?.items.find((item) => item.id === id)
      return found && found.__typename === 'Message' ? found : null
    },
    set: (message) => drafts.writeQuote(operatorId.value, chat.value.id, message?.id ?? null),
  })
  const editing = useMessageEditing(computed(() => chat.value.id))
  const draft = () => drafts.read(operatorId.value, chat.value.id)
  const text = computed({
    get: () => (editing.message.value ? editing.text.value : draft()),
    set: (value) => {
      if (editing.message.value) {
        editing.text.value = value
        return
      }
      meanwhile.begin(value !== '')
      drafts.write(operatorId.value, chat.value.id, value)
      tellTyping(value !== '')
    },
  })

  const buttons = computed({
    get: () => drafts.readButtons(operatorId.value, chat.value.id),
    set: (labels) => drafts.writeButtons(operatorId.value, chat.value.id, labels),
  })
  /** As the hub reads them. */
  const labels = computed(() => buttons.value.map((label) => label.replace(/\s+/g, ' ').trim()).filter(Boolean))
  const mostButtons = computed(() => Math.min(limits.buttons, capabilities.value?.buttons?.max ?? limits.buttons))
  const areButtonsText = computed(
    () => labels.value.length > 0 && capabilities.value !== undefined && !buttonsFit(labels.value, capabilities.value),
  )
  const areButtonsAlone = computed(() => labels.value.length > 0 && text.value.trim() === '')
  const isButtonTwice = computed(() => new Set(labels.value.map((label) => label.toLowerCase())).size < labels.value.length)

  const meanwhile = useMeanwhile(chat, () => draft() !== '')

  const may = computed(() => rightsOf(chat.value))
  const canWrite = computed(() => may.value.reply || may.value.take)
  const takesByReply = computed(() => chat.value.state === 'queued' && canWrite.value)
  const windowClosed = computed(() => chat.value.replyWindowEndsAt !== null && Date.parse(chat.value.replyWindowEndsAt) <= now.value)
  const isBlank = computed(() => text.value.trim() === '' && files.uploaded.value.length === 0)
  /** In how many messages of the platform the words go. */
  const pieces = computed(() => {
    const can = capabilities.value
    const words = areButtonsText.value ? buttonLines(text.value, labels.value) : text.value
    return can ? splitText(words, can.text.max, can.text.unit).length : 1
  })
  /** A message that was sent stays one. */
  const isEditTooLong = computed(() => editing.message.value !== null && pieces.value > 1)
  const canSend = computed(() =>
    editing.message.value
      ? text.value.trim() !== '' && !editing.busy.value && !isEditTooLong.value
      : canWrite.value &&
        !windowClosed.value &&
        !isBlank.value &&
        !files.isUploading.value &&
        !files.isRefused.value &&
        !areButtonsAlone.value &&
        !isButtonTwice.value,
  )

  /** What the channel will do with this message, said before it is sent. */
  const warnings = computed(() => {
    const can = capabilities.value
    if (!can) return []
    if (editing.message.value) return isEditTooLong.value ? [t('composer.editTooLong', { channel: chat.value.channel.name })] : []
    const [first] = files.uploaded.value
    const letters = can.together ? groupsWithin(files.uploaded.value, can.together).length : 0
    return [
      ...(letters > 1 ? [t('composer.letters', { max: size(can.together?.maxBytes ?? 0), letters })] : []),
      ...(pieces.value > 1 ? [t('composer.split', { channel: chat.value.channel.name, parts: pieces.value })] : []),
      ...(first && pieces.value === 1 && !isCaption(text.value, first, can) ? [t('composer.textApart')] : []),
      ...(replyTo.value && can.quotes !== 'full' && can.quotes !== 'partial'
        ? [t('composer.quoteAsText', { channel: chat.value.channel.name })]
        : []),
      ...(areButtonsText.value ? [t('composer.buttonsAsText', { channel: chat.value.channel.name })] : []),
      ...(areButtonsAlone.value ? [t('composer.buttonsAlone')] : []),
      ...(isButtonTwice.value ? [t('composer.sameButton')] : []),
    ]
  })
  /** Variables of a template that nobody has filled: a customer must not read them. */
  const unfilled = computed(() => variablesIn(text.value))
  const refused = computed(() => pending.of(chat.value.id).filter((message) => message.refusal))

  /** `anyway`: though a colleague answered while this was written. Answers whether it is on its way. */
  function send(anyway = false): boolean {
    if (!canSend.value) return false
    if (!anyway && meanwhile.answers.value.length > 0) {
      meanwhile.asked.value = true
      return false
    }
    pending.add({
      clientId: crypto.randomUUID(),
      operatorId: operatorId.value,
      chatId: chat.value.id,
      text: text.value.trim(),
      files: files.uploaded.value,
      buttons: labels.value,
      replyToId: replyTo.value?.id ?? null,
      seenMessageId: meanwhile.seenId(),
      anyway,
      at: new Date().toISOString(),
    })
    drafts.write(operatorId.value, chat.value.id, '')
    buttons.value = []
    files.clear()
    replyTo.value = null
    typingTold = 0
    meanwhile.begin(false)
    void outbox.flush(chat.value.id)
    return true
  }

  /** What was stopped because a colleague answered goes all the same. */
  function sendAnyway(clientId: string): void {
    pending.sendAnyway(clientId)
    void outbox.flush(chat.value.id)
  }

  /** Puts a refused message back where it can be changed. */
  function takeBack(clientId: string): void {
    const message = refused.value.find((known) => known.clientId === clientId)
    if (!message) return
    // The field may hold the change of another message.
    const words = [message.text, draft()].filter(Boolean).join('\n')
    drafts.write(operatorId.value, chat.value.id, words)
    meanwhile.begin(words !== '')
    if (buttons.value.length === 0) buttons.value = message.buttons ?? []
    files.addUploaded(message.files)
    if (!replyTo.value) drafts.writeQuote(operatorId.value, chat.value.id, message.replyToId)
    pending.remove(clientId)
  }

  let typingTold = 0
  function tellTyping(on: boolean): void {
    // Colleagues are told on every channel.
    if (chat.value.state === 'closed') return
    if (!on && typingTold === 0) return
    if (on && Date.now() - typingTold < typingEveryMs) return
    typingTold = on ? Date.now() : 0
    setTyping(chat.value.id, on)
  }

  watch(
    () => chat.value.id,
    () => {
      typingTold = 0
    },
  )

  return {
    text,
    files,
    buttons,
    mostButtons,
    replyTo,
    editing,
    channel,
    capabilities,
    canWrite,
    takesByReply,
    windowClosed,
    canSend,
    warnings,
    unfilled,
    refused,
    meanwhile,
    send,
    sendAnyway,
    takeBack,
  }
}
