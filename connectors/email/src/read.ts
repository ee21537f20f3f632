import { convert } from 'html-to-text'
import type { ImapFlow, MessageStructureObject } from 'imapflow'
import { headersIn, type RawFile, type RawLetter, wantedHeaders } from './raw.ts'

/** Of each text so many bytes are fetched, whatever the letter claims to hold. */
const textBytes = 256 * 1024
const htmlBytes = 512 * 1024
const reportBytes = 32 * 1024
const mostFiles = 50
const mostParts = 500

/** What a letter holds, without its files. Undefined: it is gone from the mailbox. Throws when the server cannot be asked. */
export async function readLetter(client: ImapFlow, uid: number, uidValidity: string): Promise<RawLetter | undefined> {
  const seen = await client.fetchOne(
    String(uid),
    { uid: true, envelope: true, bodyStructure: true, internalDate: true, headers: wantedHeaders },
    { uid: true },
  )
  if (!seen) return undefined
  const leaves = seen.bodyStructure ? leavesOf(seen.bodyStructure) : []
  const { plain, html, report, original, files } = sorted(leaves, seen.bodyStructure)
  const text = plain && (await textOf(client, uid, plain, textBytes))
  const source = html && !text?.trim() ? await textOf(client, uid, html, htmlBytes) : undefined
  const { envelope } = seen
  return {
    uid,
    uidValidity,
    at: timeOf(seen.internalDate),
    id: envelope?.messageId,
    inReplyTo: envelope?.inReplyTo,
    subject: envelope?.subject,
    from: people(envelope?.from),
    replyTo: people(envelope?.replyTo),
    headers: headersIn(seen.headers?.toString('latin1') ?? ''),
    mime: seen.bodyStructure?.type ?? '',
    ...(text !== undefined && { text }),
    ...(html && { html: { ...fileOf(html), name: 'letter.html' } }),
    ...(source !== undefined && { textOfHtml: toText(source) }),
    files,
    ...(report && {
      report: {
        status: (await textOf(client, uid, report, reportBytes)) ?? '',
        original: original ? ((await textOf(client, uid, original, reportBytes)) ?? '') : '',
      },
    }),
  }
}

const timeOf = (date: Date | string | undefined): number => {
  const time = date === undefined ? 0 : new Date(date).getTime()
  return Number.isSafeInteger(time) && time > 0 ? time : 0
}
const people = (list: { name?: string; address?: string }[] | undefined) =>
  (list ?? []).slice(0, 20).map(({ name = '', address = '' }) => ({ name: name.slice(0, 1_000), address: address.slice(0, 1_000) }))

/** The parts that hold something, in their order. A letter within a letter is one file. */
function leavesOf(root: MessageStructureObject): MessageStructureObject[] {
  const leaves: MessageStructureObject[] = []
  const walk = (node: MessageStructureObject) => {
    if (leaves.length >= mostParts) return
    if (node.childNodes?.length && node.type.startsWith('multipart/')) node.childNodes.forEach(walk)
    else leaves.push(node)
  }
  walk(root)
  return leaves
}

function sorted(leaves: MessageStructureObject[], root: MessageStructureObject | undefined) {
  const isReport = root?.type === 'multipart/report'
  const shown = (type: string) => leaves.find((leaf) => leaf.type === type && leaf.disposition !== 'attachment' && !nameOf(leaf))
  const [plain, html] = [shown('text/plain'), shown('text/html')]
  const report = isReport ? leaves.find(({ type }) => type === 'message/delivery-status') : undefined
  const original = isReport ? leaves.find(({ type }) => type === 'message/rfc822' || type === 'text/rfc822-headers') : undefined
  const read = new Set([plain, html, report, original])
  const files = leaves
    .filter((leaf) => !read.has(leaf) && !isEnvelopeOf(leaf))
    .slice(0, mostFiles)
    .map(fileOf)
  return { plain, html, report, original, files }
}

/** The keys beside an encrypted or signed letter are nothing anybody opens. */
const isEnvelopeOf = ({ type }: MessageStructureObject) => /^application\/(pgp-(encrypted|signature)|(x-)?pkcs7-signature)$/.test(type)

function fileOf(leaf: MessageStructureObject): RawFile {
  const name = nameOf(leaf) ?? (leaf.type === 'message/rfc822' ? 'letter.eml' : undefined)
  const encoded = leaf.size ?? 0
  const contentId = leaf.id?.trim().replace(/^<|>$/g, '')
  return {
    part: partOf(leaf),
    mime: leaf.type.slice(0, 200),
    // Of base64, 78 bytes with their line end hold 57.
    size: leaf.encoding === 'base64' ? Math.floor((encoded * 57) / 78) : encoded,
    ...(name && { name: name.slice(0, 500) }),
    ...(contentId && contentId.length <= 500 && { contentId }),
  }
}

const nameOf = (leaf: MessageStructureObject): string | undefined =>
  leaf.dispositionParameters?.filename || leaf.parameters?.name || undefined
const partOf = ({ part }: MessageStructureObject): string => part || '1'

async function textOf(client: ImapFlow, uid: number, leaf: MessageStructureObject, maxBytes: number): Promise<string | undefined> {
  const { content } = await client.download(String(uid), partOf(leaf), { uid: true, maxBytes })
  if (!content) return undefined
  const chunks: Buffer[] = []
  for await (const chunk of content) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

/** Quotes keep their mark, links their address; pictures and what draws the page are left out. */
function toText(html: string): string {
  return convert(html, {
    wordwrap: false,
    limits: { maxInputLength: htmlBytes, ellipsis: '…', maxDepth: 100, maxChildNodes: 5_000 },
    selectors: [
      { selector: 'img', format: 'skip' },
      { selector: 'a', options: { hideLinkHrefIfSameAsText: true, ignoreHref: false, noAnchorUrl: true } },
      { selector: 'h1', options: { uppercase: false } },
      { selector: 'h2', options: { uppercase: false } },
      { selector: 'h3', options: { uppercase: false } },
    ],
  })
}
