import type { ChatOrder } from '@parley/schema/vocabulary'
import type { Chat } from '../api/fragments.ts'

/** The sections a chat can stand in; each chat stands in exactly one. `mine` of the API is the sum of unread, waiting and open. */
export const sectionNames = ['new', 'missed', 'unread', 'waiting', 'open', 'snoozed', 'others', 'closed'] as const
export type SectionName = (typeof sectionNames)[number]

export interface Viewpoint {
  operatorId: string
  waitingAfterMinutes: number
  /** Milliseconds since 1970. */
  now: number
}

/** Where a chat stands for this operator at this moment. */
export function chatSection(chat: Chat, view: Viewpoint): SectionName {
  if (chat.state === 'closed') return 'closed'
  if (chat.state === 'queued') return chat.missedAt ? 'missed' : 'new'
  if (chat.operator?.id !== view.operatorId && !chat.participants.some(({ id }) => id === view.operatorId)) return 'others'
  if (chat.snoozedAt !== null) return 'snoozed'
  if (chat.unread > 0) return 'unread'
  return isWaiting(chat, view) ? 'waiting' : 'open'
}

/** Whether the customer has waited longer for an answer than the workspace finds right. */
export function isWaiting(chat: Pick<Chat, 'waitingSince'>, view: Pick<Viewpoint, 'waitingAfterMinutes' | 'now'>): boolean {
  return chat.waitingSince !== null && view.now - Date.parse(chat.waitingSince) >= view.waitingAfterMinutes * 60_000
}

/**
 * Whether `a` stands above `b`: in `new` what was opened first, in `closed` what was closed last, elsewhere what was said last;
 * in the order `closing` everywhere what can be answered for the shortest time.
 */
export function isBefore(section: SectionName, a: Chat, b: Chat, order: ChatOrder = 'activity'): boolean {
  if (order === 'closing') return closingKey(a) < closingKey(b)
  const [keyOfA, keyOfB] = [sortKey(section, a), sortKey(section, b)]
  return section === 'new' ? keyOfA < keyOfB : keyOfA > keyOfB
}
/** What has no reply window, or an ended one, comes last. */
function closingKey({ replyWindowEndsAt: until, id }: Chat): string {
  return `${until && Date.parse(until) > Date.now() ? until : '9999'} ${id}`
}
function sortKey(section: SectionName, chat: Chat): string {
  const at = section === 'new' ? chat.openedAt : section === 'closed' ? (chat.closedAt ?? chat.lastMessageAt) : chat.lastMessageAt
  return `${at} ${chat.id}`
}

/** The place in an ordered list (given by its length and how to look at one) below everything that stands above the chat. */
export function placeInOrder(
  section: SectionName,
  length: number,
  at: (index: number) => Chat,
  chat: Chat,
  order: ChatOrder = 'activity',
): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >> 1
    if (isBefore(section, at(middle), chat, order)) low = middle + 1
    else high = middle
  }
  return low
}
