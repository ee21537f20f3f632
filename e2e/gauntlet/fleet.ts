import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import postgres from 'postgres'
import { freePort, type HubProcess, isReady, startHubProcess } from './hub-process.ts'
import { sleep, within } from './random.ts'

export interface FleetOptions {
  hubs: number
  dataDir: string
  program: 'bundle' | 'sources'
  env: Record<string, string>
}
/** The hubs of a run: each on its own port, started again by hand of the harness after every death. */
export interface Fleet {
  urls: string[]
  /** A hub that is thought to serve; clients ask anew for every try. */
  url(): string
  hubs: HubProcess[]
  /** Hubs that ended though nobody killed or stopped them. */
  crashes: string[]
  /** Every word hubs have printed, over all their lives. */
  said(): string
  /** Kills one hub and starts it again; answers how long nobody could be served by it, in ms. */
  kill(index: number, env?: Record<string, string>): Promise<number>
  /** Waits for a hub to end by itself (a failpoint), then starts it again. Null: it did not end in time. */
  afterDeath(index: number, patienceMs: number, env?: Record<string, string>): Promise<number | null>
  /** Restarts without a fault, with other settings. */
  restart(index: number, env?: Record<string, string>): Promise<void>
  serving(index: number, ms: number): Promise<boolean>
  stop(): Promise<void>
}

export async function startFleet(options: FleetOptions): Promise<Fleet> {
  const ports = await Promise.all(Array.from({ length: options.hubs }, freePort))
  const words: string[] = []
  const crashes: string[] = []
  const launch = (index: number, env: Record<string, string> = {}) => {
    const dataDir = options.hubs > 1 ? join(options.dataDir, `hub-${index}`) : options.dataDir
    const hub = startHubProcess({ port: ports[index] ?? 0, dataDir, program: options.program, env: { ...options.env, ...env } })
    void hub.ended.then((how) => {
      if (how !== 'SIGKILL' && how !== 0) crashes.push(`${how}: ${hub.said().slice(-1_500)}`)
    })
    return hub
  }
  const hubs = ports.map((_, index) => launch(index))
  await Promise.all(hubs.map((hub) => hub.ready()))
  let turn = 0

  async function again(index: number, since: number, env?: Record<string, string>): Promise<number> {
    await hubs[index]?.ended
    words.push(hubs[index]?.said() ?? '')
    hubs[index] = launch(index, env)
    await hubs[index]?.ready()
    return Date.now() - since
  }
  return {
    urls: ports.map((port) => `http://localhost:${port}`),
    url: () => {
      const living = hubs.filter((hub) => hub.alive())
      turn += 1
      return (living[turn % Math.max(1, living.length)] ?? hubs[0])?.url ?? ''
    },
    hubs,
    crashes,
    said: () => [...words, ...hubs.map((hub) => hub.said())].join('\n'),
    async kill(index, env) {
      const since = Date.now()
      hubs[index]?.signal('SIGKILL')
      return again(index, since, env)
    },
    async afterDeath(index, patienceMs, env) {
      const dead = await Promise.race([hubs[index]?.ended.then(() => true), sleep(patienceMs).then(() => false)])
      return dead ? again(index, Date.now(), env) : null
    },
    async restart(index, env) {
      hubs[index]?.signal('SIGTERM')
      await again(index, Date.now(), env)
    },
    serving: (index, ms) => within(ms, () => isReady(hubs[index]?.url ?? ''), 20),
    async stop() {
      for (const hub of hubs) hub.signal('SIGTERM')
      await Promise.all(hubs.map((hub) => Promise.race([hub.ended, sleep(20_000)])))
      for (const hub of hubs) if (hub.alive()) hub.signal('SIGKILL')
      await Promise.all(hubs.map((hub) => hub.ended))
    },
  }
}

/** The embedded database of a data directory as it runs now: its leader and the owner's address. */
export function embeddedOf(dataDir: string): { leader: number; url: string } {
  const [pid, , , port] = readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')
  const password = readFileSync(join(dataDir, 'postgres.password'), 'utf8').trim()
  return { leader: Number(pid), url: `postgres://parley:${password}@127.0.0.1:${port}/postgres` }
}

/** How often two works waited for each other until the embedded database ended one of them, which it looks for once a second. */
export async function countDeadlocks(dataDir: string): Promise<number> {
  const sql = postgres(embeddedOf(dataDir).url, { max: 1, onnotice: () => {} })
  const [row] = await sql<{ n: number }[]>`select coalesce(sum(deadlocks), 0)::int as n from pg_stat_database`
  await sql.end()
  return row?.n ?? 0
}
