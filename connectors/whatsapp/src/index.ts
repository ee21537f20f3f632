import type { Connection, ConnectorModule, Host } from '@parley/schema/connector'
import { connect } from './connection.ts'
import { parse } from './inbound.ts'
import { about, type options, type WhatsAppOptions } from './options.ts'
import { capabilities, plan } from './outbound.ts'
import { type Timing, usualTiming } from './timing.ts'

/** A phone linked as with WhatsApp Web, through whatsapp-web.js in a process of its own. Another `timing` is for tests. */
export function createWhatsApp(timing: Timing = usualTiming): ConnectorModule<typeof options> {
  return {
    ...about,
    capabilities: () => capabilities,
    parse,
    plan,
    connect: (host: Host<WhatsAppOptions>): Connection => connect(host, timing),
  }
}

export const whatsapp = createWhatsApp()
