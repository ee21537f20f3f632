import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startTelegramStandIn, type TelegramStandIn, tooManyRequests } from '../src/telegram/index.ts'
import { until } from '../src/wait.ts'

let standIn: TelegramStandIn
beforeEach(async () => {
  standIn = await startTelegramStandIn({ redelivery: { firstMs: 5, longestMs: 20 } })
  standIn.meet(42)
})
afterEach(() => standIn.stop())

interface Answer {
  ok: boolean
  result?: unknown
  error_code?: number
  description?: string
  parameters?: object
}

async function call(method: string, body: object = {}, token = standIn.token()): Promise<Answer> {
  const answer = await fetch(`${standIn.apiRoot}/bot${token}/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return answer.json() as Promise<Answer>
}

async function upload(method: string, field: string, bytes: Uint8Array<ArrayBuffer>, more: Record<string, string> = {}): Promise<Answer> {
  const form = new FormData()
  for (const [name, value] of Object.entries({ chat_id: '42', ...more })) form.set(name, value)
  form.set(field, new Blob([bytes]), 'файл.bin')
  return (await fetch(`${standIn.apiRoot}/bot${standIn.token()}/${method}`, { method: 'POST', body: form })).json() as Promise<Answer>
}

/** A hub's webhook that answers as told. */
async function hook(answers: (body: string) => number) {
  const bodies: { body: string; secret: string | undefined }[] = []
  const server = http.createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    bodies.push({ body, secret: request.headers['x-telegram-bot-api-secret-token'] as string | undefined })
    response.writeHead(answers(body)).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, bodies, close }
}

describe('the stand-in refuses what Telegram refuses:', () => {
  test.each([
    ['an empty text', { text: ' \n' }, 400, 'message text is empty'],
    ['4,097 characters', { text: 'x'.repeat(4097) }, 400, 'message is too long'],
    ['a chat that never wrote', { chat_id: 7, text: 'hi' }, 400, 'chat not found'],
    ['a quote of nothing', { text: 'hi', reply_parameters: { message_id: 99 } }, 400, 'message to be replied not found'],
  ])('%s', async (_, body, error_code, words) => {
    expect(await call('sendMessage', { chat_id: 42, ...body })).toMatchObject({
      ok: false,
      error_code,
      description: expect.stringContaining(words),
    })
    expect(standIn.ledger.accepted).toEqual([])
  })

  test('a caption of 1,025 characters, an empty file, a picture over 10 MB and a file over 50 MB', async () => {
    expect(await upload('sendPhoto', 'photo', new Uint8Array(1), { caption: 'x'.repeat(1025) })).toMatchObject({ error_code: 400 })
    expect(await upload('sendDocument', 'document', new Uint8Array(0))).toMatchObject({ error_code: 400 })
    expect(await upload('sendPhoto', 'photo', new Uint8Array(10 * 1024 * 1024 + 1))).toMatchObject({ error_code: 400 })
    expect(await upload('sendDocument', 'document', new Uint8Array(50 * 1024 * 1024 + 1))).toMatchObject({ error_code: 413 })
    expect(await upload('sendDocument', 'document', new Uint8Array(50 * 1024 * 1024))).toMatchObject({ ok: true })
    expect(standIn.ledger.accepted).toMatchObject([{ file: { name: 'файл.bin', size: 50 * 1024 * 1024 } }])
  })

  test('a wrong token, a blocked chat, a body that is no JSON, and a download over 20 MB', async () => {
    expect(await call('getMe', {}, '1:wrong')).toMatchObject({ error_code: 401 })
    standIn.block(42)
    expect(await call('sendMessage', { chat_id: 42, text: 'hi' })).toMatchObject({ error_code: 403 })
    const answer = await fetch(`${standIn.apiRoot}/bot${standIn.token()}/getMe`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    })
    expect(answer.status).toBe(400)
    standIn.send('video', { size: 20 * 1024 * 1024 + 1 })
    expect(await call('getFile', { file_id: standIn.fileIds()[0] })).toMatchObject({ description: expect.stringContaining('too big') })
  })

  test('sends faster than it allows', async () => {
    await standIn.stop()
    standIn = await startTelegramStandIn({ pace: { perSecond: 5, perChatPerSecond: 2 } })
    for (const chat of [1, 2, 3, 4]) standIn.meet(chat)
    const answers = []
    for (const chat_id of [1, 1, 1, 2, 2, 3, 4]) answers.push(await call('sendMessage', { chat_id, text: 'hi' }))
    expect(answers[2]).toMatchObject({ error_code: 429, parameters: { retry_after: 1 } })
    expect(answers.filter(({ ok }) => ok).length).toBeLessThanOrEqual(5)
  })
})

describe('the stand-in', () => {
  test('keeps an update until an offset beyond it confirms it', async () => {
    standIn.say('one')
    const { updateId } = standIn.say('two')
    expect((await call('getUpdates')).result).toHaveLength(2)
    expect((await call('getUpdates', { offset: updateId })).result).toHaveLength(1)
    expect(standIn.ledger.injected.map(({ acknowledgedAt }) => acknowledgedAt !== undefined)).toEqual([true, false])
    expect((await call('getUpdates', { offset: updateId + 1 })).result).toEqual([])
    expect(standIn.pending()).toBe(0)
  })

  test('answers a waiting poll as soon as somebody writes, and ends it with 409 when a second one comes', async () => {
    const first = call('getUpdates', { timeout: 30 })
    await until('it waits', standIn.polling)
    standIn.say('hi')
    expect((await first).result).toHaveLength(1)
    const second = call('getUpdates', { offset: 900_000_000, timeout: 30 })
    expect((await second).result).toHaveLength(1)
    const third = call('getUpdates', { offset: 700_000_002, timeout: 30 })
    await until('it waits', standIn.polling)
    await call('getUpdates', { timeout: 0 })
    expect(await third).toMatchObject({ error_code: 409 })
  })

  test('tells of reactions only to who asks for them', async () => {
    standIn.react(1, '👍')
    expect((await call('getUpdates', { allowed_updates: ['message', 'message_reaction'] })).result).toEqual([])
    standIn.react(1, '👍')
    expect((await call('getUpdates')).result).toHaveLength(1)
  })

  test('delivers to a webhook again and again until a 2xx, one after another within a chat', async () => {
    let refusals = 3
    const hub = await hook(() => (refusals-- > 0 ? 503 : 200))
    await call('setWebhook', { url: hub.url, secret_token: 'sec-ret' })
    const said = [standIn.say('one'), standIn.say('two')].map(({ updateId }) => updateId)
    await until('all is delivered', () => standIn.pending() === 0)
    hub.close()
    const order = hub.bodies.map(({ body }) => JSON.parse(body).update_id)
    expect(order).toEqual([said[0], said[0], said[0], said[0], said[1]])
    expect(new Set(hub.bodies.map(({ secret }) => secret))).toEqual(new Set(['sec-ret']))
    expect(standIn.ledger).toMatchObject({ webhookFailures: { 503: 3 }, injected: [{ deliveries: 4 }, { deliveries: 1 }] })
  })

  test('repeats what was confirmed when told to, by poll and by webhook', async () => {
    const { updateId } = standIn.say('again')
    await call('getUpdates')
    await call('getUpdates', { offset: updateId + 1 })
    standIn.replay(updateId)
    expect((await call('getUpdates', { offset: updateId + 1 })).result).toHaveLength(1)
    expect((await call('getUpdates', { offset: updateId + 1 })).result).toHaveLength(0)
    const hub = await hook(() => 200)
    await call('setWebhook', { url: hub.url })
    standIn.replay(updateId)
    await until('it came', () => hub.bodies.length === 1)
    hub.close()
  })

  test('plays each misfortune as often as it was told, and counts it', async () => {
    standIn.fault({ ...tooManyRequests(3), chatId: 42 })
    standIn.fault({ kind: 'html', times: 2 })
    standIn.fault({ kind: 'reset' })
    standIn.fault({ kind: 'lose_reply' })
    const outcomes = []
    for (let n = 0; n < 6; n++)
      outcomes.push(
        await call('sendMessage', { chat_id: 42, text: `${n}` }).then(
          ({ ok, error_code }) => (ok ? 'ok' : error_code),
          (error) => (error.name === 'SyntaxError' ? 'html' : 'cut'),
        ),
      )
    expect(outcomes).toEqual([429, 'html', 'html', 'cut', 'cut', 'ok'])
    expect(standIn.ledger.accepted.map(({ text }) => text)).toEqual(['4', '5'])
    expect(standIn.ledger.refusals).toMatchObject({ 429: 1, html: 2, reset: 1, lose_reply: 1 })
  })

  test('notes a method it does not know: a library has drifted', async () => {
    expect(await call('sendHologram')).toMatchObject({ error_code: 404 })
    expect(standIn.ledger.unknownMethods).toEqual(['sendHologram'])
  })
})

describe('the control of the stand-in', () => {
  const control = async (name: string, args: object = {}) =>
    (await fetch(`${standIn.apiRoot}/standin/${name}`, { method: 'POST', body: JSON.stringify(args) })).json() as Promise<{
      result: Record<string, number>
    }>
  const read = async (name: string) => (await fetch(`${standIn.apiRoot}/standin/${name}`)).json() as Promise<Record<string, unknown>>

  test('lets another process play a customer and read what he was answered', async () => {
    const said = await control('say', { text: 'olá', from: { id: 77, firstName: 'Ana', language: 'pt' } })
    await control('photo', { from: 77, caption: 'look', base64: Buffer.from('picture').toString('base64') })
    expect(said.result).toMatchObject({ chatId: 77, text: 'olá' })
    await call('sendMessage', { chat_id: 77, text: 'hello Ana' })
    expect(await read('accepted?after=0')).toMatchObject({ accepted: [{ n: 1, chatId: 77, text: 'hello Ana' }] })
    expect(await read('accepted?after=1')).toEqual({ accepted: [] })
    expect(await read('state')).toMatchObject({ injected: 2, accepted: 1, pending: 2, polling: false, webhook: '' })
  })

  test('sets and clears misfortunes, and shows the ledger', async () => {
    await control('fault', { kind: 'html', times: 100 })
    await expect(call('sendMessage', { chat_id: 42, text: 'hi' })).rejects.toThrow()
    await control('clear-faults')
    expect(await call('sendMessage', { chat_id: 42, text: 'hi' })).toMatchObject({ ok: true })
    expect(await read('ledger')).toMatchObject({ accepted: [{ text: 'hi' }], refusals: { html: 1 } })
  })

  test('refuses what it does not know', async () => {
    const statuses = await Promise.all([
      fetch(`${standIn.apiRoot}/standin/nothing`),
      fetch(`${standIn.apiRoot}/standin/say`, { method: 'POST', body: '{' }),
      fetch(`${standIn.apiRoot}/elsewhere`),
    ])
    expect(statuses.map(({ status }) => status)).toEqual([404, 400, 404])
  })
})
