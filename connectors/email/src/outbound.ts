import type { Capabilities, OutboundMessage, Part, Peer, Plan, StoredFile, Thread } from '@parley/schema/connector'
import { planParts } from '@parley/schema/plan'
import { isAddress, isId, ownId, peerIn, rootIn, rootOf, threadId } from './ids.ts'
import type { EmailOptions } from './options.ts'
import type { MailOptions } from './smtp.ts'

const MB = 1024 * 1024
const textMax = 65_536
/** Most servers take letters of 25 MB, in which files are a third larger than they are. */
export const fileMax = 18 * MB
/** What is fetched from a mailbox. */
export const inboundMax = 50 * MB

export const capabilities = ({ keepsSent }: Pick<EmailOptions, 'keepsSent'>): Capabilities => ({
  text: { max: textMax, unit: 'utf16' },
  media: {
    image: { maxBytes: fileMax, mime: ['image/*'], caption: textMax },
    file: { maxBytes: fileMax, mime: ['*/*'], caption: textMax },
  },
  together: { maxBytes: fileMax },
  inboundMaxBytes: inboundMax,
  edit: { out: 'no', in: false },
  remove: { out: 'no', in: false },
  reactions: { out: 'no', in: false },
  quotes: 'full',
  typing: { out: false, in: false },
  receipts: { delivered: false, read: false, markRead: false },
  buttons: null,
  groups: 'ignored',
  startsChats: true,
  replyWindow: null,
  templates: false,
  letters: true,
  // A server that keeps what it sends can be asked; any other has forgotten it.
  idempotency: keepsSent ? 'lookup' : 'none',
  rate: { perSecond: 5, concurrency: 4 },
})

/** A letter that answers none begins an exchange. */
export function begin({ email }: { email?: string }, seed: string): { thread: Thread; to: Peer } | undefined {
  const address = email?.trim().toLowerCase() ?? ''
  if (!isAddress(address)) return undefined
  return { thread: { id: threadId(rootOf(seed), address), kind: 'direct' }, to: { id: address, email: address } }
}

/** Every part answers the same letter. */
export function plan(message: OutboundMessage, can: Capabilities): Plan {
  const planned = planParts(message, can)
  if ('refusal' in planned) return planned
  const parts = planned.parts.map(({ content, ...part }) => ({
    ...part,
    ...(message.replyTo && { replyTo: message.replyTo }),
    content: content.type === 'text' && message.automatic ? { ...content, automatic: true } : content,
  }))
  return { parts, warnings: planned.warnings }
}

/** The letter of a part. Its id is made of the part's key, so that every attempt is the same letter. */
export async function letterOf(part: Part, { address, sender }: EmailOptions): Promise<MailOptions> {
  const { content } = part
  if (content.type === 'template') throw new Error('E-mail has no templates')
  const automatic = content.type === 'text' && content.automatic
  return {
    from: { name: sender ?? '', address },
    to: { name: '', address: peerIn(part.thread.id) },
    subject: subjectOf(part),
    messageId: `<${ownId(part.key, rootIn(part.thread.id), address)}>`,
    date: new Date(part.firstTriedAt || Date.now()),
    ...(part.replyTo && isId(part.replyTo) && { inReplyTo: `<${part.replyTo}>` }),
    references: (part.references ?? [part.replyTo ?? '']).filter(isId).map((id) => `<${id}>`),
    text: content.type === 'text' ? content.text : (content.caption ?? ''),
    ...(content.type === 'media' && { attachments: await Promise.all([content.file, ...(content.more ?? [])].map(attached)) }),
    ...(automatic && { headers: { 'Auto-Submitted': 'auto-replied' } }),
  }
}

const answered = /^\s*(re|res|sv|aw|ответ|рез)\s*(\[\d+\])?\s*:/i

function subjectOf({ thread, replyTo }: Part): string {
  const subject = thread.title?.trim() ?? ''
  return !replyTo || answered.test(subject) ? subject : `Re: ${subject}`.trim()
}

async function attached({ name, mime, open }: StoredFile) {
  const content = Buffer.from(await new Response((await open()) as unknown as BodyInit).arrayBuffer())
  return { filename: name, contentType: mime, content }
}
