import { and, eq, type SQL, sql } from 'drizzle-orm'
import type { AnyPgColumn, PgTable } from 'drizzle-orm/pg-core'
import type { Db } from './client.ts'

/** A select of drizzle's that can be prepared; its values are `sql.placeholder`s. */
interface Select<Rows> {
  prepare(name: string): { execute(values: Record<string, unknown>): Promise<Rows> }
}

/**
 * A query that is built at its first use and then runs in any transaction with other values. drizzle spends more of the
 * processor on building one than on everything else about it, so what every message needs is built once.
 */
export function builtOnce<Rows>(build: (db: Db) => Select<Rows>): (db: Db, values: Record<string, unknown>) => Promise<Rows> {
  let made: ReturnType<Select<Rows>['prepare']> | undefined
  return (db, values) => {
    made ??= build(db).prepare('built once')
    // What was prepared belongs to the transaction it was built in; all but the connection is the same in every other.
    const { client } = db._.session as unknown as { client: unknown }
    const here: typeof made = Object.assign(Object.create(Object.getPrototypeOf(made)), made, { client })
    return here.execute(values)
  }
}

/** Rows of a table whose column is one of some ids, within the workspace. */
export function rowsBy<T extends PgTable & { workspaceId: AnyPgColumn }>(
  table: T,
  column: AnyPgColumn,
  ...order: SQL[]
): (db: Db, workspaceId: string, ids: readonly string[]) => Promise<T['$inferSelect'][]> {
  const select = builtOnce((db) =>
    db
      .select()
      .from(table as PgTable)
      .where(and(eq(table.workspaceId, sql.placeholder('workspaceId')), sql`${column} = any(${sql.placeholder('ids')}::uuid[])`))
      .orderBy(...order),
  )
  return async (db, workspaceId, ids) => (await select(db, { workspaceId, ids })) as T['$inferSelect'][]
}
