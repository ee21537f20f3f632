import { type FileHandle, mkdir, open, opendir, rename, rm, stat, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { measure } from './measure.ts'
import { FileRefusal } from './refusal.ts'
import { type ByteRange, type Bytes, ensureKey, isKey, newKey, type ObjectStat, type Storage, type StoredObject } from './storage.ts'

const chunkBytes = 64 * 1024
const GiB = 1024 ** 3

/** Bytes that stay free on a disk of `total` bytes: 5 %, at least 1 GiB and at most 10 GiB. */
export function reserveOf(total: number): number {
  return Math.max(GiB, Math.min(total * 0.05, 10 * GiB))
}

/** Files under `dir`: `ab/cd/<key>`, and `tmp/<key>` while they are written. `reserve` answers how many bytes must stay free. */
export function diskStorage(dir: string, reserve: (total: number) => number = reserveOf): Storage {
  const pathOf = (key: string) => join(dir, ensureKey(key).slice(0, 2), key.slice(2, 4), key)
  const tmp = join(dir, 'tmp')

  async function put(stream: Bytes | AsyncIterable<Uint8Array>, { maxBytes }: { maxBytes: number }): Promise<StoredObject> {
    await mkdir(tmp, { recursive: true, mode: 0o700 })
    await ensureSpace(dir, reserve)
    const key = newKey()
    const draft = join(tmp, key)
    try {
      const { chunks, result } = measure(stream, maxBytes)
      await writeDurably(draft, chunks)
      await moveDurably(draft, pathOf(key), dir)
      return { key, ...result() }
    } catch (error) {
      await rm(draft, { force: true })
      throw isDiskFull(error) ? new FileRefusal('storage_full', 'the disk is full', { cause: error }) : error
    }
  }

  return {
    put,
    open: (key, range) => openFile(pathOf(key), range),
    stat: async (key) => statOf(key, pathOf(key)),
    remove: async (key) => rm(pathOf(key), { force: true }),
    list: () => listKeys(dir),
    clean: (before) => removeOlder(tmp, before),
  }
}

/** Refuses with `storage_full` where the disk of `dir` has less left than must stay free. */
export async function ensureSpace(dir: string, reserve: (total: number) => number): Promise<void> {
  const { bavail, blocks, bsize } = await statfs(dir)
  if (bavail * bsize < reserve(blocks * bsize)) throw new FileRefusal('storage_full', 'the disk is nearly full')
}

function isDiskFull(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | null)?.code
  return code === 'ENOSPC' || code === 'EDQUOT'
}

async function writeDurably(path: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    for await (const chunk of chunks) await file.writeFile(chunk)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** The name must survive a power cut like the bytes: every folder on the way is synced, whoever of several uploads made it. */
async function moveDurably(from: string, to: string, root: string): Promise<void> {
  const folder = dirname(to)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await rename(from, to)
  for (const each of [folder, dirname(folder), root]) await syncFolder(each)
}

async function syncFolder(path: string): Promise<void> {
  // Windows cannot open a folder to sync it.
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

async function openFile(path: string, range?: ByteRange): Promise<Bytes> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? new FileRefusal('not_found', 'no such file') : error
  })
  return streamOf(file, range?.start ?? 0, range ? range.end + 1 : Number.POSITIVE_INFINITY)
}

/** Reads only when asked for more, so a slow reader costs one chunk of memory. */
function streamOf(file: FileHandle, start: number, end: number): Bytes {
  let position = start
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const wanted = Math.min(chunkBytes, end - position)
        const { bytesRead, buffer } = await readAt(file, position, wanted)
        position += bytesRead
        if (bytesRead > 0) controller.enqueue(buffer.subarray(0, bytesRead))
        if (bytesRead > 0 && position < end) return
        await file.close()
        controller.close()
      },
      cancel: () => file.close(),
    },
    { highWaterMark: 0 },
  )
}

async function readAt(file: FileHandle, position: number, length: number) {
  if (length <= 0) return { bytesRead: 0, buffer: new Uint8Array(0) }
  try {
    return await file.read(new Uint8Array(length), 0, length, position)
  } catch (error) {
    await file.close()
    throw error
  }
}

async function statOf(key: string, path: string): Promise<ObjectStat | undefined> {
  try {
    const { size, mtime } = await stat(path)
    return { key, size, storedAt: mtime }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

async function* listKeys(dir: string): AsyncIterable<ObjectStat> {
  for await (const entry of await folderOf(dir, true)) {
    if (!entry.isFile() || !isKey(entry.name) || entry.parentPath === join(dir, 'tmp')) continue
    const found = await statOf(entry.name, join(entry.parentPath, entry.name))
    if (found) yield found
  }
}

async function removeOlder(tmp: string, before: Date): Promise<number> {
  let removed = 0
  for await (const entry of await folderOf(tmp, false)) {
    const path = join(tmp, entry.name)
    const found = await statOf(entry.name, path)
    if (!found || found.storedAt >= before) continue
    await rm(path, { force: true })
    removed += 1
  }
  return removed
}

async function folderOf(path: string, recursive: boolean) {
  await mkdir(path, { recursive: true, mode: 0o700 })
  return opendir(path, { recursive })
}
