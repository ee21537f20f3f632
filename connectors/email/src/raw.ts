import { z } from 'zod'

const person = z.object({ name: z.string().max(1_000).catch(''), address: z.string().max(1_000) })
const file = z.object({
  part: z.string().max(100),
  mime: z.string().max(200),
  /** Bytes, about: what is told is the size on the wire. */
  size: z.number().nonnegative(),
  name: z.string().max(500).optional(),
  /** Without its brackets: what the HTML calls it. */
  contentId: z.string().max(500).optional(),
})

/** A letter as it is journaled: what was read of it, undecided. Files stay at the server until they are asked for. */
export const rawLetter = z.object({
  uid: z.number(),
  uidValidity: z.string(),
  /** When the server took it in, in milliseconds. */
  at: z.number(),
  id: z.string().optional(),
  inReplyTo: z.string().optional(),
  subject: z.string().optional(),
  from: z.array(person).catch([]),
  replyTo: z.array(person).catch([]),
  /** By name in lower case, unfolded: those that decide something. */
  headers: z.record(z.string(), z.string()).catch({}),
  /** The type of the whole. */
  mime: z.string().catch(''),
  text: z.string().optional(),
  html: file.optional(),
  /** Text that was made of the HTML, where there was none. */
  textOfHtml: z.string().optional(),
  files: z.array(file).catch([]),
  /** Of a notice that a letter did not arrive: what it says, and the head of that letter. */
  report: z.object({ status: z.string(), original: z.string() }).optional(),
})
export type RawLetter = z.infer<typeof rawLetter>
export type RawFile = z.infer<typeof file>

/** The headers that are asked for. */
export const wantedHeaders = [
  'references',
  'auto-submitted',
  'precedence',
  'list-id',
  'list-unsubscribe',
  'x-autoreply',
  'x-autorespond',
  'x-auto-response-suppress',
  'return-path',
  'content-type',
]

/** A block of header lines by name; lines that go on are joined, of several only the first counts. */
export function headersIn(block: string): Record<string, string> {
  const found: Record<string, string> = {}
  for (const line of block.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const [, name, value] = /^([\x21-\x39\x3b-\x7e]{1,100}):\s*(.*)$/.exec(line) ?? []
    if (name && value !== undefined) found[name.toLowerCase()] ??= value.slice(0, 20_000)
  }
  return found
}
