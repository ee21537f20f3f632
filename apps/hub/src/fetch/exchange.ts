import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import { isIP } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { hostOf, pinnedLookup, type ResolvedAddress } from './destination.ts'

export interface Ask {
  url: URL
  method: string
  headers: Headers
  /** Bytes can be sent again after a redirect, a stream cannot. */
  body: Uint8Array | ReadableStream<Uint8Array> | null
}

export interface Agents {
  'http:': http.Agent
  'https:': https.Agent
}

/** Connections are kept for ten idle seconds; each was made to an address that had been checked. */
export function createAgents(): Agents {
  const options = { keepAlive: true, timeout: 10_000, maxFreeSockets: 8 }
  return { 'http:': new http.Agent(options), 'https:': new https.Agent(options) }
}

const headerBytes = 16 * 1024

/** Fields that belong to one connection, or that the exchange sets itself. */
const ownFields = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'cookie',
  'cookie2',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** One request over the wire, to one of these addresses; answers when the header of the response is there. */
export function exchange(ask: Ask, addresses: ResolvedAddress[], agents: Agents, signal: AbortSignal): Promise<IncomingMessage> {
  const { url, body } = ask
  const host = hostOf(url)
  const secure = url.protocol === 'https:'
  const options: https.RequestOptions & { autoSelectFamilyAttemptTimeout: number } = {
    host,
    port: url.port || undefined,
    path: url.pathname + url.search,
    method: ask.method,
    headers: fieldsOf(ask),
    agent: agents[secure ? 'https:' : 'http:'],
    lookup: pinnedLookup(addresses),
    maxHeaderSize: headerBytes,
    signal,
    // The usual quarter of a second cuts off far away hosts that have several addresses.
    autoSelectFamilyAttemptTimeout: 2_500,
    ...(secure && !isIP(host) ? { servername: host } : {}),
  }
  return new Promise((resolve, reject) => {
    const request = (secure ? https : http).request(options)
    request.on('response', resolve).on('error', reject)
    if (!(body instanceof ReadableStream)) request.end(body ?? undefined)
    // A server may answer before it has read everything; what matters then is its answer.
    else pipeline(Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]), request).catch(reject)
  })
}

function fieldsOf({ url, headers, body }: Ask): Record<string, string | number> {
  const fields: Record<string, string | number> = { accept: '*/*', 'user-agent': 'Parley' }
  for (const [name, value] of headers) if (!ownFields.has(name)) fields[name] = value
  // Nothing compressed is asked for: an answer costs what its length says.
  const own = { ...fields, host: url.host, 'accept-encoding': 'identity' }
  return body && !(body instanceof ReadableStream) ? { ...own, 'content-length': body.byteLength } : own
}
