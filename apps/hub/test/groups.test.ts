import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Person, setUp, type TestHub } from './support/hub.ts'
import { chatOf, connectBot, reply, startWithTelegram, type TelegramStandIn, untilDelivery } from './support/telegram.ts'

let telegram: TelegramStandIn
let hub: TestHub
let ada: Person
let drop: () => Promise<void>
const neighbours = { id: -5210001, title: 'Neighbours' }

beforeAll(async () => {
  ;({ telegram, hub, drop } = await startWithTelegram())
  ada = await setUp(hub)
  await connectBot(ada, telegram, { groups: true })
})
afterAll(() => drop())

const question = `query($id: ID!) { chat(id: $id) { threadKind customer { name } timeline(last: 20) { edges { node { ... on Message { text authorName } } } } } }`
async function seen(chatId: string) {
  const { chat } = await ada.get(question, { id: chatId })
  const said = chat.timeline.edges.flatMap(({ node }: any) => (node.text ? [[node.authorName, node.text]] : []))
  return { kind: chat.threadKind, customer: chat.customer.name, said }
}

test('a group is one chat with one customer, its messages have the names of their authors, and an answer goes to all', async () => {
  telegram.say('Whose bicycle is this?', { from: { id: 71, firstName: 'Nina' }, group: neighbours })
  const chatId = await chatOf(ada, 'Whose bicycle is this?')
  telegram.say('Mine!', { from: { id: 72, firstName: 'Oleg' }, group: neighbours })
  expect(await chatOf(ada, 'Mine!')).toBe(chatId)
  telegram.say('May I ask alone?', { from: { id: 72, firstName: 'Oleg' } })
  const alone = await chatOf(ada, 'May I ask alone?')
  expect(await seen(alone)).toEqual({ kind: 'direct', customer: 'Oleg', said: [['Oleg', 'May I ask alone?']] })
  const answer = await reply(ada, chatId, 'Please put it aside')
  await untilDelivery(ada, answer.id, 'sent')
  expect(telegram.ledger.accepted.map(({ chatId: to, text }) => [to, text])).toEqual([[neighbours.id, 'Please put it aside']])
  expect(await seen(chatId)).toEqual({
    kind: 'group',
    customer: 'Neighbours',
    said: [
      ['Nina', 'Whose bicycle is this?'],
      ['Oleg', 'Mine!'],
      ['Ada', 'Please put it aside'],
    ],
  })
})
