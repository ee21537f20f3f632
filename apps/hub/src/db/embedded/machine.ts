import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { hostname, uptime } from 'node:os'

/** Names one process on one machine so that a reused pid or a reboot is never mistaken for it. */
export interface ProcessIdentity {
  pid: number
  host: string
  /** changes with every boot of the machine */
  boot: string
  /** the pid namespace: two containers on one machine may use the same pids */
  namespace: string
  /** when the process started, in the system's own unit */
  started: string
}

const onLinux = process.platform === 'linux'

export function thisProcess(): ProcessIdentity {
  return { pid: process.pid, host: hostname(), boot: bootId(), namespace: pidNamespace(), started: startOf(process.pid) ?? '' }
}

/** When the machine was booted, in ms since 1970. */
export function bootTime(): number {
  return Date.now() - uptime() * 1000
}

/** The start of a process in the system's own unit, or undefined when there is no such process. */
export function startOf(pid: number): string | undefined {
  if (onLinux) return statFields(pid)?.start
  return (
    quietly(() =>
      execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim(),
    ) || undefined
  )
}

/** The ids of running processes that work in this directory; empty where the system does not tell. */
export function processesIn(directory: string): number[] {
  if (!onLinux) return []
  const wanted = statSync(directory, { bigint: true })
  return readdirSync('/proc').flatMap((name) => {
    const pid = Number(name)
    if (!Number.isInteger(pid) || pid === process.pid) return []
    const there = quietly(() => statSync(`/proc/${pid}/cwd`, { bigint: true }))
    return there && there.ino === wanted.ino && there.dev === wanted.dev && statFields(pid) ? [pid] : []
  })
}

function bootId(): string {
  if (onLinux) return quietly(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()) ?? ''
  return quietly(() => execFileSync('sysctl', ['-n', 'kern.bootsessionuuid'], { encoding: 'utf8' }).trim()) ?? ''
}

function pidNamespace(): string {
  return (onLinux && quietly(() => readlinkSync('/proc/self/ns/pid'))) || ''
}

/** A zombie counts as gone: it holds nothing any more. */
function statFields(pid: number): { start: string } | undefined {
  const line = quietly(() => readFileSync(`/proc/${pid}/stat`, 'utf8'))
  // The command's name stands in brackets and may itself hold brackets and spaces.
  const fields = line?.slice(line.lastIndexOf(')') + 2).split(' ')
  if (!fields || fields[0] === 'Z' || fields[0] === 'X') return undefined
  return { start: fields[19] ?? '' }
}

function quietly<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
