const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })

export type TextUnit = 'utf16' | 'codepoints' | 'bytes'

/** Pieces of at most `max` units that together are the text; a family emoji is never cut, a line or a word seldom. */
export function splitText(text: string, max: number, unit: TextUnit = 'utf16'): string[] {
  const pieces: string[] = []
  let rest = text
  for (let fits = fitting(rest, max, unit); fits < rest.length; fits = fitting(rest, max, unit)) {
    const end = cutAt(rest, fits)
    pieces.push(rest.slice(0, end))
    rest = rest.slice(end)
  }
  pieces.push(rest)
  // Platforms refuse a message of nothing but blanks.
  return pieces.filter((piece) => piece.trim())
}

/** How many UTF-16 units of the text make at most `max` of the unit. */
function fitting(text: string, max: number, unit: TextUnit): number {
  if (unit === 'utf16') return Math.min(text.length, max)
  let used = 0
  let end = 0
  for (const point of text) {
    used += unit === 'bytes' ? bytesOf(point) : 1
    if (used > max) return end
    end += point.length
  }
  return end
}

function bytesOf(point: string): number {
  const code = point.codePointAt(0) ?? 0
  if (code < 0x80) return 1
  if (code < 0x800) return 2
  return code < 0x10000 ? 3 : 4
}

function cutAt(text: string, max: number): number {
  const head = text.slice(0, max)
  for (const gap of ['\n', ' ']) {
    const end = head.lastIndexOf(gap) + 1
    if (end > max / 2 && boundaryAt(text, end) === end) return end
  }
  const end = boundaryAt(text, max)
  if (end > 0) return end
  // One grapheme longer than a whole message: cut between code points.
  return /[\uD800-\uDBFF]$/.test(head) ? max - 1 : max
}

/** The start of the grapheme that holds this position. Looking at one window keeps it linear. */
function boundaryAt(text: string, position: number): number {
  const from = Math.max(0, position - 1024)
  const start = graphemes.segment(text.slice(from, position + 1024)).containing(position - from)?.index ?? position - from
  return start > 0 || from === 0 ? from + start : position
}
