import { transcriptMutation } from '../documents.ts'
import { command, whyNot } from '../net/hub.ts'
import type { Chat } from '../store/chat.ts'
import type { Refusal } from '../types.ts'

/** Has the hub send a chat to the visitor's own address. Answers with nothing when it does, with its refusal, or with `later`. */
export async function mailTranscript({ hub }: Chat, chatId: string): Promise<Refusal | 'later' | undefined> {
  const answer = await command(hub, transcriptMutation, { chatId })
  if (answer.kind !== 'done') return whyNot(answer)
}
