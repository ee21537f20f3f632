import { setMaxListeners } from 'node:events'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** How a stand-in answers one request. `ended` is the end of the server; what is thrown goes to `failed`. */
export interface Answering {
  handle(request: IncomingMessage, response: ServerResponse, ended: AbortSignal): Promise<void>
  failed(response: ServerResponse, error: unknown): void
}

/** Listens on loopback; 0 is any free port. Closing cuts every connection and ends what is held back. */
export async function listenOnLoopback({ handle, failed }: Answering, port: number): Promise<{ origin: string; close(): Promise<void> }> {
  const ended = new AbortController()
  // Any number of answers may be held back at once.
  setMaxListeners(0, ended.signal)
  const server = http.createServer((request, response) => {
    handle(request, response, ended.signal).catch((error) => failed(response, error))
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      ended.abort()
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
