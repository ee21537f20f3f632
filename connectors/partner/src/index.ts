import type { ConnectorModule } from '@parley/schema/connector'
import { planParts } from '@parley/schema/plan'
import { connect, type Timing, usualTiming } from './connection.ts'
import { parse } from './inbound.ts'
import { about, type options } from './options.ts'
import { capabilities } from './outbound.ts'
import { verify } from './signature.ts'

/** `payload` of a button. */
const payloadMax = 1_000

/** Whatever an admin's own program connects, by a pair of signed webhooks. */
export function createPartner(timing: Timing = usualTiming): ConnectorModule<typeof options> {
  return {
    ...about,
    capabilities,
    parse,
    plan: (message, can) => planParts(message, can, { payloadFits: (payload) => payload.length <= payloadMax }),
    webhook: { verify: (request, secrets) => verify(request, secrets, Date.now()) },
    connect: (host) => connect(host, timing),
  }
}
export const partner = createPartner()
