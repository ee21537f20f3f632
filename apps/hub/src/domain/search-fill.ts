import { type EventType, type SearchKind, searchKinds } from '@parley/schema/vocabulary'
import type { Work } from '../work.ts'
import { type Findable, findables } from './search-source.ts'
import { stemsOf } from './search-stems.ts'
import { inRow, keysOfListed, listedOf, periodKeys, periodOf, type Token, tokensOf, wordKeys } from './search-text.ts'
import { listWords, unlistWords } from './search-words.ts'

/** Raised when entries are made in another way than before: all are made anew. */
const method = 3
const eventsAtOnce = 500
const sweptAtOnce = 200
const lastId = 'ffffffff-ffff-ffff-ffff-ffffffffffff'
/** Between parts: no phrase goes from one into the next. */
const between = '\n'

/** What may change what is found. Others would be read for nothing. */
const telling: readonly EventType[] = [
  'chat.opened',
  'message.received',
  'message.sent',
  'message.changed',
  'comment.added',
  'comment.changed',
  'customer.changed',
  'customer.merged',
  'note.changed',
  'file.changed',
  'field.changed',
]
export const tells: ReadonlySet<EventType> = new Set(telling)

interface Progress {
  version: string
  seq: number
  sweeps: Partial<Record<SearchKind, string>>
}
type Subjects = Record<SearchKind, Set<string>>

/**
 * Brings the entries of the workspace some steps on: what was told since, and then a little of what was there before. True while there is
 * more. Everything is one transaction with its own place, so a hub that dies loses nothing and two hubs do not do it twice.
 */
export async function fillSome(work: Work): Promise<boolean> {
  const before = await lockProgress(work)
  if (!before) return false
  const { seq, more, subjects, fieldsChanged } = await readTold(work, before.seq)
  const sweeps = { ...before.sweeps, ...(fieldsChanged && { customer: lastId }) }
  const swept = more ? undefined : searchKinds.find((kind) => sweeps[kind])
  if (swept) {
    const ids = await olderThan(work, swept, sweeps[swept] ?? lastId)
    for (const id of ids) subjects[swept].add(id)
    if (ids.length < sweptAtOnce) delete sweeps[swept]
    else sweeps[swept] = ids.at(-1)
  }
  for (const kind of searchKinds) await renew(work, kind, [...subjects[kind]])
  await work.sql`update search_progress set seq = ${seq}, sweeps = ${work.sql.json(sweeps)}, version = ${before.version} where workspace_id = ${work.workspaceId}`
  return more || Object.keys(sweeps).length > 0
}

/** Whether something was told that is not in the entries; cheaper than to try. */
export async function isBehind(work: Work): Promise<boolean> {
  const [row] = await work.sql`
    select from search_progress p where p.workspace_id = ${work.workspaceId} and p.sweeps = '{}'
      and p.version = ${method} || '/' || current_setting('server_version_num')::int / 10000
      and p.seq >= coalesce((select value from counters c where c.workspace_id = p.workspace_id and c.name = 'event'), 0)`
  return row === undefined
}

/**
 * Null: another hub is at it. Who begins, or comes back after events were forgotten, or has another server with other stems, goes through
 * everything; what is there stays there until it is made anew.
 */
async function lockProgress(work: Work): Promise<Progress | null> {
  const { sql: q, workspaceId } = work
  await q`insert into search_progress (workspace_id, version, seq, sweeps) values (${workspaceId}, '', 0, '{}') on conflict do nothing`
  const [row] = await q<(Progress & { now: string; head: string; pruned: string })[]>`
    select version, seq::float8 as seq, sweeps, ${method} || '/' || current_setting('server_version_num')::int / 10000 as now,
      coalesce((select value from counters where workspace_id = ${workspaceId} and name = 'event'), 0) as head,
      coalesce((select value from counters where workspace_id = ${workspaceId} and name = 'pruned'), 0) as pruned
    from search_progress where workspace_id = ${workspaceId} for update skip locked`
  if (!row) return null
  if (row.version === row.now && row.seq >= Number(row.pruned)) return { version: row.now, seq: row.seq, sweeps: row.sweeps }
  const sweeps = Object.fromEntries(searchKinds.map((kind) => [kind, lastId]))
  return { version: row.now, seq: Number(row.head), sweeps }
}

async function readTold(work: Work, after: number) {
  const { sql: q, workspaceId } = work
  const [{ head } = { head: 0 }] = await q<{ head: number }[]>`
    select coalesce((select value from counters where workspace_id = ${workspaceId} and name = 'event'), 0)::float8 as head`
  const seq = Math.min(head, after + eventsAtOnce)
  const rows = await q<
    { type: EventType; chat_id: string | null; subject_id: string | null; customer_id: string | null; carrier: string | null }[]
  >`
    select e.type, e.chat_id, e.subject_id, c.customer_id, coalesce(f.message_id, f.comment_id) as carrier from events e
    left join chats c on e.type in ('chat.opened', 'customer.changed') and c.workspace_id = e.workspace_id and c.id = e.chat_id
    left join files f on e.type = 'file.changed' and f.workspace_id = e.workspace_id and f.id = e.subject_id
    where e.workspace_id = ${workspaceId} and e.seq > ${after} and e.seq <= ${seq} and e.type = any(${telling as string[]})`
  const subjects: Subjects = { message: new Set(), comment: new Set(), customer: new Set(), note: new Set() }
  for (const { type, subject_id, customer_id, carrier } of rows) {
    const [noun] = type.split('.')
    if (subject_id && (noun === 'message' || noun === 'comment' || noun === 'customer' || noun === 'note')) subjects[noun].add(subject_id)
    if (customer_id) subjects.customer.add(customer_id)
    if (carrier) for (const kind of ['message', 'comment'] as const) subjects[kind].add(carrier)
  }
  return { seq, more: seq < head, subjects, fieldsChanged: rows.some(({ type }) => type === 'field.changed') }
}

/** Ids rise with time: the newest are found first. */
async function olderThan(work: Work, kind: SearchKind, id: string): Promise<string[]> {
  const { sql: q, workspaceId } = work
  const rows = await q<{ id: string }[]>`
    select id from ${q(`${kind}s`)} where workspace_id = ${workspaceId} and id < ${id} order by id desc limit ${sweptAtOnce}`
  return rows.map((row) => row.id)
}

/** Makes the entries of these anew; what says nothing any longer has none. */
async function renew(work: Work, kind: SearchKind, ids: string[]): Promise<void> {
  if (ids.length === 0) return
  const { sql: q, workspaceId } = work
  const found = await findables(work, kind, ids)
  const entries = await entriesOf(work, found)
  const before = await q<{ id: string; text: string }[]>`
    select subject_id as id, text from search_entries where workspace_id = ${workspaceId} and kind = ${kind} and subject_id = any(${ids}::uuid[])`
  const there = new Map(entries.map(({ id, text }) => [id, text]))
  const gone = before.filter(({ id }) => !there.has(id)).map(({ id }) => id)
  if (gone.length > 0)
    await q`delete from search_entries where workspace_id = ${workspaceId} and kind = ${kind} and subject_id = any(${gone}::uuid[])`
  if (entries.length > 0) await write(work, kind, entries)
  await unlistWords(
    work,
    before.flatMap(({ id, text }) => (there.get(id) === text ? [] : [text])),
  )
}

async function write(work: Work, kind: SearchKind, entries: Entry[]): Promise<void> {
  const { sql: q, workspaceId } = work
  const column = <K extends 'id' | 'chatId' | 'at' | 'text' | 'words'>(name: K) => entries.map((entry) => entry[name])
  await listWords(
    work,
    entries.flatMap(({ listed }) => listed),
  )
  await q`
    insert into search_entries (workspace_id, kind, subject_id, chat_id, at, text, words)
    select ${workspaceId}, ${kind}, id, chat, at, said, words::int[]
    from unnest(${column('id')}::uuid[], ${column('chatId')}::uuid[], ${column('at')}::timestamptz[], ${column('text')}::text[],
      ${column('words')}::text[]) as e(id, chat, at, said, words)
    on conflict (workspace_id, kind, subject_id) do update
      set chat_id = excluded.chat_id, at = excluded.at, text = excluded.text, words = excluded.words
      where (search_entries.chat_id, search_entries.at, search_entries.text, search_entries.words)
        is distinct from (excluded.chat_id, excluded.at, excluded.text, excluded.words)`
}

interface Entry {
  id: string
  chatId: string | null
  at: string
  text: string
  words: string
  /** As the list of words has them. */
  listed: string[]
}

async function entriesOf(work: Work, found: Findable[]): Promise<Entry[]> {
  const read = found.map((one) => ({ ...one, rows: one.parts.map(tokensOf) }))
  const words = await wordsOf(
    work,
    read.flatMap(({ rows }) => rows.flat()),
  )
  return read.flatMap(({ id, chatId, at, rows }) => {
    const text = rows.map(inRow).filter(Boolean).join(between)
    if (!text) return []
    const period = periodOf(at.getTime())
    const [keys, listed] = [new Set(periodKeys(work.workspaceId, period, period)), new Set<string>()]
    for (const { raw } of rows.flat()) {
      const of = words.get(raw)
      for (const key of of?.keys ?? []) keys.add(key)
      for (const word of of?.listed ?? []) listed.add(word)
    }
    return [{ id, chatId, at: at.toISOString(), text, words: `{${[...keys].join(',')}}`, listed: [...listed] }]
  })
}

/** What each word is found by, made once for all the texts it stands in. */
async function wordsOf(work: Work, tokens: Token[]): Promise<Map<string, { keys: number[]; listed: string[] }>> {
  const stems = await stemsOf(work, tokens)
  const words = new Map<string, { keys: number[]; listed: string[] }>()
  for (const { raw, plain } of tokens) {
    if (words.has(raw)) continue
    const listed = listedOf(plain)
    words.set(raw, { keys: [...wordKeys(work.workspaceId, stems.get(raw) ?? []), ...keysOfListed(work.workspaceId, listed)], listed })
  }
  return words
}
