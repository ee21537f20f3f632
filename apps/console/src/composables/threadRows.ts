import type { Activity, Message, TimelineItem } from '../api/fragments.ts'
import type { PendingMessage } from '../stores/pending.ts'

export type ThreadRow =
  | { kind: 'day'; key: string; at: string }
  | { kind: 'unread'; key: string }
  | { kind: 'activity'; key: string; activity: Activity }
  | { kind: 'message'; key: string; message: Message; first: boolean; last: boolean }
  | { kind: 'pending'; key: string; pending: PendingMessage; first: boolean; last: boolean }

const groupWithinMs = 5 * 60_000

/** The rows of a thread: day lines, the line above the first unread message, activities, and messages grouped by author. */
export function threadRows(items: readonly TimelineItem[], pending: readonly PendingMessage[], unreadFromId: string | null): ThreadRow[] {
  const rows: ThreadRow[] = []
  let day = ''
  for (const item of items) {
    const itsDay = dayOf(item.at)
    if (itsDay !== day) rows.push({ kind: 'day', key: `day ${itsDay}`, at: item.at })
    day = itsDay
    if (item.id === unreadFromId) rows.push({ kind: 'unread', key: 'unread' })
    if (item.__typename === 'Activity') rows.push({ kind: 'activity', key: item.id, activity: item })
    else pushMessage(rows, item)
  }
  const known = new Set(items.map((item) => (item.__typename === 'Message' ? item.clientId : null)))
  for (const message of pending) if (!known.has(message.clientId)) pushPending(rows, message)
  return rows
}

function pushMessage(rows: ThreadRow[], message: Message): void {
  const above = rows.at(-1)
  const goesOn = above?.kind === 'message' && sameAuthor(above.message, message) && near(above.message.at, message.at)
  if (goesOn) rows[rows.length - 1] = { ...above, last: false }
  // The row keeps its key while the message passes from pending to the hub's, so that it does not flicker.
  rows.push({ kind: 'message', key: message.clientId ?? message.id, message, first: !goesOn, last: true })
}

function pushPending(rows: ThreadRow[], pending: PendingMessage): void {
  const above = rows.at(-1)
  const follows =
    above?.kind === 'pending' ||
    (above?.kind === 'message' && above.message.operator?.id === pending.operatorId && near(above.message.at, pending.at))
  if (follows) rows[rows.length - 1] = { ...above, last: false }
  rows.push({ kind: 'pending', key: pending.clientId, pending, first: !follows, last: true })
}

const authorOf = (message: Message) => `${message.direction} ${message.authorKind} ${message.operator?.id ?? message.authorName ?? ''}`
const sameAuthor = (a: Message, b: Message) => authorOf(a) === authorOf(b)
const near = (a: string, b: string) => Math.abs(Date.parse(b) - Date.parse(a)) < groupWithinMs

/** The day in the reader's zone, as a key. */
function dayOf(at: string): string {
  const date = new Date(at)
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`
}
