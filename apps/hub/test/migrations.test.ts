import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate } from 'drizzle-orm/postgres-js/migrator'
import postgres, { type Sql } from 'postgres'
import { uuidv7 } from 'uuidv7'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { migrateDatabase } from '../src/db/client.ts'
import { hubPath } from '../src/paths.ts'
import { createDatabase, type TestDatabase } from './support/postgres.ts'

let place: TestDatabase
let owner: Sql
beforeEach(async () => {
  place = await createDatabase()
  owner = postgres(place.url, { max: 1, onnotice: () => {} })
})
afterEach(async () => {
  await owner.end()
  await place.drop()
})

/** The database as it was before the migration of this name. */
async function before(name: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-migrations-'))
  cpSync(hubPath('migrations'), folder, { recursive: true })
  const journal = join(folder, 'meta/_journal.json')
  const { entries, ...more } = JSON.parse(readFileSync(journal, 'utf8')) as { entries: { tag: string }[] }
  const at = entries.findIndex(({ tag }) => tag.endsWith(name))
  writeFileSync(journal, JSON.stringify({ ...more, entries: entries.slice(0, at) }))
  await migrate(drizzle(owner), { migrationsFolder: folder, migrationsSchema: 'public', migrationsTable: 'parley_migrations' })
  rmSync(folder, { recursive: true })
}

test('filters know what customers’ own fields held before there was an index for them', async () => {
  await before('_customer_values')
  const [workspaceId, ana, jo, plan, interests] = [uuidv7(), uuidv7(), uuidv7(), uuidv7(), uuidv7()]
  await owner`insert into workspaces (workspace_id, slug, name, language) values (${workspaceId}, 'acme', 'Acme', 'en')`
  await owner`select set_config('parley.workspace', ${workspaceId}, false)`
  const values = { [plan]: ['Ärger 12'], [interests]: ['2026-02-28', '-1.50'] }
  await owner`insert into customers (workspace_id, id, name, "values") values (${workspaceId}, ${ana}, 'José', ${JSON.stringify(values)}::text::jsonb), (${workspaceId}, ${jo}, 'Jo', '{}')`
  await migrateDatabase(place.url)
  expect([
    ...(await owner`select customer_id, field_id, place, value, key, number from customer_values where workspace_id = ${workspaceId} order by field_id, place`),
  ]).toEqual([
    { customer_id: ana, field_id: plan, place: 1, value: 'Ärger 12', key: 'arger 12', number: null },
    { customer_id: ana, field_id: interests, place: 1, value: '2026-02-28', key: '2026-02-28', number: null },
    { customer_id: ana, field_id: interests, place: 2, value: '-1.50', key: '-1.50', number: -1.5 },
  ])
  expect([...(await owner`select name_key from customers where workspace_id = ${workspaceId} order by id`)]).toEqual([
    { name_key: 'jose' },
    { name_key: 'jo' },
  ])
})

test('a chat that another program had before there was a column for it is still told to be there', async () => {
  await before('_hand_over')
  const [workspaceId, channelId, customerId, identityId, threadId, there, back] = [
    uuidv7(),
    uuidv7(),
    uuidv7(),
    uuidv7(),
    uuidv7(),
    uuidv7(),
    uuidv7(),
  ]
  await owner`insert into workspaces (workspace_id, slug, name, language) values (${workspaceId}, 'acme', 'Acme', 'en')`
  await owner`select set_config('parley.workspace', ${workspaceId}, false)`
  await owner`insert into channels (workspace_id, id, kind, name, options, secrets, capabilities, hook_token, public_key) values (${workspaceId}, ${channelId}, 'messenger', 'Page', '{}', '{}', '{}', 'h', 'p')`
  await owner`insert into customers (workspace_id, id) values (${workspaceId}, ${customerId})`
  await owner`insert into identities (workspace_id, id, channel_id, customer_id, external_id) values (${workspaceId}, ${identityId}, ${channelId}, ${customerId}, '42')`
  await owner`insert into threads (workspace_id, id, channel_id, external_id, kind, identity_id) values (${workspaceId}, ${threadId}, ${channelId}, '42', 'direct', ${identityId})`
  for (const [n, id] of [there, back].entries())
    await owner`insert into chats (workspace_id, id, number, thread_id, channel_id, customer_id, state) values (${workspaceId}, ${id}, ${n + 1}, ${threadId}, ${channelId}, ${customerId}, ${n === 0 ? 'queued' : 'closed'})`
  const told = [
    [1, back, 'chat.elsewhere'],
    [2, there, 'chat.back'],
    [3, there, 'chat.elsewhere'],
    [4, back, 'chat.back'],
  ] as const
  for (const [seq, chatId, type] of told)
    await owner`insert into events (workspace_id, seq, at, type, chat_id, subject_id) values (${workspaceId}, ${seq}, ${`2026-11-0${seq}`}, ${type}, ${chatId}, ${chatId})`
  await migrateDatabase(place.url)
  expect([
    ...(await owner`select id, elsewhere_since::date::text as since from chats where workspace_id = ${workspaceId} order by number`),
  ]).toEqual([
    { id: there, since: '2026-11-03' },
    { id: back, since: null },
  ])
})
