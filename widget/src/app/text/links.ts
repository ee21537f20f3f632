/** A stretch of text; with `href` it may be clicked. */
export interface Part {
  text: string
  href?: string
}

const starts = /https?:\/\/|mailto:|www\./gi
/** What ends an address: space, quotes, brackets, and characters that turn the reading direction or are not seen. */
const stops = /[\s<>«»“”„‹›"'`\\^{|}\u0000-\u001f\u007f\u00a0\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffd]/

/** Finds web and mail addresses. Every character of the text comes back, in order; the work grows with its length only. */
export function splitLinks(text: string): Part[] {
  const parts: Part[] = []
  let from = 0
  starts.lastIndex = 0
  for (let start = starts.exec(text); start; start = starts.exec(text)) {
    const at = start.index
    const end = endOf(text, at)
    const href = /[\p{L}\p{N}_]/u.test(text[at - 1] ?? ' ') ? undefined : hrefOf(text.slice(at, end))
    if (!href) {
      // What was looked at is not looked at again: a text of nothing but beginnings stays cheap.
      starts.lastIndex = Math.max(starts.lastIndex, end)
      continue
    }
    if (at > from) parts.push({ text: text.slice(from, at) })
    parts.push({ text: text.slice(at, end), href })
    from = starts.lastIndex = end
  }
  if (from < text.length) parts.push({ text: text.slice(from) })
  return parts
}

function endOf(text: string, start: number): number {
  let end = start
  let open = 0
  for (; end < text.length && end - start < 2048 && !stops.test(text[end] as string); end++) {
    if (text[end] === '(') open++
    // A bracket that was opened outside closes outside.
    if (text[end] === ')' && --open < 0) break
  }
  while (end > start && '.,;:!?*_~…'.includes(text[end - 1] as string)) end--
  return end
}

/** The address as the browser will read it, if its scheme is one we let through. */
function hrefOf(text: string): string | undefined {
  const written = /^www\./i.test(text) ? `https://${text}` : text
  try {
    const url = new URL(written)
    if (url.protocol === 'mailto:') return /^[^@]+@[^@]+$/.test(url.pathname) ? url.href : undefined
    return (url.protocol === 'https:' || url.protocol === 'http:') && /[^.]/.test(url.hostname) && !url.username ? url.href : undefined
  } catch {
    return undefined
  }
}
