import http from 'node:http'
import https from 'node:https'
import { pauseUnless } from '../wait.ts'
import { count, type Ledger } from './ledger.ts'
import type { Queue } from './queue.ts'

/** First and longest pause before an update is delivered again. */
export interface Redelivery {
  firstMs: number
  longestMs: number
}

export interface Webhook {
  set(url: string, secret: string | undefined, connections: number): void
  clear(): void
  url(): string
  arrived(): void
  /** Delivers one body as it is, outside the queue; for hostile input. Answers the status. */
  post(body: string, headers?: Record<string, string>): Promise<number>
  stop(): void
}

interface Session {
  url: string
  secret: string | undefined
  connections: number
  ended: AbortController
  busy: Set<number>
  agent: http.Agent
}

/** Like Telegram: the updates of one chat one after another, each until a 2xx; chats beside one another. */
export function createWebhook(queue: Queue, ledger: Ledger, redelivery: Redelivery): Webhook {
  let session: Session | undefined

  function arrived() {
    if (!session) return
    for (const chatId of queue.lanes())
      if (!session.busy.has(chatId) && session.busy.size < session.connections) void runLane(chatId, session)
  }

  async function runLane(chatId: number, to: Session) {
    const ended = to.ended.signal
    to.busy.add(chatId)
    let failures = 0
    for (let update = queue.next(chatId); update && !ended.aborted; update = ended.aborted ? undefined : queue.next(chatId)) {
      const { status, retryAfterMs, said } = await deliver(to, JSON.stringify(update))
      if (status >= 200 && status < 300) {
        const called = methodIn(said)
        if (called) count(ledger.calls, called)
        failures = 0
        queue.confirm(update.update_id)
      } else if (!ended.aborted) {
        count(ledger.webhookFailures, status)
        await pauseUnless(ended, Math.min(redelivery.longestMs, retryAfterMs ?? redelivery.firstMs * 2 ** Math.min(failures++, 20)))
      }
    }
    to.busy.delete(chatId)
    if (!ended.aborted) arrived()
  }

  function clear() {
    session?.ended.abort()
    session?.agent.destroy()
    session = undefined
  }

  return {
    set(url, secret, connections) {
      clear()
      session = { url, secret, connections, ended: new AbortController(), busy: new Set(), agent: agentFor(url) }
      arrived()
    },
    clear,
    url: () => session?.url ?? '',
    arrived,
    post: async (body, headers = {}) => (session ? (await deliver(session, body, headers)).status : 0),
    stop: clear,
  }
}

function agentFor(url: string): http.Agent {
  return url.startsWith('https:') ? new https.Agent({ keepAlive: true }) : new http.Agent({ keepAlive: true })
}

interface Answer {
  /** 0: none came. */
  status: number
  retryAfterMs?: number
  /** A call may stand in the answer. */
  said?: string
}

function methodIn(said = ''): string | undefined {
  try {
    const { method } = JSON.parse(said) as { method?: unknown }
    return typeof method === 'string' ? method : undefined
  } catch {
    return undefined
  }
}

// One write per request: fetch sends head and body apart, and the kernel then waits 40 ms for an acknowledgement.
function deliver(to: Session, body: string, more: Record<string, string> = {}): Promise<Answer> {
  const secret: Record<string, string> = to.secret ? { 'x-telegram-bot-api-secret-token': to.secret } : {}
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...secret, ...more }
  const options = { method: 'POST', headers, agent: to.agent, signal: to.ended.signal, timeout: 30_000 }
  return new Promise((resolve) => {
    const request = (to.url.startsWith('https:') ? https : http).request(to.url, options, (answer) => {
      const seconds = Number(answer.headers['retry-after'])
      const said: Buffer[] = []
      answer.on('data', (chunk: Buffer) => said.push(chunk))
      answer.once('close', () =>
        resolve({
          status: answer.statusCode ?? 0,
          said: Buffer.concat(said).toString(),
          ...(seconds > 0 && { retryAfterMs: seconds * 1000 }),
        }),
      )
    })
    request.once('error', () => resolve({ status: 0 }))
    request.once('timeout', () => request.destroy())
    request.end(body)
  })
}
