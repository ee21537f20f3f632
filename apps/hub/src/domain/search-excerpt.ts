import { type SearchKind, searchKinds } from '@parley/schema/vocabulary'
import type { Work } from '../work.ts'
import { placesOf, type Term } from './search-query.ts'
import { findables } from './search-source.ts'
import { stemsOf } from './search-stems.ts'
import { tokensOf } from './search-text.ts'

/** What is shown of a find: some words of it, and where in them the words stand that were looked for. */
export interface Excerpt {
  text: string
  marks: { start: number; end: number }[]
}

const longest = 200
/** What stands before the first word that was found. */
const ahead = 60

/** By id; who is not there does not say what was looked for any longer. */
export async function excerptsOf(
  work: Work,
  terms: Term[],
  found: readonly { kind: SearchKind; id: string }[],
): Promise<Map<string, Excerpt>> {
  const read = await Promise.all(
    searchKinds.map((kind) =>
      findables(
        work,
        kind,
        found.filter((one) => one.kind === kind).map(({ id }) => id),
      ),
    ),
  )
  const all = read.flat().map(({ id, parts }) => ({ id, parts: parts.map((part) => part.replaceAll(/\s+/g, ' ').trim()) }))
  const stems = await stemsOf(work, alike(terms, all.flatMap(({ parts }) => parts).flatMap(tokensOf)))
  return new Map(
    all.flatMap(({ id, parts }) => {
      const [best] = parts
        .map((part) => ({ part, places: placesOf(part, terms, stems) }))
        .filter(({ places }) => places.length > 0)
        .sort((a, b) => b.places.length - a.places.length)
      return best ? [[id, excerptOf(best.part, best.places)]] : []
    }),
  )
}

/** The forms of a word begin alike; the stems of others need not be known. */
function alike(terms: Term[], tokens: ReturnType<typeof tokensOf>) {
  const beginnings = new Set(terms.flatMap(({ stems }) => stems.map((stem) => stem.slice(1, 3))))
  return tokens.filter(({ plain }) => beginnings.has(plain.slice(0, 2)))
}

function excerptOf(text: string, places: [number, number][]): Excerpt {
  const first = places[0]?.[0] ?? 0
  const start = text.length <= longest || first <= ahead ? 0 : text.indexOf(' ', first - ahead) + 1 || first
  const from = Math.min(start, first)
  const room = from + longest
  const to = text.length <= room ? text.length : Math.max(text.lastIndexOf(' ', room), first + 1) || room
  const [before, after] = [from > 0 ? '…' : '', to < text.length ? '…' : '']
  const shift = before.length - from
  return {
    text: `${before}${text.slice(from, to)}${after}`,
    marks: places.filter(([begin]) => begin < to).map(([begin, end]) => ({ start: begin + shift, end: Math.min(end, to) + shift })),
  }
}
