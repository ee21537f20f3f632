import { createHash } from 'node:crypto'
import type { StoredFile } from '@parley/schema/connector'

const familyEmoji = '👩‍👩‍👧‍👦'

/** Texts that are easily damaged on the way. */
export const nastyTexts = [
  `Привет ${familyEmoji} 👋🏽 🇧🇷`,
  'שלום עולם مرحبا \u202eabc\u202c',
  'zero\u200bwidth\u200djoiner\ufeff',
  'astral 𝒳 𠜎, combining e\u0301 q\u0323\u0307',
  '<b>not bold</b> & "quotes" \\ \' `code` *stars* {{braces}} %s $1',
  'line one\nline two\r\nline three\ttab',
]

/** Stands in malformed deliveries, to be found again in the journal. */
export const oddMark = 'odd delivery'

/** `length` UTF-16 units and some more, with whole families where a careless cut would fall. */
export function longText(length: number): string {
  return `${familyEmoji.repeat(20)}${'ж'.repeat(length - 230)}${familyEmoji.repeat(40)}${'Слово за словом. '.repeat(30)}`
}

export function fileOf(size: number, mime: string, name: string): StoredFile {
  const bytes = new Uint8Array(size).fill(7)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { id: name, sha256, size, mime, name, open: async () => new Blob([bytes]).stream() }
}

/** A file of which only the size is true: for plans, which read no bytes. */
export function hugeFile(size: number, mime: string, name: string): StoredFile {
  return { id: name, sha256: '', size, mime, name, open: () => Promise.reject(new Error('nobody was to read this')) }
}

export async function sha256Of(body: ReadableStream<Uint8Array>): Promise<string> {
  const hash = createHash('sha256')
  const reader = body.getReader()
  for (let read = await reader.read(); !read.done; read = await reader.read()) hash.update(read.value)
  return hash.digest('hex')
}
