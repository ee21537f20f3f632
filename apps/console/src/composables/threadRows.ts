import type { Activity, Comment, Message, TimelineItem } from '../api/fragments.ts'
import type { PendingMessage } from '../stores/pending.ts'

export type ThreadRow =
  | { kind: 'day'; key: string; at: string }
  | { kind: 'unread'; key: string }
  | { kind: 'activity'; key: string; activity: Activity }
  | { kind: 'comment'; key: string; comment: Comment }
  | { kind: 'message'; key: string; message: Message; first: boolean; last: boolean; album?: readonly Message[] }
  | { kind: 'pending'; key: string; pending: PendingMessage; first: boolean; last: boolean }

const groupWithinMs = 5 * 60_000

/** The rows of a thread: day lines, the line above the first unread message, activities, internal comments, and messages grouped by author. */
export function threadRows(
  items: readonly TimelineItem[],
  pending: readonly PendingMessage[],
  unreadFromId: string | null,
  movesShown = true,
): ThreadRow[] {
  const rows: ThreadRow[] = []
  let day = ''
  for (const item of items) {
    if (!movesShown && item.__typename === 'Activity') continue
    const itsDay = dayOf(item.at)
    if (itsDay !== day) rows.push({ kind: 'day', key: `day ${itsDay}`, at: item.at })
    day = itsDay
    if (item.id === unreadFromId) rows.push({ kind: 'unread', key: 'unread' })
    if (item.__typename === 'Activity') rows.push({ kind: 'activity', key: item.id, activity: item })
    else if (item.__typename === 'Comment') rows.push({ kind: 'comment', key: item.clientId ?? item.id, comment: item })
    else pushMessage(rows, item)
  }
  const known = new Set(items.map((item) => (item.__typename === 'Message' ? item.clientId : null)))
  for (const message of pending) if (!known.has(message.clientId)) pushPending(rows, message)
  return rows
}

function pushMessage(rows: ThreadRow[], message: Message): void {
  const above = rows.at(-1)
  if (above?.kind === 'message' && belongTogether(above.message, message)) {
    const album = [...(above.album ?? [above.message]), message]
    rows[rows.length - 1] = { ...above, message: asOne(album), album }
    return
  }
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

/** The platform sent them as one album, each picture a message of its own. */
const belongTogether = (above: Message, message: Message) =>
  message.albumId !== null && above.albumId === message.albumId && sameAuthor(above, message) && !message.removedAt && !above.removedAt

/** One message with the pictures of all: what is done with it is done with the first. */
function asOne(album: readonly Message[]): Message {
  const [first] = album as [Message, ...Message[]]
  return {
    ...first,
    text: album.flatMap(({ text }) => text ?? []).join('\n') || null,
    files: album.flatMap(({ files }) => files),
    reactions: album.flatMap(({ reactions }) => reactions),
    editedAt: album.find(({ editedAt }) => editedAt)?.editedAt ?? null,
  }
}

/** The message that carries this file: in an album each picture has its own. */
export const carrierOf = (row: Extract<ThreadRow, { kind: 'message' }>, fileId: string): string =>
  row.album?.find(({ files }) => files.some(({ id }) => id === fileId))?.id ?? row.message.id

/** Whether this is the row of a message or a comment. */
export function isRowOf(row: ThreadRow, itemId: string): boolean {
  if (row.kind === 'comment') return row.comment.id === itemId
  return row.kind === 'message' && (row.message.id === itemId || row.album?.some(({ id }) => id === itemId) === true)
}

const authorOf = (message: Message) => `${message.direction} ${message.authorKind} ${message.operator?.id ?? message.authorName ?? ''}`
const sameAuthor = (a: Message, b: Message) => authorOf(a) === authorOf(b)
const near = (a: string, b: string) => Math.abs(Date.parse(b) - Date.parse(a)) < groupWithinMs

/** The day in the reader's zone, as a key. */
function dayOf(at: string): string {
  const date = new Date(at)
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`
}
