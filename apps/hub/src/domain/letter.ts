import type { Work } from '../work.ts'

/** So many ids say where a letter belongs; of a longer line the first and the last ones do. */
const most = 50
/** Letters of ours that answer letters of ours. */
const deep = 20

interface Link {
  references: string[] | null
  answers: string | null
}

/**
 * The line of letters that ends with this one, the first first: what it said itself that it goes back to, and it (RFC 5322 §3.6.4). For
 * one of ours, the line of what it answered, and it.
 */
export async function lineOf(work: Work, threadId: string, externalId: string): Promise<string[]> {
  const line: string[] = []
  const seen = new Set<string>()
  for (let id: string | null = externalId; id && !seen.has(id) && seen.size < deep; ) {
    seen.add(id)
    line.unshift(id)
    const rows: Link[] = await work.sql<Link[]>`
      select m.extra -> 'letter' -> 'references' as references, null as answers from messages m
        where m.workspace_id = ${work.workspaceId} and m.thread_id = ${threadId} and m.external_id = ${id}
      union all select null, p.reply_to from outgoing_parts p
        where p.workspace_id = ${work.workspaceId} and p.thread_id = ${threadId} and p.external_id = ${id} limit 1`
    const before: string[] = rows[0]?.references ?? []
    line.unshift(...before)
    id = before.length > 0 ? null : (rows[0]?.answers ?? null)
  }
  return shortened([...new Set(line)])
}

export const shortened = (line: string[]): string[] => (line.length > most ? [...line.slice(0, 1), ...line.slice(1 - most)] : line)
