import { startGraphStandIn } from '@parley/conformance/graph'
import { startTelegramStandIn } from '@parley/conformance/telegram'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Person, setUp, startTestHub, startVisitor, type TestHub, untilTrue } from './support/hub.ts'
import { connectMeta, type GraphStandIn } from './support/meta.ts'
import { chatOf, connectBot, type TelegramStandIn, untilDelivery } from './support/telegram.ts'

let telegram: TelegramStandIn
let graph: GraphStandIn
let hub: TestHub
let ada: Person

beforeAll(async () => {
  telegram = await startTelegramStandIn({ pace: { perSecond: 30, perChatPerSecond: 20 } })
  graph = await startGraphStandIn({ redelivery: { firstMs: 50, longestMs: 500 } })
  const hosts = [telegram, graph].map(({ apiRoot }) => new URL(apiRoot).host).join(',')
  hub = await startTestHub({ PARLEY_ALLOW_PRIVATE_FETCH: hosts })
  ada = await setUp(hub)
  await connectBot(ada, telegram)
  for (const kind of ['messenger', 'whatsapp-cloud'] as const) await connectMeta(ada, graph, kind)
}, 120_000)
afterAll(async () => {
  await hub?.drop()
  await telegram?.stop()
  await graph?.stop()
})

const message =
  '__typename ... on Message { id text buttons { label chosen } replyTo { id } direction } ... on Refusal { code field remedy }'
const send = async (chatId: string, text: string | null, buttons: string[]) =>
  (
    await ada.get(`mutation($input: SendMessageInput!) { sendMessage(input: $input) { ${message} } }`, {
      input: { chatId, clientId: crypto.randomUUID(), text, buttons },
    })
  ).sendMessage
const sent = async (chatId: string, text: string, buttons: string[]) => {
  const { id } = await send(chatId, text, buttons)
  await untilDelivery(ada, id, 'sent', 'delivered', 'read')
  return id as string
}
const buttonsOf = async (id: string) =>
  (await ada.get('query($id: ID!) { message(id: $id) { buttons { label chosen } } }', { id })).message.buttons
const chosenIn = (id: string) =>
  untilTrue(async () => (await buttonsOf(id)).find(({ chosen }: { chosen: boolean }) => chosen)?.label as string | undefined)
const lastOf = async (chatId: string) =>
  (
    await ada.get(
      `query($id: ID!) { chat(id: $id) { timeline(last: 30) { edges { node { ${message.replace(' ... on Refusal { code field remedy }', '')} } } } } }`,
      { id: chatId },
    )
  ).chat.timeline.edges
    .map(({ node }: any) => node)
    .findLast(({ __typename, direction }: any) => __typename === 'Message' && direction === 'in')

let people = 7_000
const onTelegram = async () => {
  const id = people++
  telegram.say(`I am ${id}`, { from: id })
  return { id, chatId: await chatOf(ada, `I am ${id}`) }
}
const onGraph = async (kind: 'messenger' | 'whatsapp') => {
  const id = String(people++)
  graph[kind].say(`I am ${id}`, { from: id })
  return { id, chatId: await chatOf(ada, `I am ${id}`) }
}
const lastTo = (id: string) => graph.ledger.accepted.findLast(({ to }) => to === id)

describe('buttons below a message', () => {
  test('are a keyboard on Telegram, and what is pressed there answers the message and is marked on it', async () => {
    const { id, chatId } = await onTelegram()
    const asked = await sent(chatId, 'Which size?', ['Small', 'Large'])
    expect(await buttonsOf(asked)).toEqual([
      { label: 'Small', chosen: false },
      { label: 'Large', chosen: false },
    ])
    const shown = telegram.ledger.accepted.findLast((one) => one.chatId === id)
    expect(shown?.text).toBe('Which size?')
    expect(shown?.buttons?.flat().map(({ text }) => text)).toEqual(['Small', 'Large'])
    telegram.press(shown?.messageId ?? 0, shown?.buttons?.[1]?.[0]?.callback_data ?? '', { from: id })
    expect(await chosenIn(asked)).toBe('Large')
    expect(await lastOf(chatId)).toMatchObject({ text: 'Large', replyTo: { id: asked } })
  })

  test('stay below a text that is edited, and another press moves the mark', async () => {
    const { id, chatId } = await onTelegram()
    const asked = await sent(chatId, 'Wich day?', ['Monday', 'Friday'])
    await ada.get('mutation($id: ID!) { editMessage(messageId: $id, text: "Which day?") { __typename } }', { id: asked })
    const shown = await untilTrue(async () => telegram.ledger.accepted.find((one) => one.chatId === id && one.text === 'Which day?'))
    expect(shown.buttons).toHaveLength(2)
    for (const n of [0, 1]) {
      telegram.press(shown.messageId, shown.buttons?.[n]?.[0]?.callback_data ?? '', { from: id })
      await untilTrue(async () => (await buttonsOf(asked))[n].chosen || undefined)
    }
    expect(await buttonsOf(asked)).toEqual([
      { label: 'Monday', chosen: false },
      { label: 'Friday', chosen: true },
    ])
  })

  test('of another chat cannot be pressed by somebody who made up what they carry', async () => {
    const [one, other] = [await onTelegram(), await onTelegram()]
    const asked = await sent(one.chatId, 'Yes?', ['Yes', 'No'])
    telegram.press(1, `${asked}.0`, { from: other.id })
    await chatOf(ada, `${asked}.0`)
    expect(await buttonsOf(asked)).toEqual([
      { label: 'Yes', chosen: false },
      { label: 'No', chosen: false },
    ])
  })

  test.each([3, 4])('%i of them are buttons or a list on WhatsApp', async (count) => {
    const { id, chatId } = await onGraph('whatsapp')
    const labels = ['Mon', 'Tue', 'Wed', 'Thu'].slice(0, count)
    const asked = await sent(chatId, 'Which day?', labels)
    const shown = lastTo(id)
    expect(shown).toMatchObject({ type: 'interactive', text: 'Which day?', buttons: labels.map((label) => ({ label })) })
    graph.whatsapp.press(shown?.buttons?.[2]?.payload ?? '', 'Wed', { from: id, list: count > 3 })
    expect(await chosenIn(asked)).toBe('Wed')
    expect(await lastOf(chatId)).toMatchObject({ text: 'Wed', replyTo: { id: asked } })
  })

  test('too long for WhatsApp are numbered lines, and a quoted number chooses', async () => {
    const { id, chatId } = await onGraph('whatsapp')
    const asked = await sent(chatId, 'How shall we send it?', ['By courier to my door', 'I collect it at the shop'])
    const shown = lastTo(id)
    expect(shown?.text).toBe('How shall we send it?\n1. By courier to my door\n2. I collect it at the shop')
    expect(shown?.buttons ?? []).toEqual([])
    graph.whatsapp.say('2', { from: id, replyTo: shown?.id })
    expect(await chosenIn(asked)).toBe('I collect it at the shop')
  })

  test('that went as numbered lines are chosen by a number or the words of one that quote nothing, until something else is said', async () => {
    const { id, chatId } = await onGraph('whatsapp')
    const asked = await sent(chatId, 'How shall we send it?', ['By courier to my door', 'I collect it at the shop'])
    const say = async (text: string) => {
      graph.whatsapp.say(text, { from: id })
      await untilTrue(async () => (await lastOf(chatId))?.text === text)
      return (await buttonsOf(asked)).map(({ chosen }: { chosen: boolean }) => chosen)
    }
    expect(await say('Let me see')).toEqual([false, false])
    expect(await say('2.')).toEqual([false, true])
    expect(await lastOf(chatId)).toMatchObject({ text: '2.', replyTo: { id: asked } })
    expect(await say('by courier to my door!')).toEqual([true, false])
    expect(await say('3')).toEqual([true, false])
    await sent(chatId, 'How many shall we send?', [])
    expect(await say('2')).toEqual([true, false])
    expect(await lastOf(chatId)).toMatchObject({ text: '2', replyTo: null })
  })

  test('that could be pressed are chosen by their words as well, and not by a number nobody showed', async () => {
    const { id, chatId } = await onTelegram()
    const asked = await sent(chatId, 'How many wheels?', ['One', 'Two', 'Three'])
    telegram.say('1', { from: id })
    await untilTrue(async () => (await lastOf(chatId))?.text === '1')
    expect((await buttonsOf(asked)).some(({ chosen }: { chosen: boolean }) => chosen)).toBe(false)
    telegram.say('three', { from: id })
    expect(await chosenIn(asked)).toBe('Three')
  })

  test('are quick replies on Messenger', async () => {
    const { id, chatId } = await onGraph('messenger')
    const asked = await sent(chatId, 'Did it help?', ['Yes', 'No'])
    const shown = lastTo(id)
    expect(shown?.buttons?.map(({ label }) => label)).toEqual(['Yes', 'No'])
    graph.messenger.say('Yes', { from: id, quickReply: shown?.buttons?.[0]?.payload ?? '' })
    expect(await chosenIn(asked)).toBe('Yes')
    expect(await lastOf(chatId)).toMatchObject({ text: 'Yes', replyTo: { id: asked } })
  })

  test('are with the visitor of a website, and his answer with the words of one chooses it', async () => {
    const visitor = await startVisitor(ada)
    const say = (text: string, more: object = {}) =>
      visitor.get('mutation($i: VisitorMessageInput!) { sendMessage(input: $i) { __typename } }', {
        i: { clientId: crypto.randomUUID(), text, ...more },
      })
    await say('My order?')
    const chatId = await chatOf(ada, 'My order?')
    const { id } = await send(chatId, 'Has it come?', ['It has', 'Not yet'])
    const shown = async () =>
      (
        await visitor.get('{ visitor { chat { messages(last: 5) { edges { node { text buttons { label chosen } } } } } } }')
      ).visitor.chat.messages.edges
        .map(({ node }: any) => node)
        .find(({ text }: any) => text === 'Has it come?').buttons
    expect(await shown()).toEqual([
      { label: 'It has', chosen: false },
      { label: 'Not yet', chosen: false },
    ])
    await say('Not yet', { replyToId: id })
    expect(await shown()).toMatchObject([{ chosen: false }, { chosen: true }])
    expect(await chosenIn(id)).toBe('Not yet')
    await ada.get('mutation($id: ID!) { removeMessage(messageId: $id) { __typename } }', { id })
    expect(await buttonsOf(id)).toEqual([])
  })

  test('on a website are chosen by their words as well, and the answer quotes what was asked', async () => {
    const visitor = await startVisitor(ada)
    await visitor.say('Is it there?')
    const chatId = await chatOf(ada, 'Is it there?')
    const { id } = await send(chatId, 'Shall we look?', ['Please do', 'No need'])
    await visitor.say('please do!')
    expect(await chosenIn(id)).toBe('Please do')
    expect(await lastOf(chatId)).toMatchObject({ text: 'please do!', replyTo: { id } })
  })

  test.each([
    ['without a text', null, ['Yes'], 'empty_message', 'text'],
    ['of eleven', 'Which?', Array.from({ length: 11 }, (_, n) => `No. ${n}`), 'too_many', 'buttons'],
    ['with nothing on one', 'Which?', ['Yes', ' '], 'required', 'buttons'],
    ['with too much on one', 'Which?', ['x'.repeat(65)], 'too_long', 'buttons'],
    ['with the same on two', 'Which?', ['Yes', ' yes'], 'same_button', 'buttons'],
  ])('%s are refused, and nothing is sent', async (_, text, buttons, code, field) => {
    const { id, chatId } = await onTelegram()
    expect(await send(chatId, text, buttons)).toMatchObject({ code, field, remedy: expect.any(String) })
    expect(telegram.ledger.accepted.filter((one) => one.chatId === id)).toEqual([])
  })
})
