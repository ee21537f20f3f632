import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type GuardedFetchOptions, guardedFetch } from '../src/fetch.ts'

interface Seen { method: string; url: string; headers: IncomingMessage['headers']; body: Buffer }
type Answer = (response: ServerResponse, request: IncomingMessage) => void

const MiB = 1024 * 1024

/** Two hosts, to see what goes from one to the other. */
let here: Host
let elsewhere: Host
beforeAll(async () => {
  here = await startHost()
  elsewhere = await startHost()
})
afterAll(() => Promise.all([here.stop(), elsewhere.stop()]))
beforeEach(() => {
  here.seen.length = 0
  elsewhere.seen.length = 0
})

describe('The guarded fetch', () => {
  it('asks and answers as fetch does', async () => {
    here.answer = (response) => response.writeHead(201, 'Made', { 'content-type': 'application/json', 'x-twice': ['a', 'b'] }).end('{"ok":true}')
    const response = await ask()(`${here.at}/path?q=1`, { method: 'PUT', headers: { authorization: 'Bearer t', 'x-own': 'ü' }, body: '{"a":"ж"}' })
    expect([response.status, response.statusText, response.ok, response.url, response.redirected, response.headers.get('x-twice')]).toEqual([201, 'Made', true, `${here.at}/path?q=1`, false, 'a, b'])
    expect(await response.json()).toEqual({ ok: true })
    expect(here.seen[0]).toMatchObject({ method: 'PUT', url: '/path?q=1', headers: { authorization: 'Bearer t', host: here.host, 'content-length': '10' } })
    expect(here.seen[0]?.body.toString()).toBe('{"a":"ж"}')
  })

  it('takes what fetch takes: Request, URL, text, bytes, forms and streams', async () => {
    here.answer = (response) => response.end()
    const form = new FormData()
    form.append('file', new Blob([new Uint8Array(100_000)]), 'x.bin')
    const stream = new ReadableStream<Uint8Array>({ start: (controller) => { controller.enqueue(new Uint8Array(7)); controller.close() } })
    await ask()(new Request(`${here.at}/request`, { method: 'POST', body: 'text', headers: { 'x-a': '1' } }))
    await ask()(new URL(`${here.at}/url`), { method: 'POST', body: new URLSearchParams({ a: 'b' }) })
    await ask()(`${here.at}/bytes`, { method: 'POST', body: new Uint8Array([1, 2, 3]) })
    await ask()(`${here.at}/blob`, { method: 'POST', body: new Blob(['12345'], { type: 'text/x' }) })
    await ask()(`${here.at}/form`, { method: 'POST', body: form })
    await ask()(`${here.at}/stream`, streamed(stream))
    expect(here.seen.map(({ url, body }) => [url, url === '/form' ? body.length > 100_000 : body.length])).toEqual([['/request', 4], ['/url', 3], ['/bytes', 3], ['/blob', 5], ['/form', true], ['/stream', 7]])
    expect(here.seen.map(({ headers }) => headers['content-type']?.split(';')[0])).toEqual(['text/plain', 'application/x-www-form-urlencoded', undefined, 'text/x', 'multipart/form-data', undefined])
  })

  it('has answers without a body where HTTP has none', async () => {
    for (const status of [204, 304]) {
      here.answer = (response) => response.writeHead(status).end()
      const response = await ask()(here.at)
      expect([response.status, response.body]).toEqual([status, null])
    }
    here.answer = (response) => response.writeHead(200, { 'content-length': String(500 * MiB) }).end()
    const head = await ask()(here.at, { method: 'HEAD' })
    expect([head.headers.get('content-length'), head.body]).toEqual([String(500 * MiB), null])
  })

  it('keeps no cookies and sends none, nor anything else that is the connection’s own', async () => {
    here.answer = (response) => response.writeHead(200, { 'set-cookie': 'a=b' }).end()
    const first = await ask()(here.at, { headers: { cookie: 'c=d', host: 'evil.example', connection: 'upgrade', upgrade: 'h2c', te: 'trailers', expect: '100-continue', 'proxy-authorization': 'x', 'transfer-encoding': 'chunked', 'content-length': '99' } })
    await ask()(here.at)
    expect(first.headers.get('set-cookie')).toBeNull()
    for (const { headers } of here.seen) {
      expect(headers.host).toBe(here.host)
      for (const name of ['cookie', 'upgrade', 'te', 'expect', 'proxy-authorization', 'transfer-encoding', 'content-length']) expect(headers[name]).toBeUndefined()
    }
  })

  it('fails as fetch does when nobody is there, saying why and not with what secret', async () => {
    const gone = await startHost()
    await gone.stop()
    const failure = await ask({ allowed: [gone.host] })(`${gone.at}/bot123:token/getMe`).catch((error) => error)
    expect(failure).toBeInstanceOf(TypeError)
    expect(failure.cause.code).toBe('ECONNREFUSED')
    here.answer = (response) => response.destroy()
    await expect(ask()(`${here.at}/bot123:token/getMe`)).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } })
    const refused = await ask()('http://user:sesame@127.0.0.1/bot123:token').catch((error) => error)
    expect(`${refused} ${refused.cause}`).not.toMatch(/token|sesame/)
  })
})

describe('An answer', () => {
  it.each([['announced', (response: ServerResponse) => response.writeHead(200, { 'content-length': String(2 * MiB) }).end(Buffer.alloc(2 * MiB))], ['in pieces', (response: ServerResponse) => response.end(Buffer.alloc(2 * MiB))], ['without end', endless]] as [string, Answer][])('above the limit is not taken: %s', async (_how, answer) => {
    here.answer = answer
    await expect(textOf(ask({ maxBytes: MiB }))).rejects.toSatisfy((error: { code?: string; cause?: { code: string } }) => (error.code ?? error.cause?.code) === 'ERR_RESPONSE_TOO_LARGE')
  })

  it('of exactly the limit is taken', async () => {
    here.answer = (response) => response.end(Buffer.alloc(MiB, 'x'))
    expect(await textOf(ask({ maxBytes: MiB }))).toHaveLength(MiB)
  })

  it.each([['gzip', gzipSync], ['x-gzip', gzipSync], ['deflate', deflateSync], ['br', brotliCompressSync], ['identity', (bytes: Buffer) => bytes], ['GZIP', gzipSync]] as [string, (bytes: Buffer) => Buffer][])('that comes packed unasked is unpacked: %s', async (encoding, pack) => {
    here.answer = (response) => response.writeHead(200, { 'content-encoding': encoding }).end(pack(Buffer.from('hello')))
    expect(await textOf(ask())).toBe('hello')
    expect(here.seen[0]?.headers['accept-encoding']).toBe('identity')
  })

  it.each([['gzip', gzipSync], ['deflate', deflateSync], ['br', brotliCompressSync]] as [string, (bytes: Buffer) => Buffer][])('that unpacks to too much is not taken: %s', async (encoding, pack) => {
    const packed = pack(Buffer.alloc(4 * MiB))
    expect(packed.length).toBeLessThan(MiB / 10)
    here.answer = (response) => response.writeHead(200, { 'content-encoding': encoding }).end(packed)
    await expect(textOf(ask({ maxBytes: MiB }))).rejects.toMatchObject({ code: 'ERR_RESPONSE_TOO_LARGE' })
  })

  it.each(['zstd', 'compress', 'gzip, gzip', 'x'])('in an encoding unknown here is not taken: %s', async (encoding) => {
    here.answer = (response) => response.writeHead(200, { 'content-encoding': encoding }).end('x')
    await expect(textOf(ask())).rejects.toMatchObject({ cause: { code: 'ERR_RESPONSE_REFUSED' } })
  })

  it('that is not what it says fails while it is read', async () => {
    here.answer = (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('not gzip')
    await expect(textOf(ask())).rejects.toThrow()
    here.answer = (response) => { response.writeHead(200, { 'content-length': '100' }); response.write('half', () => response.destroy()) }
    await expect(textOf(ask())).rejects.toThrow()
  })

  it('with too much header is not taken', async () => {
    here.answer = (response) => response.writeHead(200, { 'x-long': 'x'.repeat(20_000) }).end()
    await expect(textOf(ask())).rejects.toMatchObject({ cause: { code: 'HPE_HEADER_OVERFLOW' } })
    here.answer = (response) => response.writeHead(200, Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`x-${n}`, '1']))).end()
    await expect(textOf(ask())).rejects.toMatchObject({ cause: { code: 'ERR_RESPONSE_REFUSED' } })
  })

  it('with a status that is none is not taken', async () => {
    here.answer = (response) => response.writeHead(999).end()
    await expect(textOf(ask())).rejects.toMatchObject({ cause: { code: 'ERR_RESPONSE_REFUSED' } })
  })

  it('is read no faster than asked for, and can be left unread', async () => {
    let written = 0
    here.answer = (response) => {
      const more = () => { while (written < 200 * MiB && response.write(Buffer.alloc(65_536))) written += 65_536 }
      response.on('drain', more)
      more()
    }
    const response = await ask({ maxBytes: 500 * MiB })(here.at)
    const reader = response.body?.getReader()
    await reader?.read()
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(written).toBeLessThan(50 * MiB)
    await reader?.cancel()
    await here.idle()
  })
})

describe('Time', () => {
  const silent: Record<string, Answer> = {
    'the answer never begins': () => {},
    'the answer never ends': (response) => { response.write('x') },
    'the answer trickles': (response) => { const timer = setInterval(() => response.write('x'), 20); response.on('close', () => clearInterval(timer)) },
  }

  it.each(Object.keys(silent))('runs out when %s', async (what) => {
    here.answer = silent[what] ?? (() => {})
    await expect(textOf(ask({ totalMs: 200 }))).rejects.toMatchObject({ name: 'TimeoutError' })
    await here.idle()
  })

  it('runs out when the name is never found', async () => {
    const lost = guardedFetch({ totalMs: 100, resolve: () => new Promise(() => {}) })
    await expect(lost('http://public.example/')).rejects.toMatchObject({ name: 'TimeoutError' })
  })

  it('runs out over all redirects together', async () => {
    here.answer = (response) => setTimeout(() => response.writeHead(302, { location: '/again' }).end(), 120)
    await expect(textOf(ask({ totalMs: 200 }))).rejects.toMatchObject({ name: 'TimeoutError' })
  })

  it.each(Object.keys(silent))('can be cut short by the caller when %s', async (what) => {
    here.answer = silent[what] ?? (() => {})
    const controller = new AbortController()
    const pending = textOf(ask(), { signal: controller.signal })
    setTimeout(() => controller.abort(new Error('enough')), 100)
    await expect(pending).rejects.toThrow('enough')
    await here.idle()
  })

  it('does not even begin for a caller who has already left', async () => {
    await expect(textOf(ask(), { signal: AbortSignal.abort(new Error('left')) })).rejects.toThrow('left')
    await expect(ask()(new Request(here.at, { signal: AbortSignal.abort(new Error('left')) }))).rejects.toThrow('left')
    expect(here.seen).toEqual([])
  })
})

describe('A redirect', () => {
  it('is followed three times and no more', async () => {
    here.answer = (response, request) => {
      const left = Number(request.url?.slice(1))
      if (left === 0) response.end('arrived')
      else response.writeHead(302, { location: `/${left - 1}` }).end()
    }
    const arrived = await ask()(`${here.at}/3`)
    expect([arrived.url, arrived.redirected, await arrived.text()]).toEqual([`${here.at}/0`, true, 'arrived'])
    await expect(ask()(`${here.at}/4`)).rejects.toMatchObject({ cause: { code: 'ERR_REDIRECT_REFUSED' } })
    await expect(ask({ redirects: 99 })(`${here.at}/4`)).rejects.toMatchObject({ cause: { code: 'ERR_REDIRECT_REFUSED' } })
    await expect(ask({ redirects: 0 })(`${here.at}/1`)).rejects.toMatchObject({ cause: { code: 'ERR_REDIRECT_REFUSED' } })
  })

  it('is shown or refused when the caller wants that', async () => {
    here.answer = (response) => response.writeHead(302, { location: `${elsewhere.at}/` }).end()
    const shown = await ask()(here.at, { redirect: 'manual' })
    expect([shown.status, shown.headers.get('location')]).toEqual([302, `${elsewhere.at}/`])
    await expect(ask()(here.at, { redirect: 'error' })).rejects.toMatchObject({ cause: { code: 'ERR_REDIRECT_REFUSED' } })
    expect(elsewhere.seen).toEqual([])
  })

  it('to another host takes no secret along, within the same host it does', async () => {
    elsewhere.answer = (response) => response.end('there')
    const headers = { authorization: 'Bearer t', 'x-api-key': 'k', 'x-goog-token': 't', accept: 'image/png', cookie: 'a=b' }
    here.answer = (response, request) => response.writeHead(302, { location: request.url === '/start' ? '/middle' : `${elsewhere.at}/there` }).end()
    expect(await (await ask()(`${here.at}/start`, { headers })).text()).toBe('there')
    expect(here.seen.map((seen) => seen.headers.authorization)).toEqual(['Bearer t', 'Bearer t'])
    expect(elsewhere.seen[0]?.headers).toMatchObject({ accept: 'image/png', host: elsewhere.host })
    for (const name of ['authorization', 'x-api-key', 'x-goog-token', 'cookie', 'referer']) expect(elsewhere.seen[0]?.headers[name]).toBeUndefined()
  })

  it.each([[301, 'POST', 'GET', ''], [302, 'POST', 'GET', ''], [303, 'POST', 'GET', ''], [303, 'PUT', 'GET', ''], [307, 'POST', 'POST', 'body'], [308, 'POST', 'POST', 'body'], [302, 'PUT', 'PUT', 'body'], [302, 'HEAD', 'HEAD', '']])('by %i of a %s becomes a %s', async (status, method, then, body) => {
    here.answer = (response, request) => { if (request.url === '/end') response.end(); else response.writeHead(status, { location: '/end' }).end() }
    await ask()(`${here.at}/`, method === 'HEAD' ? { method } : { method, body: 'body', headers: { 'content-type': 'text/x' } })
    expect([here.seen[1]?.method, here.seen[1]?.body.toString(), here.seen[1]?.headers['content-type']]).toEqual([then, body, body ? 'text/x' : undefined])
  })

  it('to another host does not get what was to be said to the first', async () => {
    here.answer = (response) => response.writeHead(307, { location: `${elsewhere.at}/` }).end()
    await expect(ask()(here.at, { method: 'POST', body: 'secret' })).rejects.toMatchObject({ cause: { code: 'ERR_REDIRECT_REFUSED' } })
    expect(elsewhere.seen).toEqual([])
  })

  it('cannot make a stream be said twice', async () => {
    here.answer = (response) => response.writeHead(307, { location: '/again' }).end()
    await expect(ask()(here.at, streamed(new Blob(['once']).stream()))).rejects.toMatchObject({ cause: { code: 'ERR_REDIRECT_REFUSED' } })
    expect(here.seen).toHaveLength(1)
  })

  it('is checked against the hosts of the platform as well', async () => {
    here.answer = (response) => response.writeHead(302, { location: `${elsewhere.at.replace('127.0.0.1', 'evil.example')}/` }).end()
    const platform = ask({ hosts: ['127.0.0.1'], resolve: async () => [{ address: '127.0.0.1', family: 4 }] })
    await expect(platform(here.at)).rejects.toMatchObject({ cause: { code: 'ERR_DESTINATION_REFUSED' } })
    expect(elsewhere.seen).toEqual([])
  })
})

interface Host {
  at: string
  host: string
  seen: Seen[]
  answer: Answer
  /** Answers when nobody is being answered any more. */
  idle(): Promise<void>
  stop(): Promise<void>
}

async function startHost(): Promise<Host> {
  const seen: Seen[] = []
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk)).on('end', () => {
      seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) })
      host.answer(response, request)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const host: Host = {
    at: `http://127.0.0.1:${port}`, host: `127.0.0.1:${port}`, seen, answer: (response) => response.end(),
    idle: async () => {
      while (await connections(server) > 0) {
        server.closeIdleConnections()
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
    },
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return host
}

function connections(server: Server): Promise<number> {
  return new Promise((resolve, reject) => server.getConnections((error, count) => (error ? reject(error) : resolve(count))))
}

function endless(response: ServerResponse): void {
  const more = () => { while (response.write(Buffer.alloc(65_536))) { /* until it is full */ } }
  response.on('drain', more)
  more()
}

function ask(options: GuardedFetchOptions = {}): typeof fetch {
  return guardedFetch({ allowed: [here.host, elsewhere.host], ...options })
}

async function textOf(fetcher: typeof fetch, init?: RequestInit): Promise<string> {
  return (await fetcher(here.at, init)).text()
}

/** `duplex` has to be said with a stream, and the types do not know it. */
function streamed(body: ReadableStream<Uint8Array>): RequestInit {
  return { method: 'POST', body, ...{ duplex: 'half' } }
}
