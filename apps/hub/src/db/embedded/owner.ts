import { randomUUID } from 'node:crypto'
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { StartFault } from '../../fault.ts'
import { bootTime, type ProcessIdentity, startOf, thisProcess } from './machine.ts'

/** What `hub.lock` says of the hub that owns a data directory. */
interface Owner extends ProcessIdentity {
  nonce: string
  /** ISO time at which the hub took the directory */
  since: string
}

export interface Ownership {
  /** gives the directory back; a lock that has become someone else's is left alone */
  release(): void
}

const beatEvery = 3_000
/** Where pids tell nothing (another machine, another container), this long without a beat means gone. */
const silentFor = 15_000

/**
 * Makes this process the one owner of the data directory, or throws a StartFault that names the owner.
 * `onLost` is called when somebody removed or replaced the lock while this hub was running.
 */
export async function own(dataDir: string, onLost: () => void): Promise<Ownership> {
  const path = join(dataDir, 'hub.lock')
  const mine: Owner = { ...thisProcess(), nonce: randomUUID(), since: new Date().toISOString() }
  for (let attempt = 0; attempt < 20; attempt++) {
    if (create(path, mine)) return keep(path, mine, onLost)
    const found = look(path)
    if (found === 'gone') continue
    if (found === 'unfinished') await sleep(25)
    else refuseIfAlive(found.owner, found.beat, path)
    if (found !== 'unfinished' || attempt > 10) remove(path, found === 'unfinished' ? undefined : found.owner.nonce)
  }
  throw new StartFault(`Several hubs are starting on ${dataDir} at once. Start one of them again.`)
}

/** O_EXCL: of several hubs that try at the same moment exactly one succeeds. */
function create(path: string, owner: Owner): boolean {
  try {
    const file = openSync(path, 'wx', 0o644)
    writeSync(file, `${JSON.stringify(owner)}\n`)
    fsyncSync(file)
    closeSync(file)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return false
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
      throw new StartFault(
        `The hub may not write to ${path}. Start it as the owner of that directory, or set DATA_DIR to one it may write to.`,
      )
    throw error
  }
}

function look(path: string): { owner: Owner; beat: number } | 'gone' | 'unfinished' {
  try {
    const beat = statSync(path).mtimeMs
    const owner = JSON.parse(readFileSync(path, 'utf8')) as Owner
    return typeof owner.nonce === 'string' ? { owner, beat } : 'unfinished'
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'gone'
    if (error instanceof SyntaxError) return 'unfinished'
    throw error
  }
}

function refuseIfAlive(owner: Owner, beat: number, path: string): void {
  const silence = Date.now() - beat
  if (!alive(owner, beat, silence)) return
  const elsewhere = owner.host === thisProcess().host ? '' : ` on ${owner.host}`
  throw new StartFault(
    `Another hub owns this data directory: process ${owner.pid}${elsewhere || ` on this machine (${owner.host})`}, since ${owner.since}, ` +
      `last seen ${Math.max(0, Math.round(silence / 1000))} s ago. Stop it first, or set DATA_DIR to another directory. (${path})`,
  )
}

function alive(owner: Owner, beat: number, silence: number): boolean {
  const me = thisProcess()
  if (owner.boot === me.boot && owner.namespace === me.namespace) return startOf(owner.pid) === owner.started
  // The same machine, booted anew since the last beat: whoever wrote it went down with the machine.
  if (owner.host === me.host && owner.boot !== me.boot && beat < bootTime()) return false
  return silence < silentFor
}

/**
 * Takes a dead owner's lock away. Two hubs may both have seen the dead one: the rename lets each lock file be taken once,
 * and a lock that turns out to be a newer, living one is put back.
 */
function remove(path: string, nonce: string | undefined): void {
  const aside = `${path}.${process.pid}`
  try {
    renameSync(path, aside)
  } catch {
    return
  }
  const taken = look(aside)
  if (typeof taken === 'object' && taken.owner.nonce !== nonce) renameSync(aside, path)
  else rmSync(aside, { force: true })
}

async function keep(path: string, mine: Owner, onLost: () => void): Promise<Ownership> {
  // Long enough for a rival that has just taken this lock aside by mistake to put it back.
  await sleep(20)
  if (!isMine(path, mine)) throw new StartFault('Another hub took this data directory at the same moment.')
  const timer = setInterval(() => {
    if (beat(path, mine)) return
    clearInterval(timer)
    onLost()
  }, beatEvery)
  timer.unref()
  return {
    release() {
      clearInterval(timer)
      if (isMine(path, mine)) rmSync(path, { force: true })
    },
  }
}

/** False when the lock is not this hub's any more; a disk that cannot be read or written at the moment says nothing about that. */
function beat(path: string, mine: Owner): boolean {
  try {
    if (!isMine(path, mine)) return false
    const now = new Date()
    utimesSync(path, now, now)
  } catch {}
  return true
}

function isMine(path: string, mine: Owner): boolean {
  const found = look(path)
  return typeof found === 'object' && found.owner.nonce === mine.nonce
}
