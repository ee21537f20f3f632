import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import postgres from 'postgres'
import { afterEach, expect, test } from 'vitest'
import { connect, socketAddress } from '../src/db/connect.ts'
import { findBinaries, reachableCopy } from '../src/db/embedded/binaries.ts'
import { processesIn, thisProcess } from '../src/db/embedded/machine.ts'
import { type Embedded, startEmbedded } from '../src/db/embedded.ts'
import { createLog } from '../src/log.ts'

const log = createLog('silent')
const running = new Set<Embedded>()
const places: string[] = []

afterEach(async () => {
  for (const each of running) await each.stop()
  running.clear()
  for (const place of places.splice(0)) rmSync(place, { recursive: true, force: true })
})

function newPlace(): string {
  const place = mkdtempSync(join(tmpdir(), 'parley-embedded-'))
  places.push(place)
  return place
}

async function start(dataDir: string): Promise<Embedded> {
  const server = await startEmbedded({ dataDir, log })
  running.add(server)
  return server
}

async function stop(server: Embedded): Promise<void> {
  running.delete(server)
  await server.stop()
}

async function query(
  address: string,
  text: string,
  options: postgres.Options<Record<string, never>> = {},
): Promise<Record<string, unknown>[]> {
  const sql = postgres(address, { max: 1, onnotice: () => undefined, ...options })
  try {
    return await sql.unsafe(text)
  } finally {
    await sql.end({ timeout: 1 })
  }
}

/** A second hub as a process of its own; resolves with what it printed when it has a database or was refused. */
function startElsewhere(dataDir: string): Promise<{ said: string; pid: number; kill(signal: NodeJS.Signals): Promise<void> }> {
  const program = fileURLToPath(new URL('support/embedded-owner.ts', import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', program, dataDir], {
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.stdout.once('data', (said: Buffer) =>
      resolve({
        said: said.toString().trim(),
        pid: child.pid ?? 0,
        kill: async (signal) => {
          child.kill(signal)
          await closed
        },
      }),
    )
    void closed.then(() => reject(new Error('it ended without a word')))
  })
}

async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await what())) await new Promise((resolve) => setTimeout(resolve, 20))
}

test('the embedded database is PostgreSQL 18 that writes through to the disk, and answers over TCP and its socket', async () => {
  const server = await start(newPlace())
  const settings = `select current_setting('server_version_num')::int / 10000 as version, current_setting('fsync') as fsync,
    current_setting('synchronous_commit') as commit, current_setting('full_page_writes') as pages, current_setting('listen_addresses') as listens`
  const expected = [{ version: 18, fsync: 'on', commit: 'on', pages: 'on', listens: '127.0.0.1' }]
  expect(await query(server.url, settings)).toEqual(expected)
  expect(await query(server.url, settings, { path: server.socket })).toEqual(expected)
})

test('an address with ?host=/directory is reached over the socket in that directory', async () => {
  const server = await start(newPlace())
  const sql = connect(socketAddress(server), { max: 1 })
  expect(await sql`select inet_client_addr() as address`).toEqual([{ address: null }])
  await sql.end()
})

test('what was stored is there after a stop and a start', async () => {
  const dataDir = newPlace()
  const first = await start(dataDir)
  await query(first.url, 'create table kept as select 7 as n')
  await stop(first)
  const second = await start(dataDir)
  expect(await query(second.url, 'select n from kept')).toEqual([{ n: 7 }])
})

test('a connection without the password is refused', async () => {
  const server = await start(newPlace())
  const address = new URL(server.url)
  address.password = 'wrong'
  await expect(query(address.href, 'select 1')).rejects.toMatchObject({ code: '28P01' })
  await expect(query(address.href, 'select 1', { path: server.socket })).rejects.toMatchObject({ code: '28P01' })
})

test('the password and the data are readable for their owners alone', async () => {
  const dataDir = newPlace()
  await start(dataDir)
  expect(statSync(join(dataDir, 'postgres.password')).mode & 0o777).toBe(0o600)
  expect(statSync(join(dataDir, 'postgres')).mode & 0o777).toBe(0o700)
})

test('a stop leaves no process, no lock and no socket', async () => {
  const dataDir = newPlace()
  const server = await start(dataDir)
  expect(processesIn(join(dataDir, 'postgres')).length).toBeGreaterThan(0)
  await stop(server)
  expect(processesIn(join(dataDir, 'postgres'))).toEqual([])
  expect(readdirSync(dataDir).sort()).toEqual(['postgres', 'postgres.password'])
  expect(() => statSync(server.socket)).toThrow()
})

test('a second hub on the same directory is refused with the name of the owner', async () => {
  const dataDir = newPlace()
  await start(dataDir)
  await expect(startEmbedded({ dataDir, log })).rejects.toThrow(
    new RegExp(`Another hub owns this data directory: process ${process.pid} .*since \\d{4}-`),
  )
  const other = await startElsewhere(dataDir)
  expect(other.said).toContain(`refused: Another hub owns this data directory: process ${process.pid} `)
})

test('of hubs that start at the same moment exactly one gets the directory', async () => {
  const dataDir = newPlace()
  writeFileSync(join(dataDir, 'hub.lock'), JSON.stringify({ ...deadOwner(), nonce: 'dead' }))
  const results = await Promise.allSettled(Array.from({ length: 6 }, () => start(dataDir)))
  expect(results.map((each) => each.status).sort()).toEqual(['fulfilled', ...Array(5).fill('rejected')])
})

test('after a kill -9 of the hub its database ends by itself and the next start has everything that was committed', async () => {
  const dataDir = newPlace()
  const killed = await startElsewhere(dataDir)
  expect(killed.said).toMatch(/^postgres:/)
  await query(killed.said, 'create table kept as select 1 as n')
  await killed.kill('SIGKILL')
  await until(() => processesIn(join(dataDir, 'postgres')).length === 0)
  const { dev, ino } = statSync(dataDir, { bigint: true })
  expect(readdirSync(tmpdir()).filter((name) => name.startsWith(`parley-${dev.toString(36)}-${ino.toString(36)}-`))).toEqual([])
  const next = await start(dataDir)
  expect(await query(next.url, 'select n from kept')).toEqual([{ n: 1 }])
})

test('a hub that starts the moment another was killed takes over at once, even from an orphaned server', async () => {
  const dataDir = newPlace()
  const killed = await startElsewhere(dataDir)
  await query(killed.said, 'create table kept as select 2 as n')
  const guards = guardsOf(join(dataDir, 'postgres'))
  for (const pid of guards) process.kill(pid, 'SIGKILL')
  await killed.kill('SIGKILL')
  expect(processesIn(join(dataDir, 'postgres')).length).toBeGreaterThan(0)
  const next = await start(dataDir)
  expect(await query(next.url, 'select n from kept')).toEqual([{ n: 2 }])
})

test('a pid file that names a stranger does not stop the start', async () => {
  const dataDir = newPlace()
  const server = await start(dataDir)
  const pidFile = readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')
  await stop(server)
  writeFileSync(join(dataDir, 'postgres', 'postmaster.pid'), pidFile.replace(/^\d+/, String(process.pid)), { mode: 0o600 })
  expect(await query((await start(dataDir)).url, 'select 1 as n')).toEqual([{ n: 1 }])
})

test('a lock of a dead process, of an earlier boot and a torn one do not stop the start; a living hub elsewhere does', async () => {
  const dataDir = newPlace()
  const lock = join(dataDir, 'hub.lock')
  for (const content of [JSON.stringify(deadOwner()), JSON.stringify({ ...deadOwner(), started: '1', pid: process.pid }), '', '{"pid":']) {
    writeFileSync(lock, content)
    await stop(await start(dataDir))
  }
  writeFileSync(lock, JSON.stringify({ ...deadOwner(), host: 'other-host', boot: 'other', namespace: 'other' }))
  await expect(start(dataDir)).rejects.toThrow('process 4194304 on other-host')
})

test('a database that dies while the hub runs is started again at the same address', async () => {
  const dataDir = newPlace()
  const server = await start(dataDir)
  await query(server.url, 'create table kept as select 3 as n')
  const leader = Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0])
  process.kill(leader, 'SIGKILL')
  await until(() =>
    query(server.url, 'select n from kept', { connect_timeout: 1 }).then(
      (rows) => rows[0]?.n === 3,
      () => false,
    ),
  )
  expect(Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0])).not.toBe(leader)
})

test('a data directory without its password file gets a new password', async () => {
  const dataDir = newPlace()
  await stop(await start(dataDir))
  rmSync(join(dataDir, 'postgres.password'))
  expect(await query((await start(dataDir)).url, 'select 1 as n')).toEqual([{ n: 1 }])
})

test('it runs below a home that nobody else may enter', async () => {
  const home = newPlace()
  chmodSync(home, 0o700)
  mkdirSync(join(home, 'parley'), { mode: 0o700 })
  const server = await start(join(home, 'parley', 'data'))
  expect(await query(server.url, 'select 1 as n')).toEqual([{ n: 1 }])
  expect(statSync(home).mode & 0o777).toBe(0o700)
})

// Only root runs the server as somebody else, who may not reach what root has installed.
if (process.getuid?.() === 0)
  test('a server installed below a closed home is copied to a place that its account can reach, once', () => {
    const account = { uid: 65534, gid: 65534 }
    const [home, shared] = [newPlace(), newPlace()]
    chmodSync(shared, 0o755)
    const { postgres: program } = findBinaries(undefined)
    cpSync(dirname(dirname(program)), join(home, 'native'), { recursive: true, verbatimSymlinks: true })
    const copy = reachableCopy(account, join(home, 'native'), '1', [shared]) ?? ''
    expect(execFileSync(join(copy, 'bin/postgres'), ['-V'], { ...account, cwd: '/', encoding: 'utf8' })).toContain('PostgreSQL')
    const { ino } = statSync(copy)
    expect(statSync(reachableCopy(account, join(home, 'native'), '1', [shared]) ?? '').ino).toBe(ino)
  })

test('a place that others may write to is never taken for the copy', () => {
  const [home, shared] = [newPlace(), newPlace()]
  chmodSync(shared, 0o777)
  expect(reachableCopy({ uid: 65534, gid: 65534 }, join(home, 'native'), '1', [shared])).toBeUndefined()
})

test('data of another PostgreSQL version is refused in words', async () => {
  const dataDir = newPlace()
  mkdirSync(join(dataDir, 'postgres'), { mode: 0o700 })
  writeFileSync(join(dataDir, 'postgres', 'PG_VERSION'), '15\n')
  await expect(start(dataDir)).rejects.toThrow(/holds data of PostgreSQL 15, and the embedded database is version 18/)
})

function deadOwner() {
  return { ...thisProcess(), host: 'gone', pid: 4194304, started: '1', nonce: 'dead', since: '2026-01-01T00:00:00.000Z' }
}

function guardsOf(directory: string): number[] {
  return processesIn(directory).filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('/bin/sh'))
}
