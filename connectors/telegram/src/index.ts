import type { Connection, ConnectorModule, Host, Verdict, WebhookReply, WebhookRequest } from '@parley/schema/connector'
import { sameSecret } from '@parley/schema/same'
import { connect } from './connection.ts'
import { parse, pressedIn } from './inbound.ts'
import { about, type options, type TelegramOptions, webhookSecret } from './options.ts'
import { capabilities, plan } from './outbound.ts'
import { type Timing, usualTiming } from './timing.ts'

/** Telegram bots. Another `timing` is for tests. */
export function createTelegram(timing: Timing = usualTiming): ConnectorModule<typeof options> {
  return {
    ...about,
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
  if (!sameSecret(given, webhookSecret(botToken))) return { verdict: 'refused', reply: { status: 401 } }
  const pressed = pressedIn(request.body)
  return { verdict: 'accepted', ...(pressed && { reply: answerTo(pressed) }) }
}

/** A call may stand in the answer to a delivery: this one ends the waiting sign on the customer's button. */
const answerTo = (callback_query_id: string): WebhookReply => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ method: 'answerCallbackQuery', callback_query_id }),
})
