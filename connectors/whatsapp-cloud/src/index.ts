import { verify } from '@parley/meta/signature'
import { type Timing, usualTiming } from '@parley/meta/timing'
import type { ConnectorModule, Host } from '@parley/schema/connector'
import { capabilities } from './capabilities.ts'
import { connect } from './connection.ts'
import { parse } from './inbound.ts'
import { about, type options, type WhatsAppCloudOptions } from './options.ts'
import { plan } from './outbound.ts'

/** Numbers on Meta's own WhatsApp API. Another `timing` is for tests. */
export function createWhatsAppCloud(timing: Timing = usualTiming): ConnectorModule<typeof options> {
  return {
    ...about,
    capabilities: () => capabilities,
    parse,
    plan,
    webhook: { verify: (request, { appSecret }) => verify(request, appSecret) },
    connect: (host: Host<WhatsAppCloudOptions>) => connect(host, timing),
  }
}

export const whatsAppCloud = createWhatsAppCloud()
