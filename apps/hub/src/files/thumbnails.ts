import { type ChildProcess, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dimensionsOf } from './dimensions.ts'
import type { Bytes, Storage } from './storage.ts'
import { type ChildLimits, thumbnailChild } from './thumbnail-child.ts'

export interface Thumbnail {
  /** WebP, first frame, upright, without metadata. */
  bytes: Uint8Array
  width: number
  height: number
}

export interface Thumbnails {
  /** Reads the picture and makes it small; nothing when it is broken, too big or too slow, or when too many are waiting. Never throws. */
  make(picture: () => Promise<Bytes>): Promise<Thumbnail | undefined>
  /** Ends what is running; later asks get nothing. */
  stop(): Promise<void>
}

export interface ThumbnailLimits extends ChildLimits {
  /** Bytes of the picture given. */
  bytes: number
  /** Milliseconds one picture may take. */
  time: number
  /** Pictures waiting for their turn. */
  waiting: number
}

const MiB = 1024 * 1024
const usual: ThumbnailLimits = { side: 480, pixels: 50_000_000, memory: 400 * MiB, bytes: 32 * MiB, time: 10_000, waiting: 500 }

/** Types worth asking for: what the child can read. */
export const thumbnailTypes: readonly string[] = ['image/jpeg', 'image/png', 'image/webp', 'image/gif']

/**
 * Makes thumbnails one at a time, each in a process of its own that knows nothing of the hub, cannot stay and cannot grow:
 * a hostile picture costs that process.
 */
export function createThumbnails(limits: Partial<ThumbnailLimits> = {}): Thumbnails {
  const all = { ...usual, ...limits }
  let turn: Promise<unknown> = Promise.resolve()
  let waiting = 0
  let stopped = false
  let child: ChildProcess | undefined

  async function makeNow(picture: () => Promise<Bytes>): Promise<Thumbnail | undefined> {
    if (stopped) return undefined
    child = startChild(all)
    try {
      return measured(await askChild(child, await picture(), all))
    } catch {
      return undefined
    } finally {
      child.kill('SIGKILL')
    }
  }

  function make(picture: () => Promise<Bytes>): Promise<Thumbnail | undefined> {
    if (stopped || waiting >= all.waiting) return Promise.resolve(undefined)
    waiting += 1
    const made = turn
      .then(() => makeNow(picture))
      .finally(() => {
        waiting -= 1
      })
    turn = made
    return made
  }

  async function stop(): Promise<void> {
    stopped = true
    child?.kill('SIGKILL')
    await turn
  }

  return { make, stop }
}

/** Makes and stores the thumbnail of a stored picture. Nothing when it has none; throws only as the storage does. */
export async function keepThumbnail(
  thumbnails: Thumbnails,
  storage: Storage,
  key: string,
): Promise<{ key: string; size: number; width: number; height: number } | undefined> {
  const made = await thumbnails.make(() => storage.open(key))
  if (!made) return undefined
  const stored = await storage.put(new Blob([made.bytes as Uint8Array<ArrayBuffer>]).stream(), { maxBytes: made.bytes.byteLength })
  return { key: stored.key, size: stored.size, width: made.width, height: made.height }
}

/** No environment: the hub's secrets are not within its reach. */
function startChild({ side, square, pixels, memory }: ThumbnailLimits): ChildProcess {
  const sharpPath = createRequire(import.meta.url).resolve('sharp')
  // Tools that keep the names of functions call `__name`, which the child does not have.
  const program = `globalThis.__name = (it) => it; (${thumbnailChild})(require(process.argv[1]), process, JSON.parse(process.argv[2]))`
  const limits: ChildLimits = { side, ...(square && { square }), pixels, memory }
  return spawn(process.execPath, ['--max-old-space-size=64', '-e', program, sharpPath, JSON.stringify(limits)], {
    env: {},
    stdio: ['pipe', 'pipe', 'ignore'],
    windowsHide: true,
  })
}

async function askChild(child: ChildProcess, picture: Bytes, limits: ThumbnailLimits): Promise<Buffer> {
  const { stdin, stdout } = child
  if (!stdin || !stdout) throw new Error('the child has no pipes')
  const late = setTimeout(() => child.kill('SIGKILL'), limits.time)
  const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve))
  stdin.on('error', () => {})
  try {
    const [answer, code] = await Promise.all([readAll(stdout, limits.bytes), ended, feed(picture, stdin, limits.bytes)])
    if (code !== 0) throw new Error(`the child ended with ${code}`)
    return answer
  } finally {
    clearTimeout(late)
  }
}

/** Hands the picture on as fast as the child takes it; stops when the child is gone. */
async function feed(
  picture: Bytes,
  stdin: NodeJS.WritableStream & { destroyed?: boolean; destroy(): void },
  maxBytes: number,
): Promise<void> {
  let size = 0
  for await (const chunk of picture) {
    size += chunk.byteLength
    if (size > maxBytes) {
      stdin.destroy()
      throw new Error('the picture is too large')
    }
    if (stdin.destroyed) return
    if (!stdin.write(chunk)) await new Promise<void>((resolve) => stdin.once('drain', resolve).once('close', resolve))
  }
  stdin.end()
}

async function readAll(stdout: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of stdout) {
    size += chunk.byteLength
    if (size > maxBytes) throw new Error('the thumbnail is too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function measured(bytes: Buffer): Thumbnail | undefined {
  const size = dimensionsOf(bytes, 'image/webp')
  return size && { bytes, ...size }
}
