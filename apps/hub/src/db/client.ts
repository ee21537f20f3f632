import { PgDialect } from 'drizzle-orm/pg-core'
import { drizzle, PostgresJsDatabase, PostgresJsSession } from 'drizzle-orm/postgres-js'
import { migrate } from 'drizzle-orm/postgres-js/migrator'
import type { Sql, TransactionSql } from 'postgres'
import { hubPath } from '../paths.ts'
import { connect } from './connect.ts'

/** The role the hub works as: it owns nothing and cannot pass row-level security. */
const hubRole = 'parley_hub'
/**
 * The role in which the hub looks for words, for one statement at a time. Row-level security asks its own question before any other that
 * might leak what it sees, and the operators of words might: with a policy to pass, no index of theirs would be used. This role reads
 * one table, whose rows say nothing but ids to who may not see what they tell of, and names the workspace itself.
 */
export const searchRole = 'parley_search'

export type Db = PostgresJsDatabase
export type { Sql }

export interface Database {
  /** The pool, as the hub's role. Queries on it see only what belongs to no workspace. */
  sql: Sql
  /** The pool through drizzle. */
  db: Db
  close(): Promise<void>
}

/** Brings the schema up to date as the owner and makes the hub's role. Several hubs may do this at once. */
export async function migrateDatabase(url: string): Promise<void> {
  const sql = connect(url, { max: 1, onnotice: () => {} })
  try {
    await sql`select pg_advisory_lock(7239104)`
    await migrate(drizzle(sql), {
      migrationsFolder: hubPath('migrations'),
      migrationsSchema: 'public',
      migrationsTable: 'parley_migrations',
    })
    await sql.unsafe(makeRole)
    await sql.unsafe(grantRights)
    await sql.unsafe(makeSearchRole)
    await sql.unsafe(grantSearch)
  } finally {
    await sql.end()
  }
}

/** Opens the pool. `max`: connections kept at most. */
export async function openDatabase(url: string, { max = 16 }: { max?: number } = {}): Promise<Database> {
  const sql: Sql = connect(url, {
    max,
    onnotice: () => {},
    idle_timeout: 60,
    max_lifetime: 60 * 30,
    // Soon: the default goes up to 20 s, and a database that is back must be used at once.
    backoff: (tries: number) => Math.min(1, 0.05 * 2 ** Math.min(tries, 10)),
    types: { json: { to: 114, from: [114, 3802], serialize: jsonText, parse: (text: string) => JSON.parse(text) as unknown } },
    connection: {
      role: await roleFor(url),
      application_name: 'parley',
      statement_timeout: 15_000,
      lock_timeout: 5_000,
      idle_in_transaction_session_timeout: 15_000,
    },
  })
  return { sql, db: drizzleOn(sql), close: () => sql.end({ timeout: 5 }) }
}

/** drizzle hands JSON over as text already, postgres.js hands it over as it is. */
const jsonText = (value: unknown): string => storable(typeof value === 'string' ? value : JSON.stringify(value))

/** PostgreSQL refuses two things that JSON may say: NUL, and half of a surrogate pair. One such character in a customer's name must not stop a channel. */
function storable(text: string): string {
  if (!text.includes('\\u')) return text
  return text.replace(/\\(?:u0000|ud[89ab][\da-f]{2}\\ud[c-f][\da-f]{2}|ud[89a-f][\da-f]{2}|[\s\S])/gi, (found) => {
    if (/^\\u0000$/i.test(found)) return ''
    return /^\\ud[\da-f]{3}$/i.test(found) ? '\ufffd' : found
  })
}

/** A text with more values than this lists rows, and is another text for each number of them. */
const mostPrepared = 40

/**
 * drizzle on the pool or inside a transaction. It hands every query to `unsafe` and says that it is not to be prepared; an
 * unprepared one costs a round trip for its description, is planned anew each time, and holds up what follows it on the
 * connection. Made from its parts, because `drizzle()` writes parsers of its own into the options of the client, and is slow
 * for something made once a transaction.
 */
export function drizzleOn(client: Sql | TransactionSql): Db {
  const unsafe: Sql['unsafe'] = (text, values, options) =>
    client.unsafe(text, values, { ...options, prepare: (values?.length ?? 0) <= mostPrepared })
  return new PostgresJsDatabase(dialect, new PostgresJsSession({ unsafe } as Sql, dialect, undefined), undefined)
}
const dialect = new PgDialect()

/** Owners that may not make roles run as themselves: row-level security is forced on owners too. */
async function roleFor(url: string): Promise<string> {
  const sql = connect(url, { max: 1, onnotice: () => {} })
  try {
    const [row] = await sql<{ role: string }[]>`
      select case when exists (select from pg_roles where rolname = ${hubRole}) and pg_has_role(current_user, ${hubRole}, 'member')
        then ${hubRole} else current_user end as role`
    return row?.role ?? hubRole
  } finally {
    await sql.end()
  }
}

const makingOf = (role: string, otherwise: string) => `do $$ begin
  if not exists (select from pg_roles where rolname = '${role}') then create role ${role} nologin nobypassrls; end if;
  if not pg_has_role(current_user, '${role}', 'member') then execute format('grant ${role} to %I', current_user); end if;
exception
  when duplicate_object or unique_violation then null; -- another database of the same server made it just now
  when insufficient_privilege then ${otherwise}
end $$`
const makeRole = makingOf(hubRole, 'if (select rolsuper or rolbypassrls from pg_roles where rolname = current_user) then raise; end if;')
/** Without it searching is right and, in large workspaces, slow; see server.ts. */
const makeSearchRole = makingOf(searchRole, 'null;')

const grantRights = `do $$ begin
  if exists (select from pg_roles where rolname = '${hubRole}') then
    grant usage on schema public to ${hubRole};
    grant select, insert, update, delete on all tables in schema public to ${hubRole};
    revoke all on parley_migrations from ${hubRole};
  end if;
end $$`

const grantSearch = `do $$
declare searched text;
begin
  if exists (select from pg_roles where rolname = '${searchRole}') then
    grant usage on schema public to ${searchRole};
    grant select on search_entries, search_words to ${searchRole};
    foreach searched in array array['search_entries', 'search_words'] loop
      if not exists (select from pg_policies where schemaname = 'public' and tablename = searched and policyname = 'search') then
        execute format('create policy search on %I for select to ${searchRole} using (true)', searched);
      end if;
    end loop;
  end if;
end $$`
