import type { InboundEvent } from '@parley/schema/connector'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { receive } from '../src/domain/receive.ts'
import { systemOf } from '../src/work.ts'
import { type Person, setUp, type TestHub, untilTrue } from './support/hub.ts'
import {
  chatOf,
  connectBot,
  customerOf,
  messageOf,
  reply,
  startWithTelegram,
  type TelegramStandIn,
  timelineOf,
  untilDelivery,
} from './support/telegram.ts'

let telegram: TelegramStandIn
let hub: TestHub
let ada: Person
let bot: string
let workspaceId: string
let drop: () => Promise<void>

beforeAll(async () => {
  ;({ telegram, hub, drop } = await startWithTelegram())
  ada = await setUp(hub)
  bot = await connectBot(ada, telegram)
  workspaceId = (await ada.get('{ workspace { id } }')).workspace.id
})
afterAll(() => drop())

/** What a platform tells, handed in as a connector does. */
let told = 0
const tell = (...events: Partial<InboundEvent>[]) =>
  hub.works.work(systemOf(workspaceId), (work) =>
    receive(work, [
      { channelId: bot, events: events.map((event) => ({ key: `told ${told++}`, at: Date.now(), ...event }) as InboundEvent) },
    ]),
  )
const threadOf = (id: number) => ({ thread: { id: String(id), kind: 'direct' as const } })
const said = (id: number, n: number, text: string): Partial<InboundEvent> => ({
  type: 'message',
  ...threadOf(id),
  id: `m${n}`,
  order: 10_000 + n,
  by: 'peer',
  from: { id: String(id), name: `Customer ${id}` },
  text,
})
const receipt = (id: number, state: 'sent' | 'delivered' | 'read' | 'failed', ids: string[]): Partial<InboundEvent> => ({
  type: 'receipt',
  ...threadOf(id),
  state,
  ids,
})

describe('what is said about a message', () => {
  test('before it is there waits for it', async () => {
    const { chatId } = await customerOf(ada, telegram, 201)
    await tell(
      { type: 'edit', ...threadOf(201), id: 'm1', text: 'changed', version: 2 },
      { type: 'reaction', ...threadOf(201), id: 'm1', from: { id: '201', name: 'Maria' }, emoji: '👍' },
      { type: 'removal', ...threadOf(201), id: 'm2' },
    )
    await tell(said(201, 1, 'as it was first'), said(201, 2, 'a slip'))
    const [, edited, removed] = await timelineOf(ada, chatId)
    expect(edited).toMatchObject({ text: 'changed', editedAt: expect.any(String), reactions: [{ by: 'Maria', emoji: '👍' }] })
    expect(removed).toMatchObject({ text: null })
  })

  test('of someone unknown waits too, and he gets his name with his first message', async () => {
    await tell({ type: 'edit', ...threadOf(202), id: 'm1', text: 'Hello (changed)', version: 2 })
    const { chats } = await ada.get('{ chats(section: new, first: 100) { edges { node { customer { name } } } } }')
    expect(chats.edges.some(({ node }: any) => node.customer.name === null)).toBe(false)
    await tell(said(202, 1, 'Helo'))
    const chatId = await chatOf(ada, 'Hello (changed)')
    expect((await ada.get('query($id: ID!) { chat(id: $id) { customer { name } } }', { id: chatId })).chat.customer.name).toBe(
      'Customer 202',
    )
  })

  test('and an older edit that comes later changes nothing', async () => {
    const { chatId } = await customerOf(ada, telegram, 203)
    await tell(said(203, 1, 'first'))
    await tell({ type: 'edit', ...threadOf(203), id: 'm1', text: 'third', version: 3 })
    await tell({ type: 'edit', ...threadOf(203), id: 'm1', text: 'second', version: 2 })
    expect((await timelineOf(ada, chatId)).at(-1)).toMatchObject({ text: 'third' })
  })
})

describe('a late message', () => {
  test('stands where it belongs and says that it is late, whatever order the others came in', async () => {
    const { chatId } = await customerOf(ada, telegram, 204)
    await tell(said(204, 1, 'one'), said(204, 5, 'five'))
    await reply(ada, chatId, 'an answer')
    await tell(said(204, 3, 'three'), said(204, 6, 'six'))
    await tell(said(204, 4, 'four'))
    await tell(said(204, 2, 'two'))
    const shown = (await timelineOf(ada, chatId)).slice(1)
    expect(shown.map(({ text }) => text)).toEqual(['one', 'two', 'three', 'four', 'five', 'an answer', 'six'])
    expect(shown.filter(({ late }) => late).map(({ text }) => text)).toEqual(['two', 'three', 'four'])
  })

  test('that comes twice is there once', async () => {
    const { chatId } = await customerOf(ada, telegram, 205)
    await tell(said(205, 1, 'once'), said(205, 1, 'once'))
    await tell(said(205, 1, 'once'))
    expect((await timelineOf(ada, chatId)).map(({ text }) => text)).toEqual(['I am 205', 'once'])
  })
})

describe('a receipt', () => {
  const lastTaken = () =>
    Math.max(...telegram.ledger.injected.map((one) => one.messageId ?? 0), ...telegram.ledger.accepted.map((one) => one.messageId))

  test("that comes before the platform's answer to the send counts", async () => {
    const { id, chatId } = await customerOf(ada, telegram, 206)
    telegram.fault({ kind: 'slow', ms: 800, chatId: id })
    const sent = await reply(ada, chatId, 'Here.')
    await untilDelivery(ada, sent.id, 'sending')
    await tell(receipt(206, 'read', [String(lastTaken() + 1)]))
    expect((await messageOf(ada, sent.id)).delivery).toBe('sending')
    await untilDelivery(ada, sent.id, 'read')
  })

  test('never moves a message back, and a long message is as far as the least of its parts', async () => {
    const { chatId } = await customerOf(ada, telegram, 207)
    const desk = ada.follow('subscription { feed { cursor event { message { id delivery } } } }')
    await desk.until((frame) => frame.event === null)
    const sent = await reply(ada, chatId, 'a'.repeat(5_000))
    const parts = () => telegram.ledger.accepted.filter((one) => one.chatId === 207).map((one) => String(one.messageId))
    await untilTrue(() => parts().length === 1)
    await tell(receipt(207, 'read', parts()))
    await untilTrue(() => parts().length === 2)
    await untilDelivery(ada, sent.id, 'sent')
    await tell(receipt(207, 'delivered', parts()))
    expect((await messageOf(ada, sent.id)).delivery).toBe('delivered')
    await tell(receipt(207, 'read', parts()))
    await tell(receipt(207, 'delivered', parts()), receipt(207, 'sent', parts()))
    expect((await messageOf(ada, sent.id)).delivery).toBe('read')
    await desk.until((frame) => frame.event?.message?.id === sent.id && frame.event.message.delivery === 'read')
    const ranks = ['queued', 'sending', 'sent', 'delivered', 'read']
    const history = desk.frames
      .filter((frame) => frame.event?.message?.id === sent.id)
      .map((frame) => ranks.indexOf(frame.event.message.delivery))
    expect(history).toEqual([...history].sort((a, b) => a - b))
    desk.end()
  })

  test('of failure overrules "sent", and only a proof of delivery overrules the failure', async () => {
    const { chatId } = await customerOf(ada, telegram, 208)
    const sent = await reply(ada, chatId, 'Here.')
    await untilDelivery(ada, sent.id, 'sent')
    const ids = [String(telegram.ledger.accepted.at(-1)?.messageId)]
    await tell({ ...receipt(208, 'failed', ids), failure: { code: 'content_rejected', message: 'Not allowed' } } as Partial<InboundEvent>)
    expect(await messageOf(ada, sent.id)).toMatchObject({ delivery: 'failed', failure: { platform: 'Not allowed' } })
    await tell(receipt(208, 'sent', ids))
    expect((await messageOf(ada, sent.id)).delivery).toBe('failed')
    await tell(receipt(208, 'delivered', ids))
    expect(await messageOf(ada, sent.id)).toMatchObject({ delivery: 'delivered', failure: null })
  })
})
