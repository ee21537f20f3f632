import type { SearchKind } from '@parley/schema/vocabulary'
import type { Work } from '../work.ts'
import { writtenTaxId } from './tax-id.ts'

/** What is to be found of a thing: its parts are texts that have nothing to do with each other, such as a message and a file's name. */
export interface Findable {
  id: string
  chatId: string | null
  at: Date
  parts: string[]
}
interface Row {
  id: string
  chat_id: string | null
  at: Date
  parts: string[] | null
}

/** The things of these ids that say something now; what was removed, or merged into another, says nothing. */
export async function findables(work: Work, kind: SearchKind, ids: readonly string[]): Promise<Findable[]> {
  if (ids.length === 0) return []
  const rows = await readers[kind](work, ids)
  return rows.flatMap(({ id, chat_id, at, parts }) => {
    const said = (parts ?? []).flatMap((part) => (part.trim() ? [part.normalize('NFC')] : []))
    return said.length > 0 ? [{ id, chatId: chat_id, at, parts: said }] : []
  })
}

const readers: Record<SearchKind, (work: Work, ids: readonly string[]) => Promise<Row[]>> = {
  message: ({ sql: q, workspaceId }, ids) => q<Row[]>`
    select m.id, m.chat_id, m.at, array_remove(array[m.text, m.extra -> 'location' ->> 'title']
      || array(select f.name from files f where f.workspace_id = m.workspace_id and f.message_id = m.id order by f.position)
      || array(select c ->> 'name' from jsonb_array_elements(m.extra -> 'contacts') c)
      || array(select jsonb_array_elements_text(c -> 'phones') from jsonb_array_elements(m.extra -> 'contacts') c), null) as parts
    from messages m where m.workspace_id = ${workspaceId} and m.id = any(${ids as string[]}::uuid[]) and m.removed_at is null`,

  comment: ({ sql: q, workspaceId }, ids) => q<Row[]>`
    select c.id, c.chat_id, c.at, array_remove(array[c.text]
      || array(select f.name from files f where f.workspace_id = c.workspace_id and f.comment_id = c.id order by f.position), null) as parts
    from comments c where c.workspace_id = ${workspaceId} and c.id = any(${ids as string[]}::uuid[]) and c.removed_at is null`,

  customer: async ({ sql: q, workspaceId }, ids) => {
    const rows = await q<(Row & { tax_id: string | null })[]>`
      select c.id, null::uuid as chat_id, c.created_at as at, c.tax_id, array_remove(array[c.name, c.email, c.phone, ltrim(c.phone_e164, '+'), c.tax_id]
        || array(select v from jsonb_each(c.values) own join customer_fields f on f.workspace_id = c.workspace_id and f.id::text = own.key
            and f.archived_at is null, jsonb_array_elements_text(own.value) v order by f.position)
        || array(select distinct said from identities i, unnest(array[i.name, i.username, i.phone, ltrim(i.phone_e164, '+'), i.email]) said
            where i.workspace_id = c.workspace_id and i.customer_id = c.id order by said), null) as parts
      from customers c where c.workspace_id = ${workspaceId} and c.id = any(${ids as string[]}::uuid[]) and c.merged_into_id is null`
    return rows.map(({ tax_id, ...row }) => (tax_id ? { ...row, parts: [...(row.parts ?? []), writtenTaxId(tax_id)] } : row))
  },

  note: ({ sql: q, workspaceId }, ids) => q<Row[]>`
    select n.id, null::uuid as chat_id, n.at, array_remove(array[n.text], null) as parts
    from notes n where n.workspace_id = ${workspaceId} and n.id = any(${ids as string[]}::uuid[]) and n.removed_at is null`,
}
