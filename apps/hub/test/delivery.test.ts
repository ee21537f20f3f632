import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Person, setUp, signIn, type TestHub, untilTrue } from './support/hub.ts'
import {
  changeToken,
  connectBot,
  customerOf,
  messageOf,
  reply,
  startBeside,
  startWithTelegram,
  type TelegramStandIn,
  takenBy,
  tooManyRequests,
  untilDelivery,
  untilState,
} from './support/telegram.ts'

let telegram: TelegramStandIn
let hub: TestHub
let ada: Person
let bot: string
let drop: () => Promise<void>
let next = 100
const customer = () => customerOf(ada, telegram, next++)

beforeAll(async () => {
  ;({ telegram, hub, drop } = await startWithTelegram({ pace: { perSecond: 30, perChatPerSecond: 1 } }))
  ada = await setUp(hub)
  bot = await connectBot(ada, telegram)
})
afterAll(() => drop())

const resend = (id: string) =>
  ada.get('mutation($id: ID!) { resendMessage(messageId: $id) { __typename ... on Message { delivery } ... on Refusal { code } } }', { id })
const confirm = (id: string) =>
  ada.get('mutation($id: ID!) { confirmMessage(messageId: $id) { __typename ... on Message { delivery } ... on Refusal { code } } }', {
    id,
  })

describe.concurrent('a reply', () => {
  test('reaches the platform once, in the order it was written, within the pace the platform allows', async () => {
    const people = await Promise.all([customer(), customer(), customer()])
    const sent = []
    for (const word of ['one', 'two', 'three']) for (const { chatId } of people) sent.push(await reply(ada, chatId, word))
    for (const { id } of sent) await untilDelivery(ada, id, 'sent')
    for (const { id } of people) expect(takenBy(telegram, id)).toEqual(['one', 'two', 'three'])
  })

  test('asked for five times at once from two tabs is one message', async () => {
    const { id, chatId } = await customer()
    const secondTab = await signIn(hub.url, 'ada@acme.example', 'acme')
    const answers = await Promise.all([ada, secondTab, ada, secondTab, ada].map((tab) => reply(tab, chatId, 'Yes, we have it.', 'click')))
    expect(new Set(answers.map((answer) => answer.id)).size).toBe(1)
    await untilDelivery(ada, answers[0]?.id ?? '', 'sent')
    await reply(ada, chatId, 'Anything else?').then(({ id }) => untilDelivery(ada, id, 'sent'))
    expect(takenBy(telegram, id)).toEqual(['Yes, we have it.', 'Anything else?'])
    expect(await reply(ada, chatId, 'Other words.', 'click')).toMatchObject({ __typename: 'Refusal', code: 'client_id_reused' })
  })

  test('that the platform asks to wait with is sent once when the time has come, and what stands behind it waits too', async () => {
    const slow = await customer()
    const other = await customer()
    telegram.fault({ ...tooManyRequests(4), chatId: slow.id })
    const first = await reply(ada, slow.chatId, 'first')
    await untilTrue(async () => (await messageOf(ada, first.id)).failure === null && telegram.ledger.refusals[429] === 1)
    const second = await reply(ada, slow.chatId, 'second')
    const elsewhere = await reply(ada, other.chatId, 'elsewhere')
    await untilDelivery(ada, elsewhere.id, 'sent')
    await untilDelivery(ada, second.id, 'sent')
    expect(takenBy(telegram, slow.id)).toEqual(['first', 'second'])
    const order = telegram.ledger.accepted.map((one) => one.text)
    expect(order.indexOf('elsewhere')).toBeLessThan(order.indexOf('first'))
  })

  test('that meets a broken gateway is tried again and arrives once', async () => {
    const { id, chatId } = await customer()
    telegram.fault({ kind: 'html', chatId: id })
    telegram.fault({ kind: 'answer', code: 500, description: 'Internal Server Error', chatId: id })
    await untilDelivery(ada, (await reply(ada, chatId, 'Here it is.')).id, 'sent')
    expect(takenBy(telegram, id)).toEqual(['Here it is.'])
  })

  test("to someone who blocked the bot has failed, in the platform's words, and can be sent again", async () => {
    const { id, chatId } = await customer()
    telegram.block(id)
    const sent = await reply(ada, chatId, 'Are you there?')
    expect(await untilDelivery(ada, sent.id, 'failed')).toMatchObject({
      failure: { code: 'forbidden_by_peer', platform: expect.stringContaining('bot was blocked by the user') },
    })
    telegram.block(id, false)
    expect((await resend(sent.id)).resendMessage).toMatchObject({ __typename: 'Message', delivery: 'queued' })
    await untilDelivery(ada, sent.id, 'sent')
    expect(takenBy(telegram, id)).toEqual(['Are you there?'])
    expect((await resend(sent.id)).resendMessage).toMatchObject({ code: 'not_unsettled' })
  })

  test('whose answer was lost is unknown, is never sent again by the hub, and what follows it is sent', async () => {
    const { id, chatId } = await customer()
    telegram.fault({ kind: 'lose_reply', chatId: id })
    const lost = await reply(ada, chatId, 'Did you get it?')
    const following = await reply(ada, chatId, 'It is on its way.')
    await untilDelivery(ada, lost.id, 'unknown')
    await untilDelivery(ada, following.id, 'sent')
    expect(takenBy(telegram, id)).toEqual(['Did you get it?', 'It is on its way.'])
    expect((await confirm(lost.id)).confirmMessage).toMatchObject({ __typename: 'Message', delivery: 'sent' })
    expect((await confirm(lost.id)).confirmMessage).toMatchObject({ code: 'not_unsettled' })
    expect(takenBy(telegram, id)).toEqual(['Did you get it?', 'It is on its way.'])
  })

  test('that is unknown is sent again when a person says so', async () => {
    const { id, chatId } = await customer()
    telegram.fault({ kind: 'reset', chatId: id })
    const lost = await reply(ada, chatId, 'Did you get it?')
    await untilDelivery(ada, lost.id, 'unknown')
    expect(takenBy(telegram, id)).toEqual([])
    await resend(lost.id)
    await untilDelivery(ada, lost.id, 'sent')
    expect(takenBy(telegram, id)).toEqual(['Did you get it?'])
  })
})

test('no send came sooner than the platform allows, not even a new reply behind one that had to wait', () => {
  expect(telegram.ledger.refusals[429]).toBe(1)
})

describe('a bot whose token was revoked', () => {
  test('keeps its queue, says what to do, and goes on with the new token', async () => {
    const { id, chatId } = await customer()
    telegram.revokeToken()
    const held = [await reply(ada, chatId, 'one'), await reply(ada, chatId, 'two')]
    await untilState(ada, bot, 'logged_out')
    const { channels } = await ada.get('{ channels { id action reason } }')
    expect(channels.find((channel: any) => channel.id === bot)).toMatchObject({ action: 'reconfigure' })
    expect((await messageOf(ada, held[0]?.id ?? '')).delivery).toMatch(/queued|sending/)
    await changeToken(ada, telegram, bot)
    for (const message of held) await untilDelivery(ada, message.id, 'sent')
    expect(takenBy(telegram, id)).toEqual(['one', 'two'])
  })
})

describe('a hub that stops in the middle of a send', () => {
  test("waits for the platform's answer, and the next hub goes on behind it", async () => {
    const { id, chatId } = await customer()
    telegram.fault({ kind: 'slow', ms: 1_500, chatId: id })
    const first = await reply(ada, chatId, 'one')
    const second = await reply(ada, chatId, 'two')
    await untilDelivery(ada, first.id, 'sending')
    await hub.stop()
    const later = await startBeside(hub, telegram)
    try {
      const again = await signIn(later.url, 'ada@acme.example', 'acme')
      await untilDelivery(again, first.id, 'sent')
      await untilDelivery(again, second.id, 'sent')
      expect(takenBy(telegram, id)).toEqual(['one', 'two'])
    } finally {
      await later.drop()
    }
  })
})
