import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTelegramStandIn, type TelegramStandIn } from '@parley/conformance/telegram'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureBundle } from '../../../e2e/gauntlet/bundle.ts'
import { freePort, type HubProcess, startHubProcess } from '../../../e2e/gauntlet/hub-process.ts'
import { migrateDatabase } from '../src/db/client.ts'
import { type Person, setUp, untilTrue } from './support/hub.ts'
import { createDatabase, type TestDatabase } from './support/postgres.ts'
import { chatOf, connectBot } from './support/telegram.ts'

const bytes = Buffer.from(Array.from({ length: 3_000_000 }, (_, n) => (n * 7 + (n >> 9)) % 251))
const dataDir = mkdtempSync(join(tmpdir(), 'parley-fetches-'))
const fetches = join(dataDir, 'fetches')

let database: TestDatabase
let telegram: TelegramStandIn
let port: number
let hub: HubProcess
let ada: Person

/** A hub on the same data. `dies`: the failpoint at which it ends itself. */
async function start(dies?: string): Promise<void> {
  const env = {
    DATABASE_URL: database.url,
    PARLEY_SECRET: 'a secret of the tests, long enough for all',
    PARLEY_ALLOW_PRIVATE_FETCH: new URL(telegram.apiRoot).host,
    ...(dies && { PARLEY_FAILPOINTS: `kill@${dies}` }),
  }
  hub = startHubProcess({ port, dataDir, env, program: 'bundle' })
  await hub.ready()
}
async function stop(signal: NodeJS.Signals): Promise<void> {
  hub.signal(signal)
  await hub.ended
}
/** A hub that dies in the middle of this customer's file. */
async function dieFetching(text: string, from: number, dies: string): Promise<void> {
  await stop('SIGTERM')
  telegram.ledger.downloads.length = 0
  await start(dies)
  telegram.send('document', bytes, { name: 'plan.bin', caption: text, from })
  expect(await hub.ended).toBe('SIGKILL')
}
/** Whether what people get is what the customer sent. */
async function arrives(text: string, expected = bytes): Promise<boolean> {
  const id = await chatOf(ada, text)
  const question =
    'query($id: ID!) { chat(id: $id) { timeline(last: 5) { edges { node { ... on Message { text files { state size url } } } } } } }'
  const file = await untilTrue(async () => {
    const { chat } = await ada.get(question, { id })
    const message = chat.timeline.edges.map(({ node }: any) => node).find((node: any) => node.text === text)
    return message?.files[0]?.state === 'stored' && message.files[0]
  }, 30_000)
  const answer = await fetch(new URL(file.url, hub.url), { headers: { cookie: ada.cookie } })
  return Buffer.from(await answer.arrayBuffer()).equals(expected)
}
const left = (): string[] => readdirSync(fetches).map((name) => join(fetches, name))

beforeAll(async () => {
  ensureBundle()
  database = await createDatabase(migrateDatabase)
  telegram = await startTelegramStandIn()
  port = await freePort()
  await start()
  ada = await setUp({ url: hub.url, setupUrl: hub.setupUrl() })
  await connectBot(ada, telegram)
}, 90_000)
afterAll(async () => {
  await stop('SIGKILL')
  await telegram.stop()
  await database.drop()
  rmSync(dataDir, { recursive: true, force: true })
})

describe('a file in whose fetch the hub is killed', () => {
  test('goes on where it ended when the hub is there again, and leaves nothing behind', async () => {
    await dieFetching('The first plan', 901, 'media.piece:12')
    expect(left()).toHaveLength(1)
    await start()
    expect(await arrives('The first plan')).toBe(true)
    expect(telegram.ledger.downloads).toEqual([0, expect.any(Number)])
    expect(telegram.ledger.downloads[1]).toBeGreaterThan(100_000)
    await untilTrue(async () => left().length === 0)
  }, 60_000)

  test('goes on before what the kill tore, and before what a power cut spoilt', async () => {
    await dieFetching('The torn plan', 902, 'media.piece:12')
    const [path] = left() as [string]
    const whole = readFileSync(path)
    truncateSync(path, whole.length - 1_000)
    await start()
    expect(await arrives('The torn plan')).toBe(true)
    const [, torn] = telegram.ledger.downloads
    expect(torn).toBeGreaterThan(50_000)

    await dieFetching('The spoilt plan', 903, 'media.piece:12')
    const [other] = left() as [string]
    writeFileSync(other, Buffer.concat([readFileSync(other).subarray(0, -2_000), Buffer.alloc(2_000)]))
    await start()
    expect(await arrives('The spoilt plan')).toBe(true)
    expect(telegram.ledger.downloads[1]).toBeGreaterThan(50_000)
  }, 90_000)

  test('begins anew where what is left cannot be read, and where the platform goes on with no file', async () => {
    await dieFetching('The lost plan', 904, 'media.piece:12')
    for (const path of left()) writeFileSync(path, 'nothing of ours')
    await start()
    expect(await arrives('The lost plan')).toBe(true)
    expect(telegram.ledger.downloads).toEqual([0, 0])

    await dieFetching('The whole plan', 905, 'media.piece:12')
    telegram.fault({ kind: 'whole' })
    await start()
    expect(await arrives('The whole plan')).toBe(true)
    expect(telegram.ledger.downloads).toEqual([0, 0])
    await untilTrue(async () => left().length === 0)
  }, 90_000)

  test('begins anew where it is another file by now, of the same size', async () => {
    const kept = new Set(telegram.fileIds())
    await dieFetching('The other plan', 908, 'media.piece:12')
    const other = Buffer.from(bytes).reverse()
    telegram.swapFile(telegram.fileIds().find((id) => !kept.has(id)) ?? '', other)
    await start()
    expect(await arrives('The other plan', other)).toBe(true)
    expect(telegram.ledger.downloads).toEqual([0, 0])
  }, 60_000)

  test('needs the platform no more once it has all come', async () => {
    await dieFetching('The complete plan', 906, 'media.stored')
    await start()
    expect(await arrives('The complete plan')).toBe(true)
    expect(telegram.ledger.downloads).toEqual([0])
    await untilTrue(async () => left().length === 0)
  }, 60_000)

  test('leaves nothing behind when it is given up', async () => {
    const kept = new Set(telegram.fileIds())
    await dieFetching('The vanished plan', 907, 'media.piece:12')
    for (const id of telegram.fileIds()) if (!kept.has(id)) telegram.loseFile(id)
    await start()
    await untilTrue(async () => left().length === 0, 30_000)
  }, 60_000)
})
