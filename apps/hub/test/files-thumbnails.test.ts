import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { diskStorage } from '../src/files/disk.ts'
import { createThumbnails, keepThumbnail, type Thumbnails } from '../src/files/thumbnails.ts'

const MiB = 1024 * 1024

let thumbnails: Thumbnails
beforeAll(() => {
  thumbnails = createThumbnails()
})
afterAll(() => thumbnails.stop())

describe('A thumbnail', () => {
  it.each(['png', 'jpeg', 'webp', 'gif'] as const)('of a %s is a WebP whose longest side is 480 pixels', async (format) => {
    const made = await make(await picture(1000, 500).toFormat(format).toBuffer())
    expect(made).toMatchObject({ width: 480, height: 240 })
    expect(await sharp(made?.bytes).metadata()).toMatchObject({ format: 'webp', width: 480, height: 240 })
  })

  it('of a small picture is not larger than it', async () => {
    expect(await make(await picture(20, 10).png().toBuffer())).toMatchObject({ width: 20, height: 10 })
  })

  it('stands upright and tells nothing of where and when it was taken', async () => {
    const taken = await picture(100, 50)
      .jpeg()
      .withExif({ IFD0: { Copyright: 'secret', Orientation: '6' }, IFD3: { GPSLatitudeRef: 'N' } })
      .withMetadata({ orientation: 6 })
      .toBuffer()
    const made = await make(taken)
    expect(made).toMatchObject({ width: 50, height: 100 })
    const told = await sharp(made?.bytes).metadata()
    expect([told.exif, told.xmp, told.iptc, told.icc, told.orientation]).toEqual([undefined, undefined, undefined, undefined, undefined])
  })

  it('of a moving picture is its first frame', async () => {
    const frames = Buffer.concat([Buffer.alloc(64 * 64 * 3, 255), Buffer.alloc(64 * 64 * 3, 0)])
    const moving = await sharp(frames, { raw: { width: 64, height: 128, channels: 3, pageHeight: 64 } })
      .gif({ delay: [100, 100] })
      .toBuffer()
    expect((await sharp(moving, { animated: true }).metadata()).pages).toBe(2)
    const made = await make(moving)
    expect(made).toMatchObject({ width: 64, height: 64 })
    expect((await sharp(made?.bytes).stats()).channels[0]?.mean).toBeGreaterThan(250)
  })

  it('is kept beside its picture', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'parley-thumbnails-'))
    const storage = diskStorage(dir)
    const stored = await storage.put(streamOf(await picture(1000, 1000).png().toBuffer()), { maxBytes: MiB })
    const kept = await keepThumbnail(thumbnails, storage, stored.key)
    expect(kept).toMatchObject({ width: 480, height: 480 })
    expect(await storage.stat(kept?.key ?? '')).toMatchObject({ size: kept?.size })
    await storage.remove(stored.key)
    expect(await keepThumbnail(thumbnails, storage, stored.key)).toBeUndefined()
    await rm(dir, { recursive: true })
  })
})

const bombs: [string, () => Buffer | Promise<Buffer>][] = [
  ['nothing', () => Buffer.alloc(0)],
  ['noise', () => Buffer.alloc(100_000, 'noise')],
  ['a PNG that says it is 50,000 × 50,000', () => pngOf(50_000, 50_000, Buffer.alloc(1000))],
  ['a PNG that says it is 2,147,483,647 wide', () => pngOf(2_147_483_647, 1, Buffer.alloc(1000))],
  ['a real PNG of 12,000 × 12,000', () => pngOf(12_000, 12_000, Buffer.alloc(12_000 * (12_000 / 8 + 1)), 1)],
  ['a PNG without its end', async () => (await picture(400, 400).png().toBuffer()).subarray(0, 400)],
  ['a PNG with broken data', () => pngOf(100, 100, Buffer.from('broken'))],
  ['a JPEG that says it is 65,000 × 65,000', () => jpegSaying(65_000, 65_000)],
  ['a JPEG cut short', async () => (await noise(800, 800).jpeg().toBuffer()).subarray(0, 5000)],
  [
    'a GIF of 65,535 × 65,535',
    async () => {
      const gif = await picture(10, 10).gif().toBuffer()
      gif.writeUInt16LE(65_535, 6)
      gif.writeUInt16LE(65_535, 8)
      return gif
    },
  ],
  ['a WebP of 16,383 × 16,383', () => webpSaying(16_383, 16_383)],
  ['a TIFF', () => picture(10, 10).tiff().toBuffer()],
  ['an AVIF', () => picture(10, 10).avif().toBuffer()],
  [
    'a TIFF whose directory points at itself',
    () => Buffer.from('II*\0\x08\0\0\0\x01\0\0\x01\x04\0\x01\0\0\0\x08\0\0\0\x08\0\0\0', 'latin1'),
  ],
  ['an SVG', () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><image href="file:///etc/passwd"/></svg>')],
  [
    'an SVG that reaches out',
    () =>
      Buffer.from(
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink" width="9" height="9"><image x:href="http://127.0.0.1:1/"/></svg>',
      ),
  ],
  [
    'an SVG of a billion laughs',
    () =>
      Buffer.from(
        `<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa">${'bcdefghij'
          .split('')
          .map((name, n) => `<!ENTITY ${name} "${`&${'abcdefghij'[n]};`.repeat(10)}">`)
          .join('')}]><svg xmlns="http://www.w3.org/2000/svg"><text>&j;</text></svg>`,
      ),
  ],
  ['a PDF', () => Buffer.from('%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj')],
  ['a PSD', () => Buffer.from('8BPS\0\x01\0\0\0\0\0\0\0\x03\0\x01\0\0\0\x01\0\0\0\x08\0\x03', 'latin1')],
  ['a zip', () => Buffer.from('PK\x03\x04\x14\0\0\0\x08\0', 'latin1')],
  ['a PPM', () => Buffer.from('P6 100000 100000 255\n')],
  ['a Radiance picture', () => Buffer.from('#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 99999 +X 99999\n')],
  ['a CSV', () => Buffer.from('1,2,3\n4,5,6\n')],
  ['a FITS picture', () => Buffer.from('SIMPLE  =                    T'.padEnd(2880))],
  ['a VIPS picture', () => Buffer.concat([Buffer.from([0x08, 0xf2, 0xa6, 0xb6]), Buffer.alloc(200, 255)])],
  [
    'a PNG with 10 MB of text unpacked from 10 kB',
    async () =>
      withChunk(
        await picture(50_000, 1).png().toBuffer(),
        'zTXt',
        Buffer.concat([Buffer.from('Comment\0\0', 'latin1'), deflateSync(Buffer.alloc(10 * MiB)).subarray(0, 100)]),
      ),
  ],
]

describe('A picture that is none, or too much of one', () => {
  const harmless = new Set(['a PNG with 10 MB of text unpacked from 10 kB', 'a GIF of 65,535 × 65,535'])
  it.each(bombs)('does the hub no harm: %s', async (what, bomb) => {
    const bytes = await bomb()
    const before = process.memoryUsage().rss
    const made = await make(bytes)
    expect(process.memoryUsage().rss - before).toBeLessThan(50 * MiB)
    if (!harmless.has(what)) expect(made).toBeUndefined()
    else expect(made === undefined || Math.max(made.width, made.height) <= 480).toBe(true)
  })

  it('does not stop the next one', async () => {
    const [bad, good] = await Promise.all([make(pngOf(50_000, 50_000, Buffer.alloc(10))), make(await picture(600, 600).png().toBuffer())])
    expect(bad).toBeUndefined()
    expect(good).toMatchObject({ width: 480 })
  })

  it('of 50,000 frames costs no more than one', async () => {
    const one = await sharp(Buffer.alloc(2 * 8 * 8 * 3, 7), { raw: { width: 8, height: 16, channels: 3, pageHeight: 8 } })
      .gif({ delay: [10, 10] })
      .toBuffer()
    const frameAt = one.lastIndexOf(Buffer.from([0x21, 0xf9]))
    const many = Buffer.concat([
      one.subarray(0, frameAt),
      ...Array.from({ length: 50_000 }, () => one.subarray(frameAt, -1)),
      Buffer.from([0x3b]),
    ])
    expect(await make(many)).toMatchObject({ width: 8, height: 8 })
  })
})

describe('The one who makes thumbnails', () => {
  it('gives up on a picture that takes too long', async () => {
    await withLimits({ time: 1 }, async (impatient) =>
      expect(await make(await picture(100, 100).png().toBuffer(), impatient)).toBeUndefined(),
    )
  })

  it('gives up on a picture that takes too much memory', async () => {
    // Interlaced: it has to be unpacked whole.
    const large = await picture(6500, 6500).png({ progressive: true, compressionLevel: 1 }).toBuffer()
    await withLimits({ memory: 150 * MiB }, async (poor) => {
      expect(await make(await picture(500, 500).png({ progressive: true }).toBuffer(), poor)).toBeDefined()
      expect(await make(large, poor)).toBeUndefined()
    })
    expect(await make(large)).toBeDefined()
  })

  it('does not even read on when a picture has too many bytes', async () => {
    await withLimits({ bytes: MiB }, async (small) => {
      let given = 0
      const endless = new ReadableStream<Uint8Array>({
        pull: (controller) => {
          given += 65_536
          controller.enqueue(new Uint8Array(65_536))
        },
      })
      expect(await small.make(async () => endless)).toBeUndefined()
      expect(given).toBeLessThan(3 * MiB)
    })
  })

  it('makes one at a time and turns away whoever finds too many waiting', async () => {
    await withLimits({ waiting: 3 }, async (busy) => {
      const bytes = await picture(500, 500).png().toBuffer()
      let open = 0
      let most = 0
      const watched = () =>
        busy
          .make(async () => {
            open += 1
            most = Math.max(most, open)
            return streamOf(bytes)
          })
          .then((made) => {
            if (made) open -= 1
            return made
          })
      const made = await Promise.all([watched(), watched(), watched(), watched(), watched()])
      expect(made.map((each) => each !== undefined)).toEqual([true, true, true, false, false])
      expect(most).toBe(1)
      expect(await make(bytes, busy)).toBeDefined()
    })
  })

  it('is not stopped by a picture that cannot be read', async () => {
    expect(
      await thumbnails.make(async () => {
        throw new Error('gone')
      }),
    ).toBeUndefined()
    expect(
      await thumbnails.make(async () => new ReadableStream({ pull: (controller) => controller.error(new Error('cut')) })),
    ).toBeUndefined()
  })

  it('ends at once when it is told to', async () => {
    const stopping = createThumbnails()
    const pending = make(await noise(2000, 2000).png().toBuffer(), stopping)
    await stopping.stop()
    expect(await pending).toBeUndefined()
    expect(await make(await picture(10, 10).png().toBuffer(), stopping)).toBeUndefined()
  })

  it('gives its processes nothing of the environment, where the secrets of the hub are', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'parley-child-'))
    await writeFile(join(dir, 'mark.cjs'), `require('node:fs').writeFileSync(${JSON.stringify(join(dir, 'mark'))}, '')`)
    vi.stubEnv('NODE_OPTIONS', `--require ${join(dir, 'mark.cjs')}`)
    expect(await make(await picture(10, 10).png().toBuffer())).toBeDefined()
    vi.unstubAllEnvs()
    expect(await readdir(dir)).toEqual(['mark.cjs'])
    await rm(dir, { recursive: true })
  })
})

async function withLimits(limits: Parameters<typeof createThumbnails>[0], use: (thumbnails: Thumbnails) => Promise<void>): Promise<void> {
  const own = createThumbnails(limits)
  await use(own)
  await own.stop()
}

function make(bytes: Buffer, by = thumbnails) {
  return by.make(async () => streamOf(bytes))
}

function streamOf(bytes: Buffer): ReadableStream<Uint8Array> {
  return new Blob([new Uint8Array(bytes)]).stream()
}

function picture(width: number, height: number) {
  return sharp({ create: { width, height, channels: 3, background: { r: 200, g: 30, b: 30 } } })
}

function noise(width: number, height: number) {
  return sharp({ create: { width, height, channels: 3, background: 'grey', noise: { type: 'gaussian', mean: 128, sigma: 60 } } })
}

function pngOf(width: number, height: number, rows: Buffer, depth = 8): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.writeUInt8(depth, 8)
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunkOf('IHDR', header),
    chunkOf('IDAT', deflateSync(rows)),
    chunkOf('IEND', Buffer.alloc(0)),
  ])
}

function chunkOf(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(data.length, 0)
  frame.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
}

function withChunk(png: Buffer, type: string, data: Buffer): Buffer {
  return Buffer.concat([png.subarray(0, 33), chunkOf(type, data), png.subarray(33)])
}

async function jpegSaying(width: number, height: number): Promise<Buffer> {
  const jpeg = await picture(16, 16).jpeg().toBuffer()
  const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]))
  jpeg.writeUInt16BE(height, frame + 5)
  jpeg.writeUInt16BE(width, frame + 7)
  return jpeg
}

async function webpSaying(width: number, height: number): Promise<Buffer> {
  const webp = await picture(16, 16).webp().toBuffer()
  webp.writeUInt16LE(width, 26)
  webp.writeUInt16LE(height, 28)
  return webp
}
