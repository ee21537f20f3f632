import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { diskStorage, reserveOf } from '../src/files/disk.ts'
import { openStorage } from '../src/files/open.ts'
import { FileRefusal } from '../src/files/refusal.ts'
import type { Storage } from '../src/files/storage.ts'
import { findMissing, sweepOrphans } from '../src/files/sweep.ts'
import { type S3Standin, startS3Standin } from './support/s3-standin.ts'

const KiB = 1024
const MiB = 1024 * KiB

interface Place {
  storage: Storage
  /** What lies there beside finished files. */
  leftovers(): Promise<number>
  /** Bytes there of files that are being written. */
  arrived(): Promise<number>
  /** Leaves a half-written file, begun at that moment. */
  abandon(at: Date): Promise<void>
  end(): Promise<void>
}

const places: Record<string, () => Promise<Place>> = { disk: diskPlace, S3: s3Place }

async function diskPlace(): Promise<Place> {
  const dir = await mkdtemp(join(tmpdir(), 'parley-files-'))
  const storage = await openStorage({ kind: 'disk', dir })
  return {
    storage,
    leftovers: async () => (await readdir(join(dir, 'tmp')).catch(() => [])).length,
    arrived: async () => {
      const drafts = await readdir(join(dir, 'tmp'))
      return sum(await Promise.all(drafts.map(async (each) => (await stat(join(dir, 'tmp', each))).size)))
    },
    abandon: async (at) => {
      const path = join(dir, 'tmp', randomBytes(16).toString('hex'))
      await writeFile(path, 'half')
      await utimes(path, at, at)
    },
    end: () => rm(dir, { recursive: true }),
  }
}

async function s3Place(): Promise<Place> {
  const s3 = await startS3Standin()
  const storage = await openStorage({ kind: 's3', ...s3 })
  return {
    storage,
    leftovers: async () => s3.uploads.size,
    arrived: async () => sum([...s3.uploads.values()].flatMap(({ parts }) => [...parts.values()].map(({ length }) => length))),
    abandon: async (at) => {
      const key = `files/${randomBytes(16).toString('hex')}`
      s3.uploads.set(key, { key, parts: new Map([[1, Buffer.from('half')]]), begunAt: at })
    },
    end: s3.stop,
  }
}

describe.each(Object.entries(places))('Files on %s', (_kind, open) => {
  let place: Place
  let storage: Storage
  beforeAll(async () => {
    place = await open()
    storage = place.storage
  })
  afterAll(() => place.end())
  afterEach(async () => {
    for (const { key } of await listAll(storage)) await storage.remove(key)
  })

  it.each([0, 1, 64 * KiB, 64 * KiB + 1, 5 * MiB, 12 * MiB + 7])(
    'come back as they were given: %i bytes, with their size and SHA-256',
    async (size) => {
      const bytes = randomBytes(size)
      const stored = await storage.put(streamOf(bytes), { maxBytes: size })
      expect(stored).toMatchObject({ size, sha256: createHash('sha256').update(bytes).digest('hex') })
      expect((await readAll(storage, stored.key)).equals(bytes)).toBe(true)
      expect(await storage.stat(stored.key)).toMatchObject({ key: stored.key, size })
    },
  )

  it('can be read in parts', async () => {
    const bytes = randomBytes(300 * KiB)
    const { key } = await storage.put(streamOf(bytes), { maxBytes: MiB })
    for (const [start, end] of [
      [0, 0],
      [0, 299 * KiB],
      [1000, 200_000],
      [bytes.length - 1, bytes.length - 1],
    ] as const) {
      expect((await readAll(storage, key, { start, end })).equals(bytes.subarray(start, end + 1))).toBe(true)
    }
  })

  it('can be left in the middle of reading', async () => {
    const { key } = await storage.put(streamOf(randomBytes(4 * MiB)), { maxBytes: 8 * MiB })
    for (let n = 0; n < 20; n += 1) {
      const reader = (await storage.open(key)).getReader()
      expect((await reader.read()).done).toBe(false)
      await reader.cancel()
    }
    expect((await readAll(storage, key)).length).toBe(4 * MiB)
  })

  it('get keys that say nothing, also when two are the same', async () => {
    const first = await storage.put(streamOf(Buffer.from('same')), { maxBytes: 10 })
    const second = await storage.put(streamOf(Buffer.from('same')), { maxBytes: 10 })
    expect(first.key).toMatch(/^[0-9a-f]{32}$/)
    expect(second.key).not.toBe(first.key)
    await storage.remove(first.key)
    expect((await readAll(storage, second.key)).toString()).toBe('same')
  })

  it.each([
    [10, 11],
    [6 * MiB, 6 * MiB + 1],
    [6 * MiB, 20 * MiB],
  ])('above %i bytes are refused and leave nothing (%i sent)', async (maxBytes, size) => {
    await expect(storage.put(streamOf(randomBytes(size)), { maxBytes })).rejects.toMatchObject({ code: 'too_large', status: 413 })
    expect(await listAll(storage)).toEqual([])
    expect(await place.leftovers()).toBe(0)
  })

  it.each([0, 1, 100])('whose sender breaks off after %i chunks leave nothing, and the fault comes through', async (chunks) => {
    const fault = new Error('gone')
    await expect(storage.put(breaking(chunks, fault), { maxBytes: 100 * MiB })).rejects.toBe(fault)
    expect(await listAll(storage)).toEqual([])
    expect(await place.leftovers()).toBe(0)
  })

  it('that were removed are gone, and removing them again is fine', async () => {
    const { key } = await storage.put(streamOf(Buffer.from('x')), { maxBytes: 10 })
    await storage.remove(key)
    await storage.remove(key)
    expect(await storage.stat(key)).toBeUndefined()
    await expect(storage.open(key)).rejects.toMatchObject({ code: 'not_found', status: 404 })
  })

  it.each([
    '',
    '..',
    '../../etc/passwd',
    'A'.repeat(32),
    'a'.repeat(31),
    'a'.repeat(33),
    `${'a'.repeat(31)}/`,
    `${'a'.repeat(32)}\n`,
    'tmp',
    '%2e%2e',
  ])('never answer to a key that is none: %j', async (key) => {
    await expect((async () => storage.open(key))()).rejects.toBeInstanceOf(FileRefusal)
    await expect((async () => storage.stat(key))()).rejects.toBeInstanceOf(FileRefusal)
    await expect((async () => storage.remove(key))()).rejects.toBeInstanceOf(FileRefusal)
  })

  it('are listed, all of them, with sizes', async () => {
    const stored = await Promise.all([1, 2, 3, 4, 5].map((size) => storage.put(streamOf(randomBytes(size)), { maxBytes: 10 })))
    const listed = (await listAll(storage)).map(({ key, size }) => ({ key, size }))
    expect(sorted(listed)).toEqual(sorted(stored.map(({ key, size }) => ({ key, size }))))
  })

  it('that no row names are swept once they are old, and half-written ones with them', async () => {
    const [kept, orphan] = await Promise.all(['kept', 'orphan'].map((text) => storage.put(streamOf(Buffer.from(text)), { maxBytes: 10 })))
    const known = async (keys: string[]) => new Set(keys.filter((key) => key === kept?.key))
    await place.abandon(new Date(Date.now() - 7_200_000))
    expect(await sweepOrphans(storage, { known, before: new Date(Date.now() - 3_600_000) })).toBe(1)
    expect(await listAll(storage)).toHaveLength(2)
    expect(await place.leftovers()).toBe(0)
    expect(await sweepOrphans(storage, { known, before: new Date(Date.now() + 60_000) })).toBe(1)
    expect((await listAll(storage)).map(({ key }) => key)).toEqual([kept?.key])
    expect(await findMissing(storage, [kept?.key ?? '', orphan?.key ?? ''])).toEqual([orphan?.key])
  })

  it('are passed on while they arrive: the hub never holds more than three parts of one', async () => {
    const chunk = randomBytes(256 * KiB)
    let lag = 0
    async function* source() {
      for (let sent = chunk.length; sent <= 64 * MiB; sent += chunk.length) {
        yield chunk
        lag = Math.max(lag, sent - (await place.arrived()))
      }
    }
    await storage.put(source(), { maxBytes: 64 * MiB })
    expect(lag).toBeLessThanOrEqual(15 * MiB)
  })
})

describe('A disk', () => {
  it('that is nearly full takes no more files', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'parley-full-'))
    const full = diskStorage(dir, () => Number.POSITIVE_INFINITY)
    await expect(full.put(streamOf(Buffer.from('x')), { maxBytes: 10 })).rejects.toMatchObject({ code: 'storage_full', status: 507 })
    expect(await readdir(join(dir, 'tmp'))).toEqual([])
    await rm(dir, { recursive: true })
  })

  it('keeps 5 % free, at least 1 GiB and at most 10 GiB', () => {
    const GiB = 1024 * MiB
    expect([10, 100, 4000].map((size) => reserveOf(size * GiB) / GiB)).toEqual([1, 5, 10])
  })
})

describe('S3', () => {
  let s3: S3Standin
  let storage: Storage
  beforeAll(async () => {
    s3 = await startS3Standin()
    storage = await openStorage({ kind: 's3', ...s3 })
  })
  afterAll(() => s3.stop())

  it('that stumbles is asked again, and the file arrives once', async () => {
    for (const verb of ['Put', 'Head', 'Get', 'Delete']) s3.inject({ verb, fault: 'error' })
    const { key } = await storage.put(streamOf(Buffer.from('hello')), { maxBytes: 10 })
    expect(await storage.stat(key)).toMatchObject({ size: 5 })
    expect((await readAll(storage, key)).toString()).toBe('hello')
    expect(s3.objects.size).toBe(1)
    await storage.remove(key)
    expect(s3.objects.size).toBe(0)
    expect(s3.ledger.filter(({ status }) => status === 500)).toHaveLength(4)
  })

  it('that loses part after part makes the upload fail and keeps none of it', async () => {
    s3.inject({ verb: 'Part', fault: 'error', times: 3 })
    await expect(storage.put(streamOf(randomBytes(12 * MiB)), { maxBytes: 20 * MiB })).rejects.toMatchObject({
      code: 'storage_down',
      status: 503,
    })
    expect([s3.objects.size, s3.uploads.size]).toEqual([0, 0])
  })

  it('that is slow is waited for', async () => {
    s3.inject({ verb: 'Put', fault: 'slow', ms: 300 })
    const { key } = await storage.put(streamOf(Buffer.from('slow')), { maxBytes: 10 })
    expect((await readAll(storage, key)).toString()).toBe('slow')
    await storage.remove(key)
  })

  it('that cuts an answer short is noticed by the reader', async () => {
    const { key } = await storage.put(streamOf(randomBytes(MiB)), { maxBytes: MiB })
    s3.inject({ verb: 'Get', fault: 'cut' })
    await expect(readAll(storage, key)).rejects.toThrow()
    expect(await readAll(storage, key)).toHaveLength(MiB)
    await storage.remove(key)
  })

  it.each([{ secretKey: 'wrong' }, { accessKey: 'SOMEONE' }, { region: 'us-east-1' }, { bucket: 'another' }])(
    'that refuses the hub (%o) is told apart from a missing file',
    async (change) => {
      const stranger = await openStorage({ kind: 's3', ...s3, ...change })
      await expect(stranger.put(streamOf(Buffer.from('x')), { maxBytes: 10 })).rejects.toMatchObject({ code: 'storage_down' })
      await expect(stranger.open('a'.repeat(32))).rejects.toMatchObject({ code: 'storage_down' })
      expect(s3.objects.size).toBe(0)
    },
  )
})

async function listAll(storage: Storage) {
  const all = []
  for await (const each of storage.list()) all.push(each)
  return all
}

function sorted<T extends { key: string }>(items: T[]): T[] {
  return items.sort((a, b) => a.key.localeCompare(b.key))
}

async function readAll(storage: Storage, key: string, range?: { start: number; end: number }): Promise<Buffer> {
  const chunks = []
  for await (const chunk of await storage.open(key, range)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, each) => total + each, 0)
}

function streamOf(bytes: Buffer): ReadableStream<Uint8Array> {
  return new Blob([new Uint8Array(bytes)]).stream()
}

async function* breaking(chunks: number, fault: Error) {
  for (let n = 0; n < chunks; n += 1) yield new Uint8Array(64 * KiB)
  throw fault
}
