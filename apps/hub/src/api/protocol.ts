import type { IncomingMessage } from 'node:http'
import { CloseCode, makeServer, type ServerOptions } from 'graphql-ws'
import type { WebSocket, WebSocketServer } from 'ws'
import type { Log } from '../log.ts'
import { holdBack } from './keeping-up.ts'

export interface Extra extends Record<PropertyKey, unknown> {
  socket: WebSocket
  /** Of the request that opened the socket only this is kept. */
  request: Pick<IncomingMessage, 'headers'>
}
export type ProtocolOptions = ServerOptions<Record<string, unknown> | undefined, Extra>

/**
 * graphql-transport-ws on a WebSocket server. Unlike graphql-ws's own binding to `ws` it writes nothing to the console of what
 * clients do wrong, and tells clients nothing of what went wrong here.
 */
export function serveProtocol(options: ProtocolOptions, sockets: WebSocketServer, log: Log): void {
  const server = makeServer(options)
  sockets.on('connection', (socket: WebSocket, request: Extra['request']) => {
    const closed = server.opened(
      {
        protocol: socket.protocol,
        send: (text) => new Promise((sent) => (socket.readyState === socket.OPEN ? socket.send(text, () => sent()) : sent())),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (listener) =>
          socket.on('message', (data) => {
            // What is still on its way from who was sent away asks nothing any more.
            if (socket.readyState !== socket.OPEN) return
            holdBack(socket)
            void listener(messageOf(String(data))).catch((error: unknown) => closeWith(socket, error, log))
          }),
      },
      { socket, request },
    )
    socket.on(
      'close',
      (code, reason) => void closed(code, String(reason)).catch((error: unknown) => log.error({ err: error }, 'a socket did not end well')),
    )
  })
}

/** Read here: the text would be kept for as long as the subscription runs that it asks for. What is no JSON is refused as it is. */
function messageOf(text: string): string {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** A message that clients do not send is the client's fault; anything else that is thrown is ours. */
function closeWith(socket: WebSocket, error: unknown, log: Log): void {
  const theirs = error instanceof Error && error.message.startsWith('Unexpected message of type')
  if (!theirs) log.error({ err: error }, 'a message on a socket failed')
  socket.close(theirs ? CloseCode.BadRequest : CloseCode.InternalServerError, theirs ? 'Unexpected message' : 'Internal server error')
}
