import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Seen {
  method: string
  url: string
  headers: IncomingMessage['headers']
  body: Buffer
}
export type Answer = (response: ServerResponse, request: IncomingMessage) => void

/** A server on this machine that answers as it is told and remembers what it was asked. */
export interface Host {
  at: string
  host: string
  seen: Seen[]
  answer: Answer
  /** Answers when nobody is being answered any more. */
  idle(): Promise<void>
  stop(): Promise<void>
}

export async function startHost(): Promise<Host> {
  const seen: Seen[] = []
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request
      .on('data', (chunk) => chunks.push(chunk))
      .on('end', () => {
        seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) })
        host.answer(response, request)
      })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const host: Host = {
    at: `http://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    seen,
    answer: (response) => response.end(),
    idle: async () => {
      while ((await connections(server)) > 0) {
        server.closeIdleConnections()
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
    },
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return host
}

function connections(server: Server): Promise<number> {
  return new Promise((resolve, reject) => server.getConnections((error, count) => (error ? reject(error) : resolve(count))))
}
