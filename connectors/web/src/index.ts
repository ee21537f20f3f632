import type { Connection, ConnectorModule, Host } from '@parley/schema/connector'
import { about, type options, type WebOptions } from './options.ts'
import { capabilities, plan } from './outbound.ts'

/**
 * The chat on a website. Visitors come in and read through the hub's own API, so nothing is parsed here and a part is out
 * as soon as it is asked for: the visitor's client fetches the message from the hub and tells when it was seen.
 */
export const web: ConnectorModule<typeof options> = {
  ...about,
  capabilities,
  parse: () => [],
  plan,
  connect,
}

function connect(host: Host<WebOptions>): Connection {
  return {
    async start() {
      host.report({ state: 'connected' })
    },
    async stop() {
      host.report({ state: 'stopped' })
    },
    health: async () => ({ ok: true }),
    send: async (part) => ({ outcome: 'sent', id: part.key, at: Date.now() }),
    settle: async (part) => ({ outcome: 'sent', id: part.key, at: Date.now() }),
  }
}
