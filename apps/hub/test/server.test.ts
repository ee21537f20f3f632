import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkServer } from '../src/db/server.ts'
import { startDatabase } from '../src/db/start.ts'
import { createLog } from '../src/log.ts'
import { createDatabase, type TestDatabase } from './support/postgres.ts'

const log = createLog('silent')
let database: TestDatabase
let sql: postgres.Sql

beforeAll(async () => {
  database = await createDatabase()
  sql = postgres(database.url, { max: 1, onnotice: () => undefined })
})

afterAll(async () => {
  await sql.unsafe('drop owned by narrow; drop role narrow').catch(() => undefined)
  await sql.end()
  await database.drop()
})

test('the server that comes with Parley has no fault', async () => {
  expect(await checkServer(sql)).toEqual([])
})

test('an account that may not create tables is told the grant it lacks', async () => {
  await sql.unsafe(`create role narrow login password 'narrow'`)
  const faults = await checkAs('narrow')
  expect(faults.map((each) => [each.level, each.remedy])).toEqual([
    ['error', 'As its owner run: grant create, usage on schema public to "narrow"'],
    ['error', expect.stringMatching(/^As its owner run: grant create on database "test_\w+" to "narrow"$/)],
    [
      'warning',
      expect.stringMatching(/^As a superuser run: create role parley_search nologin nobypassrls; grant parley_search to "narrow"/),
    ],
  ])
  for (const { level, remedy } of faults) if (level === 'error') await sql.unsafe(remedy.replace('As its owner run: ', ''))
  expect((await checkAs('narrow')).map(({ level }) => level)).toEqual(['warning'])
})

test('an account above row-level security must be able to make the role below it', async () => {
  await sql.unsafe('alter role narrow bypassrls')
  expect(await checkAs('narrow')).toMatchObject([
    { level: 'error', remedy: expect.stringContaining('create role parley_hub nologin nobypassrls') },
    { level: 'warning', remedy: expect.stringContaining('create role parley_search nologin nobypassrls') },
  ])
  await sql.unsafe('alter role narrow createrole')
  expect(await checkAs('narrow')).toEqual([])
})

test('a server that does not wait for the disk is warned about', async () => {
  await sql.unsafe('set synchronous_commit = off')
  expect(await checkServer(sql)).toEqual([
    {
      level: 'warning',
      fault: 'synchronous_commit is off: acknowledged messages can be lost in a crash.',
      remedy: expect.stringContaining('alter system'),
    },
  ])
  await sql.unsafe('reset synchronous_commit')
})

test('a given server is used as it is, and a fault that stops the start is said with its remedy', async () => {
  const given = await startDatabase({ databaseUrl: database.url, dataDir: '/nonexistent', log })
  expect(given.url).toBe(database.url)
  await given.stop()
  expect(await sql`select 1 as n`).toMatchObject([{ n: 1 }])
  await sql.unsafe(`create role powerless login password 'powerless'`)
  await expect(startDatabase({ databaseUrl: as('powerless'), dataDir: '/nonexistent', log })).rejects.toThrow(
    /cannot be used:\n {2}- "powerless" may not create tables .*\n {4}As its owner run: grant create/,
  )
  await sql.unsafe('drop role powerless')
})

test('a server that refuses the password or has no such database is said in words that hold no secret', async () => {
  const wrong = new URL(database.url)
  wrong.password = 'hunter2'
  await expect(startDatabase({ databaseUrl: wrong.href, dataDir: '/nonexistent', log })).rejects.toThrow(
    /cannot be reached: it refuses the user name or the password\.$/,
  )
  const missing = new URL(database.url)
  missing.pathname = '/nothing_here'
  await expect(startDatabase({ databaseUrl: missing.href, dataDir: '/nonexistent', log })).rejects.toThrow(/it has no such database/)
})

function as(account: string): string {
  const address = new URL(database.url)
  address.username = account
  address.password = account
  return address.href
}

async function checkAs(account: string) {
  const other = postgres(as(account), { max: 1 })
  try {
    return await checkServer(other)
  } finally {
    await other.end()
  }
}
