import { randomBytes } from 'node:crypto'
import { FileRefusal } from './refusal.ts'

export type Bytes = ReadableStream<Uint8Array>

/** First and last byte, both included, counted from 0. */
export interface ByteRange {
  start: number
  end: number
}

export interface StoredObject {
  key: string
  size: number
  sha256: string
}

export interface ObjectStat {
  key: string
  size: number
  storedAt: Date
}

/**
 * Where the bytes of files lie. A key is made by the storage: 32 hex digits, nothing of the file's name, content or owner.
 * Two uploads of the same bytes get two keys, so removing one file can never take the bytes of another.
 */
export interface Storage {
  /**
   * Stores the whole stream durably, or nothing at all.
   * Refuses with `too_large` (more than `maxBytes`), `storage_full`, `storage_down`; an error of the stream comes through as it is.
   */
  put(stream: Bytes | AsyncIterable<Uint8Array>, options: { maxBytes: number }): Promise<StoredObject>
  /** Refuses with `not_found`. The reader must read to the end or cancel. */
  open(key: string, range?: ByteRange): Promise<Bytes>
  stat(key: string): Promise<ObjectStat | undefined>
  /** Removing what is not there is fine. */
  remove(key: string): Promise<void>
  /** Everything stored, in no order. */
  list(): AsyncIterable<ObjectStat>
  /** Removes half-written things of uploads begun before that moment (a hub killed in the middle). Answers how many. */
  clean(before: Date): Promise<number>
}

export type StorageOptions = { kind: 'disk'; dir: string } | ({ kind: 's3' } & S3Options)

/** As `env.ts` reads it. */
export interface S3Options {
  bucket: string
  region: string
  accessKey: string
  secretKey: string
  /** Absent: Amazon, with the bucket in the host's name; else `https://endpoint/bucket/key`, which every server of one's own knows. */
  endpoint?: string | undefined
}

export function newKey(): string {
  return randomBytes(16).toString('hex')
}

const keyPattern = /^[0-9a-f]{32}$/

export function isKey(key: string): boolean {
  return keyPattern.test(key)
}

/** Refuses anything that is not a key of ours, before it comes near a path or an address. */
export function ensureKey(key: string): string {
  if (!isKey(key)) throw new FileRefusal('not_found', 'no such file')
  return key
}
