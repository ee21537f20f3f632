import { inflateSync } from 'node:zlib'

interface Table {
  tag: string
  checksum: number
  bytes: Buffer
}

/** Turns a WOFF 1 web font into the plain OpenType that a system loads (https://www.w3.org/TR/WOFF/), without its tables `except`. */
export function openTypeOf(woff: Buffer, except: string[] = []): Buffer {
  if (woff.toString('latin1', 0, 4) !== 'wOFF') throw new Error('not a WOFF font')
  const tables = tablesOf(woff).filter(({ tag }) => !except.includes(tag))
  const directory = directoryOf(woff.subarray(4, 8), tables)
  return Buffer.concat([directory, ...tables.map(({ bytes }) => padded(bytes))])
}

function tablesOf(woff: Buffer): Table[] {
  return Array.from({ length: woff.readUInt16BE(12) }, (_, index) => {
    const entry = woff.subarray(44 + 20 * index)
    const [start, packed, size] = [entry.readUInt32BE(4), entry.readUInt32BE(8), entry.readUInt32BE(12)]
    const stored = woff.subarray(start, start + packed)
    return { tag: entry.toString('latin1', 0, 4), checksum: entry.readUInt32BE(16), bytes: packed < size ? inflateSync(stored) : stored }
  })
}

function directoryOf(flavor: Buffer, tables: Table[]): Buffer {
  const directory = Buffer.alloc(12 + 16 * tables.length)
  const steps = Math.floor(Math.log2(tables.length))
  flavor.copy(directory, 0)
  directory.writeUInt16BE(tables.length, 4)
  directory.writeUInt16BE(16 * 2 ** steps, 6)
  directory.writeUInt16BE(steps, 8)
  directory.writeUInt16BE(16 * (tables.length - 2 ** steps), 10)
  let at = directory.length
  tables.forEach(({ tag, checksum, bytes }, index) => {
    const entry = directory.subarray(12 + 16 * index)
    entry.write(tag, 'latin1')
    entry.writeUInt32BE(checksum, 4)
    entry.writeUInt32BE(at, 8)
    entry.writeUInt32BE(bytes.length, 12)
    at += padded(bytes).length
  })
  return directory
}

/** Every table begins at a multiple of four. */
function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)])
}
