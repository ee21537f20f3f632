import type { Language } from '@parley/schema/vocabulary'
import { and, desc, eq, gt, sql } from 'drizzle-orm'
import type { Database } from '../db/client.ts'
import { sessions as table } from '../db/tables/account.ts'
import type { Bus } from '../feed/bus.ts'
import { absoluteSeconds, idleSeconds } from './auth.ts'
import { cookieName, tokenIn } from './cookie.ts'
import { recent } from './recent.ts'

/** Someone signed in. */
export interface Session {
  sessionId: string
  userId: string
  name: string
  email: string
  language: Language
}

/** A session as its owner sees it in his list. */
export interface ListedSession {
  id: string
  createdAt: Date
  lastSeenAt: Date
  userAgent: string | null
  ip: string | null
}

/** Sessions that have ended: signed out, revoked, password changed, access withdrawn or run out. */
export interface Revocation {
  sessionIds: readonly string[]
}

export interface Sessions {
  /** Whose session the cookie belongs to. At most a second old; a revocation counts at once. Keeps the session alive. */
  of(cookies: Headers | string | null | undefined): Promise<Session | null>
  /** The living sessions of a person, the latest first, at most 100. */
  listSessions(userId: string): Promise<ListedSession[]>
  /** Ends one session of this person; false when he has none such. */
  revokeSession(userId: string, sessionId: string): Promise<boolean>
  /** Ends all sessions of a person but `except`. */
  revokeAll(userId: string, except?: string): Promise<void>
  /** What was known of this person is asked anew. Call after his name or language has been changed. */
  forgetPerson(userId: string): void
  /** Hears of ended sessions on every hub, also those another hub ended. Answers with the way to stop listening. */
  onRevoked(listener: (revocation: Revocation) => void): () => void
  /** Says that a socket lives on this session: its end is then noticed even if every signal is lost. Answers with the release. */
  hold(sessionId: string): () => void
  /** For what ended sessions by other means. Call after the rows are gone. */
  tellEnded(sessionIds: readonly string[]): void
  close(): void
}

export interface SessionsOptions {
  database: Database
  bus: Bus
  publicUrl: string
  secret: string
}

const topic = 'session.revoked'
const lookAtHeldMs = 2_000
const idsPerSignal = 100

export function sessionsOn({ database: { sql: query, db }, bus, publicUrl, secret }: SessionsOptions): Sessions {
  const name = cookieName(publicUrl)
  const known = recent<Session | null>()
  const listeners = new Set<(revocation: Revocation) => void>()
  const held = new Map<string, number>()

  const drop = (sessionIds: readonly string[]) => {
    const gone = new Set(sessionIds)
    known.forget((session) => session !== null && gone.has(session.sessionId))
    for (const listener of listeners) listener({ sessionIds })
  }
  const tellEnded = (sessionIds: readonly string[]) => {
    if (sessionIds.length === 0) return
    drop(sessionIds)
    for (let at = 0; at < sessionIds.length; at += idsPerSignal) bus.signal(topic, { sessionIds: sessionIds.slice(at, at + idsPerSignal) })
  }
  const lookAtHeld = async () => {
    if (held.size === 0) return
    const ended = await endedAmong(query, [...held.keys()]).catch(() => [])
    if (ended.length > 0) drop(ended)
  }

  const timer = setInterval(() => void lookAtHeld(), lookAtHeldMs)
  timer.unref()
  const deaf = bus.onSignal((heard, payload) => {
    if (heard === topic) drop((payload as Revocation).sessionIds)
  })
  return {
    of: async (cookies) => {
      const token = tokenIn(typeof cookies === 'string' ? cookies : cookies?.get('cookie'), name, secret)
      return token ? known.get(token, () => findSession(query, token)) : null
    },
    listSessions: (userId) => listSessions(db, userId),
    revokeSession: async (userId, sessionId) => {
      if (!/^[\w-]{1,100}$/.test(sessionId)) return false
      const ended = await query<{ id: string }[]>`delete from account_sessions where user_id = ${userId} and id = ${sessionId} returning id`
      tellEnded(ended.map(({ id }) => id))
      return ended.length > 0
    },
    revokeAll: async (userId, except = '') => {
      const ended = await query<{ id: string }[]>`delete from account_sessions where user_id = ${userId} and id <> ${except} returning id`
      tellEnded(ended.map(({ id }) => id))
    },
    forgetPerson: (userId) => known.forget((session) => session?.userId === userId),
    onRevoked: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    hold: (sessionId) => {
      held.set(sessionId, (held.get(sessionId) ?? 0) + 1)
      return () => {
        const left = (held.get(sessionId) ?? 0) - 1
        if (left > 0) held.set(sessionId, left)
        else held.delete(sessionId)
      }
    },
    tellEnded,
    close: () => {
      clearInterval(timer)
      deaf()
    },
  }
}

type Sql = Database['sql']

interface SessionRow {
  id: string
  user_id: string
  name: string
  email: string
  language: Language
  stale: boolean
}

async function findSession(query: Sql, token: string): Promise<Session | null> {
  const [row] = await query<SessionRow[]>`
    select s.id, s.user_id, u.name, u.email, u.language, s.updated_at < now() - interval '1 minute' as stale
    from account_sessions s join account_users u on u.id = s.user_id
    where s.token = ${token} and s.expires_at > now() and s.created_at > now() - make_interval(secs => ${absoluteSeconds})`
  if (!row) return null
  if (row.stale) await keepAlive(query, row.id)
  return { sessionId: row.id, userId: row.user_id, name: row.name, email: row.email, language: row.language }
}

/** Not oftener than once a minute, and never beyond the absolute end. */
async function keepAlive(query: Sql, sessionId: string): Promise<void> {
  await query`
    update account_sessions set updated_at = now(),
      expires_at = least(now() + make_interval(secs => ${idleSeconds}), created_at + make_interval(secs => ${absoluteSeconds}))
    where id = ${sessionId} and expires_at > now()`
}

async function listSessions(db: Database['db'], userId: string): Promise<ListedSession[]> {
  return db
    .select({
      id: table.id,
      createdAt: table.createdAt,
      lastSeenAt: table.updatedAt,
      userAgent: sql<string | null>`nullif(${table.userAgent}, '')`,
      ip: sql<string | null>`nullif(${table.ipAddress}, '')`,
    })
    .from(table)
    .where(and(eq(table.userId, userId), gt(table.expiresAt, sql`now()`)))
    .orderBy(desc(table.updatedAt), desc(table.id))
    .limit(100)
}

async function endedAmong(query: Sql, sessionIds: string[]): Promise<string[]> {
  const rows = await query<{ id: string }[]>`
    select id from unnest(${sessionIds}::text[]) as id where not exists (
      select from account_sessions s where s.id = id.id and s.expires_at > now() and s.created_at > now() - make_interval(secs => ${absoluteSeconds}))`
  return rows.map(({ id }) => id)
}
