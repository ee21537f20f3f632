import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import { inject } from 'vitest'

export interface TestDatabase {
  /** connection as the owner of the database */
  url: string
  drop(): Promise<void>
}

/** The owner's address of the one PostgreSQL server that this test run shares. */
export function testServer(): string {
  return inject('serverUrl')
}

/**
 * A fresh database for one test file, in some 50 ms. `prepare` (such as the migrations) runs once per run, into a template
 * called `name`, and must end its connections; every database is then a copy of that template. Without it: an empty one.
 */
export async function createDatabase(prepare?: (url: string) => Promise<void>, name = 'migrated'): Promise<TestDatabase> {
  const database = `test_${randomBytes(6).toString('hex')}`
  await asOwner(async (sql) => {
    const template = prepare ? await ensureTemplate(sql, name, prepare) : 'template0'
    await sql.unsafe(`create database ${database} template ${template}`)
  })
  return {
    url: addressOf(database),
    drop: () => asOwner(async (sql) => void (await sql.unsafe(`drop database if exists ${database} with (force)`))),
  }
}

/** Under a lock of the whole server, so that workers that ask at the same time prepare it once. */
async function ensureTemplate(sql: postgres.Sql, name: string, prepare: (url: string) => Promise<void>): Promise<string> {
  const template = `template_${inject('runId')}_${name}`
  await sql`select pg_advisory_lock(hashtext(${template}))`
  try {
    const [done] = await sql`select 1 from pg_database where datname = ${template} and datistemplate`
    if (done) return template
    await sql.unsafe(`drop database if exists ${template} with (force)`)
    await sql.unsafe(`create database ${template} template template0`)
    await prepare(addressOf(template))
    await sql.unsafe(`alter database ${template} with is_template true allow_connections false`)
    await sql`select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = ${template}`
    return template
  } finally {
    await sql`select pg_advisory_unlock(hashtext(${template}))`
  }
}

/** One connection, because the lock above belongs to a session. */
async function asOwner<T>(job: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(testServer(), { max: 1, onnotice: () => undefined })
  try {
    return await job(sql)
  } finally {
    await sql.end()
  }
}

function addressOf(database: string): string {
  const url = new URL(testServer())
  url.pathname = `/${database}`
  return url.href
}
