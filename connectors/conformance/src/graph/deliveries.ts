import { createHmac } from 'node:crypto'
import http from 'node:http'
import https from 'node:https'
import { pauseUnless } from '../wait.ts'
import { count, type GraphObject, type InjectedDelivery, type Ledger } from './ledger.ts'

/** First and longest pause before a delivery is made again. */
export interface Redelivery {
  firstMs: number
  longestMs: number
}

/** Disorder: the chance that a delivery is repeated, or changes places with its neighbour. */
export interface Chaos {
  duplicate: number
  shuffle: number
}

/** Like Meta: deliveries about one person one after another, each until a 2xx; persons beside one another. */
export interface Deliveries {
  push(object: GraphObject, peer: string, body: object): InjectedDelivery
  /** Makes it once more, confirmed or not. */
  repeat(delivery: InjectedDelivery): void
  /** Deliveries not yet confirmed. */
  pending(): number
  /** The address events of this kind go to from now on. */
  setCallback(object: GraphObject, url: string): void
  callback(object: GraphObject): string
  /** Posts any body, signed as it ought to be unless other headers are given; answers the status. */
  post(object: GraphObject, body: string, headers?: Record<string, string>): Promise<number>
  /** The handshake with which Meta makes sure whose address it is. */
  shakeHands(url: string, verifyToken: string): Promise<boolean>
  stop(): void
}

interface Settings {
  ledger: Ledger
  secret(): string
  chaos: Chaos
  random(): number
  redelivery: Redelivery
}

export function createDeliveries({ ledger, secret, chaos, random, redelivery }: Settings): Deliveries {
  const ended = new AbortController()
  const callbacks = new Map<GraphObject, string>()
  const lanes = new Map<string, InjectedDelivery[]>()
  const running = new Set<string>()
  const agents = { 'http:': new http.Agent({ keepAlive: true }), 'https:': new https.Agent({ keepAlive: true }) }

  function enlist(delivery: InjectedDelivery) {
    const name = `${delivery.object} ${delivery.peer}`
    const lane = lanes.get(name) ?? []
    const swaps = lane.length > 1 && random() < chaos.shuffle
    // Never before the head: that one may be on its way.
    lane.splice(swaps ? lane.length - 1 : lane.length, 0, delivery)
    lanes.set(name, lane)
    wake(name, delivery.object)
  }

  function wake(name: string, object: GraphObject) {
    if (running.has(name) || !callbacks.get(object) || ended.signal.aborted) return
    running.add(name)
    void runLane(name, object).finally(() => running.delete(name))
  }

  async function runLane(name: string, object: GraphObject) {
    const lane = lanes.get(name) ?? []
    let failures = 0
    for (let head = lane[0]; head && !ended.signal.aborted; head = lane[0]) {
      head.deliveries++
      const { status, retryAfterMs } = await post(callbacks.get(object) ?? '', head.body, signed(head.body))
      if (status >= 200 && status < 300) {
        failures = 0
        lane.splice(lane.indexOf(head), 1)
        const again = head.acknowledgedAt === undefined && random() < chaos.duplicate
        head.acknowledgedAt ??= Date.now()
        if (again) lane.push(head)
      } else if (!ended.signal.aborted) {
        count(ledger.webhookFailures, status)
        await pauseUnless(ended.signal, Math.min(redelivery.longestMs, retryAfterMs ?? redelivery.firstMs * 2 ** Math.min(failures++, 20)))
      }
    }
    lanes.delete(name)
  }

  function signed(body: string): Record<string, string> {
    const of = (algorithm: string) => createHmac(algorithm, secret()).update(body).digest('hex')
    return { 'x-hub-signature': `sha1=${of('sha1')}`, 'x-hub-signature-256': `sha256=${of('sha256')}` }
  }

  // One write per request: fetch sends head and body apart, and the kernel then waits 40 ms for an acknowledgement.
  function post(url: string, body: string, more: Record<string, string>): Promise<{ status: number; retryAfterMs?: number }> {
    if (!url) return Promise.resolve({ status: 0 })
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...more }
    const secure = url.startsWith('https:')
    const options = { method: 'POST', headers, agent: agents[secure ? 'https:' : 'http:'], signal: ended.signal, timeout: 30_000 }
    return new Promise((resolve) => {
      const request = (secure ? https : http).request(url, options, (answer) => {
        const seconds = Number(answer.headers['retry-after'])
        answer
          .resume()
          .once('close', () => resolve({ status: answer.statusCode ?? 0, ...(seconds > 0 && { retryAfterMs: seconds * 1000 }) }))
      })
      request.once('error', () => resolve({ status: 0 }))
      request.once('timeout', () => request.destroy())
      request.end(body)
    })
  }

  return {
    push(object, peer, body) {
      const delivery = { n: ledger.injected.length + 1, object, peer, body: escaped(body), at: Date.now(), deliveries: 0 }
      ledger.injected.push(delivery)
      enlist(delivery)
      return delivery
    },
    repeat: enlist,
    pending: () => [...lanes.values()].reduce((sum, lane) => sum + lane.length, 0),
    setCallback(object, url) {
      callbacks.set(object, url)
      for (const name of lanes.keys()) if (name.startsWith(`${object} `)) wake(name, object)
    },
    callback: (object) => callbacks.get(object) ?? '',
    post: async (object, body, headers = signed(body)) => (await post(callbacks.get(object) ?? '', body, headers)).status,
    async shakeHands(url, verifyToken) {
      const challenge = String(Math.floor(random() * 1e9))
      const query = new URLSearchParams({ 'hub.mode': 'subscribe', 'hub.verify_token': verifyToken, 'hub.challenge': challenge })
      const answer = await fetch(`${url}?${query}`, { signal: ended.signal }).catch(() => undefined)
      return answer?.ok === true && (await answer.text()) === challenge
    },
    stop() {
      ended.abort()
      for (const agent of Object.values(agents)) agent.destroy()
    },
  }
}

/** Meta escapes everything beyond ASCII and the slash, so a signature holds for these very bytes only. */
function escaped(body: object): string {
  return JSON.stringify(body)
    .replaceAll('/', '\\/')
    .replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
