import { WebSocket } from 'ws'
import { createLog, type Log } from '../../src/log.ts'
import { untilTrue } from './hub.ts'

/** A follower on a socket that can stop reading, which no well-behaved client library does. */
export interface Stalling {
  /** What the subscription told, the first frame included. */
  frames: any[]
  /** All that was read so far. */
  bytes: number
  closed: { code: number; reason: string } | null
  say(message: object): void
  stop(): void
  /** From now on reads so many bytes a second and no more. */
  readAt(rate: number): void
  goOn(): void
  end(): void
}

/** A log that counts whom the hub sends away. */
export function countSentAway(): { log: Log; count(): number } {
  let count = 0
  const log = createLog('info', {
    write: (line: string) => {
      if (line.includes('a client that does not read is sent away')) count += 1
    },
  })
  return { log, count: () => count }
}

export async function followStalling(
  address: string,
  hello: Record<string, unknown>,
  headers: Record<string, string>,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<Stalling> {
  const socket = new WebSocket(address.replace('http', 'ws'), 'graphql-transport-ws', { headers })
  let rate = Number.POSITIVE_INFINITY
  const follower: Stalling = {
    frames: [],
    bytes: 0,
    closed: null,
    say: (message) => socket.send(JSON.stringify(message)),
    stop: () => socket.pause(),
    readAt: (bytes) => {
      rate = bytes
    },
    goOn: () => socket.resume(),
    end: () => socket.terminate(),
  }
  socket.on('error', () => {})
  socket.on('close', (code, reason) => {
    follower.closed = { code, reason: String(reason) }
  })
  socket.on('open', () => follower.say({ type: 'connection_init', payload: hello }))
  socket.on('message', (data: Buffer) => {
    follower.bytes += data.length
    if (rate < Number.POSITIVE_INFINITY) {
      socket.pause()
      setTimeout(() => socket.resume(), (data.length * 1_000) / rate)
    }
    const { type, payload } = JSON.parse(String(data))
    if (type === 'connection_ack') follower.say({ id: '1', type: 'subscribe', payload: { query, variables } })
    else if (type === 'next') follower.frames.push(Object.values(payload.data)[0])
  })
  await untilTrue(() => follower.frames.length > 0, 60_000)
  return follower
}
