import { WebSocket } from 'ws'
import { sleep } from './random.ts'

export interface LineOptions {
  /** Where to connect now; asked before every try. */
  url(): string
  path: '/graphql' | '/widget/graphql'
  headers: Record<string, string>
  params: Record<string, unknown>
  query: string
  /** The cursor to resume from; undefined: from now on. */
  after(): number | undefined
  onFrame(frame: any): void
}
export interface Line {
  /** Cuts the connection as a lost network does. True when there was one that had begun. */
  cut(): boolean
  end(): void
}

/** One subscription that is begun again whenever its socket ends, as every client of ours does. */
export function followOn(options: LineOptions): Line {
  let socket: WebSocket | undefined
  let ended = false
  let begun = false
  const connect = () => {
    const url = options.url()
    begun = false
    socket = new WebSocket(`${url.replace('http', 'ws')}${options.path}`, 'graphql-transport-ws', {
      headers: { origin: url, ...options.headers },
      handshakeTimeout: 5_000,
    })
    const mine = socket
    mine.on('error', () => {})
    mine.on('open', () => mine.send(JSON.stringify({ type: 'connection_init', payload: options.params })))
    mine.on('close', () => {
      if (!ended) void sleep(100).then(() => !ended && connect())
    })
    mine.on('message', (data) => hear(mine, JSON.parse(String(data))))
  }
  const hear = (mine: WebSocket, message: any) => {
    if (mine !== socket || ended) return
    if (message.type === 'connection_ack')
      mine.send(
        JSON.stringify({ id: '1', type: 'subscribe', payload: { query: options.query, variables: { after: options.after() ?? null } } }),
      )
    else if (message.type === 'ping') mine.send(JSON.stringify({ type: 'pong' }))
    else if (message.type === 'next' && message.payload.data) {
      begun = true
      options.onFrame(Object.values(message.payload.data)[0])
    } else if (message.type === 'next' || message.type === 'error' || message.type === 'complete') mine.terminate()
  }
  connect()
  return {
    cut() {
      const had = begun
      if (had) socket?.terminate()
      return had
    },
    end() {
      ended = true
      socket?.terminate()
    },
  }
}
