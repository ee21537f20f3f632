import type { Socket } from 'node:net'
import { SMTPServer } from 'smtp-server'

/** How the stand-in treats one letter it is handed. */
export type SmtpFault =
  | { kind: 'refuse'; at: 'sender' | 'recipient'; code: number; words: string }
  /** Taken, the answer lost. */
  | { kind: 'lose_reply' }
  /** Taken so many milliseconds later. */
  | { kind: 'slow'; ms: number }

export interface SmtpHouse {
  admits(user: string, password: string): boolean
  /** The fault that strikes this letter, asked once per letter. */
  strike(recipient: string): SmtpFault | undefined
  take(source: Buffer, envelope: { from: string; to: string[] }): void
}

interface Line {
  session: { id: string }
  _socket: Socket
}

/** An SMTP server that is handed its lines. */
export function createSmtp({ admits, strike, take }: SmtpHouse): { welcome(socket: Socket): void } {
  const struck = new Map<string, SmtpFault | undefined>()
  const refusing = (fault: SmtpFault | undefined, at: string) =>
    fault?.kind === 'refuse' && fault.at === at ? Object.assign(new Error(fault.words), { responseCode: fault.code }) : undefined
  const server: SMTPServer = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    authMethods: ['PLAIN', 'LOGIN'],
    allowInsecureAuth: true,
    disableReverseLookup: true,
    size: 40 * 1024 * 1024,
    onAuth: ({ username, password }, _session, done) =>
      admits(username ?? '', password ?? '')
        ? done(null, { user: username ?? '' })
        : done(Object.assign(new Error('5.7.8 Authentication credentials invalid'), { responseCode: 535 })),
    onRcptTo({ address }, session, done) {
      const fault = strike(address)
      struck.set(session.id, fault)
      done(refusing(fault, 'recipient') ?? refusing(fault, 'sender'))
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const fault = struck.get(session.id)
        const { mailFrom, rcptTo } = session.envelope
        const accept = () =>
          take(Buffer.concat(chunks), { from: mailFrom ? mailFrom.address : '', to: rcptTo.map(({ address }) => address) })
        if (fault?.kind === 'slow') {
          const late = () => {
            accept()
            done()
          }
          return void setTimeout(late, fault.ms)
        }
        accept()
        if (fault?.kind !== 'lose_reply') return done()
        const lines = [...(server.connections as unknown as Set<Line>)]
        lines.find((line) => line.session.id === session.id)?._socket.destroy()
      })
    },
  })
  server.on('error', () => {})
  return { welcome: (socket) => server.connect(socket, {}) }
}
