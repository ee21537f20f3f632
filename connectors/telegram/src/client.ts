import http from 'node:http'
import https from 'node:https'
import type { ApiMethods } from '@grammyjs/types'
import { Telegram } from 'telegraf'
import { GaveUp } from './errors.ts'
import type { TelegramOptions } from './options.ts'

export type Method = keyof ApiMethods<never>

export interface Client {
  /** One request; throws what telegraf throws, or GaveUp after `ms` milliseconds or when `signal` says so. */
  call<Result>(method: Method, payload: Record<string, unknown>, limit: { ms: number; signal: AbortSignal }): Promise<Result>
  /** Closes the pooled sockets. */
  close(): void
}

/** telegraf as HTTP client only: no polling, no answering inside webhooks, no retries. */
export function createClient(options: TelegramOptions): Client {
  const agent = agentFor(options.apiRoot)
  const telegram = new Telegram(options.botToken, { apiRoot: options.apiRoot, webhookReply: false })
  // telegraf drops an agent given for http://, and its own one for https:// outlives the connection.
  telegram.options.agent = agent
  const callApi = telegram.callApi.bind(telegram) as (method: string, payload: object, more: { signal: AbortSignal }) => Promise<unknown>

  async function call<Result>(
    method: Method,
    payload: Record<string, unknown>,
    limit: { ms: number; signal: AbortSignal },
  ): Promise<Result> {
    const deadline = new AbortController()
    const giveUp = () => deadline.abort()
    const timer = setTimeout(giveUp, limit.ms)
    limit.signal.addEventListener('abort', giveUp, { once: true })
    if (limit.signal.aborted) giveUp()
    try {
      return (await callApi(method, payload, { signal: deadline.signal })) as Result
    } catch (error) {
      throw deadline.signal.aborted ? new GaveUp(method) : error
    } finally {
      clearTimeout(timer)
      limit.signal.removeEventListener('abort', giveUp)
    }
  }
  return { call, close: () => agent.destroy() }
}

/** Idle sockets are dropped before Telegram drops them: a request on a socket that died meanwhile would end as "unknown". */
function agentFor(apiRoot: string): http.Agent {
  const pool = { keepAlive: true, timeout: 20_000, maxFreeSockets: 8 }
  return apiRoot.startsWith('http://') ? new http.Agent(pool) : new https.Agent(pool)
}
