import { readFileSync } from 'node:fs'
import { WebSocket } from 'ws'
import { feedSubscription } from '../../widget/src/app/documents.ts'
import { round } from './load.ts'
import { openConsole, type Stage } from './stage.ts'

export const settle = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/**
 * Resident memory of the hub at rest, half a minute after its start, when the engine has given back what starting took; and what it
 * holds, garbage collected, for each subscribed console and each visitor who has the chat open and says nothing. Kernel memory of the sockets (some 5 kB each) is not in it.
 */
export async function memory(stage: Stage, count = 2_000): Promise<string[]> {
  await settle(30_000)
  const rest = resident(stage)
  // What is compiled and cached at the first visit belongs to no visitor.
  for (const socket of await openVisitors(stage, 600)) socket.close()
  await settle(1_000)
  const alone = await held(stage)
  const visitors = await openVisitors(stage, count)
  const withVisitors = await held(stage)
  for (const socket of visitors) socket.close()
  await settle(2_000)
  const between = await held(stage)
  const consoles: WebSocket[] = []
  for (let n = 0; n < count; n += 50) consoles.push(...(await Promise.all(Array.from({ length: 50 }, () => openConsole(stage, () => {})))))
  const withConsoles = await held(stage)
  for (const socket of consoles) socket.close()
  const each = (more: number) => round(more / count / 1024, 1)
  return [
    `memory at rest: ${round(rest / 1024 / 1024)} MB resident (goal 120)`,
    `per visitor with the chat open: ${each(withVisitors - alone)} kB (goal 12); per subscribed console: ${each(withConsoles - between)} kB (goal 25)`,
  ]
}

export const resident = ({ hubProcess }: Pick<Stage, 'hubProcess'>): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${hubProcess.pid}/status`, 'utf8'))?.[1]) * 1024

/** The lowest of some answers. */
export async function held(stage: Stage): Promise<number> {
  const answers: number[] = []
  const listen = (chunk: string) => {
    const [, bytes] = /held (\d+)/.exec(chunk) ?? []
    if (bytes) answers.push(Number(bytes))
  }
  stage.hubProcess.stdout?.on('data', listen)
  for (let n = 0; n < 4; n += 1) {
    stage.hubProcess.kill('SIGUSR2')
    await settle(700)
  }
  stage.hubProcess.stdout?.off('data', listen)
  return Math.min(...answers)
}

async function openVisitors(stage: Stage, count: number): Promise<WebSocket[]> {
  const { channels } = await stage.ask('{ channels { publicKey } }')
  const key = channels.find((channel: { publicKey: string | null }) => channel.publicKey).publicKey
  const sockets: WebSocket[] = []
  for (let n = 0; n < count; n += 50)
    sockets.push(...(await Promise.all(Array.from({ length: 50 }, async (_, m) => openVisitor(stage, key, addressOf(n + m))))))
  return sockets
}

/** Each writes from an address of his own, because the hub limits what comes from one. */
const addressOf = (n: number) => `10.1.${n >> 8}.${n & 255}`

/** Somebody new, with the chat open as the widget opens it. */
async function openVisitor(stage: Stage, key: string, address: string): Promise<WebSocket> {
  const answer = await fetch(`${stage.hub}/widget/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
    body: JSON.stringify({
      query: 'mutation($input: StartVisitorInput!) { startVisitor(input: $input) { ... on StartVisitorSuccess { token } } }',
      variables: { input: { key, name: 'Maria', email: 'maria@customer.example' } },
    }),
  })
  const { token } = ((await answer.json()) as any).data.startVisitor
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(
      `${stage.hub.replace('http', 'ws').replace('localhost', '127.0.0.1')}/widget/graphql`,
      'graphql-transport-ws',
      { headers: { 'x-forwarded-for': address } },
    )
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { channel: key, token } })))
    socket.on('message', (data) => {
      const text = data.toString()
      if (text.startsWith('{"type":"connection_ack"'))
        socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: feedSubscription, variables: { after: null } } }))
      else if (text.includes('"next"')) resolve(socket)
    })
    socket.on('error', reject)
  })
}
