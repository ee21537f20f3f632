import { setTimeout as sleep } from 'node:timers/promises'
import type { Sql } from 'postgres'
import { StartFault } from '../fault.ts'
import type { Log } from '../log.ts'
import { connect, socketAddress } from './connect.ts'
import { startEmbedded } from './embedded.ts'
import { checkServer, type ServerFault } from './server.ts'

export interface RunningDatabase {
  /** the owner's address for `connect`, for migrations and for the pool */
  url: string
  /** stops the embedded database; a given server is left as it is */
  stop(): Promise<void>
}

/** How long a server that is still starting, as in a compose file, is waited for; ms. */
const patience = 5_000

/**
 * The database of this hub: the server that `databaseUrl` names, once it has been checked, or else the embedded one in `dataDir`.
 * Throws a StartFault in words when the server cannot be reached or used; lesser faults are logged.
 */
export async function startDatabase({
  databaseUrl,
  dataDir,
  log,
}: {
  databaseUrl?: string | undefined
  dataDir: string
  log: Log
}): Promise<RunningDatabase> {
  if (!databaseUrl) {
    const embedded = await startEmbedded({ dataDir, log })
    return { url: socketAddress(embedded), stop: embedded.stop }
  }
  const faults = await faultsOfServer(databaseUrl)
  const errors = faults.filter(({ level }) => level === 'error')
  if (errors.length > 0) throw new StartFault(`The database server of DATABASE_URL cannot be used:\n${errors.map(said).join('\n')}`)
  for (const fault of faults) log.warn({ room: 'db' }, `The database server: ${fault.fault} Remedy: ${fault.remedy}`)
  return { url: databaseUrl, stop: async () => undefined }
}

const said = ({ fault, remedy }: ServerFault): string => `  - ${fault}\n    ${remedy}`

async function faultsOfServer(url: string): Promise<ServerFault[]> {
  const sql = connect(url, { max: 1, connect_timeout: 5, onnotice: () => undefined })
  try {
    return await whenReady(sql, Date.now() + patience)
  } catch (cause) {
    throw new StartFault(`The database server of DATABASE_URL cannot be reached: ${reasonOf(cause)}`, { cause })
  } finally {
    await sql.end({ timeout: 1 })
  }
}

/** Refusing connections and "the database system is starting up" pass; a wrong password does not. */
async function whenReady(sql: Sql, until: number): Promise<ServerFault[]> {
  for (;;) {
    try {
      return await checkServer(sql)
    } catch (error) {
      const { code } = error as { code?: string }
      if (!(code === 'ECONNREFUSED' || code === '57P03') || Date.now() > until) throw error
      await sleep(250)
    }
  }
}

/** In words and without the address, which holds the password. */
function reasonOf(cause: unknown): string {
  const { code = '', message } = cause as { code?: string; message: string }
  const words: Record<string, string> = {
    ECONNREFUSED: 'nothing listens at its host and port. Start it, or correct the address.',
    ENOTFOUND: 'its host name is not known. Correct the address.',
    CONNECT_TIMEOUT: 'it does not answer. Check the host, the port and the firewall.',
    '28P01': 'it refuses the user name or the password.',
    '28000': 'it refuses this user. Check pg_hba.conf and the user name.',
    '3D000': 'it has no such database. Create it, or correct the name at the end of the address.',
  }
  return words[code] ?? `${message} (${code})`
}
