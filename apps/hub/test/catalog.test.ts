import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { generateDrizzleJson, generateMigration } from 'drizzle-kit/api'
import postgres, { type Sql } from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { migrateDatabase } from '../src/db/client.ts'
import * as tables from '../src/db/tables/index.ts'
import { createDatabase, type TestDatabase } from './support/postgres.ts'

/** What belongs to no workspace: the directory of workspaces itself, people's accounts, and the list of migrations. */
const ofNoWorkspace = [
  'account_credentials',
  'account_rate_limits',
  'account_sessions',
  'account_users',
  'account_verifications',
  'parley_migrations',
  'workspaces',
]
/** Where the gateway may look before it knows a workspace. */
const openToTheGateway = ['channels', 'files', 'operators', 'outgoing_lanes']
/** The gateway finds a channel by its id alone. The keys of words are of a workspace themselves: no two have the same. */
const indexesWithoutWorkspace = ['channels_by_id', 'search_entries_words', 'search_words_grams']

let database: TestDatabase
let owner: Sql
let ours: string[]

beforeAll(async () => {
  database = await createDatabase(migrateDatabase)
  owner = postgres(database.url, { max: 1, onnotice: () => {} })
  const all = await owner<
    { name: string }[]
  >`select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by 1`
  ours = all.map(({ name }) => name).filter((name) => !ofNoWorkspace.includes(name))
})
afterAll(async () => {
  await owner.end()
  await database.drop()
})

describe('every table of a workspace', () => {
  test('is known: there are as many as the hub declares', () => {
    const declared = Object.values(tables).map((table) => (table as unknown as Record<symbol, string>)[Symbol.for('drizzle:Name')])
    expect(ours).toEqual(declared.filter((name) => name && !ofNoWorkspace.includes(name)).sort())
    expect(ours.length).toBeGreaterThanOrEqual(20)
  })

  test('begins with the workspace in its primary key, in every unique index, and in every other index', async () => {
    const indexes = await owner<{ table: string; name: string; main: boolean; single: boolean; first: string }[]>`
      select t.relname as table, i.relname as name, x.indisprimary as main, x.indisunique as single, a.attname as first
      from pg_index x join pg_class t on t.oid = x.indrelid join pg_class i on i.oid = x.indexrelid left join pg_attribute a on a.attrelid = t.oid and a.attnum = x.indkey[0]
      where t.relnamespace = 'public'::regnamespace and t.relname = any(${ours})`
    expect(ours.filter((table) => !indexes.some((index) => index.table === table && index.main))).toEqual([])
    expect(indexes.filter(({ first, single }) => single && first !== 'workspace_id')).toEqual([])
    expect(indexes.filter(({ first }) => first !== 'workspace_id').map(({ name }) => name)).toEqual(indexesWithoutWorkspace)
  })

  test('refers to others of its own workspace only, and to accounts', async () => {
    const keys = await owner<{ table: string; name: string; target: string; from: string; to: string }[]>`
      select t.relname as table, c.conname as name, f.relname as target, a.attname as from, b.attname as to
      from pg_constraint c join pg_class t on t.oid = c.conrelid join pg_class f on f.oid = c.confrelid
      join pg_attribute a on a.attrelid = t.oid and a.attnum = c.conkey[1] join pg_attribute b on b.attrelid = f.oid and b.attnum = c.confkey[1]
      where c.contype = 'f' and t.relnamespace = 'public'::regnamespace`
    expect(keys.length).toBeGreaterThan(20)
    const astray = keys.filter(
      ({ table, target, from, to }) =>
        ours.includes(table) && !target.startsWith('account_') && (from !== 'workspace_id' || to !== 'workspace_id'),
    )
    expect(astray).toEqual([])
    expect(keys.filter(({ table, target }) => !ours.includes(table) && ours.includes(target))).toEqual([])
  })

  test('has a workspace that is never null, and nothing else has one', async () => {
    const columns = await owner<{ table: string; type: string; nullable: string }[]>`
      select table_name as table, data_type as type, is_nullable as nullable from information_schema.columns where table_schema = 'public' and column_name = 'workspace_id' order by 1`
    expect(columns.map(({ table }) => table)).toEqual([...ours, 'workspaces'].sort())
    expect(columns.filter(({ type, nullable }) => type !== 'uuid' || nullable !== 'NO')).toEqual([])
  })

  test('is closed by row-level security, for its owner too', async () => {
    const open =
      await owner`select relname from pg_class where relnamespace = 'public'::regnamespace and relname = any(${ours}) and not (relrowsecurity and relforcerowsecurity)`
    expect(open).toEqual([])
    const policies = await owner<
      { table: string; name: string; cmd: string; roles: string; permissive: string; using: string; check: string | null }[]
    >`
      select tablename as table, policyname as name, cmd, roles::text, permissive, qual as using, with_check as check from pg_policies where schemaname = 'public'`
    for (const table of ours) {
      const [main, ...others] = policies.filter((policy) => policy.table === table && policy.name === 'workspace')
      expect([table, main?.cmd, others.length]).toEqual([table, 'ALL', 0])
      const rule = `(workspace_id = (NULLIF(current_setting('parley.workspace'::text, true), ''::text))::uuid)`
      expect([table, main?.using, main?.check]).toEqual([table, rule, rule])
    }
    const searching = policies.filter(({ name }) => name === 'search')
    expect(searching.map(({ table, cmd, roles, using, check }) => ({ table, cmd, roles, using, check }))).toEqual([
      { table: 'search_entries', cmd: 'SELECT', roles: '{parley_search}', using: 'true', check: null },
      { table: 'search_words', cmd: 'SELECT', roles: '{parley_search}', using: 'true', check: null },
    ])
    const further = policies.filter(({ name }) => name !== 'workspace' && name !== 'search')
    expect(further.map(({ table }) => table).sort()).toEqual(openToTheGateway)
    // The gateway looks and does not touch.
    expect(
      further.filter(
        ({ name, cmd, check, using }) => name !== 'gateway' || cmd !== 'SELECT' || check !== null || !using.includes('parley.gateway'),
      ),
    ).toEqual([])
  })
})

describe('the role of the hub', () => {
  test('cannot pass row-level security, owns nothing, and may do no more than read and write rows', async () => {
    const [role] =
      await owner`select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication from pg_roles where rolname = 'parley_hub'`
    expect(role).toEqual({
      rolsuper: false,
      rolbypassrls: false,
      rolcreaterole: false,
      rolcreatedb: false,
      rolcanlogin: false,
      rolreplication: false,
    })
    expect(await owner`select relname from pg_class where relowner = 'parley_hub'::regrole`).toEqual([])
    expect(await owner`select roleid::regrole from pg_auth_members where member = 'parley_hub'::regrole`).toEqual([])
    const [rights] =
      await owner`select has_schema_privilege('parley_hub', 'public', 'create') as makes, has_database_privilege('parley_hub', current_database(), 'create') as schemas,
      has_table_privilege('parley_hub', 'parley_migrations', 'select, insert, update, delete') as migrations`
    expect(rights).toEqual({ makes: false, schemas: false, migrations: false })
    // TRUNCATE asks no policy.
    const more =
      await owner`select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and has_table_privilege('parley_hub', oid, 'truncate, references, trigger')`
    expect(more).toEqual([])
  })

  test('may take the one that searches, which reads what is searched and nothing else', async () => {
    const readable = await owner<{ relname: string }[]>`
      select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
      and has_table_privilege('parley_search', oid, 'select, insert, update, delete, truncate, references, trigger')`
    expect(readable.map(({ relname }) => relname)).toEqual(['search_entries', 'search_words'])
    const [rights] = await owner`
      select rolsuper, rolbypassrls, rolcanlogin, rolcreaterole, rolcreatedb,
        has_table_privilege('parley_search', 'search_entries', 'insert, update, delete, truncate')
          or has_table_privilege('parley_search', 'search_words', 'insert, update, delete, truncate') as writes,
        has_schema_privilege('parley_search', 'public', 'create') as makes
      from pg_roles where rolname = 'parley_search'`
    expect(Object.values(rights ?? {})).toEqual(Array(7).fill(false))
    expect(await owner`select roleid::regrole from pg_auth_members where member = 'parley_search'::regrole`).toEqual([])
  })

  test('finds no back door: no view, no function that runs as the owner', async () => {
    expect(await owner`select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('v', 'm', 'f')`).toEqual([])
    expect(await owner`select proname from pg_proc where pronamespace = 'public'::regnamespace and prosecdef`).toEqual([])
  })
})

describe('the migrations', () => {
  const read = (path: string) => JSON.parse(readFileSync(fileURLToPath(new URL(`../migrations/meta/${path}`, import.meta.url)), 'utf8'))

  test('make exactly the tables that are declared', async () => {
    const { entries } = read('_journal.json')
    const last = read(`${String(entries.at(-1).idx).padStart(4, '0')}_snapshot.json`)
    expect(await generateMigration(last, generateDrizzleJson(tables, last.id))).toEqual([])
    // The first migration was not the last: this way of looking sees a difference where there is one.
    expect(await generateMigration(read('0000_snapshot.json'), generateDrizzleJson(tables, last.id))).not.toEqual([])
  })

  test('are the same when they are run again', async () => {
    const shape = () =>
      owner`select table_name, column_name, data_type, is_nullable, column_default from information_schema.columns where table_schema = 'public' order by 1, 2`
    const before = await shape()
    await migrateDatabase(database.url)
    expect(await shape()).toEqual(before)
  })
})
