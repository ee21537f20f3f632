/** How texts and what is looked for are brought to the same letters, and to keys. Pure. */

/** A word of a text, by its place there. */
export interface Token {
  start: number
  end: number
  /** As it stands there, small. */
  raw: string
  /** Without accents: what is compared. */
  plain: string
}

export const fold = (text: string): string =>
  text
    .normalize('NFD')
    .replaceAll(/\p{M}+/gu, '')
    .toLowerCase()

/** The words of a text in NFC: letters and digits in a row. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  for (const { 0: found, index } of text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
    const plain = fold(found)
    if (plain) tokens.push({ start: index, end: index + found.length, raw: found.toLowerCase(), plain })
  }
  return tokens
}

/** Words as they are stored: each between two spaces, so that the ends of words can be looked for. */
export const inRow = (tokens: Token[]): string => (tokens.length > 0 ? ` ${tokens.map(({ plain }) => plain).join(' ')} ` : '')

/** What a reader of Portuguese leaves out on a telephone, and its stemmer cannot do without. */
const endings: [RegExp, string][] = [
  [/([cs])ao$/, '$1ão'],
  [/([cs])oes$/, '$1ões'],
  [/cao$/, 'ção'],
  [/coes$/, 'ções'],
]

/** How a word may be meant to be written. */
export function writings({ raw, plain }: Pick<Token, 'raw' | 'plain'>): string[] {
  const meant = endings.flatMap(([end, accented]) => (end.test(plain) ? [plain.replace(end, accented)] : []))
  return [...new Set([raw, plain, ...meant])]
}

/** FNV-1a with a last mixing: 32 bits, signed as PostgreSQL's integer is. */
function hash(seed: number, text: string): number {
  let h = seed
  for (let n = 0; n < text.length; n += 1) h = Math.imul(h ^ text.charCodeAt(n), 0x01000193)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) | 0
}
const seeds = new Map<string, { word: number; gram: number }>()
/** The keys of each workspace are its own: an index over all of them leads to the rows of one. */
function seedsOf(workspaceId: string) {
  const known = seeds.get(workspaceId) ?? { word: hash(1, workspaceId), gram: hash(2, workspaceId) }
  seeds.set(workspaceId, known)
  return known
}

export function wordKeys(workspaceId: string, words: Iterable<string>): number[] {
  const { word } = seedsOf(workspaceId)
  return [...new Set(Array.from(words, (each) => hash(word, each)))]
}

/** Every three letters in a row of these; a space before or behind a word counts as one. */
export function gramKeys(workspaceId: string, words: Iterable<string>): number[] {
  const { gram } = seedsOf(workspaceId)
  const keys = new Set<number>()
  for (const word of words) for (let n = 0; n + 3 <= word.length; n += 1) keys.add(hash(gram, word.slice(n, n + 3)))
  return [...keys]
}

/** In the list of words a longer one stands in pieces, and every so many of its letters are together in one of them. */
const longestListed = 80
export const togetherListed = 40

/** How a word stands in the list of words: between two spaces, so that its ends can be looked for. */
export function listedOf(plain: string): string[] {
  const row = ` ${plain} `
  if (plain.length <= longestListed) return [row]
  const pieces: string[] = []
  for (let n = 0; n + togetherListed < row.length; n += togetherListed) pieces.push(row.slice(n, n + longestListed))
  return pieces
}
/** By which an entry is found that has a word of the list. */
export const keysOfListed = (workspaceId: string, listed: Iterable<string>): number[] =>
  wordKeys(
    workspaceId,
    Array.from(listed, (word) => `=${word.trim()}`),
  )

/** Where letters stand in a row: the whole words among them, and what may go on before or behind. Both with the spaces that are there. */
export function piecesOf(row: string): { whole: string[]; parts: string[] } {
  const words = row.trim().split(' ')
  const pieces = words.map(
    (word, n) => `${n > 0 || row.startsWith(' ') ? ' ' : ''}${word}${n < words.length - 1 || row.endsWith(' ') ? ' ' : ''}`,
  )
  const isWhole = (piece: string) => piece.startsWith(' ') && piece.endsWith(' ')
  return { whole: pieces.filter(isWhole), parts: pieces.filter((piece) => !isWhole(piece)) }
}

/** Twelve days and a half, in milliseconds. */
const periodMs = 2 ** 30
export const periodOf = (at: number): number => Math.floor(at / periodMs)
/** Every entry is found by its period, too: a search goes back from one to the next, and reads no more of what is common than it needs. */
export const periodKeys = (workspaceId: string, from: number, to: number): number[] =>
  wordKeys(
    workspaceId,
    Array.from({ length: to - from + 1 }, (_, n) => `@${from + n}`),
  )
