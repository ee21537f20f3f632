import http, { type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ConnectorModule, Host, WebhookReply, WebhookRequest } from '@parley/schema/connector'

/** The webhook door of a hub in small: verify, read, commit, and only then 2xx. */
export async function openDoor<Options>(
  module: ConnectorModule,
  host: () => Host<Options>,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = http.createServer(async (request, response) => {
    const reply = await receive(module, host() as Host<never>, await readRequest(request))
    response.writeHead(reply.status, reply.headers).end(reply.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

async function receive(module: ConnectorModule, host: Host<never>, request: WebhookRequest): Promise<WebhookReply> {
  const verdict = module.webhook?.verify(request, host.options) ?? { verdict: 'refused' as const, reply: { status: 404 } }
  if (verdict.verdict !== 'accepted') return verdict.reply
  const body = new TextDecoder().decode(request.body)
  const delivery = readJson(body)
  const events = delivery === undefined ? [] : module.parse(delivery, host.options)
  try {
    await host.commit({ events, delivery: { body, ...(delivery === undefined && { note: 'not JSON' }) } })
    return verdict.reply ?? { status: 200 }
  } catch {
    return { status: 503, headers: { 'retry-after': '1' } }
  }
}

function readJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

async function readRequest(request: IncomingMessage): Promise<WebhookRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const url = new URL(request.url ?? '/', 'http://hub')
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
  return {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers,
    body: Buffer.concat(chunks),
  }
}
