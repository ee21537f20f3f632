import { rateMutation } from '../documents.ts'
import { command, whyNot } from '../net/hub.ts'
import type { Chat } from '../store/chat.ts'
import type { Rating, Refusal } from '../types.ts'

type Rated = { mayRate: boolean; rating: Rating | null }

/** Answers with nothing when the hub has it, with the hub's refusal, or with `later` when it could not be reached. */
export async function rateChat({ hub, store }: Chat, input: Rating & { chatId: string }): Promise<Refusal | 'later' | undefined> {
  const answer = await command<Rated>(hub, rateMutation, input)
  if (answer.kind !== 'done') return whyNot(answer)
  const { mayRate, rating } = answer.data
  store.set((state) => (state.chat?.id === input.chatId ? { ...state, chat: { ...state.chat, mayRate, rating } } : state))
}
