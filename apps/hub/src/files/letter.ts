import { Readable } from 'node:stream'
import type { Bytes } from './storage.ts'

/** A letter as it came: with what it brings itself, or also with pictures that lie elsewhere and tell that it was opened. */
export type LetterView = 'letter' | 'letter-pictures'

export const isLetterView = (value: string | undefined): value is LetterView => value === 'letter' || value === 'letter-pictures'

/**
 * A page of a stranger on our own address: it is of no origin, runs nothing, sends nothing, and loads nothing but, if it was
 * asked for, pictures. What it links to opens beside the desk.
 */
export function letterHead(view: LetterView): Record<string, string> {
  const pictures = view === 'letter-pictures' ? 'data: https: http:' : 'data:'
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src ${pictures}; form-action 'none'; frame-ancestors 'self'`,
    'cache-control': 'private, no-store',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-dns-prefetch-control': 'off',
  }
}

const before = new TextEncoder().encode(
  '<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><base target="_blank"><style>body{font:14px/1.5 sans-serif;overflow-wrap:anywhere}img{max-width:100%}</style>',
)

/** A picture that came with a letter, and what the letter calls it. */
export interface LetterPicture {
  contentId: string
  /** Of the bytes, not the sender's word. */
  mime: string
  size: number
  open(): Promise<Bytes>
}

/** Of all pictures together, as often as they are drawn: a page names one as often as it likes. */
const mostDrawn = 25 * 1024 * 1024

/**
 * The letter with what it needs before it: letters say little of how they are to be shown. Pictures of its own (`cid:`, RFC 2392) stand in
 * the page itself, because a page of no origin may ask the hub for nothing.
 */
export function letterPage(letter: Bytes, pictures: LetterPicture[] = []): ReadableStream<Uint8Array> {
  const page = pictures.length === 0 ? plainPage(letter) : pageWith(letter, pictures)
  return Readable.toWeb(Readable.from(page, { objectMode: false })) as ReadableStream<Uint8Array>
}

async function* plainPage(letter: Bytes): AsyncGenerator<Uint8Array> {
  yield before
  yield* letter as unknown as AsyncIterable<Uint8Array>
}

async function* pageWith(letter: Bytes, pictures: LetterPicture[]): AsyncGenerator<Uint8Array> {
  yield before
  const html = await new Response(letter as unknown as BodyInit).text()
  const named = new Map(pictures.map((one) => [one.contentId, one]))
  let drawn = 0
  let at = 0
  for (const { index, 0: whole, 1: name = '' } of html.matchAll(/cid:([^"'\s<>)]{1,500})/gi)) {
    const picture = named.get(decoded(name))
    if (!picture || drawn + picture.size > mostDrawn) continue
    drawn += picture.size
    yield Buffer.from(`${html.slice(at, index)}data:${picture.mime};base64,`)
    yield* inBase64(await picture.open())
    at = index + whole.length
  }
  yield Buffer.from(html.slice(at))
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name.replaceAll('&amp;', '&'))
  } catch {
    return name
  }
}

/** In pieces of three bytes each, so that they stand side by side. */
async function* inBase64(bytes: Bytes): AsyncGenerator<Uint8Array> {
  let rest = Buffer.alloc(0)
  for await (const chunk of bytes as unknown as AsyncIterable<Uint8Array>) {
    const all = Buffer.concat([rest, chunk])
    const whole = all.length - (all.length % 3)
    rest = all.subarray(whole)
    yield Buffer.from(all.subarray(0, whole).toString('base64'))
  }
  yield Buffer.from(rest.toString('base64'))
}
