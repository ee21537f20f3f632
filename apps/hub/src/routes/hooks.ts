import type { IncomingMessage } from 'node:http'
import type { HttpBindings } from '@hono/node-server'
import type { WebhookReply, WebhookRequest } from '@parley/schema/connector'
import { type Context, Hono } from 'hono'
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
}): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>()
  app.on(['GET', 'POST'], '/hooks/:channel/:token', async (c) => {
    try {
      const body = await bodyOf(c.env.incoming)
      if (!body) return tooLarge(c)
      const reply = await webhook(c.req.param('channel'), c.req.param('token'), {
        method: c.req.method,
        path: c.req.path,
        query: c.req.query(),
        headers: c.req.header(),
        body,
      })
      return c.body(reply.body ?? '', reply.status as ContentfulStatusCode, reply.headers)
    } catch (error) {
      log.warn({ err: error, channelId: c.req.param('channel') }, 'a delivery was not committed')
      return c.body('', 503, { 'retry-after': '2' })
    }
  })
  return app
}

/** Null when it is too large. Straight from the socket: a web stream for each delivery costs more than all that is done with it. */
async function bodyOf(incoming: IncomingMessage): Promise<Uint8Array | null> {
  if (Number(incoming.headers['content-length'] ?? 0) > mostBytes) return null
  const chunks: Buffer[] = []
  let size = 0
  // Not destroyed on the way out: the refusal goes back on the same connection.
  for await (const chunk of incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > mostBytes) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
