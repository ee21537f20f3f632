import type { Work } from '../work.ts'
import { fold, type Token, writings } from './search-text.ts'

/** What is longer is a number, an address or a key, and has no forms. */
const longest = 40
const most = 40_000
/** Stems of writings, as PostgreSQL finds them; the same in every workspace. What was not asked for of late is forgotten. */
let lately = new Map<string, string[]>()
let before = new Map<string, string[]>()
function keep(word: string, stems: string[]): void {
  if (lately.size >= most) {
    before = lately
    lately = new Map()
  }
  lately.set(word, stems)
}
function recall(word: string): string[] | undefined {
  const stems = lately.get(word)
  if (stems) return stems
  const old = before.get(word)
  if (old) keep(word, old)
  return old
}

/**
 * What words are found by: each as it stands (`=word`), and its stems in the languages of the hub (`~stem`). The two are kept apart, and
 * what is a small word in one language has no stem in another: nobody who looks for Thea wants every "the".
 */
export async function stemsOf(work: Work, tokens: Iterable<Pick<Token, 'raw' | 'plain'>>): Promise<Map<string, string[]>> {
  const byToken = new Map<string, { plain: string; written: string[] }>()
  for (const token of tokens)
    if (!byToken.has(token.raw))
      byToken.set(token.raw, { plain: token.plain, written: token.plain.length > longest ? [] : writings(token) })
  const all = new Set([...byToken.values()].flatMap(({ written }) => written))
  const found = await look(work, all)
  const stems = new Map<string, string[]>()
  for (const [raw, { plain, written }] of byToken)
    stems.set(raw, [...new Set([`=${plain}`, ...written.flatMap((each) => found.get(each) ?? [])])])
  return stems
}

async function look(work: Work, words: Set<string>): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>()
  const unknown: string[] = []
  for (const word of words) {
    const stems = recall(word)
    if (stems) found.set(word, stems)
    else unknown.push(word)
  }
  if (unknown.length === 0) return found
  const rows = await work.sql<{ word: string; stems: string[] }[]>`
    select word, case when word ~ '[а-яё]' then ts_lexize('russian_stem', word)
      when '{}' in (pt, es, en) then '{}' else pt || es || en end as stems
    from unnest(${unknown}::text[]) as word,
      lateral (select ts_lexize('portuguese_stem', word) as pt, ts_lexize('spanish_stem', word) as es, ts_lexize('english_stem', word) as en) as each`
  for (const { word, stems } of rows) {
    const plain = [...new Set((stems ?? []).map((stem) => `~${fold(stem)}`))]
    keep(word, plain)
    found.set(word, plain)
  }
  return found
}
