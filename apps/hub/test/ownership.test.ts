import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTelegramStandIn, type TelegramStandIn } from '@parley/conformance/telegram'
import postgres, { type Sql } from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureBundle } from '../../../e2e/gauntlet/bundle.ts'
import { freePort, type HubProcess, startHubProcess } from '../../../e2e/gauntlet/hub-process.ts'
import { migrateDatabase } from '../src/db/client.ts'
import { Person, setUp, untilTrue } from './support/hub.ts'
import { createDatabase, type TestDatabase } from './support/postgres.ts'
import { connectBot, customerOf, reply, takenBy, untilDelivery } from './support/telegram.ts'

let database: TestDatabase
let telegram: TelegramStandIn
let sql: Sql
let ada: Person
const dataDir = mkdtempSync(join(tmpdir(), 'parley-owners-'))
const hubs = new Map<number, HubProcess>()

/** One more hub on the same database, in a process of its own. */
async function startOne(): Promise<HubProcess> {
  const env = {
    DATABASE_URL: database.url,
    PARLEY_SECRET: 'a secret of the tests, long enough for all',
    PARLEY_ALLOW_PRIVATE_FETCH: new URL(telegram.apiRoot).host,
  }
  const hub = startHubProcess({ port: await freePort(), dataDir, env, program: 'bundle' })
  hubs.set(hub.pid, hub)
  await hub.ready()
  return hub
}
/** The hub whose process holds the bot's connection by a lease that has not run out. */
async function ownerNow(): Promise<HubProcess | undefined> {
  const [lease] = await sql<{ owner: string }[]>`select owner from leases where key like 'channel:%' and expires_at > clock_timestamp()`
  return hubs.get(Number(lease?.owner.split('|')[3]))
}
const fenceNow = async () => Number((await sql`select fence from leases where key like 'channel:%'`)[0]?.fence)
const others = (hub: HubProcess | undefined) => [...hubs.values()].filter((one) => one !== hub && one.alive())
/** What customers said, as it is stored, and how often. */
const stored = async () =>
  (
    await sql<
      { text: string; n: number }[]
    >`select text, count(*)::int as n from messages where direction = 'in' group by text order by min(at)`
  ).map(({ text, n }) => `${text} ×${n}`)

beforeAll(async () => {
  ensureBundle()
  database = await createDatabase(migrateDatabase)
  telegram = await startTelegramStandIn()
  sql = postgres(database.url, { max: 1, onnotice: () => {} })
  const [first] = await Promise.all([
    startOne().then(async (hub) => {
      await startOne()
      return hub
    }),
  ])
  ada = await setUp({ url: first.url, setupUrl: first.setupUrl() })
  await connectBot(ada, telegram)
}, 90_000)
afterAll(async () => {
  for (const hub of hubs.values()) {
    hub.signal('SIGCONT')
    hub.signal('SIGKILL')
    await hub.ended
  }
  await sql.end()
  await telegram.stop()
  await database.drop()
  rmSync(dataDir, { recursive: true, force: true })
})

describe('the connection of a bot', () => {
  test('has one owner, and a killed owner is followed by the other hub without waiting for its lease', async () => {
    const owner = await untilTrue(ownerNow, 15_000)
    const fence = await fenceNow()
    telegram.say('before', { from: 301 })
    await untilTrue(async () => (await stored()).includes('before ×1'), 10_000)
    owner.signal('SIGKILL')
    await owner.ended
    hubs.delete(owner.pid)
    telegram.say('after', { from: 301 })
    const heir = await untilTrue(ownerNow, 15_000)
    expect(heir.pid).not.toBe(owner.pid)
    await untilTrue(async () => (await stored()).includes('after ×1'), 15_000)
    expect(await fenceNow()).toBe(fence + 1)
    expect(await stored()).toEqual(['before ×1', 'after ×1'])
  }, 60_000)

  test('passes on when its owner sleeps, and he who wakes up is refused and does no harm', async () => {
    await startOne()
    const sleeper = await untilTrue(ownerNow, 15_000)
    ada = new Person(others(sleeper)[0]?.url ?? '', ada.cookie, 'acme')
    const { id, chatId } = await customerOf(ada, telegram, 302)
    const fence = await fenceNow()
    sleeper.signal('SIGSTOP')
    const heir = await untilTrue(async () => {
      const owner = await ownerNow()
      return owner === sleeper ? undefined : owner
    }, 60_000)
    expect(heir.pid).not.toBe(sleeper.pid)
    expect(await fenceNow()).toBe(fence + 1)
    telegram.say('while he slept', { from: id })
    await untilTrue(async () => (await stored()).includes('while he slept ×1'), 45_000)
    await untilDelivery(ada, (await reply(ada, chatId, 'from the heir')).id, 'sent')

    sleeper.signal('SIGCONT')
    await untilTrue(() => /another hub owns this connection now|could not store what arrived/.test(sleeper.said()), 30_000)
    for (const n of [1, 2, 3]) telegram.say(`awake ${n}`, { from: id })
    for (const n of [1, 2, 3]) await untilDelivery(ada, (await reply(ada, chatId, `answer ${n}`)).id, 'sent')
    await untilTrue(async () => (await stored()).includes('awake 3 ×1'), 45_000)
    expect((await stored()).filter((line) => !line.endsWith('×1'))).toEqual([])
    expect(takenBy(telegram, id)).toEqual(['from the heir', 'answer 1', 'answer 2', 'answer 3'])
    expect((await ownerNow())?.pid).toBe(heir.pid)
    const { channels } = await ada.get('{ channels { kind state } }')
    expect(channels.find((channel: any) => channel.kind === 'telegram').state).toBe('connected')
  }, 180_000)
})
