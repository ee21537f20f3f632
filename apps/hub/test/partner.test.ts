import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { startTelegramStandIn, type TelegramStandIn } from '@parley/conformance/telegram'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Call, createBridge } from '../../../connectors/partner/example/bridge.mjs'
import { type Person, setUp, startTestHub, type TestHub, untilTrue } from './support/hub.ts'
import { chatOf, connectBot, customerOf, messageOf, reply, timelineOf, untilDelivery, untilState } from './support/telegram.ts'

const first = 'the first secret, of letters enough for all'
const second = 'the second secret, of letters enough for all'

let hub: TestHub
let ada: Person
let channelId: string
let telegram: TelegramStandIn
let secret = first
let numbers = 0
const taken: Call[] = []
const bridge = createBridge({
  secret: () => secret,
  retryMs: 50,
  platform: {
    account: { id: 'acme', name: 'Acme Messages' },
    async send(call) {
      taken.push(call)
      return `out${++numbers}`
    },
    answers: { file: async () => Buffer.from('the bytes of a file') },
  },
})
const server = createServer((request, response) => void bridge.handle(request, response))

const tell = (type: string, more: object = {}) =>
  bridge.tell({ id: `e${++numbers}`, type, at: Date.now(), thread: { id: 'maria' }, from: { id: 'maria', name: 'Maria' }, ...more })
const update = async (options: object) =>
  (
    await ada.get(
      'mutation($id: ID!, $o: JSON) { updateChannel(channelId: $id, options: $o) { ... on Channel { secretsSet options } ... on Refusal { code field } } }',
      { id: channelId, o: options },
    )
  ).updateChannel

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  telegram = await startTelegramStandIn()
  hub = await startTestHub({ PARLEY_ALLOW_PRIVATE_FETCH: `${host},${new URL(telegram.apiRoot).host}` })
  ada = await setUp(hub)
  const { createChannel } = await ada.get(
    'mutation($input: CreateChannelInput!) { createChannel(input: $input) { ... on Channel { id } ... on Refusal { code message field } } }',
    { input: { kind: 'partner', name: 'Ours', options: { url: `http://${host}/parley`, secret: first } } },
  )
  channelId = createChannel.id
  await untilState(ada, channelId, 'connected')
})
afterAll(async () => {
  await hub?.drop()
  await telegram?.stop()
  server.closeAllConnections()
  server.close()
})

test('a program of one’s own brings messages and files in, and takes answers out', async () => {
  tell('message', { message: 'in1', text: 'Is it in stock?', files: [{ id: 'f1', kind: 'file', name: 'list.txt', mime: 'text/plain' }] })
  const chatId = await chatOf(ada, 'Is it in stock?')
  const file = await untilTrue(async () => {
    const { chat } = await ada.get(
      'query($id: ID!) { chat(id: $id) { customer { name } timeline(last: 5) { edges { node { ... on Message { files { state size name } } } } } } }',
      { id: chatId },
    )
    expect(chat.customer.name).toBe('Maria')
    const [found] = chat.timeline.edges.flatMap(({ node }: any) => node.files ?? [])
    return found?.state === 'stored' ? found : undefined
  })
  expect(file).toMatchObject({ size: 19, name: 'list.txt' })
  const sent = await reply(ada, chatId, 'Two are left.')
  await untilDelivery(ada, sent.id, 'sent')
  expect(taken.at(-1)).toMatchObject({ type: 'message', thread: { id: 'maria' }, text: 'Two are left.' })
  tell('receipt', { state: 'read', messages: [`out${numbers}`] })
  await untilDelivery(ada, sent.id, 'read')
  tell('edit', { message: 'in1', text: 'Is the blue one in stock?' })
  await untilTrue(async () => (await timelineOf(ada, chatId)).some(({ text }) => text === 'Is the blue one in stock?'))
})

test('a secret is changed without losing a message, whichever side goes first', async () => {
  const options = (await ada.get('{ channels { id options } }')).channels.find(({ id }: any) => id === channelId).options
  const changed = await update({ ...options, secret: second })
  expect(changed.secretsSet.sort()).toEqual(['formerSecret', 'secret'])
  expect(JSON.stringify(changed)).not.toContain('letters enough')
  await untilState(ada, channelId, 'connected')
  tell('message', { message: 'in2', text: 'signed by the former' })
  const chatId = await chatOf(ada, 'signed by the former')
  await untilDelivery(ada, (await reply(ada, chatId, 'taken by the former')).id, 'sent')
  secret = second
  tell('message', { message: 'in3', text: 'signed by the new' })
  await chatOf(ada, 'signed by the new')
  await untilDelivery(ada, (await reply(ada, chatId, 'taken by the new')).id, 'sent')

  expect((await update({ ...options, formerSecret: null })).secretsSet).toEqual(['secret'])
  await untilState(ada, channelId, 'connected')
  secret = first
  tell('message', { message: 'in4', text: 'worth nothing now' })
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect((await timelineOf(ada, chatId)).map(({ text }) => text)).not.toContain('worth nothing now')
  secret = second
  await chatOf(ada, 'worth nothing now')
})

test('a receipt is worth nothing for what another channel sent, whoever knows its id', async () => {
  await connectBot(ada, telegram)
  const customer = await customerOf(ada, telegram, 900)
  telegram.fault({ kind: 'lose_reply', chatId: customer.id })
  const foreign = await reply(ada, customer.chatId, 'by Telegram')
  await untilDelivery(ada, foreign.id, 'unknown')
  tell('receipt', { state: 'read', part: `${foreign.id}.0` })
  tell('receipt', { state: 'failed', part: `${foreign.id}.0` })
  tell('message', { message: 'after', text: 'after the forged receipts' })
  await chatOf(ada, 'after the forged receipts')
  expect((await messageOf(ada, foreign.id)).delivery).toBe('unknown')
})

test('bad options are refused by their field', async () => {
  expect(await update({ url: 'ftp://x', secret: second })).toMatchObject({ code: 'bad_options', field: 'options.url' })
  expect(await update({ url: 'https://bridge.example/x', secret: 'short' })).toMatchObject({ code: 'bad_options', field: 'options.secret' })
  // A new address gets no secret that was meant for another.
  expect(await update({ url: 'https://bridge.example/x' })).toMatchObject({ code: 'bad_options', field: 'options.secret' })
})
