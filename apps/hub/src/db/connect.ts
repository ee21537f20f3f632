import { dirname, join } from 'node:path'
import postgres, { type Options, type PostgresType, type Sql } from 'postgres'

/**
 * Opens postgres.js on an address as libpq reads it: `?host=/directory` is where the server's Unix socket is, which saves
 * the TCP stack on the way of every statement.
 */
export function connect(address: string, options: Options<Record<string, PostgresType>>): Sql {
  const url = new URL(address)
  const directory = url.searchParams.get('host')
  if (!directory?.startsWith('/')) return postgres(address, options) as Sql
  url.searchParams.delete('host')
  return postgres(url.href, { ...options, path: join(directory, `.s.PGSQL.${url.port || 5432}`) }) as Sql
}

/** The address of a server by its socket. */
export const socketAddress = ({ url, socket }: { url: string; socket: string }): string =>
  `${url}?host=${encodeURIComponent(dirname(socket))}`
