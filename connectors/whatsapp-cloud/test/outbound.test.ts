import { createMemory, type MiniHub, startHub, until } from '@parley/conformance'
import { type GraphStandIn, startGraphStandIn } from '@parley/conformance/graph'
import { hasty } from '@parley/conformance/graph/rig'
import { approvedText } from '@parley/schema/approved'
import type { OutboundMessage } from '@parley/schema/connector'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createWhatsAppCloud } from '../src/index.ts'

const module = createWhatsAppCloud(hasty)
const person = { thread: { id: 'BR.42', kind: 'direct' as const }, to: { id: 'BR.42' } }
const welcome = {
  name: 'order_ready',
  language: 'pt_BR',
  status: 'APPROVED',
  category: 'UTILITY',
  components: [
    { type: 'HEADER', format: 'TEXT', text: 'Pedido {{1}}', example: { header_text: ['1042'] } },
    { type: 'BODY', text: 'Olá {{name}}, está pronto.', example: { body_text_named_params: [{ param_name: 'name', example: 'Ana' }] } },
    { type: 'FOOTER', text: 'Ромашка' },
    { type: 'BUTTONS', buttons: [{ type: 'QUICK_REPLY', text: 'Obrigada' }] },
  ],
}

let standIn: GraphStandIn
let hub: MiniHub
const memory = createMemory()
beforeEach(async () => {
  standIn = await startGraphStandIn()
  standIn.whatsapp.meet('42')
  const { phoneNumberId, businessId } = standIn.accounts
  const options = { phoneNumberId, businessId, accessToken: standIn.token(), appSecret: standIn.appSecret(), apiRoot: standIn.apiRoot }
  Object.assign(memory, createMemory())
  hub = await startHub(module, options, memory)
})
afterEach(async () => {
  expect(standIn.ledger.unknown).toEqual([])
  await hub.stop()
  await standIn.stop()
})
async function send(message: Partial<OutboundMessage>) {
  hub.post({ ...person, ...message }, 'm')
  await hub.drain()
  return standIn.ledger.accepted.at(-1)
}
const buttons = (count: number) => Array.from({ length: count }, (_, n) => ({ label: `No. ${n}`, payload: `n:${n}` }))

describe('a message of WhatsApp Cloud', () => {
  test.each([1, 3, 4, 10])('with %i buttons keeps them, as buttons or as a list', async (count) => {
    expect(await send({ text: 'Which?', buttons: buttons(count) })).toMatchObject({ text: 'Which?', buttons: buttons(count) })
  })

  test('with more buttons than a list holds has them in its text', async () => {
    expect((await send({ text: 'Which?', buttons: buttons(11) }))?.text).toMatch(/^Which\?\n1\. No\. 0\n2\. No\. 1\n/)
  })

  test('goes to a person without a phone number', async () => {
    standIn.whatsapp.meet('BR.name')
    hub.post({ thread: { id: 'BR.name', kind: 'direct' }, to: { id: 'BR.name' }, text: 'hi' }, 'm')
    await hub.drain()
    expect(standIn.ledger.accepted).toMatchObject([{ to: 'BR.name', text: 'hi' }])
  })

  test('that fails after it was taken says why', async () => {
    const taken = await send({ text: 'hi' })
    if (!taken) throw new Error('not taken')
    standIn.whatsapp.status(taken, 'failed', { code: 131026, title: 'Message undeliverable' })
    const told = () => [...memory.events.values()].find((event) => event.type === 'receipt' && event.state === 'failed')
    expect(await until('it is told', told)).toMatchObject({ partKey: 'm.0', failure: { code: 'no_such_peer' } })
  })

  test('after 24 hours is refused, and a template goes', async () => {
    standIn.world.templates.push(welcome)
    standIn.whatsapp.meet('42', { wroteAt: Date.now() - 24 * 3_600_000 - 1_000 })
    await send({ text: 'late' })
    expect(memory.rows.get('m.0')).toMatchObject({ state: 'failed', failure: { code: 'window_closed' } })
    const variables = [
      { key: 'header.1', value: '7' },
      { key: 'body.name', value: 'Bia' },
    ]
    hub.post({ ...person, template: { name: 'order_ready', language: 'pt_BR', variables } }, 't')
    await hub.drain()
    expect(memory.rows.get('t.0')).toMatchObject({ state: 'sent' })
    expect(standIn.ledger.accepted).toMatchObject([{ type: 'template', template: { name: 'order_ready', variables: ['7', 'Bia'] } }])
  })
})

describe('the templates of an account', () => {
  test('are read page by page, without those that need a picture', async () => {
    const picture = {
      ...welcome,
      name: 'picture',
      components: [
        { type: 'HEADER', format: 'IMAGE' },
        { type: 'BODY', text: 'x' },
      ],
    }
    const waiting = { ...welcome, name: 'waiting', status: 'PENDING' }
    standIn.world.templates.push(welcome, picture, waiting)
    const found = await hub.connection.templates?.(AbortSignal.timeout(5_000))
    expect(found).toMatchObject([
      {
        name: 'order_ready',
        language: 'pt_BR',
        category: 'utility',
        status: 'approved',
        header: 'Pedido {{1}}',
        footer: 'Ромашка',
        buttons: ['Obrigada'],
        variables: [
          { key: 'header.1', example: '1042' },
          { key: 'body.name', example: 'Ana' },
        ],
      },
      { name: 'waiting', status: 'unavailable' },
    ])
    expect(found?.[0] && approvedText(found[0], { 'header.1': '7', 'body.name': 'Bia' })).toBe(
      'Pedido 7\n\nOlá Bia, está pronto.\n\nРомашка',
    )
  })
})

describe('the number', () => {
  test.each([
    [{ quality_rating: 'YELLOW' }, { state: 'connected', reason: expect.stringContaining('medium') }],
    [{ quality_rating: 'RED' }, { state: 'degraded', action: 'wait', reason: expect.stringContaining('1k a day') }],
    [{ status: 'FLAGGED' }, { state: 'degraded', action: 'reconfigure', reason: expect.stringContaining('flagged') }],
  ])('that Meta thinks ill of (%o) is told of on the channel page', async (state, report) => {
    Object.assign(standIn.world.number, state)
    expect(await until('it is told', () => memory.reports.find(({ reason }) => reason))).toMatchObject(report)
  })
})
