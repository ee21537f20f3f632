import type { InboundEvent, MediaRef, Peer, SendFailure } from '@parley/schema/connector'
import type { FailureCode, MediaKind } from '@parley/schema/vocabulary'
import { bareId, idsIn, isAddress, readOwnId, rootFor, threadId } from './ids.ts'
import type { EmailOptions } from './options.ts'
import { foldQuotes } from './quote.ts'
import { headersIn, type RawFile, type RawLetter, rawLetter } from './raw.ts'

/** Text and subject longer than this are cut: whoever needs all of it opens the letter as it came. */
const textMax = 60_000
const quotedMax = 20_000
const htmlMax = 5 * 1024 * 1024
const subjectMax = 300

export function parse(delivery: unknown, { address }: Pick<EmailOptions, 'address'>): InboundEvent[] {
  const read = rawLetter.safeParse(delivery)
  if (!read.success) return []
  return bounceOf(read.data, address) ?? messageOf(read.data, address)
}

const idOf = (letter: RawLetter): string => bareId(letter.id) ?? `${letter.uidValidity}.${letter.uid}@no-id`

function messageOf(letter: RawLetter, address: string): InboundEvent[] {
  const id = idOf(letter)
  const ours = readOwnId(id, address)
  const from = writerOf(letter)
  const ancestors = idsIn(letter.headers.references)
  const parent = bareId(letter.inReplyTo)
  const root = ours?.root ?? rootFor(id, ancestors.length ? ancestors : parent ? [parent] : [], address)
  const subject = clean(letter.subject)?.replace(/\s+/g, ' ').trim().slice(0, subjectMax)
  const head = {
    key: `m:${id}`,
    at: letter.at,
    thread: { id: threadId(root, from.id), kind: 'direct' as const, ...(subject && { title: subject }) },
    id,
    from,
  }
  // A copy of our own letter that came back to us is no word of a customer.
  if (ours) return [{ type: 'message', ...head, by: 'hub', partKey: ours.partKey }]
  return [
    {
      type: 'message',
      ...head,
      by: 'peer',
      ...(parent && { replyTo: parent }),
      ...contentOf(letter, id, subject, isAutomatic(letter, address), ancestors.length ? ancestors : parent ? [parent] : []),
    },
  ]
}

function contentOf(letter: RawLetter, id: string, subject: string | undefined, automatic: boolean, references: string[]) {
  const { text, quoted } = foldQuotes(
    clean(letter.text ?? letter.textOfHtml)
      ?.replace(/\r\n?/g, '\n')
      .replace(/\n+$/, '') ?? '',
  )
  const files = letter.files.map((file) => mediaOf(file, letter, id))
  const page = letter.html && letter.html.size <= htmlMax ? [{ ...mediaOf(letter.html, letter, id), letter: true as const }] : []
  const empty = !text.trim() && files.length === 0
  return {
    ...(text.trim() && { text: text.slice(0, textMax) }),
    ...(files.length + page.length > 0 && { media: [...files, ...page] }),
    // A letter may say all it has to say in its subject.
    ...(empty &&
      (subject && (page.length > 0 || /^text\//.test(letter.mime)) ? { text: subject } : { unsupported: letter.mime || 'empty' })),
    letter: {
      ...(subject && { subject }),
      ...(quoted && { quoted: quoted.slice(0, quotedMax) }),
      ...(automatic && { automatic }),
      ...(references.length > 0 && { references }),
    },
  }
}

/** Where an answer shall go, when the letter names one place for that; a list's own address is nobody's. */
function writerOf(letter: RawLetter): Peer {
  const [from] = letter.from
  const [replyTo, another] = letter.replyTo
  const wanted = replyTo && !another && isAddress(replyTo.address) && !letter.headers['list-id'] ? replyTo : from
  const id = clean(wanted?.address)?.trim().toLowerCase().slice(0, 254) || 'unknown'
  const name = clean(wanted?.name || from?.name)?.trim()
  return { id, ...(isAddress(id) && { email: id }), name: name || id }
}

function isAutomatic({ headers, from }: RawLetter, address: string): boolean {
  const writer = from[0]?.address.toLowerCase() ?? ''
  return (
    !/^(no\b|$)/i.test(headers['auto-submitted'] ?? '') ||
    /^(bulk|junk|list|auto[-_]reply)\b/i.test(headers.precedence ?? '') ||
    ['list-id', 'list-unsubscribe', 'x-autoreply', 'x-autorespond', 'x-auto-response-suppress'].some(
      (name) => headers[name] !== undefined,
    ) ||
    headers['return-path']?.trim() === '<>' ||
    writer === address ||
    /^(mailer-daemon|postmaster|no-?reply|do-?not-?reply)@/.test(writer)
  )
}

/** PostgreSQL keeps neither NUL nor half a character. */
const clean = (text: string | undefined): string | undefined => text?.replaceAll('\0', '').replace(/\p{Surrogate}/gu, '\uFFFD')

// ---- files ----

/** How a file is found again: by its place in the letter, and the letter by its id should the mailbox be numbered anew. */
export interface Where {
  id: string
  uid: number
  uidValidity: string
  part: string
}

function mediaOf({ part, mime, size, name, contentId }: RawFile, { uid, uidValidity }: RawLetter, id: string): MediaRef {
  const where: Where = { id, uid, uidValidity, part }
  const called = clean(name)?.trim()
  return { ref: JSON.stringify(where), kind: kindOf(mime), mime, size, ...(called && { name: called }), ...(contentId && { contentId }) }
}

function kindOf(mime: string): MediaKind {
  const [family] = mime.split('/')
  return family === 'image' && mime !== 'image/svg+xml' ? 'image' : family === 'video' || family === 'audio' ? family : 'file'
}

// ---- notices that a letter did not arrive ----

/** A receipt, where it speaks of a letter of ours; of anybody else's it is an ordinary letter. */
function bounceOf(letter: RawLetter, address: string): InboundEvent[] | undefined {
  if (!letter.report) return undefined
  const about = readOwnId(bareId(headersIn(letter.report.original)['message-id']) ?? '', address)
  // The first block is about the report, the others each about a person.
  const people = letter.report.status
    .split(/\r?\n\s*\r?\n/)
    .map(headersIn)
    .filter((fields) => fields.action)
  const [lost] = people.filter(({ action }) => action?.trim().toLowerCase() === 'failed')
  if (!about || people.length === 0) return undefined
  // That a letter is late is no news an operator can act on.
  if (!lost) return []
  const recipient = (lost['original-recipient'] ?? lost['final-recipient'] ?? '').split(';').at(-1)?.trim().toLowerCase() ?? ''
  return [
    {
      type: 'receipt',
      key: `b:${idOf(letter)}`,
      at: letter.at,
      thread: { id: threadId(about.root, recipient), kind: 'direct' },
      state: 'failed',
      partKey: about.partKey,
      failure: failureOf(lost),
    },
  ]
}

function failureOf(fields: Record<string, string>): SendFailure {
  const status = /\d\.\d{1,3}\.\d{1,3}/.exec(fields.status ?? '')?.[0] ?? '5.0.0'
  const words = (fields['diagnostic-code'] ?? '').replace(/^[^;]{0,20};\s*/, '').trim()
  return { code: codeOf(status), message: clean(words)?.slice(0, 500) || `The letter came back (${status}).`, platformCode: status }
}

/** RFC 3463: the second number says what the trouble is with. */
export function codeOf(status: string): FailureCode {
  const [, subject, detail] = status.split('.')
  if (subject === '1') return 'no_such_peer'
  if ((subject === '3' && detail === '4') || (subject === '2' && detail === '3')) return 'too_large'
  if (subject === '2' || subject === '7') return 'forbidden_by_peer'
  return 'content_rejected'
}
