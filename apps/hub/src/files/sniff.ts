import { extensionOf } from './name.ts'
import { hidesActiveText, isActiveClaim, isActiveText, isMarkedText, textOf } from './text.ts'

/** How many bytes from the beginning of a file, and how many from its end, decide what it is. */
export const headBytes = 64 * 1024
export const tailBytes = 66 * 1024

export const unknownType = 'application/octet-stream'

/** Types that a browser or a printer could run: kept, if at all, as bytes to download. */
// biome-ignore format: a list
const activeTypes = new Set(['application/xml', 'image/svg+xml', 'text/html', 'application/xhtml+xml', 'application/javascript', 'text/javascript', 'application/x-shockwave-flash', 'application/x-mimearchive', 'application/postscript'])

/** Names of one type that differ between sources. */
// biome-ignore format: a list
const sameType: Record<string, string> = { 'audio/x-m4a': 'audio/mp4', 'video/x-m4v': 'video/mp4', 'image/apng': 'image/png', 'audio/vnd.wave': 'audio/wav', 'audio/wave': 'audio/wav', 'audio/x-wav': 'audio/wav', 'video/vnd.avi': 'video/x-msvideo' }

const textTypes: Record<string, string> = { csv: 'text/csv', ics: 'text/calendar', vcf: 'text/vcard', json: 'application/json' }

export interface Claim {
  name?: string | undefined
  mime?: string | undefined
}

/**
 * What the bytes say the file is. Name and declared type only choose between kinds of plain text, or sound and film in one container, or make it less trusted;
 * pages, drawings, scripts and files that are two things at once come out as `application/octet-stream`.
 */
export async function sniff(head: Uint8Array, claim: Claim = {}): Promise<string> {
  const extension = extensionOf(claim.name ?? '')
  // The mark of UTF-16 is also how a frame of an MP3 may begin; as text it is looked at more closely.
  const found = isMarkedText(head) ? undefined : await detect(head)
  if (!found) return sniffText(head, extension, claim.mime ?? '')
  const mime = heard(sameType[found] ?? found, claim.mime)
  if (activeTypes.has(mime)) return unknownType
  return isPolyglotHead(head, mime) ? unknownType : mime
}

/** A recording without a picture is in the same container as a film. */
const heard = (mime: string, declared = ''): string =>
  /^video\/(webm|mp4)$/.test(mime) && declared.split(';')[0] === mime.replace('video', 'audio') ? mime.replace('video', 'audio') : mime

async function detect(head: Uint8Array): Promise<string | undefined> {
  // Ten megabytes that a hub at rest does not need.
  const { fileTypeFromBuffer } = await import('file-type')
  try {
    return (await fileTypeFromBuffer(head))?.mime.split(';')[0]
  } catch {
    // A header that breaks its reader is not the header of anything.
    return unknownType
  }
}

function sniffText(head: Uint8Array, extension: string, declared: string): string {
  const text = textOf(head)
  if (text === undefined || isActiveText(text) || isActiveClaim(extension, declared)) return unknownType
  return textTypes[extension] ?? 'text/plain'
}

/** A picture, sound or film has no page inside and does not also begin a PDF. */
function isPolyglotHead(head: Uint8Array, mime: string): boolean {
  if (/^(image|audio|video)\//.test(mime) && hidesActiveText(head)) return true
  const opening = Buffer.from(head.subarray(0, 1024)).toString('latin1')
  return mime !== 'application/pdf' && opening.includes('%PDF-')
}

const archiveTypes = /zip|openxmlformats|opendocument|epub|java-archive|android|octet-stream|xpinstall|ms-office|ms-xpsdocument/

/** Whether the end of a file makes it a second thing: an archive or a page behind a picture. `tail`: its last bytes, up to {@link tailBytes}. */
export function isPolyglotTail(tail: Uint8Array, mime: string): boolean {
  if (!archiveTypes.test(mime) && endsAsArchive(tail)) return true
  return mime.startsWith('image/') && hidesActiveText(tail)
}

/** A zip is found from its end: a record `PK 05 06` whose comment reaches exactly to the last byte. */
function endsAsArchive(tail: Uint8Array): boolean {
  const bytes = Buffer.from(tail.buffer, tail.byteOffset, tail.byteLength)
  for (
    let at = bytes.lastIndexOf('PK\x05\x06', undefined, 'latin1');
    at >= 0;
    at = at > 0 ? bytes.lastIndexOf('PK\x05\x06', at - 1, 'latin1') : -1
  ) {
    if (at + 22 <= bytes.length && at + 22 + bytes.readUInt16LE(at + 20) <= bytes.length) return true
  }
  return false
}
