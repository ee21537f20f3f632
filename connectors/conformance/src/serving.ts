import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'

/** What befalls one answer of a file server. */
export interface Serving {
  /** The connection is cut when so many bytes of this answer have gone out. */
  breakOffAfter?: number
  /** Whatever part is asked for, the whole comes. */
  whole?: boolean
}

/** Answers with a file, or with the part of it that was asked for, as RFC 9110 has it: an entity tag, `Range` and `If-Range`. Tells where the answer begins. */
export function serveFile(
  request: IncomingMessage,
  response: ServerResponse,
  { bytes, mime }: { bytes: Uint8Array; mime: string },
  { breakOffAfter, whole = false }: Serving = {},
): number {
  const tag = `"${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}"`
  const from = whole ? 0 : askedFrom(request, tag)
  if (from >= bytes.byteLength && from > 0) {
    response.writeHead(416, { 'content-range': `bytes */${bytes.byteLength}` }).end()
    return from
  }
  const part = bytes.subarray(from)
  const range = from > 0 ? { 'content-range': `bytes ${from}-${bytes.byteLength - 1}/${bytes.byteLength}` } : undefined
  response.writeHead(range ? 206 : 200, { 'content-type': mime, 'content-length': part.byteLength, etag: tag, ...range })
  if (breakOffAfter === undefined || breakOffAfter >= part.byteLength) response.end(part)
  // A reset would throw away what is still on its way.
  else response.write(part.subarray(0, breakOffAfter), () => response.socket?.end())
  return from
}

function askedFrom({ headers }: IncomingMessage, tag: string): number {
  const condition = headers['if-range']
  const [, from] = /^bytes=(\d+)-$/.exec(headers.range ?? '') ?? []
  return from !== undefined && (condition === undefined || condition === tag) ? Number(from) : 0
}
