import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:http'

/** One POST over a kept connection; resolves with the status. */
export function poster(url: string, connections: number) {
  // In turn: one that rests is closed by the hub just when it is taken again.
  const agent = new Agent({ keepAlive: true, maxSockets: connections, scheduling: 'fifo' })
  const { hostname, port, pathname } = new URL(url)
  return (body: string, headers: Record<string, string> = {}): Promise<{ status: number; text: string }> =>
    new Promise((resolve, reject) => {
      const ask = request(
        {
          agent,
          hostname,
          port,
          path: pathname,
          method: 'POST',
          headers: { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)), ...headers },
        },
        (response) => {
          let text = ''
          response
            .setEncoding('utf8')
            .on('data', (chunk: string) => {
              text += chunk
            })
            .on('end', () => resolve({ status: response.statusCode ?? 0, text }))
        },
      )
      ask.on('error', reject)
      ask.end(body)
    })
}

/** `connections` senders, each with one request under way, until `count` are answered. Answers with the rate per second. */
export async function hammer(count: number, connections: number, send: (n: number) => Promise<unknown>): Promise<number> {
  let next = 0
  const began = performance.now()
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (next < count) await send(next++)
    }),
  )
  return count / ((performance.now() - began) / 1000)
}

/** `perSecond` requests at even intervals, whatever the answers take. */
export async function steady(count: number, perSecond: number, send: (n: number) => Promise<unknown>): Promise<void> {
  const began = performance.now()
  const waiting: Promise<unknown>[] = []
  for (let n = 0; n < count; n += 1) {
    const due = began + (n * 1000) / perSecond
    const early = due - performance.now()
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early))
    waiting.push(send(n))
  }
  await Promise.all(waiting)
}

export const median = (values: number[]): number => quantile(values, 0.5)
export function quantile(values: number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0
}
export const round = (value: number, digits = 0): string =>
  value.toLocaleString('en', { maximumFractionDigits: digits, minimumFractionDigits: digits })

/** Processor time a process has used so far, in ms; it travels better from machine to machine than messages per second. */
export function cpuMs(pid = 0): number {
  const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/\(.*\)/, '()')
    .split(' ')
    .slice(13, 15)
  return (Number(user) + Number(system)) * 10
}
