import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { diskStorage } from '../src/files/disk.ts'
import { keepFile } from '../src/files/keep.ts'
import { anyFile, picturesOnly, visitorFiles } from '../src/files/policy.ts'
import type { Storage } from '../src/files/storage.ts'
import { receiveUpload } from '../src/files/upload.ts'
import { endlessBody, failing, formOf, framing, streamOf } from './support/forms.ts'

const KiB = 1024
const MiB = 1024 * KiB

let dir: string
let storage: Storage
let png: Buffer
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-upload-'))
  storage = diskStorage(dir)
  png = await sharp({ create: { width: 30, height: 20, channels: 3, background: 'red' } })
    .png()
    .toBuffer()
})
afterAll(() => rm(dir, { recursive: true }))
afterEach(async () => {
  for await (const { key } of storage.list()) await storage.remove(key)
})

describe('An upload', () => {
  it('is stored with what its bytes say of it', async () => {
    const kept = await send(formOf(png, 'foto da loja.png', 'image/png'))
    expect(kept).toEqual({
      key: expect.stringMatching(/^[0-9a-f]{32}$/),
      size: png.length,
      sha256: createHash('sha256').update(png).digest('hex'),
      mime: 'image/png',
      name: 'foto da loja.png',
      kind: 'image',
      width: 30,
      height: 20,
    })
    expect((await bytesOf(kept.key)).equals(png)).toBe(true)
  })

  it.each([1, 64 * KiB - 1, 64 * KiB, 64 * KiB + 1, 3 * MiB + 5])(
    'of %i bytes arrives whole, however its bytes are cut on the way',
    async (size) => {
      const bytes = randomBytes(size)
      for (const piece of size < MiB ? [100, 65_536] : [7777]) {
        const kept = await send(formOf(bytes, 'x.bin', 'application/octet-stream'), {}, piece)
        expect((await bytesOf(kept.key)).equals(bytes)).toBe(true)
      }
    },
  )

  it('is passed on while it arrives: of 100 MiB never more than 2 MiB are held', async () => {
    const size = 100 * MiB
    const chunk = randomBytes(64 * KiB)
    const { head, foot, headers } = framing('video.bin')
    let sent = 0
    let lag = 0
    const body = new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          if (sent === 0) controller.enqueue(head)
          lag = Math.max(lag, sent - (await drafted()))
          if (sent >= size) {
            controller.enqueue(foot)
            return controller.close()
          }
          sent += chunk.length
          controller.enqueue(new Uint8Array(chunk))
        },
      },
      { highWaterMark: 0 },
    )
    const kept = await receiveUpload(headers, body, { storage, maxBytes: size, allowed: anyFile })
    expect(kept.size).toBe(size)
    expect(lag).toBeLessThanOrEqual(2 * MiB)
  })

  it('that announces too much is refused before a byte of it is read', async () => {
    const { headers } = framing('x')
    headers.set('content-length', String(200 * MiB))
    let pulled = 0
    let cancelled = false
    const body = new ReadableStream<Uint8Array>(
      {
        pull: () => {
          pulled += 1
        },
        cancel: () => {
          cancelled = true
        },
      },
      { highWaterMark: 0 },
    )
    await expect(receiveUpload(headers, body, { storage, maxBytes: MiB, allowed: anyFile })).rejects.toMatchObject({
      code: 'too_large',
      status: 413,
    })
    expect([pulled, cancelled]).toEqual([0, true])
  })

  it('that turns out too large is refused soon after the limit, and nothing is left', async () => {
    const endless = endlessBody('x.bin')
    await expect(receiveUpload(endless.headers, endless.body, { storage, maxBytes: MiB, allowed: anyFile })).rejects.toMatchObject({
      code: 'too_large',
      status: 413,
    })
    await expectNothingLeft()
    expect(endless.sent()).toBeLessThan(3 * MiB)
    expect(endless.cancelled()).toBe(true)
  })

  it('of a type that is not taken is refused after its first bytes', async () => {
    const endless = endlessBody('x.bin')
    await expect(
      receiveUpload(endless.headers, endless.body, { storage, maxBytes: 100 * MiB, allowed: picturesOnly }),
    ).rejects.toMatchObject({ code: 'unsupported', status: 415 })
    await expectNothingLeft()
    expect(endless.sent()).toBeLessThan(MiB)
    expect(endless.cancelled()).toBe(true)
  })

  it.each([0, 20, 200, 70 * KiB, MiB])('that breaks off after %i bytes leaves nothing', async (at) => {
    const { head, foot, headers } = framing('x.bin')
    const whole = Buffer.concat([head, randomBytes(2 * MiB), foot])
    await expect(
      receiveUpload(headers, streamOf(whole.subarray(0, at), 1000), { storage, maxBytes: 10 * MiB, allowed: anyFile }),
    ).rejects.toMatchObject({ status: 400 })
    await expectNothingLeft()
    await expect(
      receiveUpload(headers, failing(whole.subarray(0, at)), { storage, maxBytes: 10 * MiB, allowed: anyFile }),
    ).rejects.toMatchObject({ code: 'cut', status: 400 })
    await expectNothingLeft()
  })

  it('that is called off stops and leaves nothing', async () => {
    const endless = endlessBody('x.bin')
    const controller = new AbortController()
    const upload = receiveUpload(endless.headers, endless.body, {
      storage,
      maxBytes: 1024 * MiB,
      allowed: anyFile,
      signal: controller.signal,
    })
    const refused = expect(upload).rejects.toMatchObject({ code: 'cut' })
    await until(() => endless.sent() > MiB)
    controller.abort()
    await refused
    await expectNothingLeft()
    expect(endless.cancelled()).toBe(true)
  })

  it('without a single byte is refused as empty', async () => {
    await expect(send(formOf(Buffer.alloc(0), 'x.txt', 'text/plain'))).rejects.toMatchObject({ code: 'empty', status: 400 })
    await expectNothingLeft()
  })

  // biome-ignore format: a list
  it.each([
    ['two files', [['file', 'a'], ['file', 'b']]], ['a file under another name', [['picture', 'a']]], ['a file after another name', [['picture', 'a'], ['file', 'b']]],
    ['a text field', [['note', undefined]]], ['a text field called file', [['file', undefined]]], ['a file and a text field', [['file', 'a'], ['note', undefined]]],
    ['a text field and a file', [['key', undefined], ['file', 'a']]], ['nothing', []], ['prototype names', [['__proto__', 'a']]],
  ] as [string, [string, string | undefined][]][])('takes a form with one file and nothing else: refused with %s', async (_what, fields) => {
    const form = new FormData()
    for (const [name, fileName] of fields) {
      if (fileName === undefined) form.append(name, 'text')
      else form.append(name, new Blob(['hello']), fileName)
    }
    await expect(send(form)).rejects.toMatchObject({ code: 'malformed', status: 400 })
    await expectNothingLeft()
  })

  // biome-ignore format: a list
  it.each([
    ['no type', undefined, 'x'], ['JSON', 'application/json', '{}'], ['a urlencoded form', 'application/x-www-form-urlencoded', 'file=x'], ['no boundary', 'multipart/form-data', 'x'],
    ['an empty boundary', 'multipart/form-data; boundary=', '--\r\n'], ['mixed parts', 'multipart/mixed; boundary=b', '--b--'], ['noise', 'multipart/form-data; boundary=b', randomBytes(5000).toString('latin1')],
    ['endless part headers', 'multipart/form-data; boundary=b', `--b\r\n${'x: y\r\n'.repeat(50_000)}`], ['a part without a name', 'multipart/form-data; boundary=b', '--b\r\ncontent-type: text/plain\r\n\r\nhello\r\n--b--\r\n'],
    ['a broken header', 'multipart/form-data; boundary=b', '--b\r\n\u0000\u0001: \u0002\r\n\r\nhello\r\n--b--\r\n'], ['only the end', 'multipart/form-data; boundary=b', '--b--\r\n'],
  ])('that is no form is refused: %s', async (_what, type, text) => {
    const headers = new Headers(type === undefined ? {} : { 'content-type': type })
    await expect(receiveUpload(headers, streamOf(Buffer.from(text, 'latin1'), 1000), { storage, maxBytes: MiB, allowed: anyFile })).rejects.toMatchObject({ status: 400 })
    await expectNothingLeft()
  })

  it('without a body is refused', async () => {
    await expect(receiveUpload(framing('x').headers, null, { storage, maxBytes: MiB, allowed: anyFile })).rejects.toMatchObject({
      code: 'malformed',
    })
  })

  it('whose storage is full says so', async () => {
    const full = diskStorage(dir, () => Number.POSITIVE_INFINITY)
    await expect(send(formOf(png, 'x.png', 'image/png'), { storage: full })).rejects.toMatchObject({ code: 'storage_full', status: 507 })
    await expectNothingLeft()
  })

  it('chooses no place by its name', async () => {
    for (const name of [
      '../../../evil.png',
      '..\\..\\evil.png',
      '/etc/passwd',
      'C:\\evil.png',
      'a\u202egnp.exe',
      '.',
      '..',
      'tmp',
      '%2e%2e%2fevil.png',
    ]) {
      const kept = await send(formOf(png, name, 'image/png'))
      expect(kept.name).not.toMatch(/[\\/\u202e]|^\./)
    }
    expect((await readdir(dir)).every((each) => /^([0-9a-f]{2}|tmp)$/.test(each))).toBe(true)
    expect((await readdir(tmpdir())).filter((each) => each.startsWith('evil'))).toEqual([])
  })
})

describe('A file from anywhere', () => {
  it('is kept like an upload', async () => {
    const kept = await keepFile(
      streamOf(png, 10),
      { name: 'sticker.webp', mime: 'image/webp' },
      { storage, maxBytes: MiB, allowed: visitorFiles },
    )
    expect(kept).toMatchObject({ mime: 'image/png', name: 'sticker.webp.png', kind: 'image', size: png.length })
  })

  it('that hides an archive behind a picture is removed again where only pictures are taken', async () => {
    const polyglot = Buffer.concat([png, randomBytes(200 * KiB), emptyZip()])
    const keep = (allowed: readonly string[]) => keepFile(streamOf(polyglot, 5000), { name: 'x.png' }, { storage, maxBytes: MiB, allowed })
    await expect(keep(picturesOnly)).rejects.toMatchObject({ code: 'unsupported' })
    await expectNothingLeft()
    expect(await keep(anyFile)).toMatchObject({ mime: 'application/octet-stream', name: 'x.png.bin', kind: 'file' })
  })
})

function emptyZip(): Buffer {
  return Buffer.concat([Buffer.from('PK\x05\x06', 'latin1'), Buffer.alloc(18)])
}

async function send(form: FormData, options: { storage?: Storage } = {}, piece?: number) {
  const request = new Request('http://hub/files', { method: 'POST', body: form })
  const body = piece ? streamOf(Buffer.from(await request.arrayBuffer()), piece) : request.body
  return receiveUpload(request.headers, body, { storage, maxBytes: 10 * MiB, allowed: anyFile, ...options })
}

async function bytesOf(key: string): Promise<Buffer> {
  const chunks = []
  for await (const chunk of await storage.open(key)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function drafted(): Promise<number> {
  const drafts = await readdir(join(dir, 'tmp')).catch(() => [])
  const sizes = await Promise.all(
    drafts.map((each) =>
      stat(join(dir, 'tmp', each)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  )
  return sizes.reduce((total, size) => total + size, 0)
}

async function expectNothingLeft(): Promise<void> {
  const stored = []
  for await (const { key } of storage.list()) stored.push(key)
  expect(stored).toEqual([])
  expect(await readdir(join(dir, 'tmp')).catch(() => [])).toEqual([])
}

async function until(done: () => boolean): Promise<void> {
  while (!done()) await new Promise((resolve) => setTimeout(resolve, 5))
}
