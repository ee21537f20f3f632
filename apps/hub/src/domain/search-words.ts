import { sql } from 'drizzle-orm'
import type { Work } from '../work.ts'
import { asSearcher } from './search-role.ts'
import { gramKeys, keysOfListed, listedOf, togetherListed } from './search-text.ts'

/** More words than these with a part in them are not asked for one by one: somebody has said one of them just now. */
const mostWords = 3_000

/** The words of the list that have a part in them; null: too many. */
export async function wordsWith(work: Work, parts: readonly string[]): Promise<Map<string, string[] | null>> {
  const found = new Map<string, string[] | null>()
  for (const part of parts) {
    // Of a very long word no more of its letters than these stand together.
    const letters = part.slice(0, togetherListed)
    const rows = await asSearcher<{ word: string }>(
      work,
      sql`select word from search_words where workspace_id = ${work.workspaceId}::uuid
        and grams @> ${`{${gramKeys(work.workspaceId, [letters]).join(',')}}`}::int[] and strpos(word, ${letters}) > 0 limit ${mostWords + 1}`,
      true,
    )
    found.set(part, rows.length > mostWords ? null : rows.map(({ word }) => word))
  }
  return found
}

/** Lists the words of these texts, as entries have them. */
export async function listWords(work: Work, words: Iterable<string>): Promise<void> {
  const listed = [...new Set(words)].sort()
  if (listed.length === 0) return
  const grams = listed.map((word) => `{${gramKeys(work.workspaceId, [word]).join(',')}}`)
  await work.sql`
    insert into search_words (workspace_id, word, grams)
    select ${work.workspaceId}, word, grams::int[] from unnest(${listed}::text[], ${grams}::text[]) as w(word, grams) on conflict do nothing`
}

/** Takes those words of texts that are gone off the list which no entry has any longer: what was removed leaves nothing behind. */
export async function unlistWords(work: Work, texts: readonly string[]): Promise<void> {
  const listed = [...new Set(texts.flatMap((text) => text.split(/\s+/).filter(Boolean)).flatMap(listedOf))]
  if (listed.length === 0) return
  const keyed = listed.map((word) => ({ word, key: keysOfListed(work.workspaceId, [word])[0] }))
  const gone = await asSearcher<{ word: string }>(
    work,
    sql`select word from jsonb_to_recordset(${JSON.stringify(keyed)}::text::jsonb) as w(word text, key int)
      where not exists (select from search_entries where workspace_id = ${work.workspaceId}::uuid and words @> array[w.key])`,
    true,
  )
  await work.sql`delete from search_words where workspace_id = ${work.workspaceId} and word = any(${gone.map(({ word }) => word)}::text[])`
}
