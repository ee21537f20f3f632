import type { Chat, ChatRights } from '../api/fragments.ts'

export const noRights: ChatRights = {
  reply: false,
  comment: false,
  commentToOperator: false,
  take: false,
  takeOver: false,
  transfer: false,
  share: false,
  leave: false,
  close: false,
  reopen: false,
  snooze: false,
  calm: false,
  handOver: false,
  block: false,
  transcript: false,
}

/** Another program of the platform has the conversation, or is about to. */
export const isElsewhere = ({ elsewhereSince, handOver }: Pick<Chat, 'elsewhereSince' | 'handOver'>): boolean =>
  handOver && !handOver.failure ? handOver.to === 'inbox' : elsewhereSince !== null

/** What one may do with a chat. Rights that were told while the chat stood elsewhere do not outlive its state. */
export function rightsOf(chat: Chat | undefined): ChatRights {
  if (!chat?.may) return noRights
  const { may, state } = chat
  return {
    ...may,
    reply: may.reply && state !== 'closed',
    take: may.take && state === 'queued',
    transfer: may.transfer && state !== 'closed',
    share: may.share && state === 'serving',
    close: may.close && state !== 'closed',
    reopen: may.reopen && state === 'closed' && !chat.closedFully,
    snooze: may.snooze && state === 'serving',
    handOver: may.handOver && state !== 'closed',
    calm: may.calm && state !== 'closed' && chat.calmedAt === null,
  }
}
