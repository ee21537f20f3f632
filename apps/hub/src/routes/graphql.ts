import { getConnInfo } from '@hono/node-server/conninfo'
import { type Context, Hono } from 'hono'
import type { Log } from '../log.ts'
import { answerTo } from './answer.ts'

export interface GraphQLRoutes {
  api(request: Request, workspace: string | null): Promise<Response>
  visitor(request: Request, address: string): Promise<Response>
  /** The explorer, for signed-in admins; null for all others. */
  explorer(request: Request): Promise<string | null>
  hasSession(headers: Headers): boolean
  ensureOwnOrigin(c: Context): void
  addressOf(socket: string | undefined, forwardedFor: string | undefined): string
  log: Log
}

/** Both schemas over HTTP. What a cookie vouches for must come from the hub's own pages. */
export function graphqlRoutes(options: GraphQLRoutes): Hono {
  const app = new Hono()
  app.onError((error, c) => answerTo(error, c, options.log))
  app.all('/graphql', async (c) => {
    if (c.req.method === 'GET' && (c.req.header('accept') ?? '').includes('text/html')) return explore(c, options)
    if (options.hasSession(c.req.raw.headers) && c.req.method !== 'GET') options.ensureOwnOrigin(c)
    return options.api(c.req.raw, c.req.header('x-parley-workspace') ?? null)
  })
  app.all('/widget/graphql', (c) =>
    options.visitor(c.req.raw, options.addressOf(getConnInfo(c).remote.address, c.req.header('x-forwarded-for'))),
  )
  return app
}

async function explore(c: Context, { explorer }: GraphQLRoutes): Promise<Response> {
  const page = await explorer(c.req.raw)
  if (page === null) return c.text('', 404)
  return c.html(page, 200, {
    'cache-control': 'no-store',
    'content-security-policy':
      "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; worker-src 'self' blob:; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
  })
}
