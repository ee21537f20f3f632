import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../../log.ts'
import { asAccount, type Cluster, directoryArgument, serverSettings } from './cluster.ts'
import { processesIn, startOf } from './machine.ts'

export interface Server {
  /** resolves with the exit code when the server and its guard are gone */
  ended: Promise<number | null>
  /** asks for a fast shutdown; resolves when it is gone, at the latest after about 15 s */
  stop(): Promise<void>
}

/**
 * Runs the server and stops it as soon as the pipe at its input ends, which is what happens when the hub stops,
 * exits or is killed. So no database outlives its hub, nor does the directory of its socket, which is the guard's name.
 */
const guard = `
exec 3<&0 </dev/null
"$@" 3<&- & server=$!
( read -r line <&3; kill -INT $server; rm -rf "$0" ) 2>/dev/null & watch=$!
exec 3<&-
wait $server; code=$?
kill $watch 2>/dev/null
exit $code`

/** Starts the server and resolves when it accepts connections; rejects with its last words when it does not. */
export async function startServer(cluster: Cluster, port: number, socketDir: string, log: Log): Promise<Server> {
  const command = [cluster.binaries.postgres, '-D', directoryArgument(cluster), ...serverSettings(port, socketDir)]
  // Its own process group: Ctrl-C reaches the hub alone, which ends its work before it stops the database.
  const child = spawn('/bin/sh', ['-c', guard, socketDir, ...command], {
    ...asAccount(cluster),
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  child.stdin.on('error', () => undefined)
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', resolve)
    child.once('error', () => resolve(null))
  })
  await ready(child, ended, log)
  return { ended, stop: () => stop(child, ended, cluster) }
}

function ready(child: ChildProcess, ended: Promise<number | null>, log: Log): Promise<void> {
  return new Promise((resolve, reject) => {
    const last: string[] = []
    child.once('error', reject)
    createInterface({ input: child.stderr as NodeJS.ReadableStream }).on('line', (line) => {
      if (line.includes('database system is ready to accept connections')) resolve()
      last.splice(0, last.length > 5 ? 1 : 0)
      last.push(line.replace(/^.*?(LOG|FATAL|PANIC|HINT): +/, ''))
      if (/FATAL|PANIC/.test(line)) log.warn({ room: 'db' }, `postgres: ${last.at(-1)}`)
      else log.debug({ room: 'db' }, `postgres: ${last.at(-1)}`)
    })
    void ended.then((code) => reject(new Error(`postgres ended with ${code}: ${last.join(' ')}`)))
  })
}

async function stop(child: ChildProcess, ended: Promise<number | null>, cluster: Cluster): Promise<void> {
  child.stdin?.end()
  await Promise.race([ended, sleep(10_000, undefined, { ref: false })])
  if (child.exitCode === null && child.signalCode === null) await endLeftovers(cluster)
  await ended
}

/**
 * Ends a server that still runs in the directory, such as that of a killed hub, and removes a `postmaster.pid`
 * that would keep the next one from starting because its pid now belongs to another program.
 */
export async function endLeftovers(cluster: Cluster): Promise<void> {
  const pidFile = join(cluster.path, 'postmaster.pid')
  for (const [signal, patience] of [
    ['SIGINT', 5_000],
    ['SIGQUIT', 3_000],
    ['SIGKILL', 2_000],
  ] as const) {
    const leader = leaderOf(pidFile)
    const running = serversIn(cluster.path, leader)
    if (running.length === 0) break
    // To the leader alone while there is one: it ends its workers in order. Orphaned workers are told themselves.
    signalAll(leader !== undefined && running.includes(leader) && signal !== 'SIGKILL' ? [leader] : running, signal)
    await gone(() => serversIn(cluster.path, leader), patience)
  }
  if (process.platform === 'linux' && serversIn(cluster.path, undefined).length === 0) rmSync(pidFile, { force: true })
}

function leaderOf(pidFile: string): number | undefined {
  try {
    const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0])
    return pid > 1 ? pid : undefined
  } catch {
    return undefined
  }
}

/** Linux tells which processes work in the directory; elsewhere the pid file has to be believed, if a process has that pid. */
function serversIn(path: string, leader: number | undefined): number[] {
  if (process.platform === 'linux') return processesIn(path)
  return leader !== undefined && startOf(leader) !== undefined ? [leader] : []
}

function signalAll(pids: number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal)
    } catch {
      // It has ended in the meantime.
    }
  }
}

async function gone(running: () => number[], patience: number): Promise<void> {
  const until = Date.now() + patience
  while (running().length > 0 && Date.now() < until) await sleep(20)
}
