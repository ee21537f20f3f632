import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkServer } from '../src/db/server.ts'
import { createDatabase, type TestDatabase } from './support/postgres.ts'

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
  ])
  for (const { remedy } of faults) await sql.unsafe(remedy.replace('As its owner run: ', ''))
  expect(await checkAs('narrow')).toEqual([])
})

test('an account above row-level security must be able to make the role below it', async () => {
  await sql.unsafe('alter role narrow bypassrls')
  expect(await checkAs('narrow')).toMatchObject([
    { level: 'error', remedy: expect.stringContaining('create role parley_hub nologin nobypassrls') },
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

async function checkAs(account: string) {
  const address = new URL(database.url)
  address.username = account
  address.password = account
  const other = postgres(address.href, { max: 1 })
  try {
    return await checkServer(other)
  } finally {
    await other.end()
  }
}
