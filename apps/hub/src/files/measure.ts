import { createHash } from 'node:crypto'
import { FileRefusal } from './refusal.ts'

export interface Measured {
  chunks: AsyncIterable<Uint8Array>
  /** Of what has passed so far. May be asked once. */
  result(): { size: number; sha256: string }
}

/** Passes the bytes on, counting and hashing them; breaks off with `too_large` at the first byte above the limit. */
export function measure(source: AsyncIterable<Uint8Array>, maxBytes: number): Measured {
  const hash = createHash('sha256')
  let size = 0
  async function* chunks() {
    for await (const chunk of source) {
      size += chunk.byteLength
      if (size > maxBytes) throw new FileRefusal('too_large', `more than ${maxBytes} bytes`)
      hash.update(chunk)
      yield chunk
    }
  }
  return { chunks: chunks(), result: () => ({ size, sha256: hash.digest('hex') }) }
}
