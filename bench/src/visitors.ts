import { WebSocket } from 'ws'
import { latencies } from './inbound.ts'
import { poster, quantile, round } from './load.ts'
import { held, settle } from './memory.ts'
import { openConsole, type Stage } from './stage.ts'

const pageMs = 40_000
const beatMs = 15_000
const agent = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36'

const talkPerSecond = 20
/** How long messages of customers take to a console, in ms. */
const talk = (stage: Stage, seconds: number): Promise<number[]> => {
  const post = poster(stage.webhook.url, 4)
  return latencies(
    (onFrame) => openConsole(stage, onFrame),
    (text) => post(text, stage.webhook.headers),
    talkPerSecond,
    seconds,
  )
}

/**
 * Visitors on one hub, each looking at a page for 40 s on average and saying every 15 s that he is there, beside consoles with
 * the live list open. How late a page view stands on the list, what the hub holds for each visitor, garbage collected, and what all of it
 * costs the messages of other customers.
 */
export async function visitors(stage: Stage, count = 10_000, seconds = 45): Promise<string[]> {
  const { channels } = await stage.ask('{ channels { publicKey } }')
  const key = channels.find((channel: { publicKey: string | null }) => channel.publicKey).publicKey as string
  // Code and tables are warm in both runs.
  await talk(stage, 15)
  const without = await talk(stage, seconds)
  const alone = await held(stage)
  const sentAt = new Map<string, number>()
  const lags: number[] = []
  const consoles = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      openList(stage, (url) => {
        const at = sentAt.get(url)
        // A row is told again when something else of it changes.
        if (n !== 0 || !at) return
        lags.push(performance.now() - at)
        sentAt.delete(url)
      }),
    ),
  )
  let pages = 0
  const urls = Array.from({ length: count }, () => '')
  const beat = async (n: number, moves: boolean) => {
    if (moves) {
      urls[n] = `https://shop.example/page/${pages++}`
      sentAt.set(urls[n], performance.now())
    }
    await fetch(`${stage.hub}/widget/status?channel=${key}`, {
      method: 'POST',
      headers: { origin: 'https://shop.example', 'user-agent': agent, 'x-forwarded-for': `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}` },
      body: JSON.stringify([`visitor-number-${n}`.padEnd(24, '0'), urls[n], 'A page of the shop', '']),
    })
  }
  for (let from = 0; from < count; from += 50) await Promise.all(Array.from({ length: 50 }, (_, n) => beat(from + n, true)))
  await settle(3_000)
  const withAll = await held(stage)
  lags.length = 0
  const talking = talk(stage, seconds)
  const until = Date.now() + seconds * 1_000
  const perTick = Math.ceil((count / beatMs) * 50)
  let next = 0
  while (Date.now() < until) {
    const began = Date.now()
    const some = Array.from({ length: perTick }, () => next++ % count)
    await Promise.all(some.map((n) => beat(n, Math.random() < beatMs / pageMs)))
    await settle(Math.max(0, 50 - (Date.now() - began)))
  }
  const meanwhile = await talking
  for (const socket of consoles) socket.close()
  lags.sort((a, b) => a - b)
  const share = (part: number) => Math.round(lags[Math.floor(lags.length * part)] ?? Number.NaN)
  const times = (values: number[]) => `p50 ${round(quantile(values, 0.5), 1)} ms, p99 ${round(quantile(values, 0.99), 1)} ms`
  return [
    `${count} visitors: a page view stands on the list after ${share(0.5)} ms p50, ${share(0.95)} ms p95 (goal 1,000), of ${lags.length}`,
    `per visitor: ${Math.round(((withAll - alone) / count / 1024) * 10) / 10} kB held (goal 12)`,
    `a customer's message to a console, without visitors: ${times(without)}; with them: ${times(meanwhile)}`,
  ]
}

function openList(stage: Stage, seen: (url: string) => void): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${stage.hub.replace('http', 'ws').replace('localhost', '127.0.0.1')}/graphql`, 'graphql-transport-ws', {
      headers: { cookie: stage.admin.cookie, origin: stage.hub },
    })
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { workspace: stage.admin.workspace } })))
    socket.on('message', (data) => {
      const text = data.toString()
      if (text.startsWith('{"type":"connection_ack"')) {
        const query =
          'subscription { visits { reset goneIds visits { id channelId name state startedAt leftAt page { url title } pages referrer campaign search language device system browser visits firstAt } } }'
        socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }))
        resolve(socket)
      } else if (text.startsWith('{"id":"1","type":"next"'))
        for (const { page } of JSON.parse(text).payload.data?.visits.visits ?? []) seen(page.url)
    })
    socket.on('error', reject)
  })
}
