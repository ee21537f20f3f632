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
  /** Of the token by which he asks; null: of whom something is only read. */
  tokenHash: string | null
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
  /**
   * One statement of `sql` whose answer nobody needs: it travels in the packet of COMMIT, and the work fails if it does. Its
   * promise must have sent it when the body ends.
   */
  alongside(statement: Promise<unknown>): void
  /** Runs after COMMIT, and only then. */
  afterwards(task: () => void): void
}

export interface Works {
  /**
   * Runs `body` as one unit of work and commits it. Rolled back when it throws; `afterwards` tasks run only on success.
   * Run again when it stood in another's way, so nothing in it may reach beyond the database. `closing` is called, perhaps
   * again, when nothing but the end is left.
   */
  work<A extends Actor, T>(actor: A, body: (work: Work<A>) => Promise<T>, closing?: () => void): Promise<T>
  /** The same for reading only: no events, and no way to write. */
  read<A extends Actor, T>(actor: A, body: (work: Work<A>) => Promise<T>): Promise<T>
  /**
   * For many small reads one after another, such as the look-ups of one answer: those that follow in the same moment share
   * a transaction. Each statement still sees what was committed before it.
   */
  reading<A extends Actor>(actor: A): Reading<A>
}
type Body<A extends Actor, T> = (work: Work<A>) => Promise<T>
export type Reading<A extends Actor> = <T>(body: (work: Work<A>) => Promise<T>) => Promise<T>

const mostTries = 4

/** Two works waited for each other and the database ended this one: nothing of it is there, and it can be done again. */
function wasInTheWay(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) if ((cause as { code?: string }).code === '40P01') return true
  return false
}

/** `committed` hears of every work that told something, after its COMMIT. */
export function worksOn(
  database: Database,
  bus: Pick<Bus, 'wake'>,
  committed: (workspaceId: string, events: readonly NewEvent[]) => void = () => {},
): Works {
  const run = async <A extends Actor, T>(mode: string, actor: A, body: Body<A, T>, closing = () => {}): Promise<T> => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await once(mode, actor, body, closing)
      } catch (error) {
        if (tries === mostTries || !wasInTheWay(error)) throw error
      }
    }
  }
  const once = <A extends Actor, T>(mode: string, actor: A, body: Body<A, T>, closing: () => void): Promise<T> => {
    const events: NewEvent[] = []
    const tasks: (() => void)[] = []
    const travelling: Promise<unknown>[] = []
    const alongside = (statement: Promise<unknown>) => {
      statement.catch(() => {})
      travelling.push(statement)
    }
    const transaction = database.sql.begin(mode, async (tx) => {
      // Not awaited: it travels ahead of the first statement in the same packet.
      const opened = tx`select set_config('parley.workspace', ${actor.workspaceId}, true)`
      opened.catch(() => {})
      const result = await body({
        actor,
        workspaceId: actor.workspaceId,
        db: drizzleOn(tx),
        sql: tx,
        alongside,
        record: (event) => events.push({ operatorId: actor.kind === 'operator' ? actor.operatorId : null, ...event }),
        afterwards: (task) => tasks.push(task),
      })
      await opened
      closing()
      if (events.length === 0) return result
      passes('work.beforeCommit')
      // COMMIT travels right behind it, so the number of the workspace is held for no round trip. A COMMIT behind a statement
      // that failed rolls back.
      alongside(writeEvents(tx, actor.workspaceId, events))
      return result
    })
    return (transaction as Promise<T>).then(async (result) => {
      await Promise.all(travelling)
      if (events.length > 0) {
        passes('work.committed')
        bus.wake(actor.workspaceId, new Set(events.map(({ type }) => type)))
      }
      for (const task of tasks) task()
      if (events.length > 0) committed(actor.workspaceId, events)
      return result
    })
  }
  // What was read is known when the body ends; nobody waits for the end of a transaction that changed nothing.
  const read: Works['read'] = (actor, body) =>
    new Promise((resolve, reject) => {
      run('read only', actor, async (work) => resolve(await body(work))).catch(reject)
    })
  return { work: (actor, body, closing) => run('', actor, body, closing), read, reading: (actor) => readingOn(read, actor) }
}

/** A transaction that is open while somebody reads in it, and one moment longer for who reads next. */
function readingOn<A extends Actor>(read: Works['read'], actor: A): Reading<A> {
  interface Open {
    work: Promise<Work<A>>
    readers: number
    end(): void
  }
  let open: Open | null = null

  const begin = (): Open => {
    let end = () => {}
    const ended = new Promise<void>((resolve) => {
      end = resolve
    })
    const work = new Promise<Work<A>>((resolve, reject) => {
      read(actor, (work) => {
        resolve(work)
        return ended
      }).catch(reject)
    })
    return { work, readers: 0, end }
  }

  return async (body) => {
    open ??= begin()
    const mine = open
    mine.readers += 1
    try {
      return await mine.work.then(body)
    } catch (error) {
      // A transaction in which a statement failed answers nothing more.
      if (open === mine) open = null
      throw error
    } finally {
      mine.readers -= 1
      if (mine.readers === 0)
        setImmediate(() => {
          if (mine.readers > 0) return
          if (open === mine) open = null
          mine.end()
        })
    }
  }
}
