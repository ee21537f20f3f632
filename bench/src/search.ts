import { randomFillSync } from 'node:crypto'
import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import type { Sql } from '../../apps/hub/src/db/client.ts'
import { connect } from '../../apps/hub/src/db/connect.ts'
import { stemsOf } from '../../apps/hub/src/domain/search-stems.ts'
import { inRow, listedOf, periodKeys, periodOf, tokensOf, wordKeys } from '../../apps/hub/src/domain/search-text.ts'
import { listWords } from '../../apps/hub/src/domain/search-words.ts'
import type { Work } from '../../apps/hub/src/work.ts'
import { fillStored } from './growth.ts'
import { quantile, round } from './load.ts'
import type { Stage } from './stage.ts'

const wordsEach = 25
const messagesEach = 50
const rounds = 40
/** So many are stored as the hub stores them, to see how fast that is. Of more, the entries are written straight into the table. */
const byTheHub = 200_000

/**
 * What searching costs: a word that everybody says, one of middling frequency, a rare one, a phrase, a part of a word, and a word in one
 * chat, as an admin who sees everything. Words are as frequent as in a language (Zipf), and stand in no order. `BENCH_MESSAGES`: how many.
 */
export async function search(stage: Stage, count = Number(process.env.BENCH_MESSAGES ?? 200_000)): Promise<string[]> {
  const sql = connect(stage.databaseUrl, { max: 1, onnotice: () => {} })
  try {
    await sql`select set_config('statement_timeout', '0', false)`
    const random = randomFrom(7)
    const words = vocabulary(random)
    await fillStored(stage, Math.ceil(count / messagesEach), 1)
    const some = Math.min(count, byTheHub)
    await say(stage, some, words, random)
    const seconds = await made(sql)
    if (count > some) await withoutIndex(sql, async () => say(stage, count, words, random, await keysOf(sql, words)))
    await sql.unsafe('vacuum analyze search_entries, search_words, messages')
    const [size] = await sql<{ entries: string; messages: string; stored: number }[]>`
      select pg_size_pretty(pg_total_relation_size('search_entries') + pg_total_relation_size('search_words')) as entries, pg_size_pretty(pg_total_relation_size('messages')) as messages,
        (select count(*)::int from search_entries) as stored`
    const lines = [
      `${round(some)} entries made behind the write at ${round(some / seconds)} a second; ${round(size?.stored ?? 0)} entries take ${size?.entries}, the messages ${size?.messages}`,
    ]
    for (const [name, query] of Object.entries(await queries(sql, words, random))) lines.push(await time(stage, name, query))
    return lines
  } finally {
    await sql.end()
  }
}

type Query = () => { query: string; chatId?: string }

async function queries(sql: Sql, words: string[], random: () => number): Promise<Record<string, Query>> {
  const between = (from: number, to: number) => words[Math.floor(from + random() * (to - from))] ?? ''
  const said = await sql<{ text: string; chat_id: string }[]>`
    select text, chat_id from messages tablesample system (2) where text is not null limit 2000`
  const some = () => said[Math.floor(random() * said.length)] ?? { text: '', chat_id: '' }
  const pair = (text: string) => text.split(' ').slice(3, 5).join(' ')
  return {
    'a common word': () => ({ query: between(0, 20) }),
    'a word of middling frequency': () => ({ query: between(500, 3_000) }),
    'a rare word': () => ({ query: between(30_000, words.length) }),
    'two words': () => ({ query: `${between(50, 500)} ${between(500, 3_000)}` }),
    'a phrase of two words': () => ({ query: `"${pair(some().text)}"` }),
    'a part of a word': () => ({ query: between(200, 20_000).slice(1, 6) }),
    'a word in one chat': () => ({ query: between(0, 500), chatId: some().chat_id }),
    'a word that nobody said': () => ({ query: `qq${between(0, 5_000)}` }),
  }
}

const document =
  'query($query: String!, $chatId: ID) { search(query: $query, chatId: $chatId, first: 25) { edges { node { id excerpt { text marks { start end } } chat { id customer { name } } } } } }'

async function time(stage: Stage, name: string, next: Query): Promise<string> {
  const times: number[] = []
  let found = 0
  for (let n = -5; n < rounds; n += 1) {
    const asked = next()
    const began = performance.now()
    const answer = await stage.ask(document, { chatId: null, ...asked }).catch((error: unknown) => String(error))
    if (typeof answer === 'string') return `${name}: failed with “${asked.query}”: ${answer}`
    if (n < 0) continue
    times.push(performance.now() - began)
    found += answer.search.edges.length
  }
  return `${name}: p50 ${round(quantile(times, 0.5), 1)} ms, p95 ${round(quantile(times, 0.95), 1)} ms (${round(found / rounds, 1)} found of 25)`
}

/** Has the hub make all entries, and waits for it; seconds. */
async function made(sql: Sql): Promise<number> {
  const began = performance.now()
  await sql`update search_progress set version = ''`
  for (;;) {
    const [done] = await sql`select from search_progress where version <> '' and sweeps = '{}'`
    if (done) return (performance.now() - began) / 1000
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

async function withoutIndex(sql: Sql, fill: () => Promise<void>): Promise<void> {
  const [index] = await sql<{ made: string }[]>`select pg_get_indexdef('search_entries_words'::regclass) as made`
  await sql.unsafe('drop index search_entries_words')
  await fill()
  await sql.unsafe(`set maintenance_work_mem = '2GB'; ${index?.made}`)
}

/** What the hub would find each word by; all of them are in the list of words then. */
async function keysOf(sql: Sql, words: string[]): Promise<Map<string, number[]>> {
  const [workspace] = await sql<{ id: string }[]>`select workspace_id as id from chats limit 1`
  const id = workspace?.id ?? ''
  const tokens = words.flatMap(tokensOf)
  const work = { sql, workspaceId: id } as unknown as Work
  const stems = await stemsOf(work, tokens)
  await listWords(
    work,
    tokens.flatMap(({ plain }) => listedOf(plain)),
  )
  return new Map(tokens.map(({ raw }) => [raw, wordKeys(id, stems.get(raw) ?? [])] as const))
}

/** Messages until so many are stored; with `keys` also what they are found by. */
async function say(stage: Stage, count: number, words: string[], random: () => number, keys?: Map<string, number[]>): Promise<void> {
  const [sql, beside] = [
    connect(stage.databaseUrl, { max: 1, onnotice: () => {} }),
    connect(stage.databaseUrl, { max: 1, onnotice: () => {} }),
  ]
  for (const one of [sql, beside]) await one`select set_config('statement_timeout', '0', false)`
  const chats = await sql<{ workspace_id: string; id: string; thread_id: string; channel_id: string }[]>`
    select workspace_id, id, thread_id, channel_id from chats where state = 'closed' order by number`
  const [{ stored } = { stored: 0 }] = await sql<{ stored: number }[]>`select count(*)::int as stored from messages`
  const past = 3 * 365 * 86_400_000
  const messages =
    await sql`copy messages (workspace_id, id, chat_id, thread_id, channel_id, direction, author_kind, text, at, position) from stdin`.writable()
  const entries =
    keys && (await beside`copy search_entries (workspace_id, kind, subject_id, chat_id, at, text, words) from stdin`.writable())
  for (let n = stored; n < count; n += 1) {
    const chat = chats[n % chats.length]
    const at = Date.now() - past + (past * n) / count
    const [id, said, moment] = [idAt(at), Array.from({ length: wordsEach }, () => pick(words, random)), new Date(at).toISOString()]
    const whose = [chat?.thread_id, chat?.channel_id, 'in', 'customer']
    await put(messages, [chat?.workspace_id, id, chat?.id, ...whose, said.join(' '), moment, n])
    if (!entries) continue
    const tokens = said.flatMap(tokensOf)
    const period = periodKeys(chat?.workspace_id ?? '', periodOf(at), periodOf(at))
    const all = new Set([...period, ...tokens.flatMap(({ raw }) => keys.get(raw) ?? [])])
    await put(entries, [chat?.workspace_id, 'message', id, chat?.id, moment, inRow(tokens), `{${[...all].join(',')}}`])
  }
  for (const stream of [messages, entries]) if (stream) await finished(stream.end())
  await sql.unsafe('analyze messages')
  await Promise.all([sql.end(), beside.end()])
}

async function put(stream: Writable, columns: unknown[]): Promise<void> {
  if (!stream.write(`${columns.join('\t')}\n`)) await once(stream, 'drain')
}

/** The first words are said most: the n-th about 1/n times as often as the first. */
const pick = (words: string[], random: () => number): string => words[Math.floor(words.length ** random()) - 1] ?? ''

/** Forty thousand words of one to four syllables; some sounds are more common than others, as in a language. */
function vocabulary(random: () => number): string[] {
  const some = (sounds: string[]) => sounds[Math.floor(sounds.length * random() ** 2)] ?? ''
  const onsets = 'r s t l n d m c p v b f g ch j tr pr qu nh br lh z cr gr fl sh k x w'.split(' ')
  const vowels = 'a e o i u ã ão é ei á ou ê ó í au y'.split(' ')
  const codas = ['', '', '', 's', 'r', 'n', 'm', 'l', 'z', 'ng', 'ck', 'st']
  const words = new Set<string>()
  while (words.size < 40_000) {
    const length = 1 + Math.floor(random() * 4)
    words.add(Array.from({ length }, () => some(onsets) + some(vowels) + some(codas)).join(''))
  }
  return [...words]
}

/** A UUID of version 7 of a moment. */
function idAt(at: number): string {
  const bytes = randomFillSync(Buffer.alloc(16))
  bytes.writeUIntBE(Math.floor(at), 0, 6)
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f)
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f)
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** mulberry32 */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
