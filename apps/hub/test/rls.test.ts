import postgres, { type Sql, type TransactionSql } from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Database, openDatabase } from '../src/db/client.ts'
import { systemOf, worksOn } from '../src/work.ts'
import { makeWorld, type World } from './rights/world.ts'

let world: World
let owner: Sql
/** As the hub connects: its role, its pool; one connection, so that what one transaction left would be met by the next. */
let hub: Database
let tables: string[]
/** Those of each table that are not made of others. */
let columns: Record<string, string[]>
let foreignId: string
const gateway = ['channels', 'files', 'operators', 'outgoing_lanes']

beforeAll(async () => {
  world = await makeWorld()
  owner = postgres(world.hub.databaseUrl, { max: 1, onnotice: () => {} })
  hub = await openDatabase(world.hub.databaseUrl, { max: 1 })
  foreignId = (await world.foreigner.get('{ workspace { id } }')).workspace.id
  tables = (
    await owner<
      { name: string }[]
    >`select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'workspace_id' and table_name <> 'workspaces' order by 1`
  ).map(({ name }) => name)
  columns = Object.fromEntries(
    await Promise.all(
      tables.map(async (table) => {
        const rows = await owner<
          { name: string }[]
        >`select column_name as name from information_schema.columns where table_schema = 'public' and table_name = ${table} and is_generated = 'NEVER'`
        return [table, rows.map(({ name }) => name)]
      }),
    ),
  )
  await world.makeField('foreign')
  await world.makeCustomerField('foreign')
  await world.makeSchedule('foreign')
  await world.makeApproachRule('foreign')
  for (const where of ['ours', 'foreign'] as const) await fill(where)
})
afterAll(async () => {
  await hub.close()
  await owner.end()
  await world.drop()
})

/** A row in every table, also in those that a quiet hub leaves empty. */
async function fill(where: 'ours' | 'foreign'): Promise<void> {
  const made = await world.makeChat('held', where)
  const workspaceId = where === 'ours' ? world.workspaceId : foreignId
  const [operator] = await owner`select id from operators where workspace_id = ${workspaceId} limit 1`
  const id = () => crypto.randomUUID()
  const channelId = world.channels[where === 'ours' ? 'here' : 'foreign']
  await owner.begin(async (tx) => {
    const common = { workspace_id: workspaceId }
    await tx`insert into files ${tx({ ...common, id: id(), message_id: made.messageId, name: 'a', mime: 'b', kind: 'file', state: 'stored' })}`
    await tx`insert into files ${tx({ ...common, id: id(), message_id: made.messageId, name: 'a', mime: 'b', kind: 'file', state: 'fetching' })}`
    const [field] = await tx`select id from form_fields where workspace_id = ${workspaceId} limit 1`
    await tx`insert into form_answers ${tx({ ...common, chat_id: made.chatId, field_id: field?.id, values: ['x'] as never })}`
    const [merge] = await tx`select from_id, into_id from customer_merges where workspace_id = ${workspaceId} limit 1`
    const [one, other] = [merge?.from_id, merge?.into_id].sort()
    await tx`insert into distinct_customers ${tx({ ...common, customer_id: one, other_id: other, operator_id: operator?.id })}`
    await tx`insert into customer_values ${tx({ ...common, customer_id: one, field_id: id(), place: 1, value: 'x' })}`
    await tx`insert into blocks ${tx({ ...common, id: id(), identity_id: made.identityId })}`
    await tx`insert into mails ${tx({ ...common, id: id(), message_id: made.messageId, to: 'a@b.example', subject: 'a', text: 'b' })}`
    await tx`insert into identity_tokens ${tx({ ...common, token_hash: id(), identity_id: made.identityId, expires_at: new Date() })}`
    await tx`insert into ratings ${tx({ ...common, chat_id: made.chatId, score: 5 })}`
    await tx`insert into request_settings ${tx(common)}`
    const visitId = id()
    await tx`insert into visits ${tx({ ...common, id: visitId, channel_id: channelId, browser: 'x', device: 'phone', trail: '[]' })}`
    await tx`insert into approaches ${tx({ ...common, id: id(), visit_id: visitId, kind: 'invitation' })}`
    await tx`insert into approach_settings ${tx(common)}`
    await tx`insert into widget_looks ${tx({ ...common, id: id(), channel_id: channelId, operator_id: operator?.id, look: '{}' })}`
    await tx`insert into widget_images ${tx({ ...common, id: id(), channel_id: channelId, storage_key: 'x', width: 1, height: 1 })}`
    await tx`insert into search_entries ${tx({ ...common, kind: 'note', subject_id: id(), at: new Date(), text: 'x', words: [1] })}`
    await tx`insert into search_words ${tx({ ...common, word: ' x ', grams: [1] })}`
    await tx`insert into search_progress ${tx({ ...common, version: '', seq: 0, sweeps: {} as never })} on conflict do nothing`
    await tx`insert into leases ${tx({ ...common, key: 'k', owner: 'o', fence: 1, expires_at: new Date() })} on conflict do nothing`
    await tx`insert into raw_deliveries ${tx({ ...common, id: id(), channel_id: channelId, body: '{}' })}`
    await tx`insert into parked_events ${tx({ ...common, id: id(), thread_id: made.threadId, external_id: 'x', event: '{}' })}`
    await tx`insert into outgoing_parts ${tx({ ...common, message_id: made.unknownMessageId, n: 0, thread_id: made.threadId, content: '{}', state: 'unknown' })}`
    await tx`insert into channel_templates ${tx({ ...common, channel_id: channelId, templates: '[]', synced_at: new Date() })} on conflict do nothing`
    await tx`insert into delivery_attempts ${tx({ ...common, id: id(), message_id: made.unknownMessageId, n: 0, outcome: 'unknown' })}`
    await tx`insert into message_changes ${tx({ ...common, id: id(), message_id: made.ownMessageId, thread_id: made.threadId, kind: 'edit', state: 'failed', at: new Date() })}`
    await tx`insert into outgoing_lanes ${tx({ ...common, thread_id: made.threadId, channel_id: channelId, due_at: new Date() })} on conflict do nothing`
    await tx`insert into visitor_tokens ${tx({ ...common, token_hash: id(), channel_id: channelId, identity_id: made.identityId })}`
    await tx`insert into invitations ${tx({ ...common, id: id(), operator_id: operator?.id, token_hash: id(), expires_at: new Date() })}`
  })
}

/** Runs as the hub, in a workspace or in none, and undoes it. */
async function as<T>(setting: { workspace?: string; gateway?: string }, body: (tx: TransactionSql) => Promise<T>): Promise<T> {
  const done = { result: undefined as T | undefined, undone: new Error('undone') }
  await hub.sql
    .begin(async (tx) => {
      for (const [name, value] of Object.entries(setting)) await tx`select set_config(${`parley.${name}`}, ${value}, true)`
      done.result = await body(tx as TransactionSql)
      throw done.undone
    })
    .catch((error) => {
      if (error !== done.undone) throw error
    })
  return done.result as T
}
const countIn = async (tx: TransactionSql, table: string): Promise<number> => (await tx`select from ${tx(table)}`).length
const outcomeOf = (attempt: Promise<ArrayLike<unknown> & { count?: number }>): Promise<string> =>
  attempt.then(
    (rows) => `${rows.count ?? rows.length} rows`,
    (error: { code?: string }) => error.code ?? String(error),
  )
/** `new row violates row-level security policy`. */
const refused = '42501'

/** A row of this workspace as JSON, with all that is needed to write it again. */
async function rowOf(table: string, workspaceId: string): Promise<string> {
  const [row] = await owner`select to_jsonb(t)::text as row from ${owner(table)} t where workspace_id = ${workspaceId} limit 1`
  return row?.row
}

function copy(tx: TransactionSql, table: string, row: string) {
  const own = tx(columns[table] ?? [])
  return tx`insert into ${tx(table)} (${own}) select ${own} from jsonb_populate_record(null::${tx(table)}, ${row}::text::jsonb)`
}

describe('without a workspace', () => {
  test.each([{}, { workspace: '' }])('the hub sees nothing and writes nothing (%o)', async (setting) => {
    for (const table of tables) {
      expect([table, await as(setting, (tx) => countIn(tx, table))]).toEqual([table, 0])
      const row = await rowOf(table, world.workspaceId)
      expect([table, await outcomeOf(as(setting, (tx) => copy(tx, table, row)))]).toEqual([table, refused])
      expect([table, await outcomeOf(as(setting, (tx) => tx`update ${tx(table)} set workspace_id = workspace_id`))]).toEqual([
        table,
        '0 rows',
      ])
      expect([table, await outcomeOf(as(setting, (tx) => tx`delete from ${tx(table)}`))]).toEqual([table, '0 rows'])
    }
  })

  test('nothing is left open on the connection by the work before', async () => {
    const works = worksOn(hub, { wake: () => {} })
    const seen = await works.read(systemOf(world.workspaceId), async (work) => (await work.sql`select from chats`).length)
    expect(seen).toBeGreaterThan(0)
    expect((await hub.sql`select from chats`).length).toBe(0)
    await works.work(systemOf(world.workspaceId), () => Promise.reject(new Error('failed'))).catch(() => {})
    expect((await hub.sql`select from chats`).length).toBe(0)
  })
})

describe('in a workspace', () => {
  test('the hub sees the rows of this one and no other', async () => {
    for (const table of tables) {
      const [counted] = await owner<
        { ours: number; theirs: number }[]
      >`select count(*) filter (where workspace_id = ${world.workspaceId})::int as ours, count(*) filter (where workspace_id = ${foreignId})::int as theirs from ${owner(table)}`
      expect([table, (counted?.ours ?? 0) > 0, (counted?.theirs ?? 0) > 0]).toEqual([table, true, true])
      const seen = await as({ workspace: world.workspaceId }, async (tx) =>
        (await tx`select workspace_id from ${tx(table)}`).map((row) => row.workspace_id),
      )
      expect([table, seen.length, new Set(seen)]).toEqual([table, counted?.ours, new Set([world.workspaceId])])
    }
  })

  test('it cannot write, move, change or delete a row of another', async () => {
    const setting = { workspace: world.workspaceId }
    for (const table of tables) {
      const row = await rowOf(table, foreignId)
      expect([table, await outcomeOf(as(setting, (tx) => copy(tx, table, row)))]).toEqual([table, refused])
      expect([table, await outcomeOf(as(setting, (tx) => tx`update ${tx(table)} set workspace_id = ${foreignId}`))]).toEqual([
        table,
        refused,
      ])
      expect([
        table,
        await outcomeOf(as(setting, (tx) => tx`update ${tx(table)} set workspace_id = workspace_id where workspace_id = ${foreignId}`)),
      ]).toEqual([table, '0 rows'])
      expect([table, await outcomeOf(as(setting, (tx) => tx`delete from ${tx(table)} where workspace_id = ${foreignId}`))]).toEqual([
        table,
        '0 rows',
      ])
    }
  })

  test('it cannot step out: not without policies, not by making or emptying tables', async () => {
    for (const statement of [
      'truncate chats',
      'alter table chats disable row level security',
      'drop policy workspace on chats',
      'create table mine (id int)',
      'create view all_chats as select * from chats',
      'select * from parley_migrations',
      "copy chats to program 'true'",
    ]) {
      expect([statement, await outcomeOf(as({ workspace: world.workspaceId }, (tx) => tx.unsafe(statement)))]).toEqual([statement, refused])
    }
    // `row_security = off` does not open the tables, it turns the filter into a refusal.
    expect(
      await outcomeOf(
        as({ workspace: world.workspaceId }, async (tx) => {
          await tx`set local row_security = off`
          return tx`select from chats`
        }),
      ),
    ).toBe(refused)
  })
})

describe('the gateway', () => {
  test('may look for its work in every workspace, in four tables, and touch nothing', async () => {
    const setting = { gateway: 'on' }
    for (const table of tables) {
      const seen = await as(
        setting,
        async (tx) => new Set((await tx`select workspace_id from ${tx(table)}`).map((row) => row.workspace_id)),
      )
      expect([table, seen]).toEqual([table, gateway.includes(table) ? new Set([world.workspaceId, foreignId]) : new Set()])
      const row = await rowOf(table, foreignId)
      expect([table, await outcomeOf(as(setting, (tx) => copy(tx, table, row)))]).toEqual([table, refused])
      expect([table, await outcomeOf(as(setting, (tx) => tx`update ${tx(table)} set workspace_id = workspace_id`))]).toEqual([
        table,
        '0 rows',
      ])
      expect([table, await outcomeOf(as(setting, (tx) => tx`delete from ${tx(table)}`))]).toEqual([table, '0 rows'])
    }
    expect(await as(setting, async (tx) => new Set((await tx`select state from files`).map((row) => row.state)))).toEqual(
      new Set(['fetching']),
    )
  })
})
