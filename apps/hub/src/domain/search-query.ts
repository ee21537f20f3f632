import { limits } from '@parley/schema/vocabulary'
import { type SQL, sql } from 'drizzle-orm'
import { HubError } from '../errors.ts'
import type { Work } from '../work.ts'
import { stemsOf } from './search-stems.ts'
import { fold, inRow, keysOfListed, piecesOf, type Token, togetherListed, tokensOf, wordKeys } from './search-text.ts'

/** One thing that must be there: a word in any of its forms, or letters in a row. Whichever of them is there will do. */
export interface Term {
  /** Stems, where it is one word. */
  stems: string[]
  /** Letters in a row as they are stored; a space in them is where a word begins or ends. */
  rows: string[]
}

const mostTerms = 8

/** What was typed: words, and phrases between quotation marks. All of them must be there. */
export async function termsOf(work: Work, typed: string): Promise<Term[]> {
  const text = typed.slice(0, limits.search).normalize('NFC')
  const number = numberIn(text)
  if (number) return [number]
  const pieces = [...text.matchAll(/["“”«„]([^"“”»«„]*)["“”»]|[^\s"“”«»„]+/g)].map(([whole, phrase]) => ({ whole, phrase }))
  const terms: Term[] = []
  for (const { whole, phrase } of pieces) {
    const term = phrase === undefined ? await wordTerm(work, whole) : phraseTerm(phrase)
    if (term && !terms.some((present) => JSON.stringify(present) === JSON.stringify(term))) terms.push(term)
  }
  if (terms.length === 0) throw new HubError('required', { field: 'query' })
  if (terms.length > mostTerms) throw new HubError('too_many', { field: 'query', max: mostTerms })
  return terms
}

/** A phone or a document is found however it is written, by its digits; an amount as it is written. */
function numberIn(text: string): Term | null {
  if (!/^[\s()+./-]*\d[\d\s()+./-]*$/.test(text) || !/\d[^\d]+\d/.test(text)) return null
  const digits = text.replaceAll(/\D/g, '')
  return digits.length < 5 ? null : { stems: [], rows: [digits, inRow(tokensOf(text))] }
}

const phraseTerm = (phrase: string): Term | null => {
  const row = inRow(tokensOf(phrase))
  return row ? { stems: [], rows: [row] } : null
}

/** An address or a number with strokes: its words in a row. The first and the last may go on, unless that leaves nothing to look up. */
function openRow(tokens: Token[]): string {
  const row = inRow(tokens)
  const { whole, parts } = piecesOf(row.trim())
  return whole.length > 0 || parts.some(isListable) ? row.trim() : row
}

async function wordTerm(work: Work, typed: string): Promise<Term | null> {
  const tokens = tokensOf(typed)
  const [token] = tokens
  if (!token) return null
  if (tokens.length > 1) return { stems: [], rows: [openRow(tokens)] }
  const stems = (await stemsOf(work, [token])).get(token.raw) ?? []
  // Fewer than three letters are in too many words: they are looked for where words begin.
  const { length } = token.plain
  return { stems, rows: length >= 3 ? [token.plain] : length === 2 ? [` ${token.plain}`] : [] }
}

/** The terms as SQL over entries that are read one by one. */
export function standingIn(workspaceId: string, terms: Term[]): SQL {
  const each = terms.map(({ stems, rows }) => {
    const asWord = stems.length > 0 ? [sql`words && ${keyList(wordKeys(workspaceId, stems))}`] : []
    return sql`(${sql.join([...asWord, ...rows.map(stands)], sql` or `)})`
  })
  return sql.join(each, sql` and `)
}
const stands = (row: string): SQL => sql`strpos(text, ${row}) > 0`

/** The terms as SQL over the index of entries, and how many keys it asks for. */
export interface LookUp {
  holds: SQL
  keys: number
}
/**
 * `wordsWith`: the words of the list that have a part in them, null where they are too many to be asked for one by one. Null: nothing but
 * reading finds it.
 */
export function lookUpOf(workspaceId: string, terms: Term[], wordsWith: ReadonlyMap<string, string[] | null>): LookUp | null {
  let keys = 0
  let isLookedUp = false
  const anyOf = (some: number[]) => {
    keys += some.length
    isLookedUp = true
    return sql`words && ${keyList(some)}`
  }
  const each = terms.map((term) => {
    const ways = waysOf(workspaceId, term, wordsWith)
    if (ways.some(({ slots }) => slots.length === 0)) return standingIn(workspaceId, [term])
    const conditions = ways.map(({ slots, row }) => sql.join([...slots.map(anyOf), ...(row ? [stands(row)] : [])], sql` and `))
    return sql`(${sql.join(conditions, sql` or `)})`
  })
  return isLookedUp ? { holds: sql.join(each, sql` and `), keys } : null
}

/** One way for a term to be there: a key of each of the slots, and, where that does not say it all, letters in a row. */
interface Way {
  slots: number[][]
  row?: string
}
function waysOf(workspaceId: string, { stems, rows }: Term, wordsWith: ReadonlyMap<string, string[] | null>): Way[] {
  const alone = wordKeys(workspaceId, stems)
  const ways: Way[] = []
  for (const row of rows) {
    const { whole, parts } = piecesOf(row)
    const found = parts.map((part) => wordsWith.get(part) ?? null)
    const [only] = found
    if (whole.length === 0 && parts.length === 1 && only && row.length <= togetherListed) alone.push(...keysOfListed(workspaceId, only))
    else {
      const known = found.flatMap((words) => (words ? [keysOfListed(workspaceId, words)] : []))
      ways.push({ slots: [...whole.map((word) => keysOfListed(workspaceId, [word])), ...known], row })
    }
  }
  return alone.length > 0 || ways.length === 0 ? [{ slots: [[...new Set(alone)]] }, ...ways] : ways
}
const keyList = (keys: number[]): SQL => sql`${`{${keys.join(',')}}`}::int[]`

/** The parts of words that the list of words is asked for. */
export const partsOf = (terms: Term[]): string[] => [
  ...new Set(terms.flatMap(({ rows }) => rows.flatMap((row) => piecesOf(row).parts.filter(isListable)))),
]
/** Three letters in a row are looked up; a space counts as one. */
const isListable = (part: string): boolean => part.length >= 3

/** Where a text has a term: pairs of beginnings and ends. `stems`: those of the words of the text. */
export function placesOf(text: string, terms: Term[], stems: Map<string, string[]>): [number, number][] {
  const tokens = tokensOf(text)
  const row = inRow(tokens)
  const places: [number, number][] = []
  for (const term of terms) {
    const wanted = new Set(term.stems)
    if (wanted.size > 0)
      for (const { raw, start, end } of tokens) if (stems.get(raw)?.some((stem) => wanted.has(stem))) places.push([start, end])
    for (const part of term.rows) places.push(...rowPlaces(tokens, row, part, text))
  }
  return joined(places)
}

function rowPlaces(tokens: ReturnType<typeof tokensOf>, row: string, part: string, text: string): [number, number][] {
  const places: [number, number][] = []
  for (let at = row.indexOf(part); at >= 0; at = row.indexOf(part, at + part.trimEnd().length)) {
    const [first, last] = [at + (part.length - part.trimStart().length), at + part.trimEnd().length]
    let start = -1
    let end = -1
    let place = 1
    for (const token of tokens) {
      if (start < 0 && first < place + token.plain.length) start = within(text, token, first - place)
      if (last <= place + token.plain.length) {
        end = within(text, token, last - place)
        break
      }
      place += token.plain.length + 1
    }
    if (start >= 0 && end > start) places.push([start, end])
  }
  return places
}

/** The place in the text of a letter of a word whose accents were taken off. */
function within(text: string, { start, end }: { start: number; end: number }, letter: number): number {
  let place = start
  let seen = 0
  for (const sign of text.slice(start, end)) {
    const width = fold(sign).length
    if (seen >= letter && width > 0) break
    seen += width
    place += sign.length
  }
  return place
}

function joined(places: [number, number][]): [number, number][] {
  const all: [number, number][] = []
  for (const [start, end] of places.sort((a, b) => a[0] - b[0] || b[1] - a[1])) {
    const last = all.at(-1)
    if (last && start <= last[1]) last[1] = Math.max(last[1], end)
    else all.push([start, end])
  }
  return all
}
