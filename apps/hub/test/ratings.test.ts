import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemOf } from '../src/work.ts'
import { addColleague, type Person, setUp, startTestHub, type TestHub, Visitor } from './support/hub.ts'

let hub: TestHub
let ada: Person
let oto: Person & { id: string }
let key: string
let channelId: string
let workspaceId: string

beforeAll(async () => {
  hub = await startTestHub({ ROLES: 'web' })
  ada = await setUp(hub)
  const found = await ada.get('{ workspace { id } channels { id publicKey } }')
  ;[workspaceId, channelId, key] = [found.workspace.id, found.channels[0].id, found.channels[0].publicKey]
  oto = await addColleague(ada, 'Oto', { groupIds: [] })
})
afterAll(() => hub.drop())

const ratingOf = 'rating { score comment } mayRate'
const rate = async (visitor: Visitor, chatId: string, score: number, comment?: string) =>
  (
    await visitor.get(
      `mutation($input: RatingInput!) { rateChat(input: $input) { __typename ... on VisitorChat { ${ratingOf} } ... on Refusal { code field message remedy } } }`,
      { input: { chatId, score, comment } },
    )
  ).rateChat
const stateFor = async (visitor: Visitor) => (await visitor.get(`{ visitor { chat { id state ${ratingOf} } } }`)).visitor.chat
const marksOf = async (as: Person, chatId: string) => {
  const { chat } = await as.get(
    'query($id: ID!) { chat(id: $id) { rating { score comment } timeline(last: 20) { edges { node { ... on Activity { type score comment operator { id } } } } } } }',
    { id: chatId },
  )
  return { rating: chat.rating, told: chat.timeline.edges.map((edge: any) => edge.node).filter((node: any) => node.type === 'chat_rated') }
}
const close = (chatId: string) =>
  ada.get('mutation($id: ID!) { closeChat(chatId: $id) { __typename ... on Refusal { code } } }', { id: chatId })
const asks = (on: boolean) =>
  ada.get('mutation($id: ID!, $o: JSON!) { updateChannel(channelId: $id, options: $o) { __typename ... on Refusal { code field } } }', {
    id: channelId,
    o: { name: 'Acme', asksRating: on },
  })
/** As if so much time had gone by, in SQL's words. */
const pass = (column: 'rated_at' | 'closed_at', chatId: string, time: string) =>
  hub.works.work(systemOf(workspaceId), (work) =>
    column === 'rated_at'
      ? work.sql`update ratings set rated_at = rated_at - ${time}::interval where workspace_id = ${workspaceId} and chat_id = ${chatId}`
      : work.sql`update chats set closed_at = closed_at - ${time}::interval where workspace_id = ${workspaceId} and id = ${chatId}`,
  )

async function startChat(name: string): Promise<{ visitor: Visitor; chatId: string }> {
  const { startVisitor } = await new Visitor(hub.url, null).get(
    'mutation($input: StartVisitorInput!) { startVisitor(input: $input) { ... on StartVisitorSuccess { token } } }',
    { input: { key, name, email: `${name.toLowerCase()}@customer.example` } },
  )
  const visitor = new Visitor(hub.url, startVisitor.token)
  await visitor.say('Hello')
  return { visitor, chatId: (await stateFor(visitor)).id }
}

describe('a chat that is over', () => {
  test('is rated once by its visitor, with a comment, and the desk hears of it', async () => {
    const { visitor, chatId } = await startChat('Nina')
    expect(await stateFor(visitor)).toMatchObject({ state: 'queued', mayRate: false, rating: null })
    expect(await rate(visitor, chatId, 5)).toMatchObject({ __typename: 'Refusal', code: 'rating_over', field: 'chatId' })
    await close(chatId)
    expect(await stateFor(visitor)).toMatchObject({ state: 'closed', mayRate: true, rating: null })
    const desk = ada.follow('subscription { feed { event { type chat { id rating { score } } activity { type score comment } } } }')
    await desk.until((frame) => frame)
    expect(await rate(visitor, chatId, 4, '  Quick and kind.  ')).toMatchObject({
      rating: { score: 4, comment: 'Quick and kind.' },
      mayRate: true,
    })
    const heard = await desk.until(({ event }) => event?.type === 'chat_rated')
    expect(heard.event).toMatchObject({
      chat: { id: chatId, rating: { score: 4 } },
      activity: { type: 'chat_rated', score: 4, comment: 'Quick and kind.' },
    })
    desk.end()
    const marks = await marksOf(ada, chatId)
    expect(marks.rating).toEqual({ score: 4, comment: 'Quick and kind.' })
    expect(marks.told).toEqual([{ type: 'chat_rated', score: 4, comment: 'Quick and kind.', operator: null }])
  })

  test('keeps its mark when it is sent twice, and takes another within an hour', async () => {
    const { visitor, chatId } = await startChat('Piet')
    await close(chatId)
    await Promise.all([1, 2, 3].map(() => rate(visitor, chatId, 2, 'Slow')))
    expect((await marksOf(ada, chatId)).told).toHaveLength(1)
    await pass('rated_at', chatId, '50 minutes')
    await rate(visitor, chatId, 3)
    expect(await marksOf(ada, chatId)).toMatchObject({
      rating: { score: 3, comment: null },
      told: [{ score: 2 }, { score: 3, comment: null }],
    })
    await pass('rated_at', chatId, '20 minutes')
    expect(await rate(visitor, chatId, 5)).toMatchObject({ code: 'rating_over' })
    expect(await stateFor(visitor)).toMatchObject({ mayRate: false, rating: { score: 3 } })
  })

  test('can be rated for two weeks, and only where the admin wishes it', async () => {
    const { visitor, chatId } = await startChat('Rosa')
    await close(chatId)
    await asks(false)
    expect(await stateFor(visitor)).toMatchObject({ mayRate: false })
    expect(await rate(visitor, chatId, 5)).toMatchObject({ code: 'rating_over' })
    await asks(true)
    expect(await stateFor(visitor)).toMatchObject({ mayRate: true })
    await pass('closed_at', chatId, '15 days')
    expect(await rate(visitor, chatId, 5)).toMatchObject({ code: 'rating_over' })
  })

  test('takes no mark of nothing and no endless comment', async () => {
    const { visitor, chatId } = await startChat('Tom')
    await close(chatId)
    for (const score of [0, -1, 6, 2_000_000_000])
      expect(await rate(visitor, chatId, score)).toMatchObject({ code: 'invalid', field: 'score' })
    expect(await rate(visitor, chatId, 5, 'x'.repeat(1_001))).toMatchObject({ code: 'too_long', field: 'comment' })
    expect(await rate(visitor, chatId, 5, 'x'.repeat(1_000))).toMatchObject({ rating: { score: 5 } })
  })

  test('is rated by nobody else, and its mark is seen only by who sees the chat', async () => {
    const { visitor, chatId } = await startChat('Uma')
    const other = await startChat('Vito')
    await close(chatId)
    await close(other.chatId)
    expect(await rate(other.visitor, chatId, 1)).toMatchObject({ code: 'not_found' })
    await rate(visitor, chatId, 5, 'Only for you')
    expect((await oto.get('query($id: ID!) { chat(id: $id) { rating { score } } }', { id: chatId })).chat).toBeNull()
    expect(await stateFor(other.visitor)).toMatchObject({ rating: null })
  })
})
