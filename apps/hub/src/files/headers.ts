import type { FileVariant } from './links.ts'
import { unknownType } from './sniff.ts'
import type { ByteRange } from './storage.ts'

export interface ServedFile {
  name: string
  mime: string
  size: number
  /** Changes when the bytes change; the key in the storage or the checksum. */
  etag: string
  variant: FileVariant
}

export interface FileHead {
  status: 200 | 206 | 304 | 416
  headers: Record<string, string>
  /** What to read; absent with 200 (all of it), 304 and 416 (nothing). */
  range?: ByteRange
}

/** Types a browser is told as they are; all others are bytes. */
const shownTypes = /^(?:image\/(?:jpeg|png|gif|webp|avif|heic|bmp)|audio\/[\w.+-]+|video\/[\w.+-]+|application\/pdf|text\/(?:plain|csv))$/

/**
 * How a file goes out: to be saved, never opened as a page; only thumbnails, made by the hub itself, may be shown in place.
 * Kept by the reader's own browser alone, and asked for again each time, since the right to it may have gone.
 */
export function fileHead(file: ServedFile, request: Headers): FileHead {
  const etag = `"${file.etag}"`
  const headers = { ...fixedHeaders, etag, 'content-type': typeOf(file), 'content-disposition': dispositionOf(file) }
  if (matches(request.get('if-none-match'), etag)) return { status: 304, headers }
  const range = parseRange(request, file.size, etag)
  if (range === 'unsatisfiable') return { status: 416, headers: { ...headers, 'content-range': `bytes */${file.size}` } }
  if (!range) return { status: 200, headers: { ...headers, 'content-length': String(file.size) } }
  const part = { 'content-range': `bytes ${range.start}-${range.end}/${file.size}`, 'content-length': String(range.end - range.start + 1) }
  return { status: 206, headers: { ...headers, ...part }, range }
}

const fixedHeaders = {
  'accept-ranges': 'bytes',
  'cache-control': 'private, no-cache',
  'content-security-policy': "sandbox; default-src 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

function typeOf({ mime, variant }: ServedFile): string {
  if (variant === 'thumbnail') return 'image/webp'
  if (mime.startsWith('text/') && shownTypes.test(mime)) return `${mime}; charset=utf-8`
  return shownTypes.test(mime) ? mime : unknownType
}

function dispositionOf({ name, variant }: ServedFile): string {
  if (variant === 'thumbnail') return 'inline'
  return `attachment; filename="${asciiName(name)}"; filename*=UTF-8''${extendedName(name)}`
}

/** For readers that know no other: letters, digits and a few signs, all within quotes. */
function asciiName(name: string): string {
  return name.replace(/[^A-Za-z0-9 ._()-]/g, '_')
}

/** RFC 5987: percent-encoded but for its attribute characters. */
function extendedName(name: string): string {
  return encodeURIComponent(name.replace(/\p{Cs}/gu, '_')).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
}

function matches(list: string | null, etag: string): boolean {
  return (list ?? '').split(',').some((each) => each.trim().replace(/^W\//, '') === etag)
}

/** A single range in bytes; several, or another unit, are answered with the whole file, as HTTP allows. */
export function parseRange(request: Headers, size: number, etag: string): ByteRange | 'unsatisfiable' | undefined {
  const found = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(request.get('range')?.trim() ?? '')
  const onlyIf = request.get('if-range')
  if (!found || (onlyIf && onlyIf !== etag)) return undefined
  const [, first = '', last = ''] = found
  if (!first && !last) return undefined
  const start = first ? Number(first) : Math.max(0, size - Number(last))
  const end = first && last ? Math.min(Number(last), size - 1) : size - 1
  if (first && last && Number(last) < Number(first)) return undefined
  return start > end || start >= size ? 'unsatisfiable' : { start, end }
}
