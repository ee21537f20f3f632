/** Openings by which browsers take bytes for a page, a drawing or a script (WHATWG MIME sniffing, §7.1), and our own. */
const activeOpening = /^\s*(?:<!doctype|<!--|<\?xml|<\?php|<\?=|<%|<[a-z][a-z0-9:-]*[\s/>]|#!|%!ps)/i
const activeAnywhere = /<(?:script|svg|html|iframe|object|embed|foreignobject|xsl:stylesheet)[\s/>]|<!doctype\s+html|<!entity|<\?php/i
const activeExtensions = new Set([
  'js',
  'mjs',
  'cjs',
  'htm',
  'html',
  'xhtml',
  'shtml',
  'mht',
  'mhtml',
  'svg',
  'svgz',
  'xml',
  'xsl',
  'xslt',
  'hta',
  'swf',
  'htc',
])
const activeTypes = /html|svg|xml|javascript|ecmascript|x-shockwave/i

/** Bytes that are never part of a text, UTF-16 aside: control characters other than tab, line ends, form feed and escape. */
const binary = /[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]/

/** The beginning of a file read as text, or nothing when it is not text. */
export function textOf(head: Uint8Array): string | undefined {
  const text = new TextDecoder(encodingOf(head)).decode(head)
  return binary.test(text) ? undefined : text
}

/** Whether it begins with the mark of UTF-16 and reads as text. */
export function isMarkedText(head: Uint8Array): boolean {
  return encodingOf(head) !== 'utf-8' && textOf(head) !== undefined
}

function encodingOf(head: Uint8Array): string {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be'
  return 'utf-8'
}

/** Whether a browser could take the text for something that runs. */
export function isActiveText(text: string): boolean {
  return activeOpening.test(text) || activeAnywhere.test(text)
}

/** Whether its sender says, by type or name, that it is something that runs in a browser. */
export function isActiveClaim(extension: string, declared: string): boolean {
  return activeExtensions.has(extension) || activeTypes.test(declared)
}

/** Whether bytes of another type carry a page or a script within them. */
export function hidesActiveText(bytes: Uint8Array): boolean {
  return activeAnywhere.test(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'))
}
