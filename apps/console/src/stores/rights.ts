import type { Chat, ChatRights } from '../api/fragments.ts'

const none: ChatRights = { reply: false, take: false, transfer: false, close: false, reopen: false }

/** What one may do with a chat. Rights that were told while the chat stood elsewhere do not outlive its state. */
export function rightsOf(chat: Chat | undefined): ChatRights {
  if (!chat?.may) return none
  const { may, state } = chat
  return {
    reply: may.reply && state !== 'closed',
    take: may.take && state === 'queued',
    transfer: may.transfer && state !== 'closed',
    close: may.close && state !== 'closed',
    reopen: may.reopen && state === 'closed',
  }
}
