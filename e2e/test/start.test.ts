import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { type HubProcess, startHub } from '../src/hub-process.ts'

const places: string[] = []
const hubs: HubProcess[] = []

afterEach(async () => {
  for (const hub of hubs.splice(0)) {
    hub.signal('SIGKILL')
    await hub.ended
  }
  for (const place of places.splice(0)) rmSync(place, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
})

function newPlace(): string {
  const place = mkdtempSync(join(tmpdir(), 'parley-start-'))
  places.push(place)
  return place
}

async function start(dataDir: string, env?: Record<string, string>): Promise<HubProcess> {
  const hub = await startHub(dataDir, env)
  hubs.push(hub)
  return hub
}

test.each(['SIGINT', 'SIGTERM'] as const)('a hub answers after its start and ends with 0 on %s, leaving no lock', async (signal) => {
  const dataDir = newPlace()
  const hub = await start(dataDir)
  await hub.ready()
  expect(existsSync(join(dataDir, 'hub.lock'))).toBe(true)
  hub.signal(signal)
  expect(await hub.ended).toBe(0)
  expect(existsSync(join(dataDir, 'hub.lock'))).toBe(false)
  expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false)
})

test('a second hub on the same data directory is refused, naming the first, which goes on', async () => {
  const dataDir = newPlace()
  const first = await start(dataDir)
  await first.ready()
  const second = await start(dataDir)
  expect(await second.ended).toBe(1)
  expect(second.said()).toContain(`Another hub owns this data directory: process ${first.pid} `)
  expect(second.said()).not.toContain('    at ')
  expect((await fetch(`${first.address}/health`)).status).toBe(200)
})

test('after a kill -9 the next hub starts on the same data', async () => {
  const dataDir = newPlace()
  const killed = await start(dataDir)
  await killed.ready()
  killed.signal('SIGKILL')
  await killed.ended
  const next = await start(dataDir)
  await next.ready()
  expect((await fetch(`${next.address}/health`)).status).toBe(200)
})

test('wrong settings stop the start with one message that names each of them', async () => {
  const hub = await start(newPlace(), { DATABASE_URL: 'mysql://db/parley', ROLES: 'janitor' })
  expect(await hub.ended).toBe(1)
  expect(hub.said()).toMatch(/Parley cannot start with these settings:\n\s+- DATABASE_URL .*\n\s+- ROLES /)
  expect(hub.said()).not.toContain('    at ')
})

test('a database server that cannot be reached or used is said in words', async () => {
  const hub = await start(newPlace(), { DATABASE_URL: 'postgres://nobody:nothing@127.0.0.1:1/parley' })
  expect(await hub.ended).toBe(1)
  expect(hub.said()).toContain('DATABASE_URL')
  expect(hub.said()).not.toContain('nothing@')
  expect(hub.said()).not.toContain('    at ')
})
