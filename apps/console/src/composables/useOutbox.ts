import { onScopeDispose, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { takeChat } from '../api/chats.ts'
import { ApiError } from '../api/client.ts'
import { sendMessage } from '../api/messages.ts'
import { useChats } from '../stores/chats.ts'
import { useConnection } from '../stores/connection.ts'
import { type PendingMessage, usePending } from '../stores/pending.ts'
import { rightsOf } from '../stores/rights.ts'
import { useTimelines } from '../stores/timelines.ts'
import { inWords } from './useAction.ts'

const againAfterMs = 3_000
const flushing = new Set<string>()

/** Carries pending messages to the hub, chat by chat in order, until each is taken or refused; what has no answer stays. */
export function createOutbox(t: (key: string) => string) {
  const pending = usePending()

  async function flush(chatId: string): Promise<void> {
    if (flushing.has(chatId)) return
    flushing.add(chatId)
    try {
      for (let next = nextOf(chatId); next; next = nextOf(chatId)) if (!(await deliver(next))) return
    } finally {
      flushing.delete(chatId)
    }
  }
  const nextOf = (chatId: string) => pending.of(chatId).find((message) => !message.refusal)

  /** False when the hub could not be reached, so that the rest has to wait too. */
  async function deliver(message: PendingMessage): Promise<boolean> {
    try {
      const refused = (await takeFirst(message.chatId)) ?? (await send(message))
      if (refused) pending.refuse(message.clientId, refused)
      return true
    } catch (error) {
      if (error instanceof ApiError && error.trouble !== 'defect') return false
      pending.refuse(message.clientId, inWords(error, t))
      return true
    }
  }

  return {
    flush,
    flushAll: () => new Set(pending.messages.map((message) => message.chatId)).forEach((chatId) => void flush(chatId)),
  }
}

export const useOutbox = () => createOutbox(useI18n().t)

/** Answering a chat nobody holds takes it. */
async function takeFirst(chatId: string) {
  const chat = useChats().byId.get(chatId)
  const may = rightsOf(chat)
  if (may.reply || !may.take) return null
  const answer = await takeChat(chatId)
  return answer.__typename === 'Refusal' ? answer : null
}

async function send({ chatId, clientId, text, files, buttons, replyToId, seenMessageId, anyway }: PendingMessage) {
  const fileIds = files.map((file) => file.id)
  const answer = await sendMessage({
    chatId,
    clientId,
    text: text || null,
    fileIds,
    buttons: buttons ?? null,
    replyToId,
    seenMessageId,
    anyway,
  })
  if (answer.__typename === 'Refusal') return answer
  if (answer.__typename === 'AnsweredMeanwhile') {
    for (const message of answer.answers) useTimelines().putNew(chatId, message)
    return answer
  }
  useTimelines().putNew(chatId, answer)
  usePending().remove(clientId)
  return null
}

/** Sends what waits as soon as the line is there, and looks again while something is left. */
export function useOutboxRunner(): void {
  const connection = useConnection()
  const outbox = useOutbox()
  watch(
    () => connection.status,
    (status) => status === 'live' && outbox.flushAll(),
    { immediate: true },
  )
  const timer = setInterval(() => connection.status === 'live' && outbox.flushAll(), againAfterMs)
  onScopeDispose(() => clearInterval(timer))
}
