import { limits } from '@parley/schema/vocabulary'

/** The extensions each type may carry; the first is ours when none fits. */
// biome-ignore format: a list
const extensions: Record<string, readonly string[]> = {
  'image/jpeg': ['jpg', 'jpeg', 'jpe', 'jfif'], 'image/png': ['png', 'apng'], 'image/gif': ['gif'], 'image/webp': ['webp'],
  'image/avif': ['avif'], 'image/heic': ['heic', 'heif'], 'image/heif': ['heif', 'heic'], 'image/bmp': ['bmp'], 'image/tiff': ['tif', 'tiff'], 'image/x-icon': ['ico'],
  'video/mp4': ['mp4', 'm4v'], 'video/webm': ['webm'], 'video/quicktime': ['mov', 'qt'], 'video/3gpp': ['3gp'], 'video/x-msvideo': ['avi'],
  'video/matroska': ['mkv'], 'video/x-matroska': ['mkv'], 'video/mpeg': ['mpg', 'mpeg'], 'video/ogg': ['ogv', 'ogg'], 'application/ogg': ['ogx', 'ogg'],
  'audio/mpeg': ['mp3'], 'audio/mp4': ['m4a', 'mp4'], 'audio/ogg': ['ogg', 'oga', 'opus'], 'audio/opus': ['opus', 'ogg', 'oga'], 'audio/wav': ['wav'],
  'audio/aac': ['aac'], 'audio/flac': ['flac'], 'audio/x-flac': ['flac'], 'audio/amr': ['amr'], 'audio/webm': ['webm', 'weba'],
  'application/pdf': ['pdf'], 'application/zip': ['zip'], 'application/rtf': ['rtf'], 'application/gzip': ['gz', 'tgz'],
  'application/x-7z-compressed': ['7z'], 'application/x-rar-compressed': ['rar'], 'application/vnd.rar': ['rar'], 'application/json': ['json'],
  'application/x-cfb': ['doc', 'xls', 'ppt', 'msg'], 'application/x-msdownload': ['exe', 'dll'],
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': ['docx'],
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': ['xlsx'],
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': ['pptx'],
  'application/vnd.oasis.opendocument.text': ['odt'], 'application/vnd.oasis.opendocument.spreadsheet': ['ods'],
  'application/vnd.oasis.opendocument.presentation': ['odp'],
  'text/plain': ['txt', 'text', 'log', 'md', 'ini', 'conf', 'srt', 'vtt', 'tsv', 'csv', 'json', 'yml', 'yaml', 'ics', 'vcf'],
  'text/csv': ['csv', 'tsv', 'txt'], 'text/calendar': ['ics'], 'text/vcard': ['vcf'],
}

/** Extensions that claim to be something we would have known by its bytes, or that a computer runs when it is opened. */
const claims = new Set([
  ...Object.values(extensions).flat(),
  ...'htm html xhtml shtml mht mhtml svg svgz xml xsl xslt js mjs cjs jse hta swf htc php phtml asp aspx jsp'.split(' '),
  ...'exe dll com scr pif cpl msi msp bat cmd ps1 psm1 vbs vbe wsf wsh reg lnk url scf inf sh bash command app pkg dmg deb rpm apk jar jnlp py pl rb desktop'.split(
    ' ',
  ),
  ...'docm xlsm pptm dotm xltm iso img vhd one chm library-ms settingcontent-ms'.split(' '),
])

/** Control characters, and marks that are invisible or turn the direction of writing (`exe.gpj` shown as `jpg.exe`). */
const hidden = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}]/gu
const forbidden = /["*:<>?|\\/]/g
const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i

/** The extension in lower case without its dot, or nothing. */
export function extensionOf(name: string): string {
  return /\.([a-z0-9_-]{1,20})$/i.exec(name)?.[1]?.toLowerCase() ?? ''
}

/**
 * A name safe to show and to save under: no path, nothing invisible, at most 200 characters, and an extension that agrees with
 * the type of the bytes. Never used as a name in the storage.
 */
export function safeName(given: string | undefined, mime: string): string {
  const cleaned = clean(given ?? '')
  const named = cleaned || 'file'
  const extension = agreedExtension(extensionOf(named), mime)
  const stem = extension && extensionOf(named) === extension ? named.slice(0, -extension.length - 1) : named
  return extension ? `${cut(stem, limits.fileName - extension.length - 1)}.${extension}` : cut(named, limits.fileName)
}

function clean(given: string): string {
  const last = given.normalize('NFC').split(/[\\/]/).at(-1) ?? ''
  const plain = last.replace(hidden, '').replace(forbidden, '_').replace(/\s+/g, ' ')
  return plain.replace(/^[\s.~-]+|[\s.]+$/g, '').replace(reserved, '_$&')
}

/** The extension the name shall end in; nothing to leave the name as it is. */
function agreedExtension(extension: string, mime: string): string {
  const known = extensions[mime]
  if (known?.includes(extension)) return extension
  if (known) return known[0] ?? ''
  return claims.has(extension) ? 'bin' : extension
}

/** Cuts between characters, not within one. */
function cut(text: string, length: number): string {
  return (
    text
      .slice(0, length)
      .replace(/[\uD800-\uDBFF]$/, '')
      .trimEnd() || 'file'
  )
}
