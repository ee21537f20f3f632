import { chmodSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { StartFault } from '../fault.ts'
import type { Log } from '../log.ts'
import { accountFor, findBinaries } from './embedded/binaries.ts'
import { type Cluster, ensureCluster, giveTo, owner, refuseForeignOwner } from './embedded/cluster.ts'
import { own } from './embedded/owner.ts'
import { endLeftovers, type Server, startServer } from './embedded/process.ts'

export interface Embedded {
  /** the owner's connection over 127.0.0.1; valid until stop(), also across restarts of the server */
  url: string
  /** the same server's Unix socket, for the `path` option of postgres.js; saves the TCP stack */
  socket: string
  stop(): Promise<void>
}

/**
 * Starts the PostgreSQL that comes with Parley in `<dataDir>/postgres` and keeps it running until stop().
 * One hub at a time owns a data directory. Throws a StartFault whose sentence says what to do.
 */
export async function startEmbedded({ dataDir, log }: { dataDir: string; log: Log }): Promise<Embedded> {
  if (process.platform === 'win32')
    throw new StartFault('The embedded database runs on Linux and macOS. Use WSL, or set DATABASE_URL to a PostgreSQL server.')
  const directory = ensureDirectory(dataDir)
  const ownership = await own(directory, () => {
    log.fatal({ room: 'db' }, `The lock of ${directory} was taken away; stopping before two hubs write to it.`)
    process.kill(process.pid, 'SIGTERM')
  })
  try {
    return await startOwned(directory, log, ownership.release)
  } catch (error) {
    ownership.release()
    throw error
  }
}

async function startOwned(directory: string, log: Log, release: () => void): Promise<Embedded> {
  const path = join(directory, 'postgres')
  const account = accountFor(path)
  const cluster: Cluster = { path, account, binaries: findBinaries(account) }
  refuseForeignOwner(cluster)
  sweepScratch(directory)
  const scratch = makeScratch(directory, cluster)
  try {
    const existing = statSync(path, { throwIfNoEntry: false })
    if (existing) await endLeftovers(cluster)
    const password = await ensureCluster(cluster, directory, scratch)
    const port = await freePort()
    const keeper = await keepRunning(cluster, port, scratch, log)
    return {
      url: `postgres://${owner}:${password}@127.0.0.1:${port}/postgres`,
      socket: join(scratch, `.s.PGSQL.${port}`),
      async stop() {
        await keeper.stop()
        rmSync(scratch, { recursive: true, force: true })
        release()
      },
    }
  } catch (error) {
    rmSync(scratch, { recursive: true, force: true })
    throw error
  }
}

/** Starts the server, and again whenever it ends by itself. */
async function keepRunning(cluster: Cluster, port: number, scratch: string, log: Log): Promise<{ stop(): Promise<void> }> {
  let stopping = false
  let server = await firstStart(cluster, port, scratch, log)
  const watch = async (): Promise<void> => {
    while (!stopping) {
      const exitCode = await server.ended
      if (stopping) return
      log.error({ room: 'db', exitCode }, 'The embedded database ended by itself; starting it again.')
      server = await again(cluster, port, scratch, log, () => stopping, server)
    }
  }
  const watching = watch()
  return {
    async stop() {
      stopping = true
      await server.stop()
      await watching
      // The one that may just have been started in place of a dead one.
      await server.stop()
    },
  }
}

async function firstStart(cluster: Cluster, port: number, scratch: string, log: Log): Promise<Server> {
  try {
    return await startServer(cluster, port, scratch, log)
  } catch (cause) {
    throw new StartFault(`The embedded database in ${cluster.path} does not start: ${(cause as Error).message}`, { cause })
  }
}

async function again(cluster: Cluster, port: number, scratch: string, log: Log, stopping: () => boolean, ended: Server): Promise<Server> {
  for (let wait = 100; !stopping(); wait = Math.min(wait * 2, 5_000)) {
    try {
      await endLeftovers(cluster)
      return await startServer(cluster, port, scratch, log)
    } catch (err) {
      log.error({ room: 'db', err, waitMs: wait }, 'The embedded database did not start; trying again.')
      await sleep(wait)
    }
  }
  return ended
}

function ensureDirectory(dataDir: string): string {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    return realpathSync(dataDir)
  } catch (cause) {
    throw new StartFault(
      `The data directory ${dataDir} cannot be made (${(cause as Error).message}). Set DATA_DIR to a directory this user may write to.`,
      { cause },
    )
  }
}

/**
 * A short, private place for the socket: a socket's whole path may have about 100 bytes, and it must be reachable for the
 * account of the server. Its name carries the identity of the data directory, so that the next start finds what a killed one left.
 */
function makeScratch(directory: string, cluster: Cluster): string {
  const scratch = mkdtempSync(join(shortTemp(), scratchPrefix(directory)))
  chmodSync(scratch, 0o700)
  giveTo(cluster.account, scratch)
  return scratch
}

function sweepScratch(directory: string): void {
  const prefix = scratchPrefix(directory)
  for (const name of readdirSync(shortTemp())) {
    if (name.startsWith(prefix)) rmSync(join(shortTemp(), name), { recursive: true, force: true })
  }
}

function scratchPrefix(directory: string): string {
  const { dev, ino } = statSync(directory, { bigint: true })
  return `parley-${dev.toString(36)}-${ino.toString(36)}-`
}

function shortTemp(): string {
  return tmpdir().length < 60 ? tmpdir() : '/tmp'
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
}
