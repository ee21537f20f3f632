import { createHmac } from 'node:crypto'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { startTelegramStandIn } from '@parley/conformance/telegram'
import { webhookSecret } from '@parley/telegram/options'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createBridge } from '../../../connectors/partner/example/bridge.mjs'
import { partnerSamples, telegramSamples } from './support/deliveries.ts'
import { mutatorFrom } from './support/fuzz.ts'
import { type Person, setUp, type TestHub, untilTrue } from './support/hub.ts'
import { connectMeta, type GraphStandIn, startWithMeta } from './support/meta.ts'
import { chatOf, connectBot, type TelegramStandIn, untilState } from './support/telegram.ts'

/** `PARLEY_FUZZ=100000` makes the long run of it; every kind gets a fifth. */
const total = Number(process.env.PARLEY_FUZZ ?? 400)
const seed = Number(process.env.PARLEY_FUZZ_SEED ?? 20261)
const atOnce = 16

interface Door {
  kind: string
  url: string
  sign(body: string): Record<string, string>
  samples: object[]
}

let graph: GraphStandIn
let telegram: TelegramStandIn
let hub: TestHub
let ada: Person
let doors: Door[]
let drop: () => Promise<void>
let sql: postgres.Sql

const partnerSecret = 'the secret of a program of one’s own'
const bridge = createBridge({
  secret: () => partnerSecret,
  retryMs: 50,
  platform: {
    account: { id: 'acme', name: 'Acme' },
    send: async () => crypto.randomUUID(),
    answers: { file: async () => Buffer.from('x') },
  },
})
const bridgeServer = createServer((request, response) => void bridge.handle(request, response))

beforeAll(async () => {
  await new Promise<void>((resolve) => bridgeServer.listen(0, '127.0.0.1', resolve))
  const bridgeHost = `127.0.0.1:${(bridgeServer.address() as AddressInfo).port}`
  telegram = await startTelegramStandIn()
  const started = await startWithMeta({ PARLEY_ALLOW_PRIVATE_FETCH: `${bridgeHost},${new URL(telegram.apiRoot).host}` })
  ;({ graph, hub } = started)
  drop = async () => {
    await sql.end()
    await started.drop()
    await telegram.stop()
    bridgeServer.closeAllConnections()
    bridgeServer.close()
  }
  sql = postgres(hub.databaseUrl, { max: 1, onnotice: () => {} })
  ada = await setUp(hub)
  await connectBot(ada, telegram, { delivery: 'webhook' })
  for (const kind of ['messenger', 'instagram', 'whatsapp-cloud'] as const) await connectMeta(ada, graph, kind)
  await connectPartner(`http://${bridgeHost}/parley`)
  const { channels } = await ada.get('{ channels { kind webhookUrl } }')
  const urlOf = (kind: string) => channels.find((channel: any) => channel.kind === kind.replace('-', '_')).webhookUrl
  const signed = (body: string) => ({
    'x-hub-signature-256': `sha256=${createHmac('sha256', graph.appSecret()).update(body).digest('hex')}`,
  })
  const secret = webhookSecret(telegram.token())
  doors = [
    { kind: 'telegram', url: urlOf('telegram'), sign: () => ({ 'x-telegram-bot-api-secret-token': secret }), samples: telegramSamples() },
    { kind: 'messenger', url: urlOf('messenger'), sign: signed, samples: messagingSamples('page', graph.accounts.pageId) },
    { kind: 'instagram', url: urlOf('instagram'), sign: signed, samples: messagingSamples('instagram', graph.accounts.instagramId) },
    { kind: 'whatsapp-cloud', url: urlOf('whatsapp-cloud'), sign: signed, samples: whatsappSamples() },
    { kind: 'partner', url: urlOf('partner'), sign: signedByPartner, samples: partnerSamples() },
  ]
}, 180_000)
afterAll(() => drop())

async function connectPartner(url: string): Promise<void> {
  const { createChannel } = await ada.get(
    'mutation($input: CreateChannelInput!) { createChannel(input: $input) { ... on Channel { id } ... on Refusal { code message field } } }',
    { input: { kind: 'partner', name: 'Ours', options: { url, secret: partnerSecret } } },
  )
  await untilState(ada, createChannel.id, 'connected')
}

function signedByPartner(body: string): Record<string, string> {
  const time = Math.floor(Date.now() / 1000)
  return { 'parley-signature': `t=${time},v1=${createHmac('sha256', partnerSecret).update(`${time}.${body}`).digest('hex')}` }
}

/** Each on a connection of its own, so that one that breaks off was broken off by the hub. */
const post = (door: Door, body: string, headers: Record<string, string>): Promise<number> =>
  new Promise((resolve, reject) => {
    const sent = request(
      door.url,
      { method: 'POST', agent: false, headers: { 'content-type': 'application/json', ...headers } },
      (answer) => {
        answer.once('error', reject).once('end', () => resolve(answer.statusCode ?? 0))
        answer.resume()
      },
    )
    sent.once('error', reject)
    sent.end(body)
  })

/** So many tasks, a few at a time. */
async function crowd(count: number, task: (n: number) => Promise<number>): Promise<Record<number, number>> {
  const statuses: Record<number, number> = {}
  let next = 0
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let n = next++; n < count; n = next++) {
        const status = await task(n)
        statuses[status] = (statuses[status] ?? 0) + 1
      }
    }),
  )
  return statuses
}

test(`${total} mutilated deliveries over all kinds: none crashes the hub, none is answered with 5xx, none leaves a foreign row`, {
  timeout: 120_000 + total * 100,
}, async () => {
  const mutate = mutatorFrom(seed)
  const statuses = await crowd(total, (n) => {
    const door = doors[n % doors.length] as Door
    const body = mutate(door.samples[Math.floor(n / doors.length) % door.samples.length] as object, n)
    return post(door, body, door.sign(body))
  })
  expect(Object.keys(statuses).filter((status) => Number(status) >= 500)).toEqual([])
  expect(Object.values(statuses).reduce((sum, one) => sum + one, 0)).toBe(total)
  const [workspace] = await sql`select count(distinct workspace_id)::int as n from messages`
  expect(workspace?.n).toBe(1)
  const [strays] =
    await sql`select count(*)::int as n from messages m join threads t on t.workspace_id = m.workspace_id and t.id = m.thread_id
    join chats c on c.workspace_id = m.workspace_id and c.id = m.chat_id
    where t.channel_id <> m.channel_id or c.channel_id <> m.channel_id or c.thread_id <> m.thread_id`
  expect(strays?.n).toBe(0)
  // Every channel still hears.
  telegram.say('telegram is well', { from: 4_200 })
  graph.messenger.say('messenger is well', { from: '4200' })
  graph.instagram.say('instagram is well', { from: '4201' })
  graph.whatsapp.say('whatsapp-cloud is well', { from: '4202' })
  bridge.tell({
    id: 'well',
    type: 'message',
    message: 'well',
    at: Date.now(),
    thread: { id: '4203' },
    from: { id: '4203' },
    text: 'partner is well',
  })
  for (const { kind } of doors) await untilTrue(() => chatWith(`${kind} is well`), 30_000)
})

const chatWith = async (text: string) => (await sql`select 1 from messages where text = ${text}`).length > 0

test('a number beyond counting, a part of a millisecond and half a character do not make a platform come again', async () => {
  const telegramDoor = doors.find(({ kind }) => kind === 'telegram') as Door
  const partnerDoor = doors.find(({ kind }) => kind === 'partner') as Door
  const [update] = telegramSamples() as [{ message: object }]
  const [delivery] = partnerSamples() as [{ events: [object] }]
  const event = { ...delivery.events[0], id: 'odd', message: 'odd' }
  const bodies: [Door, object][] = [
    [telegramDoor, { update_id: 900_000_001, message: { ...update.message, message_id: '1'.repeat(40) } }],
    [partnerDoor, { events: [{ ...event, at: 1.5 }] }],
    [partnerDoor, { events: [{ ...event, thread: { id: '\ud800' } }] }],
    [partnerDoor, { events: [{ ...event, from: { id: 'a\0b' } }] }],
  ]
  for (const [door, body] of bodies) {
    const text = JSON.stringify(body)
    expect(await post(door, text, door.sign(text)), text).toBe(200)
  }
})

test('660 forged or replayed deliveries: none is accepted', { timeout: 240_000 }, async () => {
  const kept = async () =>
    (
      await sql`select (select count(*) from messages)::int as messages, (select count(*) from inbound_keys where key not like 'profile:%')::int as keys`
    )[0]
  for (const door of doors) await post(door, JSON.stringify(door.samples[0]), door.sign(JSON.stringify(door.samples[0])))
  const before = await kept()
  const forged = (door: Door, n: number): [Door, string, Record<string, string>] => {
    const body = JSON.stringify(door.samples[n % door.samples.length]).replace(/"hello"/g, `"forged ${n}"`)
    const other = doors[(doors.indexOf(door) + 1) % doors.length] as Door
    const own = door.sign(body)
    const [name = '', value = ''] = Object.entries(own)[0] ?? []
    const cut = value.slice(0, -1)
    const turned = value.slice(0, -1) + (value.endsWith('0') ? '1' : '0')
    const tricks: [Door, string, Record<string, string>][] = [
      [door, body, {}],
      [door, body, { [name]: '' }],
      [door, body, { [name]: cut }],
      [door, body, { [name]: turned }],
      [door, body, { [name]: `${value} x` }],
      [door, body, { [name]: value.toUpperCase() }],
      [door, body, { 'x-hub-signature': `sha1=${createHmac('sha1', graph.appSecret()).update(body).digest('hex')}` }],
      [door, body, { [name]: createHmac('sha256', 'guess').update(body).digest('hex') }],
      // Signed for this door, brought to another kind's.
      [{ ...other, url: other.url }, body, door.kind === 'telegram' || other.kind === 'telegram' ? own : { [name]: turned }],
      [{ ...door, url: door.url.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')) }, body, own],
      [{ ...door, url: door.url.replace(/\/hooks\/[^/]+/, '/hooks/00000000-0000-7000-8000-000000000000') }, body, own],
    ]
    return tricks[n % tricks.length] as [Door, string, Record<string, string>]
  }
  const statuses = await crowd(600, (n) => {
    const [door, body, headers] = forged(doors[Math.floor(n / 11) % doors.length] as Door, n)
    return post(door, body, headers)
  })
  expect(Object.keys(statuses).filter((status) => Number(status) < 400 || Number(status) >= 500)).toEqual([])
  // What was truly signed once is answered again, and means nothing new.
  const replays = await crowd(60, (n) => {
    const door = doors[n % doors.length] as Door
    const body = JSON.stringify(door.samples[0])
    return post(door, body, door.sign(body))
  })
  expect(replays).toEqual({ 200: 60 })
  expect(await kept()).toEqual(before)
})

test('what is written to the hub by its very own platform arrives', { timeout: 60_000 }, async () => {
  graph.messenger.say('a last word', { from: '42' })
  expect(await chatOf(ada, 'a last word')).toMatch(/-/)
})

function messagingSamples(object: string, id: string): object[] {
  const ends = { sender: { id: '42' }, recipient: { id }, timestamp: 1_700_000_000_000 }
  const of = (...items: object[]) => ({ object, entry: [{ id, time: 1, messaging: items.map((item) => ({ ...ends, ...item })) }] })
  const image = { type: 'image', payload: { url: `${graph.apiRoot}/cdn/1` } }
  return [
    of({ message: { mid: `${object}.1`, text: 'hello' } }),
    of({ message: { mid: `${object}.2`, text: 'hello', attachments: [image], reply_to: { mid: 'x' } } }, { read: { watermark: 5 } }),
    of(
      { postback: { mid: `${object}.3`, payload: 'p', title: 'hello', referral: { ref: 'r' } } },
      { delivery: { mids: ['a'], watermark: 7 } },
    ),
    of(
      { reaction: { mid: `${object}.1`, action: 'react', emoji: '👍' } },
      { message_edit: { mid: `${object}.1`, text: 'hello', num_edit: 1 } },
    ),
    of({ message: { mid: `${object}.4`, is_echo: true, app_id: 5, metadata: 'parley:x.0', text: 'hello' } }, { pass_thread_control: {} }),
  ]
}

function whatsappSamples(): object[] {
  const { businessId, phoneNumberId } = graph.accounts
  const contacts = [{ profile: { name: 'Ana' }, wa_id: '5511', user_id: 'BR.5511' }]
  const head = { from: '5511', from_user_id: 'BR.5511', timestamp: '1700000000' }
  const of = (value: object) => ({
    object: 'whatsapp_business_account',
    entry: [
      { id: businessId, changes: [{ field: 'messages', value: { metadata: { phone_number_id: phoneNumberId }, contacts, ...value } }] },
    ],
  })
  return [
    of({ messages: [{ ...head, id: 'wamid.1', type: 'text', text: { body: 'hello' } }] }),
    of({
      messages: [{ ...head, id: 'wamid.2', type: 'image', image: { id: '123456789012345', caption: 'hello' }, context: { id: 'wamid.1' } }],
    }),
    of({
      messages: [
        { ...head, id: 'wamid.3', type: 'interactive', interactive: { type: 'button_reply', button_reply: { id: 'b', title: 'hello' } } },
      ],
    }),
    of({
      statuses: [
        {
          id: 'wamid.9',
          status: 'failed',
          timestamp: '1',
          biz_opaque_callback_data: 'parley:x.0',
          errors: [{ code: 131047, title: 'hello' }],
        },
      ],
    }),
    of({ messages: [{ ...head, id: 'wamid.4', type: 'location', location: { latitude: 1, longitude: 2, name: 'hello' } }] }),
  ]
}
