import type { Language, Role } from '@parley/schema/vocabulary'
import type { TransactionSql } from 'postgres'
import { type Database, type Db, drizzleOn } from './db/client.ts'
import { passes } from './failpoints.ts'
import type { Bus } from './feed/bus.ts'
import { type NewEvent, writeEvents } from './feed/record.ts'

/** Who acts. Everything an actor does happens inside his workspace. */
export type Actor = OperatorActor | VisitorActor | ConnectorActor | SystemActor
export interface OperatorActor {
  kind: 'operator'
  workspaceId: string
  operatorId: string
  userId: string
  role: Role
  /** Groups he is a member of. */
  groupIds: ReadonlySet<string>
  /** A supervisor limited to groups has them here; null means the whole workspace. */
  supervisedIds: ReadonlySet<string> | null
  language: Language
}
export interface VisitorActor {
  kind: 'visitor'
  workspaceId: string
  channelId: string
  identityId: string
  language: Language
}
export interface ConnectorActor {
  kind: 'connector'
  workspaceId: string
  channelId: string
}
export interface SystemActor {
  kind: 'system'
  workspaceId: string
}

export const systemOf = (workspaceId: string): SystemActor => ({ kind: 'system', workspaceId })

/** One actor, one moment, one transaction. Short: nothing inside it waits for the outside. */
export interface Work<A extends Actor = Actor> {
  actor: A
  workspaceId: string
  /** drizzle inside the transaction. */
  db: Db
  /** postgres.js inside the transaction, for statements drizzle cannot say. */
  sql: TransactionSql
  /** Tells what happened; written and numbered when the work ends. */
  record(event: NewEvent): void
  /** Runs after COMMIT, and only then. */
  afterwards(task: () => void): void
}

export interface Works {
  /**
   * Runs `body` as one unit of work and commits it. Rolled back when it throws; `afterwards` tasks run only on success.
   * Run again when it stood in another's way, so nothing in it may reach beyond the database.
   */
  work<A extends Actor, T>(actor: A, body: (work: Work<A>) => Promise<T>): Promise<T>
  /** The same for reading only: no events, and no way to write. */
  read<A extends Actor, T>(actor: A, body: (work: Work<A>) => Promise<T>): Promise<T>
}

const mostTries = 4

/** Two works waited for each other and the database ended this one: nothing of it is there, and it can be done again. */
function wasInTheWay(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) if ((cause as { code?: string }).code === '40P01') return true
  return false
}

export function worksOn(database: Database, bus: Pick<Bus, 'wake'>): Works {
  const run = async <A extends Actor, T>(mode: string, actor: A, body: (work: Work<A>) => Promise<T>): Promise<T> => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await once(mode, actor, body)
      } catch (error) {
        if (tries === mostTries || !wasInTheWay(error)) throw error
      }
    }
  }
  const once = <A extends Actor, T>(mode: string, actor: A, body: (work: Work<A>) => Promise<T>): Promise<T> => {
    const events: NewEvent[] = []
    const tasks: (() => void)[] = []
    const transaction = database.sql.begin(mode, async (tx) => {
      // Not awaited: it travels ahead of the first statement in the same packet.
      const opened = tx`select set_config('parley.workspace', ${actor.workspaceId}, true)`
      opened.catch(() => {})
      const result = await body({
        actor,
        workspaceId: actor.workspaceId,
        db: drizzleOn(tx, database.sql),
        sql: tx,
        record: (event) => events.push({ operatorId: actor.kind === 'operator' ? actor.operatorId : null, ...event }),
        afterwards: (task) => tasks.push(task),
      })
      await opened
      await writeEvents(tx, actor.workspaceId, events)
      if (events.length > 0) passes('work.beforeCommit')
      return result
    })
    return (transaction as Promise<T>).then((result) => {
      if (events.length > 0) {
        passes('work.committed')
        bus.wake(actor.workspaceId)
      }
      for (const task of tasks) task()
      return result
    })
  }
  return { work: (actor, body) => run('', actor, body), read: (actor, body) => run('read only', actor, body) }
}
