import type { InboundEvent, MediaRef, SendFailure } from '@parley/schema/connector'
import { failureCodes, mediaKinds } from '@parley/schema/vocabulary'
import { z } from 'zod'
import type { PartnerOptions } from './options.ts'

const most = { events: 1_000, files: 10, text: 65_536, contacts: 20 }

/** One with NUL or half of a surrogate pair, which no database column takes as it is, names nothing. */
const id = z
  .union([z.string(), z.int()])
  .transform(String)
  .pipe(z.string().min(1).max(200))
  .refine((value) => !/\0|\p{Surrogate}/u.test(value))
/** Text without NUL, which no database column takes; too long is cut rather than lost. */
const words = (max: number) => z.string().transform((text) => text.replaceAll('\0', '\uFFFD').slice(0, max))
const name = words(200).optional().catch(undefined)
/** Whole milliseconds since 1970, or a date in words; 0 where there is none. */
const moment = z
  .union([z.number(), z.string()])
  .transform((at) => Math.trunc(typeof at === 'number' ? at : Date.parse(at)))
  .pipe(z.number().min(0).max(8_640_000_000_000_000))
  .catch(0)

const peer = z.object({
  id,
  name,
  username: name,
  phone: words(40).optional().catch(undefined),
  email: words(254).optional().catch(undefined),
  language: words(12).optional().catch(undefined),
})
const file = z.object({
  id,
  kind: z.enum(mediaKinds).catch('file'),
  name,
  mime: words(200).optional().catch(undefined),
  size: z.int().nonnegative().optional().catch(undefined),
  width: z.int().positive().optional().catch(undefined),
  height: z.int().positive().optional().catch(undefined),
  durationMs: z.int().nonnegative().optional().catch(undefined),
})

/** One thing that happened, read loosely: a field that is not what it should be must not lose a message. */
const envelope = z.object({
  id,
  type: z.string().max(100),
  at: moment.default(0),
  order: z.int().nonnegative().optional().catch(undefined),
  thread: z.object({ id, kind: z.enum(['direct', 'group']).catch('direct'), title: name }),
  message: id.optional().catch(undefined),
  messages: z.array(id).max(100).optional().catch(undefined),
  part: words(200).optional().catch(undefined),
  from: peer.optional().catch(undefined),
  by: z.enum(['peer', 'hub', 'device', 'app']).catch('peer'),
  text: words(most.text).optional().catch(undefined),
  files: z.array(file).max(most.files).optional().catch(undefined),
  replyTo: id.optional().catch(undefined),
  album: id.optional().catch(undefined),
  location: z
    .object({ latitude: z.number().min(-90).max(90), longitude: z.number().min(-180).max(180), title: name })
    .optional()
    .catch(undefined),
  contacts: z
    .array(z.object({ name: words(200), phones: z.array(words(40)).max(10) }))
    .max(most.contacts)
    .optional()
    .catch(undefined),
  referral: z.record(z.string().max(100), words(500)).optional().catch(undefined),
  unsupported: words(100).optional().catch(undefined),
  version: z.int().nonnegative().optional().catch(undefined),
  emoji: words(32).nullable().optional().catch(undefined),
  state: z.enum(['sent', 'delivered', 'read', 'failed']).optional().catch(undefined),
  failure: z
    .object({ code: z.enum(failureCodes).catch('internal'), message: words(500).catch('') })
    .optional()
    .catch(undefined),
  payload: words(1_000).optional().catch(undefined),
  title: name,
  on: z.boolean().optional().catch(undefined),
  change: z.enum(['profile', 'reachable', 'unreachable']).optional().catch(undefined),
})
type Envelope = z.infer<typeof envelope>

/** `{ "events": [ … ] }`; what cannot be read is no event. */
export function parse(delivery: unknown, { groups }: Pick<PartnerOptions, 'groups'>): InboundEvent[] {
  const list = z.object({ events: z.array(z.unknown()) }).safeParse(delivery)
  if (!list.success) return []
  return list.data.events.slice(0, most.events).flatMap((one) => {
    const read = envelope.safeParse(one)
    if (!read.success || (read.data.thread.kind === 'group' && !groups)) return []
    return eventOf(read.data) ?? []
  })
}

function eventOf(given: Envelope): InboundEvent | undefined {
  const { message, text } = given
  const from = given.from ? known(given.from) : undefined
  const head = { key: given.id, at: given.at, ...known({ order: given.order }), thread: known(given.thread) as InboundEvent['thread'] }
  switch (given.type) {
    case 'message':
      return message && from ? { type: 'message', ...head, id: message, from, by: given.by, ...contentOf(given) } : undefined
    case 'button':
      return message && from && given.payload !== undefined
        ? { type: 'postback', ...head, id: message, from, payload: given.payload, ...known({ title: given.title, replyTo: given.replyTo }) }
        : undefined
    case 'edit':
      return message ? { type: 'edit', ...head, id: message, version: given.version ?? given.at, ...known({ text }) } : undefined
    case 'removal':
      return message ? { type: 'removal', ...head, id: message } : undefined
    case 'reaction':
      return message && from && given.emoji !== undefined ? { type: 'reaction', ...head, id: message, from, emoji: given.emoji } : undefined
    case 'receipt':
      return receiptOf(given, head)
    case 'typing':
      return from ? { type: 'typing', ...head, from, on: given.on ?? true } : undefined
    case 'peer':
      return from ? { type: 'peer', ...head, peer: from, change: given.change ?? 'profile' } : undefined
    default:
      return undefined
  }
}

function contentOf(given: Envelope) {
  const { text, location, contacts, referral, replyTo } = given
  const media = given.files?.map(mediaOf)
  const content = {
    ...known({ text: text?.trim() ? text : undefined, media: media?.length ? media : undefined }),
    ...(location && { location: known(location) as { latitude: number; longitude: number; title?: string } }),
    ...(contacts?.length && { contacts }),
  }
  // What nobody can show is shown as such.
  const unsupported = given.unsupported ?? (Object.keys(content).length === 0 ? 'message' : undefined)
  return { ...content, ...known({ unsupported, referral, replyTo, albumId: given.album, partKey: given.part }) }
}

const mediaOf = ({ id: ref, ...more }: z.infer<typeof file>): MediaRef => ({ ref, ...known(more) }) as MediaRef

function receiptOf(given: Envelope, head: { key: string; at: number; thread: InboundEvent['thread'] }): InboundEvent | undefined {
  const ids = given.messages ?? (given.message ? [given.message] : undefined)
  if (!given.state || (!ids && !given.part)) return undefined
  const failure: SendFailure | undefined = given.failure ?? (given.state === 'failed' ? { code: 'internal', message: '' } : undefined)
  return { type: 'receipt', ...head, state: given.state, ...known({ ids, partKey: given.part, failure }) }
}

/** Only what is there. */
function known<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never
}
