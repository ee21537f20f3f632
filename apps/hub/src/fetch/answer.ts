import type { IncomingMessage } from 'node:http'
import { pipeline, type Readable, type Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { FetchRefused } from './destination.ts'

export interface AnswerOptions {
  url: URL
  redirected: boolean
  /** HEAD has no body, whatever its header says. */
  method: string
  maxBytes: number
  signal: AbortSignal
  /** Called once, when nothing more will be read. */
  ended(): void
}

const decoders: Record<string, () => Transform> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
}

/** Header fields that say nothing any more, or that nobody here keeps. */
const dropped = new Set(['set-cookie', 'set-cookie2', 'content-encoding', 'transfer-encoding', 'connection', 'keep-alive'])

const headerFields = 100

/** The response as `fetch` gives it; its body fails with FetchRefused at the first byte above the limit, counted after decompression. */
export function answerOf(message: IncomingMessage, options: AnswerOptions): Response {
  const status = message.statusCode ?? 0
  if (status < 200 || status > 599) throw refused(message, 'ERR_RESPONSE_REFUSED', `${options.url.host} answered with status ${status}`)
  if (message.rawHeaders.length > 2 * headerFields)
    throw refused(message, 'ERR_RESPONSE_REFUSED', `${options.url.host} answered with more than ${headerFields} header fields`)
  const empty = options.method === 'HEAD' || status === 204 || status === 205 || status === 304
  const body = empty ? null : bodyOf(message, options)
  if (empty) message.resume().once('close', options.ended)
  const response = new Response(body, { status, statusText: message.statusMessage, headers: headersOf(message) })
  return Object.defineProperties(response, { url: { value: options.url.href }, redirected: { value: options.redirected } })
}

function headersOf(message: IncomingMessage): Headers {
  const headers = new Headers()
  for (let at = 0; at + 1 < message.rawHeaders.length; at += 2) {
    const name = message.rawHeaders[at] ?? ''
    if (dropped.has(name.toLowerCase()) || (name.toLowerCase() === 'content-length' && message.headers['content-encoding'])) continue
    headers.append(name, message.rawHeaders[at + 1] ?? '')
  }
  return headers
}

function bodyOf(message: IncomingMessage, { url, maxBytes, signal, ended }: AnswerOptions): ReadableStream<Uint8Array> {
  if (Number(message.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(message, url, maxBytes)
  const chunks = decoded(message, url)[Symbol.asyncIterator]()
  let size = 0
  const end = () => {
    message.destroy()
    ended()
  }
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await chunks.next()
          size += value?.byteLength ?? 0
          if (size > maxBytes) throw tooLarge(message, url, maxBytes)
          if (!done) return controller.enqueue(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))
          controller.close()
          ended()
        } catch (error) {
          end()
          throw signal.aborted ? signal.reason : error
        }
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  )
}

function decoded(message: IncomingMessage, url: URL): Readable {
  const encoding = (message.headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  if (encoding === 'identity' || encoding === '') return message
  const decoder = decoders[encoding]?.()
  if (!decoder) throw refused(message, 'ERR_RESPONSE_REFUSED', `${url.host} answered in an unknown encoding`)
  return pipeline(message, decoder, () => {})
}

function tooLarge(message: IncomingMessage, url: URL, maxBytes: number): FetchRefused {
  return refused(message, 'ERR_RESPONSE_TOO_LARGE', `${url.host} answered with more than ${maxBytes} bytes`)
}

function refused(message: IncomingMessage, code: FetchRefused['code'], words: string): FetchRefused {
  message.destroy()
  return new FetchRefused(code, words)
}
