import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMemory, eventsOf, type Memory, type MiniHub, sha256Of, startHub, texts, until } from '@parley/conformance'
import { startMailStandIn } from '@parley/conformance/mail'
import { ImapFlow } from 'imapflow'
import { createTransport, type SendMailOptions } from 'nodemailer'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createEmail } from '../src/index.ts'
import { hasty } from './rig.ts'

/** Dovecot drops its rights on the way: only root has any to drop. */
const dovecot = (() => {
  try {
    return process.getuid?.() === 0 && execFileSync('dovecot', ['--version']).length > 0
  } catch {
    return false
  }
})()
const address = 'help@parley.example'
const password = 'open-sesame'

describe(`a mailbox of ${dovecot ? 'a real Dovecot' : 'the stand-in, as no Dovecot can be run here'}`, () => {
  let folder: string | undefined
  let server: ChildProcess | undefined
  let imapPort: number
  let smtp: Awaited<ReturnType<typeof startMailStandIn>>
  let hub: MiniHub
  const memory: Memory = createMemory()

  const client = () =>
    new ImapFlow({
      host: '127.0.0.1',
      port: imapPort,
      secure: false,
      doSTARTTLS: false,
      auth: { user: address, pass: password },
      logger: false,
    })
  const signedIn = async <T>(task: (open: ImapFlow) => Promise<T>): Promise<T> => {
    const open = client()
    await open.connect()
    return task(open).finally(() => open.logout())
  }
  const write = async (letter: SendMailOptions) => {
    const { message } = await createTransport({ streamTransport: true, buffer: true, newline: 'windows' }).sendMail({
      from: 'Мария <maria@customer.example>',
      to: address,
      ...letter,
    })
    await signedIn((open) => open.append('INBOX', message as Buffer))
  }

  beforeAll(async () => {
    smtp = await startMailStandIn({ address, password })
    imapPort = dovecot ? await freePort() : smtp.options.imapPort
    if (dovecot) {
      folder = mkdtempSync(join(tmpdir(), 'parley-dovecot-'))
      server = startDovecot(folder, imapPort)
    }
    await until('the mailbox answers', () => signedIn(async () => true).catch(() => false))
    const options = { ...smtp.options, imapPort }
    hub = await startHub(createEmail({ ...hasty, callMs: 5_000, pingMs: 60_000 }), options, memory)
  }, 60_000)
  afterAll(async () => {
    await hub?.stop()
    await smtp?.stop()
    if (server?.kill()) await once(server, 'exit')
    if (folder) rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
  })

  test('tells of a letter at once, with its subject, its words in any encoding and its file', async () => {
    const bytes = Buffer.from(new Uint8Array(300_000).map((_, n) => n % 251))
    await write({
      subject: 'Вопрос 👋',
      messageId: '<first@customer.example>',
      text: 'Есть ли синий?\n\nOn Monday, 3 March, Shop wrote:\n> Colours?',
      html: '<p>Есть ли синий?</p>',
      attachments: [{ filename: 'договор.pdf', content: bytes }],
    })
    const [message] = await until('it is heard', () => (texts(memory).length > 0 ? eventsOf(memory, 'message') : undefined))
    expect(message).toMatchObject({
      text: 'Есть ли синий?',
      from: { id: 'maria@customer.example', name: 'Мария' },
      letter: { subject: 'Вопрос 👋' },
      media: [{ name: 'договор.pdf' }, { letter: true }],
    })
    const [file] = message?.media ?? []
    const opened = file && (await hub.connection.openMedia?.(file, AbortSignal.timeout(10_000)))
    if (!opened || 'gone' in opened) throw new Error('The file is gone.')
    expect(await sha256Of(opened.body)).toBe(await sha256Of(new Blob([bytes]).stream()))
  })

  test('keeps a copy of an answer, by which it is found again', async () => {
    const [asked] = eventsOf(memory, 'message')
    if (!asked) throw new Error('Nothing was asked.')
    hub.post({ thread: asked.thread, to: { id: asked.from.id }, text: 'Да', replyTo: asked.id }, 'm')
    await hub.drain()
    const row = memory.rows.get('m.0')
    expect(row).toMatchObject({ state: 'sent' })
    expect(smtp.ledger.accepted).toMatchObject([{ to: 'maria@customer.example', inReplyTo: 'first@customer.example', text: 'Да' }])
    expect(row && (await hub.connection.settle?.(row.part))).toMatchObject({ outcome: 'sent', id: row?.platformId })
  })

  test('gives what came while nobody listened, in its order', async () => {
    await hub.stop()
    for (const text of ['one', 'two', 'three']) await write({ subject: text, text })
    hub = await startHub(createEmail({ ...hasty, callMs: 5_000, pingMs: 60_000 }), { ...smtp.options, imapPort }, memory)
    await until('all are heard', () => texts(memory).length === 4)
    expect(texts(memory).slice(1)).toEqual(['one', 'two', 'three'])
  })

  test('refuses a wrong password in words that are told', async () => {
    const other = createMemory()
    const second = await startHub(createEmail({ ...hasty, callMs: 5_000 }), { ...smtp.options, imapPort, password: 'wrong' }, other)
    await until('it is told', () => other.reports.some(({ state, action }) => state === 'logged_out' && action === 'reconfigure'))
    await second.stop()
  })
})

function startDovecot(folder: string, port: number): ChildProcess {
  chmodSync(folder, 0o755)
  mkdirSync(join(folder, 'mail'))
  writeFileSync(join(folder, 'dovecot.conf'), configuration(folder, port))
  execFileSync('chown', ['-R', 'nobody:nogroup', join(folder, 'mail')])
  return spawn('dovecot', ['-F', '-c', join(folder, 'dovecot.conf')], { stdio: 'ignore' })
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}

const configuration = (folder: string, port: number) => `
base_dir = ${folder}/run
state_dir = ${folder}/run
log_path = ${folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
first_valid_uid = 1
default_internal_user = nobody
default_login_user = nobody
mail_location = maildir:${folder}/mail/box
passdb {
  driver = static
  args = password=${password}
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=${folder}/mail
}
namespace inbox {
  inbox = yes
  mailbox Sent {
    auto = create
    special_use = \\Sent
  }
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = 0
  }
}
service anvil {
  chroot =
}
`
