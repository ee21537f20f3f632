import type { Database } from './db/client.ts'
import { workspaces } from './db/tables/workspace.ts'
import { type Letter, type MailOutcome, settleMail, takeMails } from './domain/mail.ts'
import type { Log } from './log.ts'
import { lookEvery } from './looking.ts'
import { systemOf, type Works } from './work.ts'

const lookMs = 2_000
const together = 5

export interface MailerOptions {
  /** smtp: or smtps:, with user and password. */
  url: string
  /** The address mails come from. */
  from: string
}
/** Hands a mail to the server. `send` never throws. */
export interface MailServer {
  send(mail: Letter, company: string): Promise<MailOutcome>
  close(): void
}

/** Sends the mails that wait. Their rows are the jobs: any hub may look, and each mail is in one hand at a time. */
export function createMailer(database: Database, works: Works, server: MailServer, log: Log) {
  let stopped = false
  async function look(): Promise<void> {
    for (const { id, name } of await database.db.select({ id: workspaces.id, name: workspaces.name }).from(workspaces)) {
      while (!stopped) {
        const mails = await works.work(systemOf(id), (work) => takeMails(work, together))
        if (mails.length === 0) break
        for (const mail of mails) {
          const outcome = await server.send(mail, name)
          await works.work(systemOf(id), (work) => settleMail(work, mail, outcome))
        }
      }
    }
  }
  const looking = lookEvery(lookMs, look, (error) => log.warn({ err: error }, 'mails could not be sent'))
  return {
    close: async () => {
      stopped = true
      await looking.close()
      server.close()
    },
  }
}

/** A server that says nothing for so long is away. */
const patience = { connectionTimeout: 15_000, greetingTimeout: 15_000, socketTimeout: 60_000 }

/** One mail at a time, each on a line of its own. The library is loaded with the first. */
export function mailServer({ url, from }: MailerOptions): MailServer {
  let opened: Promise<import('nodemailer').Transporter> | undefined
  const line = { handedOver: false }
  const open = () => {
    opened ??= import('nodemailer').then(({ createTransport }) => createTransport({ url, logger: watch(line), ...patience } as never))
    return opened
  }
  const domain = from.split('@').at(-1) ?? 'localhost'
  let last: Promise<unknown> = Promise.resolve()
  return {
    send(mail, company) {
      const sent = last.then(() => hand(mail, company))
      last = sent
      return sent
    },
    close: () => void opened?.then((transport) => transport.close()),
  }

  async function hand(mail: Letter, company: string): Promise<MailOutcome> {
    const transport = await open()
    line.handedOver = false
    try {
      await transport.sendMail({
        from: { name: company, address: from },
        to: { name: '', address: mail.to },
        subject: mail.subject,
        text: mail.text,
        ...(mail.html !== null && { html: mail.html }),
        // The same for every attempt: a server that got it twice can tell.
        messageId: `<${mail.id}@${domain}>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
        disableFileAccess: true,
        disableUrlAccess: true,
      })
      return { outcome: 'sent' }
    } catch (error) {
      return outcomeOf(error as SmtpError, line.handedOver)
    }
  }
}

/** The library says that the whole text was written, dot and all, only to a logger: its errors do not tell before from after. */
function watch(line: { handedOver: boolean }) {
  const nothing = () => {}
  const info = (entry: { tnx?: string }) => {
    if (entry.tnx === 'message') line.handedOver = true
  }
  return { trace: nothing, debug: nothing, info, warn: nothing, error: nothing, fatal: nothing, level: nothing }
}

interface SmtpError extends Error {
  code?: string
  responseCode?: number
}

/** A server that answered has decided. A line that broke after the whole text was handed over leaves open whether it was taken. */
function outcomeOf(error: SmtpError, handedOver: boolean): MailOutcome {
  const failure = error.message
  if (error.responseCode) return { outcome: error.responseCode >= 500 && error.code !== 'EAUTH' ? 'failed' : 'retry', failure }
  if (error.code === 'EENVELOPE') return { outcome: 'failed', failure }
  return { outcome: handedOver ? 'unknown' : 'retry', failure }
}
