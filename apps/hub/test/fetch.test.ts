import type { ServerResponse } from 'node:http'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type GuardedFetchOptions, guardedFetch } from '../src/fetch.ts'
import { type Answer, type Host, startHost } from './support/http-host.ts'

const MiB = 1024 * 1024

let here: Host
beforeAll(async () => {
  here = await startHost()
})
afterAll(() => here.stop())
beforeEach(() => {
  here.seen.length = 0
})

describe('The guarded fetch', () => {
  it('asks and answers as fetch does', async () => {
    here.answer = (response) =>
      response.writeHead(201, 'Made', { 'content-type': 'application/json', 'x-twice': ['a', 'b'] }).end('{"ok":true}')
    const response = await ask()(`${here.at}/path?q=1`, {
      method: 'PUT',
      headers: { authorization: 'Bearer t', 'x-own': 'ü' },
      body: '{"a":"ж"}',
    })
    expect([response.status, response.statusText, response.ok, response.url, response.redirected, response.headers.get('x-twice')]).toEqual(
      [201, 'Made', true, `${here.at}/path?q=1`, false, 'a, b'],
    )
    expect(await response.json()).toEqual({ ok: true })
    expect(here.seen[0]).toMatchObject({
      method: 'PUT',
      url: '/path?q=1',
      headers: { authorization: 'Bearer t', host: here.host, 'content-length': '10' },
    })
    expect(here.seen[0]?.body.toString()).toBe('{"a":"ж"}')
  })

  it('takes what fetch takes: Request, URL, text, bytes, forms and streams', async () => {
    here.answer = (response) => response.end()
    const form = new FormData()
    form.append('file', new Blob([new Uint8Array(100_000)]), 'x.bin')
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        controller.enqueue(new Uint8Array(7))
        controller.close()
      },
    })
    await ask()(new Request(`${here.at}/request`, { method: 'POST', body: 'text', headers: { 'x-a': '1' } }))
    await ask()(new URL(`${here.at}/url`), { method: 'POST', body: new URLSearchParams({ a: 'b' }) })
    await ask()(`${here.at}/bytes`, { method: 'POST', body: new Uint8Array([1, 2, 3]) })
    await ask()(`${here.at}/blob`, { method: 'POST', body: new Blob(['12345'], { type: 'text/x' }) })
    await ask()(`${here.at}/form`, { method: 'POST', body: form })
    await ask()(`${here.at}/stream`, streamed(stream))
    expect(here.seen.map(({ url, body }) => [url, url === '/form' ? body.length > 100_000 : body.length])).toEqual([
      ['/request', 4],
      ['/url', 3],
      ['/bytes', 3],
      ['/blob', 5],
      ['/form', true],
      ['/stream', 7],
    ])
    expect(here.seen.map(({ headers }) => headers['content-type']?.split(';')[0])).toEqual([
      'text/plain',
      'application/x-www-form-urlencoded',
      undefined,
      'text/x',
      'multipart/form-data',
      undefined,
    ])
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
    const first = await ask()(here.at, {
      headers: {
        cookie: 'c=d',
        host: 'evil.example',
        connection: 'upgrade',
        upgrade: 'h2c',
        te: 'trailers',
        expect: '100-continue',
        'proxy-authorization': 'x',
        'transfer-encoding': 'chunked',
        'content-length': '99',
      },
    })
    await ask()(here.at)
    expect(first.headers.get('set-cookie')).toBeNull()
    for (const { headers } of here.seen) {
      expect(headers.host).toBe(here.host)
      for (const name of ['cookie', 'upgrade', 'te', 'expect', 'proxy-authorization', 'transfer-encoding', 'content-length'])
        expect(headers[name]).toBeUndefined()
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
  it.each([
    ['announced', (response: ServerResponse) => response.writeHead(200, { 'content-length': String(2 * MiB) }).end(Buffer.alloc(2 * MiB))],
    ['in pieces', (response: ServerResponse) => response.end(Buffer.alloc(2 * MiB))],
    ['without end', endless],
  ] as [string, Answer][])('above the limit is not taken: %s', async (_how, answer) => {
    here.answer = answer
    await expect(textOf(ask({ maxBytes: MiB }))).rejects.toSatisfy(
      (error: { code?: string; cause?: { code: string } }) => (error.code ?? error.cause?.code) === 'ERR_RESPONSE_TOO_LARGE',
    )
  })

  it('of exactly the limit is taken', async () => {
    here.answer = (response) => response.end(Buffer.alloc(MiB, 'x'))
    expect(await textOf(ask({ maxBytes: MiB }))).toHaveLength(MiB)
  })

  it.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['identity', (bytes: Buffer) => bytes],
    ['GZIP', gzipSync],
  ] as [string, (bytes: Buffer) => Buffer][])('that comes packed unasked is unpacked: %s', async (encoding, pack) => {
    here.answer = (response) => response.writeHead(200, { 'content-encoding': encoding }).end(pack(Buffer.from('hello')))
    expect(await textOf(ask())).toBe('hello')
    expect(here.seen[0]?.headers['accept-encoding']).toBe('identity')
  })

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as [string, (bytes: Buffer) => Buffer][])('that unpacks to too much is not taken: %s', async (encoding, pack) => {
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
    here.answer = (response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('half', () => response.destroy())
    }
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
      const more = () => {
        while (written < 200 * MiB && response.write(Buffer.alloc(65_536))) written += 65_536
      }
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
    'the answer never ends': (response) => {
      response.write('x')
    },
    'the answer trickles': (response) => {
      const timer = setInterval(() => response.write('x'), 20)
      response.on('close', () => clearInterval(timer))
    },
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

function endless(response: ServerResponse): void {
  const more = () => {
    while (response.write(Buffer.alloc(65_536))) {
      /* until it is full */
    }
  }
  response.on('drain', more)
  more()
}

function ask(options: GuardedFetchOptions = {}): typeof fetch {
  return guardedFetch({ allowed: [here.host], ...options })
}

async function textOf(fetcher: typeof fetch, init?: RequestInit): Promise<string> {
  return (await fetcher(here.at, init)).text()
}

/** `duplex` has to be said with a stream, and the types do not know it. */
function streamed(body: ReadableStream<Uint8Array>): RequestInit {
  return { method: 'POST', body, ...{ duplex: 'half' } }
}
