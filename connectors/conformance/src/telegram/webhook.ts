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
}

/** Like Telegram: the updates of one chat one after another, each until a 2xx; chats beside one another. */
export function createWebhook(queue: Queue, ledger: Ledger, redelivery: Redelivery): Webhook {
  let session: Session | undefined

  function arrived() {
    if (!session) return
    for (const chatId of queue.lanes()) if (!session.busy.has(chatId) && session.busy.size < session.connections) void runLane(chatId, session)
  }

  async function runLane(chatId: number, to: Session) {
    const ended = to.ended.signal
    to.busy.add(chatId)
    let failures = 0
    for (let update = queue.next(chatId); update && !ended.aborted; update = ended.aborted ? undefined : queue.next(chatId)) {
      const { status, retryAfterMs } = await deliver(to, JSON.stringify(update))
      if (status >= 200 && status < 300) {
        failures = 0
        queue.confirm(update.update_id)
      } else if (!ended.aborted) {
        count(ledger.webhookFailures, status)
        await pause(Math.min(redelivery.longestMs, retryAfterMs ?? redelivery.firstMs * 2 ** Math.min(failures++, 20)), ended)
      }
    }
    to.busy.delete(chatId)
    if (!ended.aborted) arrived()
  }

  function clear() {
    session?.ended.abort()
    session = undefined
  }

  return {
    set(url, secret, connections) {
      clear()
      session = { url, secret, connections, ended: new AbortController(), busy: new Set() }
      arrived()
    },
    clear,
    url: () => session?.url ?? '',
    arrived,
    post: async (body, headers = {}) => (session ? (await deliver(session, body, headers)).status : 0),
    stop: clear,
  }
}

/** Status 0: no answer. */
async function deliver(to: Session, body: string, more: Record<string, string> = {}): Promise<{ status: number; retryAfterMs?: number }> {
  const secret: Record<string, string> = to.secret ? { 'x-telegram-bot-api-secret-token': to.secret } : {}
  const headers = { 'content-type': 'application/json', ...secret, ...more }
  const limit = new AbortController()
  const timer = setTimeout(() => limit.abort(), 30_000)
  try {
    const answer = await fetch(to.url, { method: 'POST', body, headers, signal: AbortSignal.any([to.ended.signal, limit.signal]) })
    await answer.arrayBuffer()
    const seconds = Number(answer.headers.get('retry-after'))
    return { status: answer.status, retryAfterMs: seconds > 0 ? seconds * 1000 : undefined }
  } catch {
    return { status: 0 }
  } finally {
    clearTimeout(timer)
  }
}

function pause(ms: number, ended: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms)
    function done() {
      clearTimeout(timer)
      ended.removeEventListener('abort', done)
      resolve()
    }
    ended.addEventListener('abort', done, { once: true })
  })
}
