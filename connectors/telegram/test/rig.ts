import { oddMark, type Rig, type Subject, until } from '@parley/conformance'
import {
  blockedByUser,
  type Fault,
  type InjectedUpdate,
  startTelegramStandIn,
  type TelegramStandIn,
  tooManyRequests,
} from '@parley/conformance/telegram'
import { createTelegram } from '../src/index.ts'
import type { Timing } from '../src/timing.ts'

/** Short waits, so that a test need not wait longer than what it tests. */
export const hasty: Timing = {
  pollSeconds: 1,
  callMs: 1_000,
  sendMs: 300,
  uploadMs: 20_000,
  healthMs: 200,
  retryMs: 20,
  retryMaxMs: 80,
  recheckMs: 100,
  graceMs: 100,
}

const token = '123456789:AAtoken-of-the-tests-0123456789'
const person = { id: '42', kind: 'direct' as const }

export function subject(delivery: 'polling' | 'webhook'): Subject {
  return {
    module: createTelegram(hasty),
    options: { botToken: token, delivery },
    delivery: delivery === 'polling' ? 'pull' : 'webhook',
    rig: () => createRig(delivery),
  }
}

async function createRig(delivery: 'polling' | 'webhook'): Promise<Rig> {
  const standIn = await startTelegramStandIn({ token, redelivery: { firstMs: 20, longestMs: 100 } })
  standIn.meet(42)
  const options = { botToken: token, delivery, apiRoot: standIn.apiRoot }
  return { ...customersOf(standIn, delivery), ...platformOf(standIn, options), options, withGroups: { ...options, groups: true } }
}

function customersOf(standIn: TelegramStandIn, delivery: string) {
  let last: InjectedUpdate | undefined
  const files: string[] = []
  const did = (update: InjectedUpdate) => {
    last = update
    return String(update.messageId)
  }
  return {
    thread: person,
    threads: (count: number) => Array.from({ length: count }, (_, n) => threadOf(standIn, 1000 + n)),
    say: async (text: string, how: { at?: number; replyTo?: string } = {}) =>
      did(
        standIn.say(text, { ...(how.at !== undefined && { date: how.at / 1000 }), ...(how.replyTo && { replyTo: Number(how.replyTo) }) }),
      ),
    async sayTogether(texts: string[]) {
      for (const text of texts) did(standIn.say(text))
    },
    async repeat() {
      if (last) standIn.replay(last.updateId)
    },
    quiet: async () => void (await until('everything is delivered', () => standIn.pending() === 0)),
    async editBeforeMessage(before: string, after: string) {
      const from = { id: 42, is_bot: false, first_name: 'Мария' }
      const message = { message_id: 900, date: 1_700_000_000, from, chat: { id: 42, type: 'private' } }
      standIn.inject('edited_message', { ...message, edit_date: 1_700_000_100, text: after })
      standIn.inject('message', { ...message, text: before })
      return '900'
    },
    edit: async (id: string, text: string) => void did(standIn.edit(Number(id), text)),
    react: async (id: string, emoji: string | null) => void did(standIn.react(Number(id), emoji)),
    sayInGroup: async (text: string, title: string) => void did(standIn.say(text, { group: { id: -1001, title } })),
    sendFile: async (bytes: Uint8Array, caption?: string) => void did(keep(files, standIn, bytes, caption)),
    async sendAlbum(count: number) {
      for (let n = 0; n < count; n++) did(standIn.send('photo', { size: 100 }, { albumId: 'holiday' }))
    },
    sendHugeFile: async () => void did(standIn.send('video', { size: 21 * 1024 * 1024 })),
    breakOff(bytes: number, then: 'goes_on' | 'starts_anew') {
      standIn.fault({ kind: 'break_off', bytes })
      if (then === 'starts_anew') standIn.fault({ kind: 'whole' })
    },
    loseFiles: () => files.forEach(standIn.loseFile),
    sayUnknown: async () => void did(standIn.other({ dice: { emoji: '🎲', value: 3 } })),
    sayMalformed: () => malformed(standIn, delivery),
    ...(delivery === 'webhook' && { forge: () => forge(standIn) }),
  }
}

function threadOf(standIn: TelegramStandIn, id: number) {
  standIn.meet(id)
  return { id: String(id), kind: 'direct' as const }
}

function keep(files: string[], standIn: TelegramStandIn, bytes: Uint8Array, caption?: string): InjectedUpdate {
  const update = standIn.send('document', bytes, { name: 'file.bin', ...(caption && { caption }) })
  files.push(...standIn.fileIds())
  return update
}

/** Bodies no Telegram would send: to the webhook as they are, to a poll inside an update. */
async function malformed(standIn: TelegramStandIn, delivery: string): Promise<number[]> {
  const odd = [
    null,
    [],
    {},
    'text',
    0,
    { message_id: {} },
    { message_id: 1, chat: [] },
    { chat: { id: 42, type: 'private' }, date: 'today', message_id: 7, from: 3, text: { a: oddMark } },
  ]
  if (delivery === 'polling') for (const body of odd) standIn.inject('message', body as never)
  if (delivery === 'polling') return []
  const bodies = [
    '',
    '{',
    'null',
    '[]',
    '0',
    '"x"',
    '{"update_id":1}',
    '{"update_id":"x","message":{}}',
    ...odd.map((message) => JSON.stringify({ update_id: 5, message })),
  ]
  return Promise.all(bodies.map((body) => standIn.postRaw(body)))
}

async function forge(standIn: TelegramStandIn): Promise<number[]> {
  const body = JSON.stringify({
    update_id: 1,
    message: { message_id: 1, date: 1, chat: { id: 42, type: 'private' }, from: { id: 42 }, text: 'evil' },
  })
  const wrong = ['', 'x', 'a'.repeat(64), 'é'].map((secret) =>
    standIn.postRaw(body, { 'x-telegram-bot-api-secret-token': encodeURIComponent(secret) }),
  )
  const unsigned = fetch(standIn.webhookUrl(), { method: 'POST', body }).then(({ status }) => status)
  const read = fetch(standIn.webhookUrl()).then(({ status }) => status)
  return Promise.all([...wrong, unsigned, read])
}

function platformOf(standIn: TelegramStandIn, options: object) {
  const misfortunes: Record<string, Fault> = {
    rate: { ...tooManyRequests(1), chatId: 42 },
    down: { kind: 'html' },
    refused: blockedByUser,
    lose_reply: { kind: 'lose_reply' },
    slow: { kind: 'slow', ms: 600 },
    download: { kind: 'html', method: 'download' },
  }
  const { ledger } = standIn
  return {
    fail: (what: string, times = 1) => standIn.fault({ ...(misfortunes[what] as Fault), times }),
    plague(chance: number) {
      for (const fault of [tooManyRequests(1), { kind: 'html' }, { kind: 'lose_reply' }] as Fault[])
        standIn.fault({ ...fault, probability: chance / 3 })
    },
    vanish: (how: 'reset' | 'hang') =>
      standIn.fault(
        how === 'reset' ? { kind: 'reset', method: '*', probability: 1 } : { kind: 'slow', method: '*', probability: 1, ms: 3_000 },
      ),
    recover: () => standIn.clearFaults(),
    revoke: () => ({ ...options, botToken: standIn.revokeToken() }),
    unreachable: () => ({ ...options, apiRoot: 'http://127.0.0.1:9' }),
    wrong: { ...options, botToken: '987654321:AAnobody-knows-this-token' },
    accepted: () =>
      ledger.accepted
        .filter(({ removed }) => !removed)
        .map(({ chatId, text, caption, replyTo, file }) => ({
          threadId: String(chatId),
          ...(text !== undefined && { text }),
          ...(caption !== undefined && { caption }),
          ...(replyTo && { replyTo: String(replyTo) }),
          ...(file && { file: { size: file.size, sha256: file.sha256 } }),
        })),
    calls: () => Object.values(ledger.calls).reduce((sum, one) => sum + one, 0),
    unknownCalls: () => ledger.unknownMethods,
    secrets: [token, 'AAtoken-of-the-tests'],
    stop: standIn.stop,
  }
}
