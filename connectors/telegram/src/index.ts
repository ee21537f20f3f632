import { createHash, timingSafeEqual } from 'node:crypto'
import type { Connection, ConnectorModule, Host, Verdict, WebhookRequest } from '@parley/schema/connector'
import { connect } from './connection.ts'
import { parse } from './inbound.ts'
import { options, type TelegramOptions, webhookSecret } from './options.ts'
import { capabilities, plan } from './outbound.ts'
import { type Timing, usualTiming } from './timing.ts'

/** Telegram bots. Another `timing` is for tests. */
export function createTelegram(timing: Timing = usualTiming): ConnectorModule<typeof options> {
  return {
    kind: 'telegram',
    title: 'Telegram',
    official: true,
    options,
    capabilities: () => capabilities,
    parse,
    plan,
    webhook: { verify },
    connect: (host: Host<TelegramOptions>): Connection => connect(host, timing),
  }
}

export const telegram = createTelegram()

function verify(request: WebhookRequest, { botToken }: TelegramOptions): Verdict {
  if (request.method !== 'POST') return { verdict: 'refused', reply: { status: 405, headers: { allow: 'POST' } } }
  const given = request.headers['x-telegram-bot-api-secret-token'] ?? ''
  return same(given, webhookSecret(botToken)) ? { verdict: 'accepted' } : { verdict: 'refused', reply: { status: 401 } }
}

/** In constant time, whatever the lengths. */
function same(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}
