import type { Sql } from 'postgres'

/** Something about a given PostgreSQL server that is wrong, and what to do about it. Errors stop the start; warnings are shown. */
export interface ServerFault {
  level: 'error' | 'warning'
  fault: string
  remedy: string
}

/** What the server says of itself and of the account it was reached with. */
interface ServerFacts {
  version: number
  words: string
  account: string
  database: string
  encoding: string
  standby: boolean
  mayCreateTables: boolean
  mayExtend: boolean
  mayCreateRoles: boolean
  passesRowSecurity: boolean
  mayActAsHub: boolean
  maySearch: boolean
  connections: number
  fsync: string
  pages: string
  commit: string
}

const oldest = 15
const newest = 18
/** One hub's pool, its listeners and a little room for an administrator. */
const fewestConnections = 30

/** Looks at version, rights and durability of the server that DATABASE_URL names; an empty list means all is well. */
export async function checkServer(sql: Sql): Promise<ServerFault[]> {
  const [facts] = await sql<ServerFacts[]>`
    select current_setting('server_version_num')::int / 10000 as version, current_setting('server_version') as words,
      current_user as account, current_database() as database, current_setting('server_encoding') as encoding,
      pg_is_in_recovery() as standby, coalesce(has_schema_privilege('public', 'create'), false) as "mayCreateTables",
      has_database_privilege(current_database(), 'create') as "mayExtend",
      rolcreaterole or rolsuper as "mayCreateRoles", rolsuper or rolbypassrls as "passesRowSecurity",
      exists (select from pg_roles hub where hub.rolname = 'parley_hub' and pg_has_role(current_user, hub.oid, 'member')) as "mayActAsHub",
      exists (select from pg_roles search where search.rolname = 'parley_search' and pg_has_role(current_user, search.oid, 'member')) as "maySearch",
      current_setting('max_connections')::int as connections, current_setting('fsync') as fsync,
      current_setting('full_page_writes') as pages, current_setting('synchronous_commit') as commit
    from pg_roles where rolname = current_user`
  return facts ? [...ofVersion(facts), ...ofRights(facts), ...ofDurability(facts)] : []
}

function ofVersion({ version, words, encoding }: ServerFacts): ServerFault[] {
  const faults: ServerFault[] = []
  if (version < oldest)
    faults.push(
      error(`PostgreSQL ${words} is too old: Parley needs ${oldest} to ${newest}.`, `Upgrade the server to PostgreSQL ${newest}.`),
    )
  if (version > newest)
    faults.push(
      error(
        `PostgreSQL ${words} is newer than this Parley knows: ${oldest} to ${newest}.`,
        `Use a server of version ${newest}, or a newer Parley.`,
      ),
    )
  if (encoding !== 'UTF8')
    faults.push(
      error(
        `The database stores ${encoding}, which cannot hold every customer's writing.`,
        "Create it with: create database parley encoding 'UTF8' template template0",
      ),
    )
  return faults
}

function ofRights(facts: ServerFacts): ServerFault[] {
  const { account, database, standby, mayCreateTables, mayExtend, mayCreateRoles, passesRowSecurity, mayActAsHub, maySearch } = facts
  const faults: ServerFault[] = []
  if (standby) faults.push(error('The server is a standby and takes no writes.', 'Let DATABASE_URL name the primary.'))
  if (!mayCreateTables)
    faults.push(
      error(
        `"${account}" may not create tables in ${database}.`,
        `As its owner run: grant create, usage on schema public to ${quoted(account)}`,
      ),
    )
  if (!mayExtend)
    faults.push(
      error(
        `"${account}" may not create extensions or schemas in ${database}.`,
        `As its owner run: grant create on database ${quoted(database)} to ${quoted(account)}`,
      ),
    )
  if (passesRowSecurity && !mayCreateRoles && !mayActAsHub)
    faults.push(
      error(
        `"${account}" passes row-level security and may not create the role that does not.`,
        `As a superuser run: create role parley_hub nologin nobypassrls; grant parley_hub to ${quoted(account)}; or: alter role ${quoted(account)} nobypassrls`,
      ),
    )
  if (!mayCreateRoles && !maySearch)
    faults.push(
      warning(
        `"${account}" may not create the role that searches: searching works, and is slow where there are many messages.`,
        `As a superuser run: create role parley_search nologin nobypassrls; grant parley_search to ${quoted(account)}; then restart the hub`,
      ),
    )
  return faults
}

function ofDurability({ fsync, pages, commit, connections }: ServerFacts): ServerFault[] {
  const faults: ServerFault[] = []
  if (fsync !== 'on')
    faults.push(warning('fsync is off: a power cut can destroy the database.', "alter system set fsync = 'on'; select pg_reload_conf()"))
  if (pages !== 'on')
    faults.push(
      warning(
        'full_page_writes is off: a power cut can leave torn pages.',
        "alter system set full_page_writes = 'on'; select pg_reload_conf()",
      ),
    )
  if (commit === 'off')
    faults.push(
      warning(
        'synchronous_commit is off: acknowledged messages can be lost in a crash.',
        "alter system set synchronous_commit = 'on'; select pg_reload_conf()",
      ),
    )
  if (connections < fewestConnections)
    faults.push(
      warning(
        `The server takes only ${connections} connections; a hub uses up to ${fewestConnections}.`,
        `alter system set max_connections = 100, then restart the server`,
      ),
    )
  return faults
}

const error = (fault: string, remedy: string): ServerFault => ({ level: 'error', fault, remedy })
const warning = (fault: string, remedy: string): ServerFault => ({ level: 'warning', fault, remedy })
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
