import { type SearchKind, searchKinds } from '@parley/schema/vocabulary'
import { and, eq, isNull, type SQL, sql } from 'drizzle-orm'
import type { AnyPgColumn } from 'drizzle-orm/pg-core'
import { chats } from '../db/tables/chat.ts'
import { comments } from '../db/tables/comment.ts'
import { customers } from '../db/tables/customer.ts'
import { messages } from '../db/tables/message.ts'
import { notes } from '../db/tables/note.ts'
import { notFound } from '../errors.ts'
import type { OperatorActor, Work } from '../work.ts'
import { isVisible } from './customer.ts'
import { type Excerpt, excerptsOf } from './search-excerpt.ts'
import { lookUpOf, partsOf, standingIn, type Term, termsOf } from './search-query.ts'
import { asSearcher, patienceMs, tooSlow } from './search-role.ts'
import { periodKeys, periodOf } from './search-text.ts'
import { wordsWith } from './search-words.ts'
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

/** So many of the newest, or so many for each that is wanted, are read before anything else: what everybody says is among them. */
const fewNewest = 2_000
const newestEach = 20
/** Entries that are read one by one are not compared with more keys than these. */
const fewKeys = 200

/** Who sees so few chats is told of theirs alone, however many others say the same. */
const fewChats = 5_000

/** What holds all of the words and is in the actor's sight, the newest first, over all of time. */
export async function search(work: Work<OperatorActor>, wanted: SearchFor): Promise<Hit[]> {
  const terms = await termsOf(work, wanted.query)
  if (wanted.chatId) await ensureSeen(work, wanted.chatId)
  const until = Date.now() + patienceMs
  let listed: ReturnType<typeof wordsWith> | undefined
  const words = () => (listed ??= wordsWith(work, partsOf(terms)))
  const hits: Hit[] = []
  let after = wanted.after
  let among: string[] | null = null
  // Who sees everything finds his page among the first, and these are the sooner read the fewer they are.
  for (let step = seesAll(work.actor) ? wanted.limit : firstStep; ; step = Math.min(step * 4, longestStep)) {
    const candidates = await lookUp(work, terms, words, { ...wanted, after, among }, step)
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

async function ensureSeen(work: Work<OperatorActor>, chatId: string): Promise<void> {
  const [chat] = await work.db
    .select({ id: chats.id })
    .from(chats)
    .where(and(eq(chats.workspaceId, work.workspaceId), eq(chats.id, chatId), visibleChats(work.actor)))
  if (!chat) throw notFound()
}

const edgeOf = ({ key, id }: Edge): SQL => sql`(timestamptz 'epoch' + ${key}::bigint * interval '1 microsecond', ${id}::uuid)`
const listOf = (values: readonly string[]): string => `{${values.join(',')}}`

/**
 * Entries that hold the words, seen or not, the newest first. What is said often is met among the newest; what is not is looked up in the
 * index, from one period back to the next, four times as many at each step.
 */
async function lookUp(
  work: Work,
  terms: Term[],
  words: () => ReturnType<typeof wordsWith>,
  { kinds, chatId, after, among: chatIds }: SearchFor & { among: string[] | null },
  limit: number,
): Promise<Candidate[]> {
  const wanted = kinds ?? searchKinds
  const older = after ? sql`and (at, subject_id) < ${edgeOf(after)}` : sql``
  const ofKind = wanted.length < searchKinds.length ? sql`and kind = any(${listOf(wanted)}::text[])` : sql``
  const own = sql`workspace_id = ${work.workspaceId}::uuid`
  const stands = standingIn(work.workspaceId, terms)
  const first = (entries: SQL) => sql`
    select kind, subject_id as id, at, (extract(epoch from at) * 1000000)::bigint::text as key from ${entries}
    order by at desc, subject_id desc limit ${limit}`
  if (chatId)
    return asSearcher(work, first(sql`search_entries where ${own} and chat_id = ${chatId}::uuid and ${stands} ${ofKind} ${older}`))
  const newest = sql`select * from search_entries where ${own} ${older} order by at desc, subject_id desc limit ${Math.max(fewNewest, newestEach * limit)}`
  const met = chatIds ? [] : await asSearcher<Candidate>(work, first(sql`(${newest}) newest where ${stands} ${ofKind}`))
  if (met.length >= limit) return met
  const looked = lookUpOf(work.workspaceId, terms, await words())
  if (chatIds) {
    const within = sql`(chat_id is null or chat_id = any(${listOf(chatIds)}::uuid[]))`
    const holds = looked && looked.keys <= fewKeys ? looked.holds : stands
    return asSearcher(work, first(sql`search_entries where ${own} and ${within} and ${holds} ${ofKind} ${older}`))
  }
  if (!looked) return asSearcher(work, first(sql`search_entries where ${own} and ${stands} ${ofKind} ${older}`))
  const found: Candidate[] = []
  const all = await periodsOf(work, own, older)
  if (!all) return found
  for (let [to, span] = [all.newest, 1]; to >= all.oldest && found.length < limit; to -= span, span *= 4) {
    const periods = listOf(periodKeys(work.workspaceId, Math.max(all.oldest, to - span + 1), to).map(String))
    const held = sql`select kind, subject_id, at from search_entries where ${own} and words && ${periods}::int[] and ${looked.holds} ${ofKind} ${older}`
    found.push(...(await asSearcher<Candidate>(work, sql`with held as materialized (${held}) ${first(sql`held`)}`, true)))
  }
  return found.slice(0, limit)
}

/** The periods of the newest and the oldest entry; null where there is none. */
async function periodsOf(work: Work, own: SQL, older: SQL): Promise<{ newest: number; oldest: number } | null> {
  const moment = sql`(extract(epoch from at) * 1000)::float8`
  const [row] = await asSearcher<{ newest: number | null; oldest: number | null }>(
    work,
    sql`select (select ${moment} from search_entries where ${own} ${older} order by at desc, subject_id desc limit 1) as newest,
      (select ${moment} from search_entries where ${own} order by at, subject_id limit 1) as oldest`,
  )
  if (typeof row?.newest !== 'number' || typeof row.oldest !== 'number') return null
  return { newest: periodOf(row.newest), oldest: periodOf(row.oldest) }
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
