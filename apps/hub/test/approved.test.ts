import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Person, setUp, startVisitor, type TestHub, untilTrue } from './support/hub.ts'
import { connectMeta, type GraphStandIn, startWithMeta } from './support/meta.ts'
import { chatOf, reply, untilDelivery } from './support/telegram.ts'

const hour = 3_600_000
let graph: GraphStandIn
let hub: TestHub
let ada: Person
let drop: () => Promise<void>

const order = {
  name: 'order_ready',
  language: 'pt_BR',
  status: 'APPROVED',
  category: 'UTILITY',
  components: [
    { type: 'HEADER', format: 'TEXT', text: 'Pedido {{1}}', example: { header_text: ['7'] } },
    { type: 'BODY', text: 'Olá {{1}}, está pronto até {{2}}.', example: { body_text: [['Bia', 'sábado']] } },
    { type: 'FOOTER', text: 'Bluebird' },
  ],
}
const approved = async (chatId: string, as = ada) =>
  (
    await as.get(
      'query($id: ID!) { approvedTexts(chatId: $id) { supported syncedAt texts { name language category header body footer buttons variables { key example } } } }',
      { id: chatId },
    )
  ).approvedTexts
const send = async (chatId: string, template: object, clientId: string = crypto.randomUUID()) =>
  (
    await ada.get(
      `mutation($chatId: ID!, $clientId: String!, $name: String!, $language: String!, $variables: [ApprovedValue!]!) {
        sendApprovedText(chatId: $chatId, clientId: $clientId, name: $name, language: $language, variables: $variables) {
          __typename ... on Message { id text delivery signature } ... on Refusal { code field message }
        } }`,
      { chatId, clientId, ...template },
    )
  ).sendApprovedText
const filled = (values: Record<string, string>) => ({
  name: 'order_ready',
  language: 'pt_BR',
  variables: Object.entries(values).map(([key, value]) => ({ key, value })),
})
const all = { 'header.1': '42', 'body.1': 'Maria', 'body.2': 'amanhã' }

/** Someone whose last words were said so long ago, by the clock of the platform. */
async function saidAgo(ms: number): Promise<{ id: string; chatId: string }> {
  const id = `55119${Math.floor(Math.random() * 1e8)}`
  graph.whatsapp.say(`I am ${id}`, { from: id, at: Date.now() - ms })
  graph.whatsapp.meet(id, { wroteAt: Date.now() - ms })
  return { id, chatId: await chatOf(ada, `I am ${id}`) }
}

beforeAll(async () => {
  ;({ graph, hub, drop } = await startWithMeta())
  graph.world.templates.push(order, { ...order, name: 'refused', status: 'REJECTED' })
  ada = await setUp(hub)
  await connectMeta(ada, graph, 'whatsapp-cloud')
}, 120_000)
afterAll(() => drop())

describe('texts that the platform has approved', () => {
  test('are known with their variables and examples, without those that may not be sent', async () => {
    const { chatId } = await saidAgo(hour)
    const found = await untilTrue(async () => ((await approved(chatId)).syncedAt ? approved(chatId) : undefined))
    expect(found.supported).toBe(true)
    expect(found.texts).toEqual([
      {
        name: 'order_ready',
        language: 'pt_BR',
        category: 'utility',
        header: 'Pedido {{1}}',
        body: 'Olá {{1}}, está pronto até {{2}}.',
        footer: 'Bluebird',
        buttons: [],
        variables: [
          { key: 'header.1', example: '7' },
          { key: 'body.1', example: 'Bia' },
          { key: 'body.2', example: 'sábado' },
        ],
      },
    ])
  })

  test('go out after the time for free replies is over, and stand in the chat as the customer reads them', async () => {
    const { id, chatId } = await saidAgo(25 * hour)
    await untilTrue(async () => (await approved(chatId)).texts.length)
    expect(await reply(ada, chatId, 'too late')).toMatchObject({ code: 'window_closed' })
    const sent = await send(chatId, filled(all))
    expect(sent).toMatchObject({
      __typename: 'Message',
      text: 'Pedido 42\n\nOlá Maria, está pronto até amanhã.\n\nBluebird',
      signature: null,
    })
    await untilDelivery(ada, sent.id, 'sent', 'delivered')
    const taken = graph.ledger.accepted.filter(({ to }) => to === id)
    expect(taken).toHaveLength(1)
    expect(taken[0]?.template).toEqual({ name: 'order_ready', language: 'pt_BR', variables: ['42', 'Maria', 'amanhã'] })
    // The customer's answer opens the window again.
    graph.whatsapp.say('Obrigada!', { from: id })
    await chatOf(ada, 'Obrigada!')
    expect((await reply(ada, chatId, 'De nada')).__typename).toBe('Message')
  })

  test('are sent once, however often they are asked for with one id', async () => {
    const { id, chatId } = await saidAgo(26 * hour)
    await untilTrue(async () => (await approved(chatId)).texts.length)
    const first = await send(chatId, filled(all), 'the same')
    expect(await send(chatId, filled(all), 'the same')).toMatchObject({ id: first.id })
    expect(await send(chatId, filled({ ...all, 'body.1': 'Otto' }), 'the same')).toMatchObject({ code: 'client_id_reused' })
    await untilDelivery(ada, first.id, 'sent', 'delivered')
    expect(graph.ledger.accepted.filter(({ to }) => to === id)).toHaveLength(1)
  })

  test('need every variable filled, and exist', async () => {
    const { id, chatId } = await saidAgo(25 * hour)
    await untilTrue(async () => (await approved(chatId)).texts.length)
    expect(await send(chatId, filled({ ...all, 'body.2': ' \n ' }))).toMatchObject({ code: 'variable_empty', field: 'variables' })
    expect(await send(chatId, filled({ 'header.1': '1' }))).toMatchObject({ code: 'variable_empty' })
    expect(await send(chatId, filled({ ...all, 'body.1': 'x'.repeat(1_025) }))).toMatchObject({ code: 'too_long', field: 'variables' })
    expect(await send(chatId, { ...filled(all), name: 'refused' })).toMatchObject({ code: 'not_found', field: 'name' })
    expect(await send(chatId, { ...filled(all), language: 'en' })).toMatchObject({ code: 'not_found' })
    expect(await send(chatId, filled(all), 'x'.repeat(201))).toMatchObject({ code: 'too_long', field: 'clientId' })
    expect(graph.ledger.accepted.filter(({ to }) => to === id)).toEqual([])
    // Line breaks are no reason to lose what was typed.
    expect(await send(chatId, filled({ ...all, 'body.1': 'Maria\nSouza' }))).toMatchObject({
      text: expect.stringContaining('Olá Maria Souza,'),
    })
  })

  test('can be sent again when they failed, window or not', async () => {
    const { chatId } = await saidAgo(25 * hour)
    await untilTrue(async () => (await approved(chatId)).texts.length)
    graph.world.templates.splice(0)
    const sent = await send(chatId, filled(all))
    expect((await untilDelivery(ada, sent.id, 'failed')).failure.platform).toMatch(/template/i)
    graph.world.templates.push(order)
    const { resendMessage } = await ada.get('mutation($id: ID!) { resendMessage(messageId: $id) { __typename } }', { id: sent.id })
    expect(resendMessage.__typename).toBe('Message')
    await untilDelivery(ada, sent.id, 'sent', 'delivered')
  })

  test('are nothing a website has', async () => {
    await (await startVisitor(ada)).say('From the website')
    const chatId = await chatOf(ada, 'From the website')
    expect(await approved(chatId)).toEqual({ supported: false, syncedAt: null, texts: [] })
    expect(await send(chatId, filled(all))).toMatchObject({ code: 'unsupported' })
  })
})
