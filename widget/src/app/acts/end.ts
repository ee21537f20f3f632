import { endMutation } from '../documents.ts'
import { command, whyNot } from '../net/hub.ts'
import type { Chat } from '../store/chat.ts'
import type { Chat as Episode, Refusal } from '../types.ts'

/** The visitor needs no more of it. Answers with nothing when it is over, with the hub's refusal, or with `later`. */
export async function endChat({ hub, store }: Chat, chatId: string): Promise<Refusal | 'later' | undefined> {
  const answer = await command<Partial<Episode>>(hub, endMutation, { chatId })
  if (answer.kind !== 'done') return whyNot(answer)
  store.set((state) => (state.chat?.id === chatId ? { ...state, chat: { ...state.chat, ...answer.data } } : state))
}
