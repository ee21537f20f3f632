import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'

/** A mail server of our own on a free port: keeps what it takes, and does as it is told about the next mails. */
export interface Postbox {
  url: string
  /** What was taken, whole: headers and text. */
  taken: string[]
  /** For the next mails, in order: take it, refuse it for now, refuse it for good, or hang up once the text is in hand. */
  next: ('take' | 'later' | 'never' | 'hangUp')[]
  close(): Promise<void>
}

export async function openPostbox(): Promise<Postbox> {
  const taken: string[] = []
  const next: Postbox['next'] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onConnect: (_session, done) => done(),
    onData(stream, session, done) {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => {
        const act = next.shift() ?? 'take'
        if (act === 'take' || act === 'hangUp') taken.push(Buffer.concat(parts).toString())
        if (act === 'hangUp') {
          for (const connection of server.connections as Set<{ session: { id: string }; _socket: { destroy(): void } }>)
            if (connection.session.id === session.id) connection._socket.destroy()
          return
        }
        done(act === 'take' ? null : Object.assign(new Error('not now'), { responseCode: act === 'later' ? 451 : 550 }))
      })
    },
  })
  server.on('error', () => {})
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  return {
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    taken,
    next,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
