import { getConnInfo } from '@hono/node-server/conninfo'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { z } from 'zod'
import type { Accounts } from '../accounts/index.ts'
import type { Caller } from '../accounts/signin.ts'
import { HubError } from '../errors.ts'
import type { Log } from '../log.ts'
import { languageOf } from '../words/index.ts'
import { answerTo, refusal } from './answer.ts'

const mostBytes = 64 * 1024
const tooLarge = { max: '64 kB' }
/** PostgreSQL stores every character but this one. */
const text = z.string().refine((value) => !value.includes('\0'))
const signInBody = z.object({ email: text, password: text, rememberMe: z.boolean().optional() })
const passwordBody = z.object({ currentPassword: text, newPassword: text })
const setupBody = z.object({ token: text, company: text, slug: text, language: text, name: text, email: text, password: text })
const inviteBody = z.object({ token: text, password: text, name: text.optional() })

/**
 * Signing in and out, the one-time setup and invitations, at /auth, /setup and /invite. Of better-auth nothing but these
 * four paths can be reached. POSTs are JSON from the hub's own origin.
 */
export function sessionRoutes({ accounts, log }: { accounts: Accounts; log: Log }): Hono {
  const app = new Hono()
  app.onError((error, c) => answerTo(error, c, log))
  const guard: MiddlewareHandler = async (c, next) => {
    c.header('cache-control', 'no-store')
    c.header('x-content-type-options', 'nosniff')
    if (c.req.method === 'POST') ensureOwnJson(c, accounts)
    await next()
  }
  const limit = bodyLimit({ maxSize: mostBytes, onError: (c) => refusal(c, 'too_large', tooLarge) })
  // Not on GET /setup and GET /invite: these are pages of the console.
  for (const path of ['/auth/*', '/setup/status', '/invite/status']) app.use(path, guard, limit)
  for (const path of ['/setup', '/invite']) app.on('POST', path, guard, limit)

  app.post('/auth/sign-in/email', async (c) => {
    const { email, password, rememberMe } = await bodyOf(c, signInBody)
    const { user, cookies } = await accounts.signIn({ email, password, remember: rememberMe ?? true }, callerOf(c, accounts))
    return withCookies(c, cookies, { user })
  })
  app.post('/auth/sign-out', async (c) => withCookies(c, await accounts.signOut(callerOf(c, accounts)), {}))
  app.get('/auth/get-session', async (c) => {
    const session = await accounts.sessions.of(c.req.raw.headers)
    if (!session) return c.json(null)
    const { sessionId, userId, name, email, language } = session
    return c.json({ session: { id: sessionId, userId }, user: { id: userId, name, email, language } })
  })
  app.post('/auth/change-password', async (c) => {
    const session = await accounts.sessions.of(c.req.raw.headers)
    if (!session) throw new HubError('signed_out')
    const { currentPassword, newPassword } = await bodyOf(c, passwordBody)
    return withCookies(
      c,
      await accounts.changePassword(session, { current: currentPassword, next: newPassword }, callerOf(c, accounts)),
      {},
    )
  })

  app.get('/setup/status', async (c) => c.json(await accounts.setupStatus(tokenOf(c))))
  app.post('/setup', async (c) => {
    const input = await bodyOf(c, setupBody)
    const { slug, email } = await accounts.completeSetup(input)
    const { cookies } = await accounts.signIn({ email, password: input.password }, callerOf(c, accounts))
    return withCookies(c, cookies, { workspace: slug })
  })
  app.get('/invite/status', async (c) => c.json(await accounts.invitationStatus(tokenOf(c))))
  app.post('/invite', async (c) => {
    const input = await bodyOf(c, inviteBody)
    const { slug, email } = await accounts.acceptInvitation({ ...input, language: languageOf(c.req.header('accept-language')) })
    const { cookies } = await accounts.signIn({ email, password: input.password }, callerOf(c, accounts))
    return withCookies(c, cookies, { workspace: slug })
  })
  app.all('/auth/*', (c) => refusal(c, 'not_found'))
  return app
}

/** A form of another website can send neither our origin nor this type. */
function ensureOwnJson(c: Context, { origins }: Accounts): void {
  origins.ensureOwn(c.req.header('origin'), c.req.header('host'))
  if (!/^application\/json\s*(;|$)/i.test(c.req.header('content-type') ?? '')) throw new HubError('json_only')
}

/** The body, checked; names the field that is missing or of another type. */
async function bodyOf<T>(c: Context, schema: z.ZodType<T>): Promise<T> {
  const body: unknown = await c.req.json().catch((error: unknown) => {
    if (error instanceof SyntaxError) throw new HubError('invalid')
    if (error instanceof Error && error.name === 'BodyLimitError') throw new HubError('too_large', tooLarge)
    throw error
  })
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  const field = parsed.error.issues[0]?.path[0]
  throw new HubError('invalid', field === undefined ? {} : { field: String(field) })
}

function callerOf(c: Context, { addressOf }: Accounts): Caller {
  const address = addressOf(getConnInfo(c).remote.address, c.req.header('x-forwarded-for'))
  return { address, userAgent: c.req.header('user-agent') ?? '', cookie: c.req.header('cookie') ?? '' }
}

const tokenOf = (c: Context): string => (c.req.query('token') ?? '').slice(0, 200)

function withCookies(c: Context, cookies: readonly string[], answer: object): Response {
  for (const cookie of cookies) c.header('set-cookie', cookie, { append: true })
  return c.json(answer)
}
