export interface Dimensions {
  width: number
  height: number
}

/** Width and height in pixels as the picture is shown, read from the head of a JPEG, PNG, GIF or WebP without decoding it. */
export function dimensionsOf(head: Uint8Array, mime: string): Dimensions | undefined {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength)
  try {
    const found = readers[mime]?.(bytes)
    return found && found.width > 0 && found.height > 0 ? found : undefined
  } catch (error) {
    // A head cut short or made up: reading beyond its end.
    if (error instanceof RangeError) return undefined
    throw error
  }
}

const readers: Record<string, (bytes: Buffer) => Dimensions | undefined> = {
  'image/png': (bytes) => ({ width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }),
  'image/gif': (bytes) => ({ width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) }),
  'image/webp': readWebp,
  'image/jpeg': readJpeg,
}

function readWebp(bytes: Buffer): Dimensions | undefined {
  const form = bytes.toString('latin1', 12, 16)
  if (form === 'VP8X') return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 }
  if (form === 'VP8 ') return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff }
  if (form !== 'VP8L') return undefined
  const bits = bytes.readUInt32LE(21)
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
}

/** Walks the segments: APP1 may say that the picture is shown turned, SOF says its size. */
function readJpeg(bytes: Buffer): Dimensions | undefined {
  let turned = false
  for (let at = 2; bytes.readUInt8(at) === 0xff; ) {
    const marker = bytes.readUInt8(at + 1)
    if (marker === 0xff) {
      at += 1
      continue
    }
    const length = bytes.readUInt16BE(at + 2)
    if (isFrame(marker)) return upright(bytes.readUInt16BE(at + 7), bytes.readUInt16BE(at + 5), turned)
    if (marker === 0xe1) turned ||= isTurned(bytes.subarray(at + 4, at + 2 + length))
    if (marker === 0xda || length < 2) return undefined
    at += 2 + length
  }
  return undefined
}

function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
}

function upright(width: number, height: number, turned: boolean): Dimensions {
  return turned ? { width: height, height: width } : { width, height }
}

const orientationTag = 0x0112

/** EXIF orientations 5 to 8 lie on their side. */
function isTurned(exif: Buffer): boolean {
  if (exif.toString('latin1', 0, 6) !== 'Exif\0\0' || exif.length < 14) return false
  const tiff = exif.subarray(6)
  const little = tiff.toString('latin1', 0, 2) === 'II'
  const word = (at: number) => (at + 2 > tiff.length ? 0 : little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at))
  const start = little ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4)
  for (let entry = 0; entry < Math.min(word(start), 64); entry += 1) {
    const at = start + 2 + entry * 12
    if (word(at) === orientationTag) return word(at + 8) >= 5 && word(at + 8) <= 8
  }
  return false
}
