import { limits } from '@parley/schema/vocabulary'
import { betterAuth } from 'better-auth'
import { drizzleAdapter } from 'better-auth/adapters/drizzle'
import { uuidv7 } from 'uuidv7'
import type { Database } from '../db/client.ts'
import { credentials, sessions, users, verifications } from '../db/tables/account.ts'
import type { Log } from '../log.ts'
import { cookieName, cookiePrefix } from './cookie.ts'
import { hashPassword, passwordFits } from './passwords.ts'

/** A session ends after 12 hours without a request, and after 7 days in any case. Seconds. */
export const idleSeconds = 12 * 3600
export const absoluteSeconds = 7 * 24 * 3600

/** The header in which the hub tells better-auth the client's address; what a client sends under this name never gets here. */
export const addressHeader = 'x-parley-address'

export interface AuthOptions {
  database: Database
  /** The hub's own address; no link or cookie is ever made from a request's Host. */
  publicUrl: string
  /** At least 32 characters; signs the cookies. */
  secret: string
  log: Log
  /** Told the ids of sessions that better-auth ended, after they are gone. */
  onEnded: (sessionId: string, userId: string) => void
}

export type Auth = ReturnType<typeof createAuth>

/**
 * better-auth on the hub's tables: e-mail with password, sessions in the database, nothing public but signing in. It is
 * called as functions by the room itself and never handed a request, so that only what the routes name can be reached.
 */
export function createAuth({ database, publicUrl, secret, log, onEnded }: AuthOptions) {
  const prefix = cookiePrefix(publicUrl)
  return betterAuth({
    appName: 'Parley',
    baseURL: publicUrl,
    basePath: '/auth',
    secret,
    trustedOrigins: [new URL(publicUrl).origin],
    database: drizzleAdapter(database.db, {
      provider: 'pg',
      schema: { user: users, session: sessions, account: credentials, verification: verifications },
    }),
    telemetry: { enabled: false },
    // Its limiter counts by address alone; ours counts failures by address and account, see tries.ts.
    rateLimit: { enabled: false },
    logger: { level: 'error', log: (_level, message) => log.error({ room: 'accounts' }, message) },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: limits.passwordMin,
      maxPasswordLength: limits.password,
      password: { hash: strangersHash(database), verify: ({ hash, password }) => passwordFits(hash, password) },
    },
    user: { additionalFields: { language: { type: 'string', required: false, input: false } } },
    // The cookie may live as long as the longest session; the row in the database says when it ends.
    session: { expiresIn: absoluteSeconds, disableSessionRefresh: true, cookieCache: { enabled: false } },
    databaseHooks: {
      session: {
        create: { before: async (session) => ({ data: { ...session, expiresAt: new Date(Date.now() + idleSeconds * 1000) } }) },
        delete: { after: async (session) => onEnded(session.id, session.userId) },
      },
    },
    advanced: {
      useSecureCookies: false,
      cookiePrefix: 'parley',
      cookies: {
        session_token: { name: cookieName(publicUrl) },
        dont_remember: { name: `${prefix}parley.dont_remember` },
        session_data: { name: `${prefix}parley.session_data` },
      },
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax', path: '/', secure: prefix !== '' },
      ipAddress: { ipAddressHeaders: [addressHeader] },
      database: { generateId: () => uuidv7() },
    },
  })
}

/**
 * better-auth hashes the password of an unknown e-mail to cost as much as a known one, for which it also asks the database
 * once more. So does this, lest the time tell which e-mails have an account.
 */
const strangersHash =
  (database: Database) =>
  async (password: string): Promise<string> => {
    await database.sql`select * from account_credentials where user_id = ''`
    return hashPassword(password)
  }
