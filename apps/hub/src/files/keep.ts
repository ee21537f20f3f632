import type { MediaKind } from '@parley/schema/vocabulary'
import { dimensionsOf } from './dimensions.ts'
import { safeName } from './name.ts'
import { type FilePolicy, mediaKind, permits } from './policy.ts'
import { FileRefusal } from './refusal.ts'
import { type Claim, headBytes, isPolyglotTail, sniff, tailBytes, unknownType } from './sniff.ts'
import type { Bytes, Storage, StoredObject } from './storage.ts'

export interface KeepOptions {
  storage: Storage
  /** Most bytes of the file itself. */
  maxBytes: number
  allowed: FilePolicy
}

export interface KeptFile extends StoredObject {
  /** What the bytes say, not the sender. */
  mime: string
  /** Safe to show and to save under; its extension agrees with the type. */
  name: string
  kind: MediaKind
  /** Pictures only, in pixels as shown. */
  width?: number
  height?: number
}

/**
 * Stores a stream as a file after looking at its first bytes, and looks at its last ones before it is called kept.
 * Refuses with `empty`, `too_large`, `unsupported`, or as the storage does; then nothing is left in the storage and the stream is cancelled.
 */
export async function keepFile(source: Bytes | AsyncIterable<Uint8Array>, claim: Claim, options: KeepOptions): Promise<KeptFile> {
  const chunks = source[Symbol.asyncIterator]()
  try {
    const head = await readHead(chunks)
    const sniffed = permitted(await sniff(head.bytes, claim), options.allowed)
    const tail = tailOf(joined(head.chunks, chunks))
    const stored = await options.storage.put(tail.chunks, { maxBytes: options.maxBytes })
    const mime = await settled(stored, sniffed, tail.bytes(), options)
    const size = mediaKind(mime) === 'image' ? dimensionsOf(head.bytes, mime) : undefined
    return { ...stored, mime, name: safeName(claim.name, mime), kind: mediaKind(mime), ...size }
  } catch (error) {
    await chunks.return?.().catch(() => {})
    throw error
  }
}

async function readHead(source: AsyncIterator<Uint8Array>): Promise<{ chunks: Uint8Array[]; bytes: Uint8Array }> {
  const chunks: Uint8Array[] = []
  let size = 0
  while (size < headBytes) {
    const next = await source.next()
    if (next.done) break
    chunks.push(next.value)
    size += next.value.byteLength
  }
  if (size === 0) throw new FileRefusal('empty', 'the file is empty')
  return { chunks, bytes: Buffer.concat(chunks).subarray(0, headBytes) }
}

async function* joined(first: Uint8Array[], rest: AsyncIterator<Uint8Array>) {
  yield* first.splice(0)
  yield* { [Symbol.asyncIterator]: () => rest }
}

/** Passes the bytes on and remembers the last ones. */
function tailOf(source: AsyncIterable<Uint8Array>): { chunks: AsyncIterable<Uint8Array>; bytes(): Uint8Array } {
  const last: Uint8Array[] = []
  let size = 0
  async function* chunks() {
    for await (const chunk of source) {
      last.push(chunk)
      size += chunk.byteLength
      while (last[0] && size - last[0].byteLength >= tailBytes) size -= last.shift()?.byteLength ?? 0
      yield chunk
    }
  }
  return { chunks: chunks(), bytes: () => Buffer.concat(last).subarray(-tailBytes) }
}

function permitted(mime: string, allowed: FilePolicy): string {
  if (!permits(allowed, mime)) throw new FileRefusal('unsupported', `files of type ${mime} are not taken here`)
  return mime
}

/** The type that stands after the whole file was seen; a file that may not stay is removed again. */
async function settled(stored: StoredObject, sniffed: string, tail: Uint8Array, { storage, allowed }: KeepOptions): Promise<string> {
  if (!isPolyglotTail(tail, sniffed)) return sniffed
  try {
    return permitted(unknownType, allowed)
  } catch (error) {
    await storage.remove(stored.key)
    throw error
  }
}
