import { type Accepted, oddMark, type Rig, type Subject, until } from '@parley/conformance'
import { type MailStandIn, startMailStandIn } from '@parley/conformance/mail'
import { rootFor, threadId } from '../src/ids.ts'
import { createEmail } from '../src/index.ts'
import type { Timing } from '../src/timing.ts'

/** Short waits, so that a test need not wait longer than what it tests. */
export const hasty: Timing = {
  callMs: 1_000,
  sendMs: 600,
  healthMs: 200,
  pingMs: 100,
  settleMs: 1_500,
  idleMs: 1_000,
  retryMs: 20,
  retryMaxMs: 80,
  recheckMs: 200,
  graceMs: 100,
}

const password = 'open-sesame-of-the-tests'
const address = 'help@parley.example'
const maria = { name: 'Мария', address: 'maria@customer.example' }
/** All she writes belongs to one exchange. */
const first = 'the-first-letter@customer.example'
const thread = { id: threadId(rootFor(first, [], address), maria.address), kind: 'direct' as const }

/** A server that keeps what it sends can be asked for it, another cannot. */
export const subject = (keepsSent: boolean): Subject => ({
  module: createEmail(hasty),
  options: { address, password, imapHost: '127.0.0.1', smtpHost: '127.0.0.1', keepsSent },
  delivery: 'pull',
  never: {
    conflict: 'a mailbox may be read by many',
    order: 'letters are never edited',
    range: 'a file is a part of its letter, which is fetched as one',
  },
  ownLineEnds: true,
  crowd: { messages: 200, chats: 20 },
  rig: () => createRig(keepsSent),
})

async function createRig(keepsSent: boolean): Promise<Rig> {
  const mail = await startMailStandIn({ address, password, keepsSent })
  return { ...customersOf(mail), ...platformOf(mail), options: mail.options }
}

function customersOf(mail: MailStandIn) {
  let written = 0
  const write = (more: object) => {
    written++
    return mail.write({ from: maria, references: [`<${first}>`], inReplyTo: `<${first}>`, ...more })
  }
  return {
    thread,
    threads: (count: number) =>
      Array.from({ length: count }, (_, n) => ({
        id: threadId(rootFor(first, [], address), `person${n}@customer.example`),
        kind: 'direct' as const,
      })),
    say: (text: string, how: { at?: number; replyTo?: string } = {}) =>
      write({ text, ...(how.at !== undefined && { at: how.at }), ...(how.replyTo && { inReplyTo: `<${how.replyTo}>` }) }),
    async sayTogether(texts: string[]) {
      for (const text of texts) await write({ text })
    },
    async repeat() {
      const last = mail.world.folder('INBOX')?.letters.at(-1)
      if (last) mail.inject(last.source, last.at)
    },
    /** Whoever listens asks for what is new, and then waits. */
    async quiet() {
      const searches = mail.ledger.calls['UID SEARCH'] ?? 0
      await until('it was looked at', () => (mail.ledger.calls['UID SEARCH'] ?? 0) > searches)
      const idles = mail.ledger.calls.IDLE ?? 0
      await until('it waits again', () => (mail.ledger.calls.IDLE ?? 0) > idles)
      expectSome(written)
    },
    async sendFile(bytes: Uint8Array, caption?: string) {
      await write({ text: caption ?? '', attachments: [{ filename: 'file.bin', content: Buffer.from(bytes) }] })
    },
    async sendAlbum(count: number) {
      await write({
        text: '',
        attachments: Array.from({ length: count }, (_, n) => ({ filename: `${n}.png`, content: Buffer.alloc(100, n) })),
      })
    },
    async sendHugeFile() {
      await write({ text: '', attachments: [{ filename: 'film.mp4', content: Buffer.alloc(51 * 1024 * 1024) }] })
    },
    loseFiles() {
      const inbox = mail.world.folder('INBOX')
      if (inbox) inbox.letters = []
    },
    async sayUnknown() {
      mail.inject(
        `From: ${maria.address}\r\nMessage-ID: <sealed@customer.example>\r\nContent-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b\r\n\r\n--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--b--\r\n`,
      )
    },
    sayMalformed: () => malformed(mail),
  }
}

function expectSome(written: number) {
  if (written === 0) throw new Error('Nothing was written.')
}

/** Letters nobody sane writes; a mailbox takes them all. */
async function malformed(mail: MailStandIn): Promise<number[]> {
  const odd = [
    '',
    '\r\n\r\n',
    'no header at all',
    'From: <>\r\n\r\n',
    'From: @@@\r\nTo: ,,,;;;\r\nMessage-ID: <<>>\r\n\r\nx',
    'Content-Type: multipart/mixed\r\n\r\nno boundary',
    'Content-Type: multipart/mixed; boundary="a"\r\n\r\n--a\r\n--a\r\n--a--',
    'Content-Type: text/plain; charset=no-such-charset\r\nContent-Transfer-Encoding: nonsense\r\n\r\n\xff\xfe',
    'Content-Type: text/html\r\n\r\n<b><i><table><tr><td>never closed',
    'Content-Type: multipart/report; report-type=delivery-status; boundary=r\r\n\r\n--r\r\nContent-Type: message/delivery-status\r\n\r\nAction: failed\r\n--r--',
    `From: ${'a'.repeat(5_000)}@example\r\nSubject: =?utf-8?B?////?= ${oddMark}\r\nDate: not a date\r\nReferences: ${'<x@y> '.repeat(3_000)}\r\n\r\n${oddMark}`,
    `Message-ID: <${'i'.repeat(3_000)}>\r\n\r\nodd\0nul`,
  ]
  for (const source of odd) mail.inject(Buffer.from(source, 'latin1'))
  return []
}

function platformOf(mail: MailStandIn) {
  const misfortunes: Record<string, Parameters<MailStandIn['fault']>[0]> = {
    rate: { kind: 'refuse', at: 'recipient', code: 451, words: '4.7.1 Too many letters, slow down', recipient: maria.address },
    down: { kind: 'refuse', at: 'sender', code: 421, words: '4.3.2 Service not available' },
    refused: { kind: 'refuse', at: 'recipient', code: 550, words: '5.7.1 The recipient wants no letters of yours' },
    lose_reply: { kind: 'lose_reply' },
    slow: { kind: 'slow', ms: 1_000 },
  }
  return {
    fail(what: string, times = 1) {
      if (what === 'download') return mail.failFetches(times)
      mail.fault({ ...(misfortunes[what] as Parameters<MailStandIn['fault']>[0]), times })
    },
    plague(chance: number) {
      for (const what of ['rate', 'down', 'lose_reply'])
        mail.fault({ ...(misfortunes[what] as Parameters<MailStandIn['fault']>[0]), recipient: undefined, probability: chance / 3 })
    },
    vanish: mail.vanish,
    recover: mail.recover,
    revoke: () => ({ ...mail.options, password: mail.revoke() }),
    unreachable: () => ({ ...mail.options, imapPort: 9, smtpPort: 9 }),
    wrong: { ...mail.options, password: 'nobody-has-this' },
    accepted: () =>
      mail.ledger.accepted.flatMap(({ to, text, inReplyTo, files }): Accepted[] => {
        const about = { threadId: threadId(rootFor(first, [], address), to), ...(inReplyTo && { replyTo: inReplyTo }) }
        const letters = files.map((file, n) => ({ ...about, ...(n === 0 && text && { caption: text }), file }))
        return letters.length > 0 ? letters : [{ ...about, text }]
      }),
    calls: mail.calls,
    unknownCalls: () => mail.ledger.unknown,
    secrets: [password],
    stop: mail.stop,
  }
}
