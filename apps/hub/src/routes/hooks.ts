import type { WebhookReply, WebhookRequest } from '@parley/schema/connector'
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Log } from '../log.ts'

const mostBytes = 1024 * 1024

/** The rest of the body is not read, so the connection ends with the answer; a client that was not told would ask on it again. */
const tooLarge = (c: Context): Response => c.text('', 413, { connection: 'close' })

/** Deliveries of platforms. 2xx means durable; a database that is away makes the platform come again. */
export function hookRoutes({
  webhook,
  log,
}: {
  webhook(channelId: string, token: string, request: WebhookRequest): Promise<WebhookReply>
  log: Log
}): Hono {
  const app = new Hono()
  app.on(['GET', 'POST'], '/hooks/:channel/:token', bodyLimit({ maxSize: mostBytes, onError: tooLarge }), async (c) => {
    try {
      const reply = await webhook(c.req.param('channel'), c.req.param('token'), {
        method: c.req.method,
        path: c.req.path,
        query: c.req.query(),
        headers: c.req.header(),
        body: new Uint8Array(await c.req.arrayBuffer()),
      })
      return c.body(reply.body ?? '', reply.status as ContentfulStatusCode, reply.headers)
    } catch (error) {
      log.warn({ err: error, channelId: c.req.param('channel') }, 'a delivery was not committed')
      return c.body('', 503, { 'retry-after': '2' })
    }
  })
  return app
}
