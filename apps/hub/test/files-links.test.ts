import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { fileHead } from '../src/files/headers.ts'
import { type FileLink, signFileLink, verifyFileLink } from '../src/files/links.ts'

const key = randomBytes(32)
const link: FileLink = {
  workspace: '0193a0c0-0000-7000-8000-000000000001',
  file: '0193a0c0-0000-7000-8000-000000000002',
  variant: 'original',
  viewer: 'operator:0193a0c0-0000-7000-8000-000000000003',
}
const noon = Date.UTC(2026, 0, 1, 12, 0, 0)
const minute = 60_000

describe('A file link', () => {
  it('says whose, what and how, to the hub that made it', () => {
    for (const each of [link, { ...link, variant: 'thumbnail' as const }, { ...link, viewer: 'visitor:v1' }]) {
      expect(verifyFileLink(key, signFileLink(key, each, noon), noon)).toEqual(each)
    }
  })

  it('can be read from a whole address', () => {
    expect(verifyFileLink(key, new URL(signFileLink(key, link, noon), 'https://hub.example.com'), noon)).toEqual(link)
  })

  it('is good for at least four and at most five minutes', () => {
    for (let second = 0; second < 60; second += 1) {
      const made = noon + second * 1000
      const address = signFileLink(key, link, made)
      expect(verifyFileLink(key, address, made + 4 * minute)).toEqual(link)
      expect(verifyFileLink(key, address, made + 5 * minute)).toBeUndefined()
    }
  })

  it('stays the same within a minute and changes with the next', () => {
    const within = new Set([0, 1, 30_000, 59_999].map((ms) => signFileLink(key, link, noon + ms)))
    expect(within.size).toBe(1)
    expect(within.has(signFileLink(key, link, noon + minute))).toBe(false)
  })

  it('does not open for another file, variant, workspace, viewer or time', () => {
    const address = signFileLink(key, link, noon)
    const changes: ((url: URL) => void)[] = [
      (url) => {
        url.pathname = '/files/0193a0c0-0000-7000-8000-000000000009'
      },
      (url) => url.searchParams.set('v', 'thumbnail'),
      (url) => url.searchParams.set('w', '0193a0c0-0000-7000-8000-000000000009'),
      (url) => url.searchParams.set('u', 'operator:0193a0c0-0000-7000-8000-000000000009'),
      (url) => url.searchParams.set('u', link.viewer.replace('operator', 'visitor')),
      (url) => url.searchParams.set('e', String(Number(url.searchParams.get('e')) + 1)),
    ]
    for (const change of changes) expect(verifyFileLink(key, changed(address, change), noon)).toBeUndefined()
  })

  it('does not open with a part missing, doubled or made up', () => {
    const address = signFileLink(key, link, noon)
    for (const name of ['w', 'v', 'u', 'e', 's']) {
      expect(
        verifyFileLink(
          key,
          changed(address, (url) => url.searchParams.delete(name)),
          noon,
        ),
      ).toBeUndefined()
      expect(
        verifyFileLink(
          key,
          changed(address, (url) => url.searchParams.append(name, url.searchParams.get(name) ?? '')),
          noon,
        ),
      ).toBeUndefined()
      for (const made of ['', '0', 'null', '%00', '💥', 'x'.repeat(5000)]) {
        expect(
          verifyFileLink(
            key,
            changed(address, (url) => url.searchParams.set(name, made)),
            noon,
          ),
        ).toBeUndefined()
      }
    }
    for (const other of ['', '/', '/files/', '/files/a/b', '//', 'http://', address.replace('/files/', '/file/')])
      expect(verifyFileLink(key, other, noon)).toBeUndefined()
  })

  it('does not open to a guessed or cut signature, nor to one of another hub', () => {
    const address = signFileLink(key, link, noon)
    const signature = new URL(address, 'http://hub').searchParams.get('s') ?? ''
    const guesses = [
      ...Array.from({ length: 1000 }, () => randomBytes(32).toString('base64url')),
      ...Array.from({ length: signature.length }, (_, n) => signature.slice(0, n)),
    ]
    for (const guess of guesses)
      expect(
        verifyFileLink(
          key,
          changed(address, (url) => url.searchParams.set('s', guess)),
          noon,
        ),
      ).toBeUndefined()
    expect(verifyFileLink(randomBytes(32), address, noon)).toBeUndefined()
  })

  it('cannot be asked for something that is not an id', () => {
    for (const file of ['', '../x', 'a/b', 'a?b', 'a b', 'ä', 'x'.repeat(200)])
      expect(() => signFileLink(key, { ...link, file }, noon)).toThrow()
  })
})

describe('A file', () => {
  const file = { name: 'Relatório "final" – отчёт.pdf', mime: 'application/pdf', size: 1000, etag: 'abc', variant: 'original' as const }

  it('goes out to be saved, sealed off from everything', () => {
    const { status, headers } = fileHead(file, new Headers())
    expect(status).toBe(200)
    expect(headers).toMatchObject({
      'content-type': 'application/pdf',
      'content-length': '1000',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'private, no-cache',
      'content-disposition': `attachment; filename="Relat_rio _final_ _ _____.pdf"; filename*=UTF-8''Relat%C3%B3rio%20%22final%22%20%E2%80%93%20%D0%BE%D1%82%D1%87%D1%91%D1%82.pdf`,
    })
  })

  it('is shown in place only as a thumbnail, which is always WebP', () => {
    const { headers } = fileHead({ ...file, mime: 'image/png', variant: 'thumbnail' }, new Headers())
    expect(headers).toMatchObject({ 'content-disposition': 'inline', 'content-type': 'image/webp' })
  })

  it.each(['a\r\nset-cookie: x=1', 'a"; filename="b.html', "a'b*c(d)", '\\', '%0d%0a', 'a;b', '\u0000', '\ud800'])(
    'cannot break out of its header by its name: %j',
    (name) => {
      const { headers } = fileHead({ ...file, name }, new Headers())
      const disposition = new Headers(headers).get('content-disposition') ?? ''
      expect(disposition).toMatch(/^attachment; filename="[A-Za-z0-9 ._()-]*"; filename\*=UTF-8''[A-Za-z0-9%._~!-]*$/)
    },
  )

  it.each([
    'text/html',
    'image/svg+xml',
    'application/xml',
    'text/javascript',
    'application/x-shockwave-flash',
    'text/html; charset=utf-8',
    'image/png\r\nx: y',
    '',
    'multipart/x-mixed-replace',
  ])('is never announced as %j', (mime) => {
    expect(fileHead({ ...file, mime }, new Headers()).headers['content-type']).toBe('application/octet-stream')
  })

  // biome-ignore format: a list
  it.each([
    ['bytes=0-0', 206, 'bytes 0-0/1000', '1'], ['bytes=0-', 206, 'bytes 0-999/1000', '1000'], ['bytes=990-2000', 206, 'bytes 990-999/1000', '10'],
    ['bytes=-10', 206, 'bytes 990-999/1000', '10'], ['bytes=-5000', 206, 'bytes 0-999/1000', '1000'], ['bytes=999-999', 206, 'bytes 999-999/1000', '1'],
    ['bytes=1000-', 416, 'bytes */1000', undefined], ['bytes=5000-6000', 416, 'bytes */1000', undefined], ['bytes=-0', 416, 'bytes */1000', undefined],
    ['bytes=5-2', 200, undefined, '1000'], ['bytes=0-1,5-6', 200, undefined, '1000'], ['lines=0-1', 200, undefined, '1000'], ['bytes=-', 200, undefined, '1000'],
    ['bytes=a-b', 200, undefined, '1000'], [`bytes=${'9'.repeat(400)}-`, 200, undefined, '1000'], ['', 200, undefined, '1000'],
  ])('answers the range %j with %i', (range, status, contentRange, length) => {
    const head = fileHead(file, new Headers({ range }))
    expect([head.status, head.headers['content-range'], head.headers['content-length']]).toEqual([status, contentRange, length])
    expect(head.range ? head.range.end - head.range.start + 1 : undefined).toBe(status === 206 ? Number(length) : undefined)
  })

  it('is not sent again to one who has it, and sent whole to one whose part is of another', () => {
    expect(fileHead(file, new Headers({ 'if-none-match': '"x", W/"abc"' })).status).toBe(304)
    expect(fileHead(file, new Headers({ 'if-none-match': '"x"' })).status).toBe(200)
    expect(fileHead(file, new Headers({ range: 'bytes=0-1', 'if-range': '"x"' })).status).toBe(200)
    expect(fileHead(file, new Headers({ range: 'bytes=0-1', 'if-range': '"abc"' })).status).toBe(206)
  })

  it('without bytes has no part to give', () => {
    expect(fileHead({ ...file, size: 0 }, new Headers({ range: 'bytes=0-' })).status).toBe(416)
    expect(fileHead({ ...file, size: 0 }, new Headers()).headers['content-length']).toBe('0')
  })
})

function changed(address: string, change: (url: URL) => void): string {
  const url = new URL(address, 'http://hub')
  change(url)
  return url.pathname + url.search
}
