import { graphErrors, refusing } from '@parley/conformance/graph'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemOf } from '../src/work.ts'
import { addColleague, type Person, setUp, type TestHub, untilTrue } from './support/hub.ts'
import { connectMeta, type GraphStandIn, startWithMeta } from './support/meta.ts'
import { chatOf, reply, timelineOf, untilDelivery } from './support/telegram.ts'

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

  test('is ours again once the other has let go of it, which only the next word of the customer tells', async () => {
    graph.messenger.say('Who is there?', { from: '54' })
    const chatId = await chatOf(ada, 'Who is there?')
    const before = Date.now() - 1_000
    graph.messenger.control('take', { from: '54' })
    await untilTold(chatId, 'chat_elsewhere')
    graph.messenger.say('This was late', { from: '54', at: before })
    await untilTrue(async () => (await timelineOf(ada, chatId)).some(({ text }) => text === 'This was late'))
    expect(await told(chatId)).toEqual(['chat_elsewhere'])
    graph.messenger.say('Nobody answers me', { from: '54' })
    await untilTold(chatId, 'chat_elsewhere', 'chat_back')
  })

  test('is ours again after a day on which nobody said anything, and the chat says why', async () => {
    const [silent, lively] = await Promise.all(
      ['55', '56'].map(async (from) => {
        graph.messenger.say(`Hello from ${from}`, { from })
        const chatId = await chatOf(ada, `Hello from ${from}`)
        graph.messenger.control('take', { from })
        await untilTold(chatId, 'chat_elsewhere')
        return chatId
      }),
    )
    const { id: workspaceId } = (await ada.get('{ workspace { id } }')).workspace
    await hub.works.work(systemOf(workspaceId), async (work) => {
      for (const [chatId, hours] of [
        [silent, 24],
        [lively, 23],
      ] as const)
        await work.sql`update chats set elsewhere_since = elsewhere_since - interval '30 hours', last_message_at = clock_timestamp() - ${hours} * interval '1 hour'
          where workspace_id = ${workspaceId} and id = ${chatId as string}`
    })
    await untilTold(silent as string, 'chat_elsewhere', 'chat_back')
    const { chat } = await ada.get(
      'query($id: ID!) { chat(id: $id) { elsewhereSince timeline(last: 1) { edges { node { ... on Activity { type operator { id } reason { code } } } } } } }',
      { id: silent },
    )
    expect(chat).toMatchObject({
      elsewhereSince: null,
      timeline: { edges: [{ node: { type: 'chat_back', operator: null, reason: { code: 'lapsed' } } }] },
    })
    expect(await told(lively as string)).toEqual(['chat_elsewhere'])
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

describe('a conversation that an operator passes to the inbox of the platform', () => {
  const inbox = '263902037430900'
  const chat = (id: string, person = ada) =>
    person
      .get(
        `query($id: ID!) { chat(id: $id) { elsewhereSince handOver { to operator { name } failure { code words platform } } may { handOver }
        timeline(last: 50) { edges { node { ... on Activity { type operator { name } } } } } } }`,
        { id },
      )
      .then((answer) => answer.chat)
  const pass = (chatId: string, to: string, person = ada) =>
    person
      .get('mutation($c: ID!, $to: HandOverTarget!) { handOverChat(chatId: $c, to: $to) { __typename ... on Refusal { code message } } }', {
        c: chatId,
        to,
      })
      .then((answer) => answer.handOverChat)
  const moves = async (chatId: string) =>
    (await chat(chatId)).timeline.edges.flatMap(({ node }: any) =>
      /elsewhere|back/.test(node.type ?? '') ? [[node.type, node.operator?.name ?? null]] : [],
    )
  const untilSettled = (chatId: string) => untilTrue(async () => (await chat(chatId)).handOver === null)
  const controlsOf = (person: string) => graph.ledger.controls.filter(({ to }) => to === person).map(({ to: _, ...rest }) => rest)
  const channel = async () => (await ada.get('{ channels { kind state } }')).channels.find(({ kind }: any) => kind === 'messenger')
  const refused = (what: 'notTheOwner' | 'notPrimary') => graph.fault({ ...refusing(graphErrors[what]), call: 'control' })

  test('is there once the platform says so, behind what waited, and comes back at his wish', async () => {
    graph.messenger.say('Who does repairs?', { from: '61' })
    const chatId = await chatOf(ada, 'Who does repairs?')
    expect((await chat(chatId)).may).toEqual({ handOver: true })
    const last = await reply(ada, chatId, 'The shop: I pass you on')
    expect(await pass(chatId, 'inbox')).toEqual({ __typename: 'Chat' })
    await untilSettled(chatId)
    await untilDelivery(ada, last.id, 'sent', 'delivered')
    expect(takenBy('61')).toEqual(['The shop: I pass you on'])
    expect((await chat(chatId)).elsewhereSince).toEqual(expect.any(String))
    await pass(chatId, 'inbox')
    await pass(chatId, 'hub')
    await untilSettled(chatId)
    expect(controlsOf('61')).toEqual([{ what: 'pass', target: inbox }, { what: 'take' }])
    expect((await chat(chatId)).elsewhereSince).toBeNull()
    expect(await moves(chatId)).toEqual([
      ['chat_elsewhere', 'Ada'],
      ['chat_back', 'Ada'],
    ])
  })

  test('stays ours where the platform refuses, which is told in its words, until he tries again or leaves it', async () => {
    graph.messenger.say('And who sells?', { from: '62' })
    const chatId = await chatOf(ada, 'And who sells?')
    refused('notTheOwner')
    await pass(chatId, 'inbox')
    const failed = () => untilTrue(async () => (await chat(chatId)).handOver?.failure)
    expect(await failed()).toEqual({
      code: 'not_allowed',
      words: 'The platform does not allow this account to do that.',
      platform: '(#10) Only the app that controls this thread may pass it on.',
    })
    expect([await moves(chatId), (await chat(chatId)).elsewhereSince]).toEqual([[], null])
    expect(await channel()).toEqual({ kind: 'messenger', state: 'connected' })
    await pass(chatId, 'hub')
    expect([(await chat(chatId)).handOver, controlsOf('62')]).toEqual([null, []])
    await pass(chatId, 'inbox')
    await untilSettled(chatId)
    refused('notPrimary')
    await pass(chatId, 'hub')
    expect((await failed()).platform).toContain('Only the primary receiver')
    expect(await moves(chatId)).toEqual([['chat_elsewhere', 'Ada']])
  })

  test('is told of once where the answer of the platform is lost, and where it does not answer for a while', async () => {
    graph.messenger.say('Are you open?', { from: '63' })
    const chatId = await chatOf(ada, 'Are you open?')
    graph.fault({ kind: 'lose_reply', call: 'control' })
    await pass(chatId, 'inbox')
    await untilSettled(chatId)
    graph.fault({ kind: 'html', call: 'control', times: 2 })
    await pass(chatId, 'hub')
    await untilSettled(chatId)
    expect(await moves(chatId)).toEqual([
      ['chat_elsewhere', 'Ada'],
      ['chat_back', 'Ada'],
    ])
  })

  test('comes back with an answer, and an answer that the platform does not let us give is refused, not the channel', async () => {
    graph.messenger.say('Do you deliver?', { from: '64' })
    const chatId = await chatOf(ada, 'Do you deliver?')
    await pass(chatId, 'inbox')
    await untilSettled(chatId)
    refused('notPrimary')
    const lost = await reply(ada, chatId, 'We do')
    await untilDelivery(ada, lost.id, 'failed')
    expect(await channel()).toEqual({ kind: 'messenger', state: 'connected' })
    const answer = await reply(ada, chatId, 'We do, on Mondays')
    await untilDelivery(ada, answer.id, 'sent', 'delivered')
    expect(takenBy('64')).toEqual(['We do, on Mondays'])
    expect((await chat(chatId)).elsewhereSince).toBeNull()
  })

  test('is passed by who may answer, while the chat is open, on a channel that can', async () => {
    graph.messenger.say('One more question', { from: '65' })
    const chatId = await chatOf(ada, 'One more question')
    await ada.get('mutation($id: ID!) { takeChat(chatId: $id) { __typename } }', { id: chatId })
    const otto = await addColleague(ada, 'Otto')
    expect(await pass(chatId, 'inbox', otto)).toMatchObject({ code: 'not_found' })
    await ada.get('mutation($id: ID!) { closeChat(chatId: $id) { __typename } }', { id: chatId })
    expect(await pass(chatId, 'inbox')).toMatchObject({ code: 'chat_closed' })
    expect((await chat(chatId)).may).toEqual({ handOver: false })
    await connectMeta(ada, graph, 'whatsapp-cloud')
    graph.whatsapp.say('Over here', { from: '66' })
    const other = await chatOf(ada, 'Over here')
    expect(await pass(other, 'inbox')).toEqual({
      __typename: 'Refusal',
      code: 'no_hand_over',
      message: 'This channel cannot pass a conversation on.',
    })
    expect((await chat(other)).may).toEqual({ handOver: false })
  })
})

test('Instagram passes its conversations to its own inbox', async () => {
  await connectMeta(ada, graph, 'instagram')
  graph.instagram.say('Nice picture!', { from: '71' })
  const chatId = await chatOf(ada, 'Nice picture!')
  await ada.get('mutation($id: ID!) { handOverChat(chatId: $id, to: inbox) { __typename } }', { id: chatId })
  await untilTold(chatId, 'chat_elsewhere')
  expect(graph.ledger.controls.at(-1)).toEqual({ to: '71', what: 'pass', target: '1217981644879628' })
})
