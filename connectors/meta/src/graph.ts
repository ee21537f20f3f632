import { createHmac } from 'node:crypto'
import { Readable } from 'node:stream'
import type { StoredFile } from '@parley/schema/connector'
import { FileUnreadable, GaveUp, GraphRefused } from './errors.ts'
import { type Json, objectOf } from './reading.ts'

export interface Ask {
  query?: Record<string, string>
  json?: object
  form?: { fields: Record<string, string>; field: string; file: StoredFile }
  /** Asked in the name of the app, for what belongs to the app itself. */
  asApp?: string
  ms: number
  signal: AbortSignal
}

export interface Graph {
  get(path: string, ask: Ask): Promise<Json>
  post(path: string, ask: Ask): Promise<Json>
}

export interface GraphSettings {
  apiRoot: string
  version: string
  token: string
  appSecret: string
  fetch: typeof fetch
}

/**
 * The Graph API over the guarded fetch. The token travels in a header only: addresses are written into logs on their way.
 * Throws GraphRefused for what Meta answers, GaveUp after `ms` milliseconds or when `signal` says so, else the network's error.
 */
export function createGraph({ apiRoot, version, token, appSecret, fetch }: GraphSettings): Graph {
  const proof = createHmac('sha256', appSecret).update(token).digest('hex')

  async function call(method: string, path: string, ask: Ask): Promise<Json> {
    const url = new URL(`/${version}/${path}`, apiRoot)
    url.search = new URLSearchParams({ ...ask.query, ...(!ask.asApp && { appsecret_proof: proof }) }).toString()
    const body = ask.form ? multipart(ask.form) : ask.json ? jsonBody(ask.json) : undefined
    const headers = { authorization: `Bearer ${ask.asApp ? `${ask.asApp}|${appSecret}` : token}`, ...body?.headers }
    const deadline = deadlineOf(ask)
    try {
      const init = { method, headers, signal: deadline.signal, redirect: 'error' as const, ...body?.init }
      const answer = await fetch(url, init)
      return await read(answer)
    } catch (error) {
      if (body?.broken?.()) throw new FileUnreadable('read', { cause: error })
      throw deadline.signal.aborted ? new GaveUp(path) : error
    } finally {
      deadline.end()
    }
  }
  return { get: (path, ask) => call('GET', path, ask), post: (path, ask) => call('POST', path, ask) }
}

async function read(answer: Response): Promise<Json> {
  const text = await answer.text()
  let said: Json | undefined
  try {
    said = objectOf(JSON.parse(text))
  } catch {}
  if (answer.ok && said && !said.error) return said
  throw new GraphRefused(answer.status, objectOf(said?.error), answer.headers)
}

function deadlineOf({ ms, signal }: Ask): { signal: AbortSignal; end(): void } {
  const deadline = new AbortController()
  const giveUp = () => deadline.abort()
  const timer = setTimeout(giveUp, ms)
  signal.addEventListener('abort', giveUp, { once: true })
  if (signal.aborted) giveUp()
  return {
    signal: deadline.signal,
    end() {
      clearTimeout(timer)
      signal.removeEventListener('abort', giveUp)
    },
  }
}

interface Body {
  headers: Record<string, string>
  init: RequestInit
  /** The file could not be read to its end, so Meta never saw a whole request. */
  broken?(): boolean
}

function jsonBody(json: object): Body {
  return { headers: { 'content-type': 'application/json' }, init: { body: JSON.stringify(json) } }
}

/** A form with one file, streamed: a file of 100 MB must not stand in memory. */
function multipart({ fields, field, file }: NonNullable<Ask['form']>): Body {
  const boundary = `parley${file.sha256.slice(0, 24)}${Date.now().toString(36)}`
  const texts = Object.entries(fields).map(
    ([name, value]) => `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  const head = `${texts.join('')}--${boundary}\r\ncontent-disposition: form-data; name="${field}"; filename="${headerSafe(file.name)}"\r\ncontent-type: ${headerSafe(file.mime)}\r\n\r\n`
  let broken = false
  async function* bytes() {
    yield Buffer.from(head)
    try {
      const stream = await file.open()
      for await (const chunk of stream as unknown as AsyncIterable<Uint8Array>) yield chunk
    } catch (error) {
      broken = true
      throw error
    }
    yield Buffer.from(`\r\n--${boundary}--\r\n`)
  }
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    init: { body: Readable.toWeb(Readable.from(bytes(), { objectMode: false })) as never, duplex: 'half' } as RequestInit,
    broken: () => broken,
  }
}

function headerSafe(words: string): string {
  return words.replace(/[\u0000-\u001f\u007f"\\]/g, '_').slice(-120) || 'file'
}
