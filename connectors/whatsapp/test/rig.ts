import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Accepted, oddMark, pause, type Rig, type Subject, until } from '@parley/conformance'
import { browserFor, startWhatsAppWebStandIn, type WhatsAppWebStandIn, type WireMessage } from '@parley/conformance/whatsapp-web'
import { findChromium } from '../src/chromium.ts'
import { createWhatsApp } from '../src/index.ts'
import { type Timing, usualTiming } from '../src/timing.ts'

/** Short waits where a test would wait for them; the browser itself gets as long as a busy machine may need. */
export const hasty: Timing = {
  ...usualTiming,
  pingMs: 1_000,
  callMs: 2_000,
  sendMs: 1_500,
  mediaMs: 60_000,
  settleMs: 60_000,
  retryMs: 50,
  retryMaxMs: 400,
}

const maria = '79161234567@c.us'
const cache = fileURLToPath(new URL('../../../node_modules/.cache/parley', import.meta.url))

export const subject: Subject = {
  module: createWhatsApp(hasty),
  options: {},
  delivery: 'pull',
  pairs: true,
  keepsHistory: true,
  crowd: { messages: 200, chats: 20 },
  never: {
    rate: 'WhatsApp Web tells nobody to slow down; it blocks the account',
    down: 'the page keeps what it could not send and sends it itself',
    refused: 'WhatsApp does not tell that one was blocked',
    wrong: 'nothing is typed that could be wrong',
    order: 'the page tells of an edit only when it has the message',
    range: 'the page decrypts a file as a whole',
  },
  rig: createRig,
}

export async function createRig(): Promise<Rig & { standIn: WhatsAppWebStandIn }> {
  const standIn = await startWhatsAppWebStandIn({ qrMs: 400, syncMs: 20 })
  standIn.meet({ id: maria, lid: '200000000000007@lid', phone: maria, name: 'Мария' })
  const folder = await mkdtemp(join(tmpdir(), 'parley-whatsapp-'))
  const chromiumPath = await browserFor(standIn.port, await findChromium(process.env.CHROMIUM_PATH, cache), folder)
  let patient = false
  let shown = 0
  standIn.device.onPairing(() => {
    shown += 1
    if (!patient) setTimeout(() => standIn.device.link(), 50)
  })
  return {
    standIn,
    options: {},
    withGroups: { groups: true },
    machine: { folder: join(folder, 'channels', 'one'), chromiumPath },
    thread: { id: maria, kind: 'direct' },
    ...customersOf(standIn),
    ...platformOf(standIn),
    async revoke() {
      const before = shown
      patient = standIn.device.connected()
      standIn.device.unlink()
      // Before that the page may still take a message, as in life.
      if (patient) await until('the device knows', () => shown > before)
      patient = false
      return {}
    },
    phone: {
      patient: (on) => {
        patient = on
      },
      link: () => standIn.device.link(),
      unlink: () => standIn.device.unlink(),
    },
    async stop() {
      await standIn.stop()
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

function customersOf(standIn: WhatsAppWebStandIn) {
  let last = ''
  const did = (id: string) => {
    last = id
    return id
  }
  const from = maria
  const secondsOf = (at: number | undefined) => (at === undefined ? {} : { t: at / 1000 })
  return {
    threads: (count: number) =>
      Array.from({ length: count }, (_, n) => {
        const id = `7917000${String(n).padStart(4, '0')}@c.us`
        standIn.meet({ id, phone: id, name: `Customer ${n}` })
        return { id, kind: 'direct' as const }
      }),
    say: async (text: string, how: { at?: number; replyTo?: string } = {}) =>
      did(standIn.say(text, { from, ...secondsOf(how.at), ...(how.replyTo && { quoted: how.replyTo }) })),
    sayUnheard: async (text: string) => standIn.sayUnheard(text, { from }),
    async sayTogether(texts: string[]) {
      for (const text of texts) did(standIn.say(text, { from }))
    },
    repeat: async () => standIn.repeat(last),
    // What was told before is stored before: everything goes through one connection.
    quiet: async () =>
      void (await until('the page is asked no more', () => standIn.account.undelivered.length === 0).then(() => pause(300))),
    edit: async (id: string, text: string) => standIn.edit(id, text),
    remove: async (id: string) => standIn.remove(id),
    react: async (id: string, emoji: string | null) => standIn.react(id, from, emoji),
    receipt: async (id: string, state: 'delivered' | 'read') => standIn.acknowledge(id, state === 'read' ? 3 : 2),
    sayInGroup: async (text: string, title: string) => void did(standIn.say(text, { from, group: { id: '1203630000@g.us', title } })),
    sendFile: async (bytes: Uint8Array, caption?: string) =>
      void did(standIn.send({ type: 'document', bytes, mime: 'application/pdf', name: 'file.pdf', ...(caption && { caption }) }, { from })),
    async sendAlbum(count: number) {
      const more = { parentMsgKey: { _serialized: 'false_album' }, associationType: 'MEDIA_ALBUM' }
      for (let n = 0; n < count; n++)
        did(standIn.send({ type: 'image', bytes: new Uint8Array(100).fill(n), mime: 'image/png' }, { from, more }))
    },
    sendHugeFile: async () =>
      void did(standIn.send({ type: 'video', bytes: new Uint8Array(10), mime: 'video/mp4', size: 101 * 1024 * 1024 }, { from })),
    loseFiles: () => standIn.loseMedia(),
    sayUnknown: async () => void did(standIn.say('', { from, more: { type: 'poll_creation', body: undefined } })),
    async sayMalformed() {
      const odd = [
        { body: { a: oddMark } },
        { body: null, type: 7 },
        { t: 'today' },
        { type: null, notifyName: [] },
        { quotedStanzaID: {} },
      ]
      for (const more of odd) standIn.say(oddMark, { from, more })
      return []
    },
  }
}

function platformOf(standIn: WhatsAppWebStandIn) {
  const { ledger } = standIn
  const misfortunes: Record<string, Parameters<typeof standIn.fault>[0]> = {
    lose_reply: { kind: 'drop' },
    slow: { kind: 'slow', ms: 2_500 },
    download: { kind: 'download' },
  }
  return {
    fail(what: string, times = 1) {
      const fault = misfortunes[what]
      if (!fault) throw new Error(`WhatsApp Web never does this: ${what}.`)
      standIn.fault({ ...fault, times })
    },
    plague: (probability: number) => standIn.fault({ kind: 'drop', probability: probability / 4 }),
    vanish: (how: 'reset' | 'hang') => (how === 'reset' ? standIn.vanish() : standIn.device.hang(true)),
    recover: () => standIn.recover(),
    unreachable() {
      standIn.vanish()
      return {}
    },
    openElsewhere: async () => void standIn.device.push('state', { state: 'CONFLICT' }),
    accepted: () => ledger.accepted.filter(({ type }) => type !== 'revoked').map((message) => acceptedOf(standIn, message)),
    calls: () => Object.values(ledger.calls).reduce((sum, one) => sum + one, 0),
    unknownCalls: () => [...ledger.unknownModules, ...ledger.pageErrors],
    secrets: ['advertised'],
  }
}

function acceptedOf(standIn: WhatsAppWebStandIn, { id, body, caption, directPath, quotedStanzaID }: WireMessage): Accepted {
  const file = typeof directPath === 'string' && standIn.account.media.get(directPath)
  const quoted = standIn.account.history.find((one) => one.id.split('_')[2] === quotedStanzaID)
  return {
    threadId: id.split('_')[1] ?? '',
    ...(file
      ? {
          ...(typeof caption === 'string' && { caption }),
          file: { size: file.length, sha256: createHash('sha256').update(file).digest('hex') },
        }
      : { text: String(body ?? '') }),
    ...(quoted && { replyTo: quoted.id }),
  }
}
