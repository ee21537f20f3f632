import { type FileHandle, mkdir, open, opendir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { MediaStream } from '@parley/schema/connector'
import { ensureSpace, reserveOf } from './disk.ts'

/** What was said of the file when its first byte came. */
export type PartialHead = Pick<MediaStream, 'mark' | 'size' | 'mime' | 'name' | 'sha256'>

/** So much of a file as had come when its fetch broke off, on the disk of this hub. Its loss costs a fetch and nothing else: no call throws. */
export interface PartialFile {
  /** What is there and unharmed; undefined: nothing to go on from. */
  left(): Promise<{ head: PartialHead; bytes: number } | undefined>
  /** The bytes that {@link left} told of. */
  read(): AsyncIterable<Uint8Array>
  /** Forgets what is there. */
  begin(head: PartialHead): Promise<void>
  append(chunk: Uint8Array): Promise<void>
  close(): Promise<void>
  drop(): Promise<void>
}
export interface Partials {
  of(id: string): PartialFile
  /** Removes those nobody has added to since that moment. */
  clean(before: Date): Promise<void>
}

/** A file of at most so many bytes is fetched anew as fast. */
const leastBytes = 256 * 1024
const mostInRecord = 1024 * 1024
/** Before the bytes of each record: the checksum of all that follows, their number, and their place in the file. */
const frameBytes = 16
const headPlace = 2 ** 48 - 1

/**
 * One file per fetch: records that each vouch for themselves, so that a write which a kill or a power cut has torn ends what is there instead of
 * spoiling it, and so does that of another hub which has not noticed yet that the fetch is no longer its own.
 */
export function partialFiles(dir: string): Partials {
  return {
    of: (id) => partialFile(dir, join(dir, id)),
    async clean(before) {
      await mkdir(dir, { recursive: true, mode: 0o700 })
      for await (const entry of await opendir(dir)) {
        const path = join(dir, entry.name)
        const found = await stat(path).catch(() => undefined)
        if (found && found.mtime < before) await rm(path, { force: true })
      }
    },
  }
}

function partialFile(dir: string, path: string): PartialFile {
  /** Undefined: what comes is not kept. */
  let file: FileHandle | undefined
  let end = 0
  let bytes = 0

  async function drop(): Promise<void> {
    await file?.close().catch(() => {})
    file = undefined
    await rm(path, { force: true }).catch(() => {})
  }
  const anyhow = (task: () => Promise<void>): Promise<void> => task().catch(drop)

  async function write(place: number, content: Uint8Array): Promise<void> {
    const record = recordOf(place, content)
    await file?.write(record, 0, record.byteLength, end)
    end += record.byteLength
  }

  return {
    async left() {
      file = await open(path, 'r+').catch(() => undefined)
      if (!file) return undefined
      try {
        let head: PartialHead | undefined
        for await (const { place, content, endsAt } of recordsOf(file)) {
          if (place === headPlace) head = JSON.parse(content.toString())
          else bytes += content.byteLength
          end = endsAt
        }
        if (head && bytes > 0) {
          await file.truncate(end)
          return { head, bytes }
        }
      } catch {}
      await drop()
      return undefined
    },
    async *read() {
      if (!file) return
      for await (const { place, content } of recordsOf(file)) if (place !== headPlace) yield content
    },
    begin: (head) =>
      anyhow(async () => {
        await drop()
        end = 0
        bytes = 0
        if (head.size !== undefined && head.size <= leastBytes) return
        await mkdir(dir, { recursive: true, mode: 0o700 })
        await ensureSpace(dir, reserveOf)
        file = await open(path, 'wx+', 0o600)
        await write(headPlace, Buffer.from(JSON.stringify(head)))
      }),
    append: (chunk) =>
      anyhow(async () => {
        if (!file) return
        for (let from = 0; from < chunk.byteLength; from += mostInRecord) {
          const content = chunk.subarray(from, from + mostInRecord)
          await write(bytes, content)
          bytes += content.byteLength
        }
      }),
    async close() {
      await file?.close().catch(() => {})
      file = undefined
    },
    drop,
  }
}

function recordOf(place: number, content: Uint8Array): Buffer {
  const record = Buffer.alloc(frameBytes + content.byteLength)
  record.writeUInt32BE(content.byteLength, 4)
  record.writeUIntBE(place, 8, 6)
  record.set(content, frameBytes)
  record.writeUInt32BE(crc32(record.subarray(4)), 0)
  return record
}

/** In order, up to the first that is torn, harmed, or not the one that must follow. */
async function* recordsOf(file: FileHandle): AsyncGenerator<{ place: number; content: Buffer; endsAt: number }> {
  let at = 0
  for (let due = headPlace; ; ) {
    const frame = await readAt(file, at, frameBytes)
    const length = frame?.readUInt32BE(4) ?? 0
    const place = frame?.readUIntBE(8, 6)
    if (!frame || place !== due || length > mostInRecord) return
    const content = await readAt(file, at + frameBytes, length)
    if (!content || crc32(content, crc32(frame.subarray(4))) !== frame.readUInt32BE(0)) return
    at += frameBytes + length
    due = place === headPlace ? 0 : place + length
    yield { place, content, endsAt: at }
  }
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer | undefined> {
  const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, position)
  return bytesRead === length ? buffer : undefined
}
