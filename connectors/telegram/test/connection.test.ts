import { createMemory, eventsOf, fileOf, type Memory, type MiniHub, startHub, texts, until } from '@parley/conformance'
import { startTelegramStandIn, type TelegramStandIn } from '@parley/conformance/telegram'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTelegram } from '../src/index.ts'
import { hasty } from './rig.ts'

const telegram = createTelegram(hasty)
const person = { thread: { id: '42', kind: 'direct' as const }, to: { id: '42' } }

let standIn: TelegramStandIn
let memory: Memory
let hubs: MiniHub[]
beforeEach(async () => {
  standIn = await startTelegramStandIn({ redelivery: { firstMs: 10, longestMs: 50 } })
  standIn.meet(42)
  memory = createMemory()
  hubs = []
})
afterEach(async () => {
  for (const hub of hubs) await hub.stop()
  await standIn.stop()
})

async function hubFor(delivery: 'polling' | 'webhook', kept = memory): Promise<MiniHub> {
  const hub = await startHub(telegram, { botToken: standIn.token(), apiRoot: standIn.apiRoot, delivery }, kept)
  hubs.push(hub)
  return hub
}

describe('receiving', () => {
  test.each(['polling', 'webhook'] as const)(
    'by %s keeps exact count of 500 messages among 20 per cent repeats and 10 per cent exchanged places',
    async (delivery) => {
      standIn.disorder({ duplicate: 0.2, shuffle: 0.1 })
      await hubFor(delivery)
      for (let n = 0; n < 500; n++) standIn.say(`${n}`, { from: 100 + (n % 10) })
      await until('everything is confirmed', () => standIn.pending() === 0)
      expect(eventsOf(memory, 'message')).toHaveLength(500)
      expect(standIn.ledger.injected.filter(({ acknowledgedAt }) => acknowledgedAt === undefined)).toEqual([])
      expect(standIn.ledger.injected.reduce((sum, { deliveries }) => sum + deliveries, 0)).toBeGreaterThan(550)
    },
  )

  test('goes on when Telegram numbers anew after a quiet week', async () => {
    await hubFor('polling')
    standIn.say('before')
    await until('it is stored and confirmed', () => texts(memory).includes('before') && standIn.pending() === 0)
    standIn.renumber(500)
    standIn.say('after')
    standIn.say('and after')
    await until('both are stored and confirmed', () => texts(memory).includes('and after') && standIn.pending() === 0)
    expect(texts(memory)).toEqual(['before', 'after', 'and after'])
  })

  test('changes from polling to webhook and back without losing or doubling a word', async () => {
    for (const delivery of ['polling', 'webhook', 'polling'] as const) {
      const hub = await hubFor(delivery)
      standIn.say(`by ${delivery} ${hubs.length}`)
      await until('it is stored', () => texts(memory).length === hubs.length)
      await hub.stop()
      standIn.say(`between ${hubs.length}`)
      memory.reports.length = 0
      const next = await hubFor(delivery)
      await until('the one between is stored', () => texts(memory).includes(`between ${hubs.length - 1}`))
      await next.stop()
      hubs.length = 0
      memory.events.clear()
    }
  })

  test('stores one after another once the database refused a batch, so that one bad message holds back only what follows', async () => {
    const hub = await hubFor('polling')
    hub.failCommits(1)
    for (let n = 0; n < 5; n++) standIn.say(`${n}`)
    await until('all are stored', () => texts(memory).length === 5)
    expect(memory.journal.map(({ body }) => JSON.parse(body).length)).toEqual([1, 1, 1, 1, 1])
  })

  test.each(['polling', 'webhook'] as const)('by %s ends the waiting sign on a button the customer pressed', async (delivery) => {
    const hub = await hubFor(delivery)
    hub.post({ ...person, text: 'Which?', buttons: [{ label: 'Red', payload: 'colour:red' }] }, 'm')
    await hub.drain()
    standIn.press(standIn.ledger.accepted[0]?.messageId ?? 0, 'colour:red')
    const pressed = await until('it is stored', () => eventsOf(memory, 'postback')[0])
    expect(pressed).toMatchObject({ payload: 'colour:red', title: 'Red', thread: person.thread })
    await until('it is answered', () => standIn.ledger.calls.answerCallbackQuery)
  })

  test('tells when a customer blocks the bot and when he lets it back', async () => {
    await hubFor('polling')
    standIn.block(42)
    standIn.block(42, false)
    await until('both are stored', () => eventsOf(memory, 'peer').length === 2)
    expect(eventsOf(memory, 'peer').map(({ change }) => change)).toEqual(['unreachable', 'reachable'])
  })

  test('sets a webhook that somebody removed, and leaves alone one that somebody took', async () => {
    await hubFor('webhook')
    const ours = standIn.webhookUrl()
    await fetch(`${standIn.apiRoot}/bot${standIn.token()}/deleteWebhook`)
    await until('it is set again', () => standIn.webhookUrl() === ours)
    await fetch(`${standIn.apiRoot}/bot${standIn.token()}/setWebhook?url=http://127.0.0.1:9/other`)
    await until('the conflict is told', () => memory.reports.at(-1)?.state === 'conflict')
    expect(standIn.webhookUrl()).toBe('http://127.0.0.1:9/other')
  })

  test('asks again soon after another program asked once, and seldom while it goes on asking', async () => {
    const patient = createTelegram({ ...hasty, pollSeconds: 25, retryMs: 10, recheckMs: 60_000 })
    hubs.push(await startHub(patient, { botToken: standIn.token(), apiRoot: standIn.apiRoot, delivery: 'polling' }, memory))
    const asks = () => standIn.ledger.calls.getUpdates ?? 0
    const askElsewhere = () => fetch(`${standIn.apiRoot}/bot${standIn.token()}/getUpdates?timeout=0`)
    await until('it waits for updates', () => standIn.polling())
    await askElsewhere()
    standIn.say('to a hub that was interrupted')
    await until('it is stored', () => texts(memory).includes('to a hub that was interrupted'))
    await until('it waits for updates again', () => standIn.polling())
    const before = asks()
    await askElsewhere()
    await until('the conflict is told', () => memory.reports.at(-1)?.state === 'conflict')
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(asks()).toBe(before + 1)
  })

  test('goes on by itself when a refused token is accepted again', async () => {
    const token = standIn.token()
    standIn.revokeToken()
    const hub = startHub(telegram, { botToken: token, apiRoot: standIn.apiRoot }, memory)
    await until('it is logged out', () => memory.reports.at(-1)?.state === 'logged_out')
    standIn.revokeToken(token)
    hubs.push(await hub)
    await until('it is connected', () => memory.reports.at(-1)?.state === 'connected')
  })

  test('asks the guarded fetch of the hub before it calls a server an admin named', async () => {
    const reports: (string | undefined)[] = []
    const refuse = async () => Promise.reject(Object.assign(new Error('private address'), { code: 'EGUARD' }))
    const given = telegram.options.parse({ botToken: standIn.token(), apiRoot: standIn.apiRoot })
    const host = {
      options: given,
      signal: new AbortController().signal,
      fetch: refuse,
      report: ({ state }: { state: string }) => void reports.push(state),
      log: { warn() {} },
    }
    const connection = telegram.connect(host as never)
    await connection.start()
    await connection.stop()
    expect(reports).toEqual(['starting', 'disconnected', 'stopped'])
    expect(standIn.ledger.calls).toEqual({})
  })
})

describe('sending', () => {
  test('sends as a file what Telegram will not show as a picture', async () => {
    standIn.fault({ kind: 'answer', method: 'sendPhoto', code: 400, description: 'Bad Request: PHOTO_INVALID_DIMENSIONS' })
    const hub = await hubFor('polling')
    const picture = fileOf(5_000, 'image/png', 'long.png')
    hub.post({ ...person, text: 'the whole page', files: [picture] }, 'm')
    await hub.drain()
    expect(standIn.ledger.accepted).toMatchObject([{ method: 'sendDocument', caption: 'the whole page', file: { sha256: picture.sha256 } }])
  })

  test('tries again when the file breaks off on the way, for then nothing was sent', async () => {
    const hub = await hubFor('polling')
    const whole = fileOf(300_000, 'application/pdf', 'a.pdf')
    let opened = 0
    const breaking = { ...whole, open: async () => (opened++ === 0 ? brokenStream() : whole.open()) }
    hub.post({ ...person, files: [breaking] }, 'm')
    await hub.drain()
    expect(standIn.ledger.accepted).toMatchObject([{ file: { sha256: whole.sha256 } }])
    expect(memory.rows.get('m.0')).toMatchObject({ state: 'sent', part: { attempt: 2 } })
  })

  test('edits the caption of what has no text', async () => {
    const hub = await hubFor('polling')
    hub.post({ ...person, text: 'old', files: [fileOf(10, 'image/png', 'a.png')] }, 'm')
    await hub.drain()
    const target = { thread: person.thread, id: memory.rows.get('m.0')?.platformId ?? '' }
    expect(await hub.connection.edit?.({ ...target, text: 'new' })).toMatchObject({ outcome: 'sent' })
    expect(await hub.connection.edit?.({ ...target, text: 'new' })).toMatchObject({ outcome: 'sent' })
    expect(standIn.ledger.accepted[0]).toMatchObject({ caption: 'new', edits: 1 })
  })

  test('after a stop is certainly not sent', async () => {
    const hub = await hubFor('polling')
    await hub.connection.stop()
    const part = { ...person, key: 'm.0', attempt: 1, firstTriedAt: 0, content: { type: 'text' as const, text: 'late' } }
    expect(await hub.connection.send(part)).toMatchObject({ outcome: 'retry', scope: 'channel' })
    expect(standIn.ledger.accepted).toEqual([])
  })
})

function brokenStream(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start: (controller) => controller.enqueue(new Uint8Array(1000)),
    pull: (controller) => controller.error(new Error('the disk is gone')),
  })
}
