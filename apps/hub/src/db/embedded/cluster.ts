import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { totalmem } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { StartFault } from '../../fault.ts'
import type { Account, Binaries } from './binaries.ts'

export const owner = 'parley'

/** Where the server's files are and how its processes name that place. */
export interface Cluster {
  /** the directory as the hub names it */
  path: string
  binaries: Binaries
  account: Account | undefined
}

/** Nothing of the hub's own environment reaches the server: it may hold credentials, or PG* settings of another server. */
export const serverEnvironment = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }

const run = promisify(execFile)

/**
 * How the server is told its directory. An account that may not enter the directories above (a home with mode 0700)
 * is started inside it by root and reaches it through its own working directory, which asks nothing of the parents.
 */
export function directoryArgument({ path, account }: Cluster): string {
  return account && process.platform === 'linux' ? '/proc/self/cwd' : path
}

/** Makes the cluster if there is none and returns the password of its owner, kept with mode 0600 beside it. */
export async function ensureCluster(cluster: Cluster, dataDir: string, scratch: string): Promise<string> {
  const secret = join(dataDir, 'postgres.password')
  if (existsSync(join(cluster.path, 'PG_VERSION'))) {
    refuseForeignVersion(cluster)
    return existsSync(secret) ? readFileSync(secret, 'utf8').trim() : resetPassword(cluster, secret)
  }
  const password = writePassword(secret)
  await create(cluster, password, scratch)
  return password
}

/** In a directory of its own and moved when whole: a start that is cut short leaves nothing in the way of the next. */
async function create(cluster: Cluster, password: string, scratch: string): Promise<void> {
  const part = { ...cluster, path: `${cluster.path}.part` }
  const secret = join(scratch, 'password')
  rmSync(part.path, { recursive: true, force: true })
  mkdirSync(part.path, { mode: 0o700 })
  writeFileSync(secret, password, { mode: 0o600 })
  giveTo(cluster.account, part.path, secret)
  try {
    await run(cluster.binaries.initdb, initialSettings(part, secret), asAccount(part))
  } catch (error) {
    throw new StartFault(`The embedded database could not be created in ${cluster.path}: ${wordsOf(error)}`, { cause: error })
  } finally {
    rmSync(secret, { force: true })
  }
  renameSync(part.path, cluster.path)
}

/** Sorting by the built-in C.UTF-8 is the same on every machine, so an index survives a move to another one. */
function initialSettings(cluster: Cluster, secret: string): string[] {
  return [
    ...['-D', directoryArgument(cluster), `--username=${owner}`, `--pwfile=${secret}`, '--auth=scram-sha-256', '--encoding=UTF8'],
    ...['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--no-instructions'],
  ]
}

function writePassword(path: string): string {
  const password = randomBytes(24).toString('base64url')
  writeFileSync(path, `${password}\n`, { mode: 0o600 })
  chmodSync(path, 0o600)
  return password
}

/** For a data directory that came back from a backup without its password file. */
async function resetPassword(cluster: Cluster, secret: string): Promise<string> {
  const password = writePassword(secret)
  const started = run(cluster.binaries.postgres, ['--single', '-D', directoryArgument(cluster), 'postgres'], asAccount(cluster))
  started.child.stdin?.end(`alter role ${owner} password '${password}'\n`)
  await started
  return password
}

function refuseForeignVersion(cluster: Cluster): void {
  const found = readFileSync(join(cluster.path, 'PG_VERSION'), 'utf8').trim()
  if (found !== '18')
    throw new StartFault(
      `${cluster.path} holds data of PostgreSQL ${found}, and the embedded database is version 18. Move it over with pg_dump and pg_restore.`,
    )
}

/** The user a start needs: PostgreSQL insists on being the owner of its files. */
export function refuseForeignOwner(cluster: Cluster): void {
  if (!existsSync(cluster.path) || cluster.account) return
  const { uid } = statSync(cluster.path)
  if (process.getuid && uid !== process.getuid())
    throw new StartFault(
      `${cluster.path} belongs to user id ${uid}. Start Parley as that user or as root, or give the directory away: chown -R "$(id -u)" ${cluster.path}`,
    )
}

export function giveTo(account: Account | undefined, ...paths: string[]): void {
  if (account) for (const path of paths) chownSync(path, account.uid, account.gid)
}

export function asAccount({ account, path }: Cluster): { uid?: number; gid?: number; cwd: string; env: NodeJS.ProcessEnv } {
  return { ...account, cwd: path, env: serverEnvironment }
}

/** Command-line settings win over postgresql.conf, so that durability cannot be switched off by accident. */
export function serverSettings(port: number, socketDir: string): string[] {
  const megabytes = Math.floor(totalmem() / 2 ** 20)
  const settings: Record<string, string | number> = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: socketDir,
    unix_socket_permissions: '0700',
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    max_connections: 100,
    shared_buffers: `${Math.min(512, Math.max(48, Math.floor(megabytes / 16)))}MB`,
    effective_cache_size: `${Math.max(128, Math.floor(megabytes / 2))}MB`,
    maintenance_work_mem: '64MB',
    min_wal_size: '160MB',
    max_wal_size: '1GB',
    checkpoint_timeout: '15min',
    random_page_cost: 1.1,
    jit: 'off',
    io_method: 'sync',
    max_parallel_workers: 2,
    log_timezone: 'UTC',
    timezone: 'UTC',
    // The log is read by more people than the data: no statements, no values, no details of rows.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_checkpoints: 'off',
  }
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

function wordsOf(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message: string }
  return (stderr?.trim() || message).split('\n').slice(-3).join(' ')
}
