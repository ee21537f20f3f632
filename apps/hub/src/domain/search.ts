import { type SearchKind, searchKinds } from '@parley/schema/vocabulary'
import { and, eq, isNull, type SQL, sql } from 'drizzle-orm'
import { type AnyPgColumn, PgDialect } from 'drizzle-orm/pg-core'
import { searchRole } from '../db/client.ts'
import { chats } from '../db/tables/chat.ts'
import { comments } from '../db/tables/comment.ts'
import { customers } from '../db/tables/customer.ts'
import { messages } from '../db/tables/message.ts'
import { notes } from '../db/tables/note.ts'
import { HubError, notFound } from '../errors.ts'
import type { OperatorActor, Work } from '../work.ts'
import { isVisible } from './customer.ts'
import { type Excerpt, excerptsOf } from './search-excerpt.ts'
import { holding, type Term, termsOf } from './search-query.ts'
import { seesAll, visibleChats } from './sight.ts'

export interface SearchFor {
  query: string
  kinds?: readonly SearchKind[] | null
  /** Messages and comments of this chat alone. */
  chatId?: string | null
  after?: Edge | undefined
  limit: number
}
/** A moment in microseconds since 1970, and the id of what came then. */
interface Edge {
  key: string
  id: string
}
interface Candidate extends Edge {
  kind: SearchKind
  at: Date
}
export interface Hit extends Candidate {
  excerpt: Excerpt
  /** Of messages and comments. */
  chatId: string | null
  /** Of customers and notes. */
  customerId: string | null
  /** The key of a place right before it in the timeline of its chat. */
  place: string[] | null
}
/** What a find belongs to, for who may see it. */
type Whereabouts = Pick<Hit, 'chatId' | 'customerId' | 'place'>

/** Rows are looked at in steps: what one may not see fills none of his page. */
const firstStep = 100
const longestStep = 12_800
/** Who may see little and looks for what is everywhere waits no longer than this; ms. */
const patienceMs = 5_000

/** So many of the newest, or so many for each that is wanted, are read before anything else: what everybody says is among them. */
const fewNewest = 2_000
const newestEach = 20
/** So many are read before the index is asked for what seems to be held by more than `manyHeld`. */
const manyNewest = 30_000
const manyHeld = 10_000

/** Who sees so few chats is told of theirs alone, however many others say the same. */
const fewChats = 5_000

/** What holds all of the words and is in the actor's sight, the newest first, over all of time. */
export async function search(work: Work<OperatorActor>, wanted: SearchFor): Promise<Hit[]> {
  const terms = await termsOf(work, wanted.query)
  if (wanted.chatId) await ensureSeen(work, wanted.chatId)
  const until = Date.now() + patienceMs
  const hits: Hit[] = []
  let after = wanted.after
  let among: string[] | null = null
  // Who sees everything finds his page among the first, and these are the sooner read the fewer they are.
  for (let step = seesAll(work.actor) ? wanted.limit : firstStep; ; step = Math.min(step * 4, longestStep)) {
    const candidates = await lookUp(work, terms, { ...wanted, after, among }, step)
    const seen = await inSight(work, candidates)
    while (seen.length > 0 && hits.length < wanted.limit)
      hits.push(...(await shown(work, terms, seen.splice(0, wanted.limit - hits.length))))
    after = candidates.at(-1)
    if (hits.length >= wanted.limit || candidates.length < step) return hits
    if (Date.now() > until) throw tooSlow()
    if (!among && !wanted.chatId && step <= firstStep) among = await fewSeen(work)
  }
}

/** The chats of an actor who sees few; null: they are many. */
async function fewSeen(work: Work<OperatorActor>): Promise<string[] | null> {
  if (seesAll(work.actor)) return null
  const rows = await work.db
    .select({ id: chats.id })
    .from(chats)
    .where(and(eq(chats.workspaceId, work.workspaceId), visibleChats(work.actor)))
    .limit(fewChats + 1)
  return rows.length > fewChats ? null : rows.map(({ id }) => id)
}

const tooSlow = () => new HubError('search_slow', { field: 'query' })

async function ensureSeen(work: Work<OperatorActor>, chatId: string): Promise<void> {
  const [chat] = await work.db
    .select({ id: chats.id })
    .from(chats)
    .where(and(eq(chats.workspaceId, work.workspaceId), eq(chats.id, chatId), visibleChats(work.actor)))
  if (!chat) throw notFound()
}

const dialect = new PgDialect()
const edgeOf = ({ key, id }: Edge): SQL => sql`(timestamptz 'epoch' + ${key}::bigint * interval '1 microsecond', ${id}::uuid)`
const listOf = (values: readonly string[]): string => `{${values.join(',')}}`

/**
 * Entries that hold the words, seen or not. What is said often is met among the newest, without a look into the index; only what is not is
 * looked up there, and that is little. PostgreSQL left to choose takes a rare word of millions for a common one, and reads them all; only
 * where it knows a word to be common is it believed.
 */
async function lookUp(
  work: Work,
  terms: Term[],
  { kinds, chatId, after, among: chatIds }: SearchFor & { among: string[] | null },
  limit: number,
): Promise<Candidate[]> {
  const wanted = kinds ?? searchKinds
  const older = after ? sql`and (at, subject_id) < ${edgeOf(after)}` : sql``
  const holds = sql`${holding(work.workspaceId, terms)} ${wanted.length < searchKinds.length ? sql`and kind = any(${listOf(wanted)}::text[])` : sql``}`
  const own = sql`workspace_id = ${work.workspaceId}::uuid`
  const first = (entries: SQL) => sql`
    select kind, subject_id as id, at, (extract(epoch from at) * 1000000)::bigint::text as key from ${entries}
    order by at desc, subject_id desc limit ${limit}`
  if (chatId || chatIds) {
    const within = chatId ? sql`chat_id = ${chatId}::uuid` : sql`(chat_id is null or chat_id = any(${listOf(chatIds ?? [])}::uuid[]))`
    return asSearcher(work, first(sql`search_entries where ${own} and ${holds} and ${within} ${older}`))
  }
  const among = (newest: number) =>
    asSearcher(
      work,
      first(
        sql`(select * from search_entries where ${own} ${older} order by at desc, subject_id desc limit ${Math.max(newest, newestEach * limit)}) newest where ${holds}`,
      ),
    )
  const met = await among(fewNewest)
  if (met.length >= limit) return met
  const all = sql`select kind, subject_id, at from search_entries where ${own} and ${holds} ${older}`
  if ((await expected(work, all)) > manyHeld) {
    const more = await among(manyNewest)
    if (more.length >= limit) return more
  }
  return asSearcher(work, sql`with held as materialized (${all}) ${first(sql`held`)}`)
}

/** How many rows PostgreSQL thinks a statement has. */
async function expected(work: Work, statement: SQL): Promise<number> {
  const [row] = await asSearcher<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>(work, sql`explain (format json) ${statement}`)
  return row?.['QUERY PLAN'][0].Plan['Plan Rows'] ?? 0
}

/** One statement in the role that may use the index of words; see db/client.ts. Where the account may not take it, as it is. */
async function asSearcher<Row = Candidate>({ sql: q }: Work, statement: SQL): Promise<Row[]> {
  const { sql: text, params } = dialect.sqlToQuery(statement)
  await q`select set_config('statement_timeout', ${String(patienceMs)}, true)`
  const [before] = await q<{ role: string }[]>`select current_setting('role') as role`
  await q`select set_config('role', rolname, true) from pg_roles where rolname = ${searchRole} and pg_has_role(session_user, oid, 'member')`
  try {
    // Planned for its own words and not kept.
    const found = (await q.unsafe(text, params as never[], { prepare: false })) as unknown as Row[]
    await q`select set_config('role', ${before?.role ?? 'none'}, true)`
    return found
  } catch (error) {
    throw (error as { code?: string }).code === '57014' ? tooSlow() : error
  }
}

/** Those the actor may see, in their order. */
async function inSight(work: Work<OperatorActor>, candidates: Candidate[]): Promise<(Candidate & Whereabouts)[]> {
  const seen = new Map<string, Whereabouts>()
  for (const kind of searchKinds) {
    const ids = candidates.filter((one) => one.kind === kind).map(({ id }) => id)
    if (ids.length > 0) for (const { id, ...found } of await whereabouts[kind](work, ids)) seen.set(`${kind} ${id}`, found)
  }
  return candidates.flatMap((one) => {
    const found = seen.get(`${one.kind} ${one.id}`)
    return found ? [{ ...one, ...found }] : []
  })
}

const inIds = (column: AnyPgColumn, ids: string[]) => sql`${column} = any(${listOf(ids)}::uuid[])`
const momentOf = (column: AnyPgColumn) => sql<string>`(extract(epoch from ${column}) * 1000000)::bigint::text`
/** Less than every id and every number of an event. */
const first = '0'

const whereabouts: Record<SearchKind, (work: Work<OperatorActor>, ids: string[]) => Promise<({ id: string } & Whereabouts)[]>> = {
  message: async (work, ids) => {
    const rows = await work.db
      .select({ id: messages.id, chatId: messages.chatId, key: momentOf(messages.at), position: messages.position })
      .from(messages)
      .innerJoin(chats, and(eq(chats.workspaceId, messages.workspaceId), eq(chats.id, messages.chatId)))
      .where(and(eq(messages.workspaceId, work.workspaceId), inIds(messages.id, ids), isNull(messages.removedAt), visibleChats(work.actor)))
    return rows.map(({ id, chatId, key, position }) => ({ id, chatId, customerId: null, place: [key, String(position), first] }))
  },
  comment: async (work, ids) => {
    const { operatorId } = work.actor
    // The rule of audience.ts as SQL.
    const heard = sql`(${comments.toOperatorId} is null or ${operatorId}::uuid in (${comments.toOperatorId}, ${comments.authorId}))`
    const rows = await work.db
      .select({ id: comments.id, chatId: comments.chatId, key: momentOf(comments.at) })
      .from(comments)
      .innerJoin(chats, and(eq(chats.workspaceId, comments.workspaceId), eq(chats.id, comments.chatId)))
      .where(
        and(
          eq(comments.workspaceId, work.workspaceId),
          inIds(comments.id, ids),
          isNull(comments.removedAt),
          heard,
          visibleChats(work.actor),
        ),
      )
    return rows.map(({ id, chatId, key }) => ({ id, chatId, customerId: null, place: [key, '0', first] }))
  },
  customer: async (work, ids) => {
    const rows = await work.db
      .select({ id: customers.id })
      .from(customers)
      .where(and(eq(customers.workspaceId, work.workspaceId), inIds(customers.id, ids), isNull(customers.mergedIntoId), isVisible(work)))
    return rows.map(({ id }) => ({ id, chatId: null, customerId: id, place: null }))
  },
  note: async (work, ids) => {
    const rows = await work.db
      .select({ id: notes.id, customerId: notes.customerId })
      .from(notes)
      .innerJoin(customers, and(eq(customers.workspaceId, notes.workspaceId), eq(customers.id, notes.customerId)))
      .where(and(eq(notes.workspaceId, work.workspaceId), inIds(notes.id, ids), isNull(notes.removedAt), isVisible(work)))
    return rows.map(({ id, customerId }) => ({ id, chatId: null, customerId, place: null }))
  },
}

async function shown(work: Work, terms: Term[], found: (Candidate & Whereabouts)[]): Promise<Hit[]> {
  const excerpts = await excerptsOf(work, terms, found)
  return found.flatMap((one) => {
    const excerpt = excerpts.get(one.id)
    return excerpt ? [{ ...one, excerpt }] : []
  })
}
