import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Person, setUp, type TestHub, untilTrue } from './support/hub.ts'
import { connectMeta, type GraphStandIn, startWithMeta } from './support/meta.ts'
import { chatOf, reply, untilDelivery } from './support/telegram.ts'

let graph: GraphStandIn
let hub: TestHub
let ada: Person
let drop: () => Promise<void>

beforeAll(async () => {
  ;({ graph, hub, drop } = await startWithMeta())
  ada = await setUp(hub)
  await connectMeta(ada, graph, 'messenger')
  await ada.get('mutation { updateClosingSettings(texts: [{ language: en, text: "Goodbye for now" }]) { __typename } }')
})
afterAll(() => drop())

const told = async (chatId: string) => {
  const { chat } = await ada.get(
    'query($id: ID!) { chat(id: $id) { timeline(last: 50) { edges { node { __typename ... on Activity { type } } } } } }',
    { id: chatId },
  )
  return chat.timeline.edges.flatMap(({ node }: any) => (/elsewhere|back|asked/.test(node.type ?? '') ? [node.type] : []))
}
const untilTold = (chatId: string, ...types: string[]) => untilTrue(async () => (await told(chatId)).join() === types.join())
const takenBy = (person: string) => graph.ledger.accepted.filter(({ to }) => to === person).map(({ text }) => text)

describe('a conversation that another program of the Page has', () => {
  test('is told of once, is heard all the same, and is ours again with an answer', async () => {
    graph.messenger.say('Is anybody there?', { from: '51' })
    const chatId = await chatOf(ada, 'Is anybody there?')
    graph.messenger.control('request', { from: '51' })
    await untilTold(chatId, 'chat_asked')
    graph.messenger.control('take', { from: '51' })
    await untilTold(chatId, 'chat_asked', 'chat_elsewhere')
    graph.messenger.standby('Said to the other one', { from: '51' })
    graph.messenger.standby('And once more', { from: '51' })
    expect(await chatOf(ada, 'And once more')).toBe(chatId)
    expect(await told(chatId)).toEqual(['chat_asked', 'chat_elsewhere'])
    const answer = await reply(ada, chatId, 'Now it is me')
    await untilDelivery(ada, answer.id, 'sent', 'delivered')
    expect(graph.ledger.controls).toEqual([{ to: '51', what: 'take' }])
    expect(takenBy('51')).toEqual(['Now it is me'])
    await untilTold(chatId, 'chat_asked', 'chat_elsewhere', 'chat_back')
  })

  test('is left to it by what the hub says by itself', async () => {
    graph.messenger.say('And I?', { from: '52' })
    const chatId = await chatOf(ada, 'And I?')
    graph.messenger.control('take', { from: '52' })
    await untilTold(chatId, 'chat_elsewhere')
    await ada.get('mutation($id: ID!) { closeChat(chatId: $id) { __typename } }', { id: chatId })
    graph.messenger.say('A third one', { from: '53' })
    const third = await chatOf(ada, 'A third one')
    await ada.get('mutation($id: ID!) { closeChat(chatId: $id) { __typename } }', { id: third })
    await untilTrue(async () => takenBy('53').length > 0)
    expect([takenBy('52'), takenBy('53')]).toEqual([[], ['Goodbye for now']])
  })
})
