import { createHash } from 'node:crypto'
import { createTransport, type SendMailOptions } from 'nodemailer'
import { createScript, type Recurring } from '../script.ts'
import { openGate } from './gate.ts'
import { welcomeImap } from './imap.ts'
import { decoded, leavesOf, parseMime } from './mime.ts'
import { createSmtp, type SmtpFault } from './smtp.ts'
import { createWorld } from './world.ts'

export interface Customer {
  name: string
  address: string
}

/** A letter the server took from the hub. Ids are without brackets. */
export interface Accepted {
  to: string
  from: string
  id: string
  subject: string
  text: string
  inReplyTo?: string
  headers: Record<string, string>
  files: { name: string; size: number; sha256: string }[]
}

type Fault = SmtpFault & Recurring & { recipient?: string }

export interface MailStandInOptions {
  address?: string
  password?: string
  /** The server puts what it sends into the folder of sent letters. */
  keepsSent?: boolean
  /** Of all folders: another where an earlier mailbox of the same address was numbered from the beginning too. */
  uidValidity?: number
}

export type MailStandIn = Awaited<ReturnType<typeof startMailStandIn>>

/** A mail server on loopback: a mailbox by IMAP, letters out by SMTP, faults, and a ledger of both directions. */
export async function startMailStandIn({
  address = 'help@parley.example',
  password = 'the mailbox is open',
  keepsSent = false,
  uidValidity = 1_700_000_000,
}: MailStandInOptions = {}) {
  const world = createWorld(uidValidity)
  const ledger = { accepted: [] as Accepted[], calls: {} as Record<string, number>, unknown: [] as string[] }
  const script = createScript<Fault, [string]>(({ recipient }, to) => recipient === undefined || recipient === to, Math.random)
  let secret = password
  let failingFetches = 0
  let numbers = 0
  const admits = (user: string, given: string) => user === address && given === secret

  const smtp = createSmtp({
    admits,
    strike: (recipient) => script.strike(recipient),
    take(source, { from, to }) {
      ledger.accepted.push(acceptedOf(source, from, to[0] ?? ''))
      if (keepsSent) world.put('Sent', source)
    },
  })
  const imap = await openGate((socket) =>
    welcomeImap(socket, {
      world,
      admits,
      called(name, rest) {
        ledger.calls[name] = (ledger.calls[name] ?? 0) + 1
        if (failingFetches === 0 || name !== 'UID FETCH' || !rest.includes('[')) return undefined
        failingFetches--
        return 'NO [SERVERBUG] the disk is tired'
      },
      unknown: (what) => void ledger.unknown.push(what),
      ready: () => imap.ready(),
    }),
  )
  const out = await openGate((socket) => smtp.welcome(socket))
  const gates = [imap, out]

  /** Puts a letter into the mailbox; answers its id. */
  async function write(letter: SendMailOptions & { at?: number }): Promise<string> {
    const { at, ...mail } = letter
    const id = `letter-${++numbers}@customer.example`
    const { message } = await createTransport({ streamTransport: true, buffer: true, newline: 'windows' }).sendMail({
      to: address,
      subject: 'A question',
      messageId: `<${id}>`,
      ...mail,
    })
    world.put('INBOX', message as Buffer, at)
    return id
  }

  return {
    address,
    password,
    world,
    ledger,
    ports: { imap: imap.port, smtp: out.port },
    hosts: [`127.0.0.1:${imap.port}`, `127.0.0.1:${out.port}`],
    options: {
      address,
      password,
      imapHost: '127.0.0.1',
      imapPort: imap.port,
      smtpHost: '127.0.0.1',
      smtpPort: out.port,
      encrypted: false,
      keepsSent,
    },
    write,
    /** Puts bytes into the mailbox as they are. */
    inject: (source: string | Buffer, at?: number) => world.put('INBOX', Buffer.from(source), at),
    /** The notice a mail server sends back when a letter of ours could not be delivered. */
    bounce: (letter: Accepted, status = '5.1.1', words = 'The mailbox does not exist') =>
      world.put('INBOX', bounceOf(letter, address, status, words)),
    fault: (fault: Fault) => script.add(fault),
    failFetches(times: number) {
      failingFetches = times
    },
    vanish(how: 'reset' | 'hang') {
      for (const gate of gates) gate.vanish(how)
    },
    /** Letters still go out; a new line to the mailbox gets no answer. */
    fallSilent: () => imap.vanish('hang'),
    recover() {
      script.clear()
      failingFetches = 0
      for (const gate of gates) gate.recover()
    },
    /** Another password; every line is cut. */
    revoke(next = 'another password') {
      secret = next
      for (const gate of gates) gate.cut()
      return next
    },
    calls: () => Object.values(ledger.calls).reduce((sum, one) => sum + one, 0) + imap.knocks() + out.knocks(),
    stop: async () => void (await Promise.all(gates.map((gate) => gate.close()))),
  }
}

const bare = (id: string | undefined) => id?.replace(/^<|>$/g, '')

function acceptedOf(source: Buffer, from: string, to: string): Accepted {
  const letter = parseMime(source)
  const leaves = leavesOf(letter)
  const isFile = ({ disposition }: (typeof leaves)[number]) => disposition?.type === 'attachment'
  const text = leaves.find((leaf) => leaf.type === 'text/plain' && !isFile(leaf))
  const inReplyTo = bare(letter.headers['in-reply-to'])
  return {
    to,
    from,
    id: bare(letter.headers['message-id']) ?? '',
    subject: letter.headers.subject ?? '',
    // The last line end belongs to the medium.
    text: text ? decoded(text).toString('utf8').replaceAll('\r\n', '\n').replace(/\n$/, '') : '',
    ...(inReplyTo && { inReplyTo }),
    headers: letter.headers,
    files: leaves.filter(isFile).map((leaf) => {
      const bytes = decoded(leaf)
      const name = leaf.disposition?.params.find(([key]) => key === 'filename')?.[1] ?? ''
      return { name, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
    }),
  }
}

function bounceOf(letter: Accepted, address: string, status: string, words: string): Buffer {
  const lines = [
    'From: Mail Delivery System <mailer-daemon@mx.example>',
    `To: ${address}`,
    'Subject: Undelivered Mail Returned to Sender',
    `Message-ID: <bounce-${letter.id}>`,
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="report"',
    '',
    '--report',
    'Content-Type: text/plain; charset=utf-8',
    '',
    'I am sorry to have to inform you that your message could not be delivered.',
    '--report',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.example',
    '',
    `Final-Recipient: rfc822; ${letter.to}`,
    'Action: failed',
    `Status: ${status}`,
    `Diagnostic-Code: smtp; 550 ${status} ${words}`,
    '',
    '--report',
    'Content-Type: text/rfc822-headers',
    '',
    `From: ${address}`,
    `To: ${letter.to}`,
    `Message-ID: <${letter.id}>`,
    `Subject: ${letter.subject}`,
    '',
    '--report--',
    '',
  ]
  return Buffer.from(lines.join('\r\n'))
}
