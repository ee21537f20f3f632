import { createHash } from 'node:crypto'
import { limits } from '@parley/schema/vocabulary'
import { APIError } from 'better-auth/api'
import type { Database } from '../db/client.ts'
import { HubError } from '../errors.ts'
import { subscriberOf } from './address.ts'
import { type Auth, addressHeader } from './auth.ts'
import { ensureBearable, ensureStrong } from './passwords.ts'
import type { Session } from './sessions.ts'
import type { Limit, Tries } from './tries.ts'

/** What is known of the one who asks: taken from the socket and the request's headers. */
export interface Caller {
  address: string
  userAgent: string
  cookie: string
}

export interface SignedIn {
  user: { id: string; name: string; email: string; language: string }
  /** Ready-made Set-Cookie values. They carry the token, so nothing but the answer's headers may see them. */
  cookies: string[]
}

export interface SignIn {
  /** Refuses with `bad_credentials`, the same for a wrong password and an unknown e-mail, or `rate_limited`. */
  signIn(credentials: { email: string; password: string; remember?: boolean }, caller: Caller): Promise<SignedIn>
  /** Ends the session of the cookie; answers with the cookies that clear it. */
  signOut(caller: Caller): Promise<string[]>
  /** Ends every session of the person and opens a new one; answers with its cookies. */
  changePassword(session: Session, passwords: { current: string; next: string }, caller: Caller): Promise<string[]>
}

export interface SignInOptions {
  auth: Auth
  database: Database
  tries: Tries
}

export function signInOn({ auth, database: { sql }, tries }: SignInOptions): SignIn {
  return {
    signIn: async ({ email, password, remember = true }, caller) => {
      ensureBearable(password)
      if (email.length > limits.email) throw new HubError('too_long', { field: 'email', max: limits.email })
      const counted = limitsFor(email.trim().toLowerCase(), caller.address)
      const options = {
        body: { email: email.trim(), password, rememberMe: remember },
        headers: headersOf(caller),
        returnHeaders: true,
      } as const
      const { headers, response } = await countingFailures(tries, counted, () => auth.api.signInEmail(options))
      const { id, name } = response.user
      await sql`delete from account_sessions where user_id = ${id} and expires_at < now()`
      const [user] = await sql<{ language: string }[]>`select language from account_users where id = ${id}`
      return { user: { id, name, email: response.user.email, language: user?.language ?? 'en' }, cookies: headers.getSetCookie() }
    },
    signOut: async (caller) => {
      const { headers } = await auth.api.signOut({ headers: headersOf(caller), returnHeaders: true })
      return headers.getSetCookie()
    },
    changePassword: async (session, { current, next }, caller) => {
      ensureBearable(current, 'currentPassword')
      await ensureStrong(next, [session.name, session.email], 'newPassword')
      const counted = [{ key: `change-password:${session.userId}`, max: 10, seconds: 300 }]
      const body = { currentPassword: current, newPassword: next, revokeOtherSessions: true }
      const change = () => auth.api.changePassword({ body, headers: headersOf(caller), returnHeaders: true })
      const { headers } = await countingFailures(tries, counted, change, 'currentPassword')
      return headers.getSetCookie()
    },
  }
}

/**
 * Failures only. Ten for one account from one place stop a guesser; the wider ones stop a guesser of many accounts, and of one
 * account from many places, without locking an office behind one address out.
 */
function limitsFor(email: string, address: string): Limit[] {
  const from = subscriberOf(address)
  return [
    { key: `sign-in:from:${digest(from)}`, max: 60, seconds: 300 },
    { key: `sign-in:pair:${digest(`${from} ${email}`)}`, max: 10, seconds: 300 },
    { key: `sign-in:to:${digest(email)}`, max: 100, seconds: 3600 },
  ]
}

/** Strangers' e-mails are not kept in the table of limits. */
const digest = (text: string): string => createHash('sha256').update(text).digest('base64url')

const headersOf = ({ address, userAgent, cookie }: Caller): Headers =>
  new Headers({ [addressHeader]: address, 'user-agent': userAgent.slice(0, 400), cookie })

/**
 * Counts the attempt before it is made, and takes that back unless it failed for a wrong password. better-auth's refusals
 * come out in the hub's words; a fault of anything else stays one.
 */
async function countingFailures<T>(tries: Tries, counted: readonly Limit[], attempt: () => Promise<T>, field?: string): Promise<T> {
  await tries.take(counted)
  let wrong = false
  try {
    return await attempt()
  } catch (error) {
    wrong = error instanceof APIError && error.statusCode < 500
    throw wrong ? new HubError('bad_credentials', field ? { field } : {}) : error
  } finally {
    if (!wrong) await tries.giveBack(counted)
  }
}
