import type { ConnectorModule } from '@parley/schema/connector'
import { connect } from './connection.ts'
import { parse } from './inbound.ts'
import { about, type options } from './options.ts'
import { begin, capabilities, plan } from './outbound.ts'
import { type Timing, usualTiming } from './timing.ts'

/** A mailbox, by IMAP and SMTP. Another `timing` is for tests. */
export function createEmail(timing: Timing = usualTiming): ConnectorModule<typeof options> {
  return { ...about, capabilities, parse, plan, begin, connect: (host) => connect(host, timing) }
}

export const email = createEmail()
