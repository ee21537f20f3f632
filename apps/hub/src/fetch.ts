import type { IncomingMessage } from 'node:http'
import { answerOf } from './fetch/answer.ts'
import { type DestinationRules, destinationOf, FetchRefused, type ResolvedAddress } from './fetch/destination.ts'
import { type Agents, type Ask, createAgents, exchange } from './fetch/exchange.ts'

/** Ports of IMAP and of handing in letters; 25 is between servers. */
const mailPorts = [143, 993, 465, 587]

/** The addresses of a mail server that may be connected to. Throws FetchRefused, or what the resolver does. */
export const mailServers =
  (allowed: readonly string[]) =>
  (host: string, port: number): Promise<ResolvedAddress[]> =>
    destinationOf(new URL(`https://${host}:${port}`), { allowed, ports: mailPorts })

export { FetchRefused }

export interface GuardedFetchOptions extends DestinationRules {
  /** Milliseconds from the call to the last byte of the answer; 60,000 unless told. */
  totalMs?: number
  /** Bytes of an answer, decompressed; 8 MiB unless told: a page of a platform's updates fits, its media needs more. */
  maxBytes?: number
  /** Redirects followed, each checked like the first address; 3 unless told, at most 3. */
  redirects?: number
}

const MiB = 1024 * 1024
const mostRedirects = 3

/** Fields that may go to another host than the one they were written for. */
const harmlessFields = new Set(['accept', 'accept-language', 'user-agent', 'range', 'if-range'])

/**
 * A `fetch` that reaches the public internet only: http and https on their own ports, no address of this machine, its networks or its
 * cloud, whatever the spelling; the name is resolved once and that answer is connected to. Time, size and headers are limited,
 * there are no cookies, and what was meant for one host does not follow a redirect to another.
 * Fails like fetch: `TypeError` with a `cause` (FetchRefused, or the network's error with its `code`), `TimeoutError`, or the signal's reason.
 */
export function guardedFetch(options: GuardedFetchOptions = {}): typeof fetch {
  const { totalMs = 60_000, maxBytes = 8 * MiB } = options
  const agents = createAgents()

  return async (input, init) => {
    const { signal, end } = timeLimit(callerSignal(input, init), totalMs)
    try {
      const ask = await readAsk(input, init)
      const mode = init?.redirect ?? (input instanceof Request ? input.redirect : 'follow')
      const { message, last, redirected } = await follow(ask, mode, options, agents, signal)
      return answerOf(message, { url: last.url, method: last.method, redirected, maxBytes, signal, ended: end })
    } catch (error) {
      end()
      throw signal.aborted ? signal.reason : asFetchError(error)
    }
  }
}

type Input = Parameters<typeof fetch>[0]
type Redirect = Request['redirect']

function callerSignal(input: Input, init?: RequestInit): AbortSignal | undefined {
  return init?.signal ?? (input instanceof Request ? input.signal : undefined)
}

/** A listener that is taken off again: `AbortSignal.any` on a signal that lives as long as the hub would gather one per request. */
function timeLimit(caller: AbortSignal | undefined, totalMs: number): { signal: AbortSignal; end(): void } {
  const controller = new AbortController()
  const follow = () => controller.abort(caller?.reason)
  const timer = setTimeout(() => controller.abort(new DOMException('The request took too long', 'TimeoutError')), totalMs).unref()
  if (caller?.aborted) follow()
  caller?.addEventListener('abort', follow)
  const end = () => {
    clearTimeout(timer)
    caller?.removeEventListener('abort', follow)
  }
  return { signal: controller.signal, end }
}

async function readAsk(input: Input, init?: RequestInit): Promise<Ask> {
  const url = new URL(input instanceof Request ? input.url : input)
  // Request would refuse it too, repeating the password in its words.
  if (url.username || url.password)
    throw new FetchRefused('ERR_DESTINATION_REFUSED', `${url.host}: the address carries a user name or password`)
  const request = new Request(input, { ...init, signal: null })
  const { method, headers } = request
  const body = isBytes(init?.body) ? new Uint8Array(await request.arrayBuffer()) : request.body
  return { url, method, headers, body }
}

/** A body that is in memory anyway gets a length and can be sent again. */
function isBytes(body: unknown): boolean {
  return typeof body === 'string' || body instanceof URLSearchParams || body instanceof ArrayBuffer || ArrayBuffer.isView(body)
}

interface Followed {
  message: IncomingMessage
  last: Ask
  redirected: boolean
}

async function follow(first: Ask, mode: Redirect, options: GuardedFetchOptions, agents: Agents, signal: AbortSignal): Promise<Followed> {
  const most = Math.min(options.redirects ?? mostRedirects, mostRedirects)
  let last = first
  for (let hops = 0; ; hops += 1) {
    const addresses = await orAborted(destinationOf(last.url, options), signal)
    const message = await exchange(last, addresses, agents, signal)
    const location = isRedirect(message.statusCode) ? message.headers.location : undefined
    if (location === undefined || mode === 'manual') return { message, last, redirected: hops > 0 }
    message.destroy()
    if (mode === 'error' || hops >= most)
      throw new FetchRefused('ERR_REDIRECT_REFUSED', `${last.url.host} redirects, which is not followed further`)
    last = nextAsk(last, location, message.statusCode ?? 0)
  }
}

function isRedirect(status: number | undefined): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308
}

/** What is asked after a redirect. To another host goes neither what identifies the hub nor what it had to say. */
function nextAsk(ask: Ask, location: string, status: number): Ask {
  const url = URL.canParse(location, ask.url.href) ? new URL(location, ask.url) : undefined
  if (!url || (ask.url.protocol === 'https:' && url.protocol === 'http:')) throw redirectRefused(ask)
  const becomesGet = status === 303 ? ask.method !== 'HEAD' : status < 303 && ask.method === 'POST'
  const elsewhere = url.origin !== ask.url.origin
  const { method, body } = becomesGet ? { method: 'GET', body: null } : ask
  if (body && (elsewhere || body instanceof ReadableStream)) throw redirectRefused(ask)
  const headers = new Headers(
    [...ask.headers].filter(([name]) => (!elsewhere || harmlessFields.has(name)) && (body || !name.startsWith('content-'))),
  )
  return { url, method, headers, body }
}

function redirectRefused(ask: Ask): FetchRefused {
  return new FetchRefused('ERR_REDIRECT_REFUSED', `${ask.url.host} redirects to where this request may not go`)
}

/** A resolver cannot be called off; its late answer is let go. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

function asFetchError(error: unknown): unknown {
  return error instanceof TypeError ? error : new TypeError('fetch failed', { cause: error })
}
