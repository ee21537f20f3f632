import { isIP, type LookupFunction, connect as openSocket, type Socket } from 'node:net'
import type { Host } from '@parley/schema/connector'
import { createTransport, type SendMailOptions } from 'nodemailer'
import { Unsent } from './errors.ts'
import type { EmailOptions } from './options.ts'

export type MailOptions = SendMailOptions

/** Ports on which the first byte is already encrypted. */
const implicitTls = new Set([465, 993])

/** How one of the two servers is spoken to. */
export interface Endpoint {
  host: string
  port: number
  /** Encrypted from the first byte. */
  secure: boolean
  /** Else: encrypted after the greeting, or not at all. */
  mustEncrypt: boolean
  auth: { user: string; pass: string }
  /** Only addresses that were checked, whatever the name answers by now. */
  lookup: LookupFunction
  /** For the certificate; an address of an own network has none. */
  servername?: string
}

export async function endpointOf({ options, resolve }: Host<EmailOptions>, kind: 'imap' | 'smtp'): Promise<Endpoint> {
  const { address, user, password, encrypted } = options
  const host = kind === 'imap' ? options.imapHost : options.smtpHost
  const port = kind === 'imap' ? options.imapPort : options.smtpPort
  const addresses = await resolve(host, port)
  return {
    host,
    port,
    secure: encrypted && implicitTls.has(port),
    mustEncrypt: encrypted && !implicitTls.has(port),
    auth: { user: user || address, pass: password },
    lookup: pinned(addresses),
    ...(!isIP(host) && { servername: host }),
  }
}

function pinned(addresses: { address: string; family: number }[]): LookupFunction {
  return (_host, { all }, done) => {
    const [first] = addresses
    if (all) done(null, addresses)
    else if (first) done(null, first.address, first.family)
    else done(new Error('no address'), '', 0)
  }
}

/** The letter as it goes over the wire; the same bytes are the copy among those sent. */
export async function composed(mail: MailOptions): Promise<Buffer> {
  const composer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' })
  const { message } = await composer.sendMail({ ...mail, disableFileAccess: true, disableUrlAccess: true })
  return message as Buffer
}

/** Hands over one letter on a line of its own. Throws {@link Unsent}. */
export async function handOver(
  endpoint: Endpoint,
  envelope: { from: string; to: string },
  raw: Buffer,
  limit: { ms: number; signal: AbortSignal },
): Promise<void> {
  const line = { handedOver: false }
  const transport = transportTo(endpoint, limit.ms, watch(line))
  try {
    await transport.sendMail({ envelope: { from: envelope.from, to: [envelope.to] }, raw, signal: limit.signal })
  } catch (error) {
    throw new Unsent(error, line.handedOver)
  } finally {
    transport.close()
  }
}

/** Signs in and says goodbye. */
export async function trySmtp(endpoint: Endpoint, ms: number): Promise<void> {
  const transport = transportTo(endpoint, ms, false)
  try {
    await transport.verify()
  } catch (error) {
    throw new Unsent(error, false)
  } finally {
    transport.close()
  }
}

function transportTo({ host, port, secure, mustEncrypt, auth, lookup, servername }: Endpoint, ms: number, logger: unknown) {
  return createTransport({
    host,
    port,
    secure,
    requireTLS: mustEncrypt,
    ignoreTLS: !secure && !mustEncrypt,
    auth,
    tls: { servername },
    logger,
    greetingTimeout: ms,
    socketTimeout: ms,
    getSocket: (_options: unknown, done: (error: Error | null, socket?: { connection: Socket }) => void) =>
      void dial(host, port, lookup, ms).then(
        (connection) => done(null, { connection }),
        (error) => done(error),
      ),
  } as never)
}

function dial(host: string, port: number, lookup: LookupFunction, ms: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = openSocket({ host, port, lookup, noDelay: true, autoSelectFamily: true, autoSelectFamilyAttemptTimeout: 2_500 })
    const late = setTimeout(() => socket.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })), ms)
    socket.once('error', (error) => {
      clearTimeout(late)
      reject(error)
    })
    socket.once('connect', () => {
      clearTimeout(late)
      socket.removeAllListeners('error')
      resolve(socket)
    })
  })
}

/** The library says that the whole text was written, dot and all, only to a logger: its errors do not tell before from after. */
function watch(line: { handedOver: boolean }) {
  const nothing = () => {}
  const info = (entry: { tnx?: string }) => {
    if (entry.tnx === 'message') line.handedOver = true
  }
  return { trace: nothing, debug: nothing, info, warn: nothing, error: nothing, fatal: nothing, level: nothing }
}
