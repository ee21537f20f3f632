import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isOver, replyUntil } from '../src/domain/window.ts'
import { type Person, setUp, type TestHub, untilTrue } from './support/hub.ts'
import { connectMeta, type GraphStandIn, startWithMeta } from './support/meta.ts'
import { chatOf, reply, untilDelivery } from './support/telegram.ts'

const hour = 3_600_000
let graph: GraphStandIn
let hub: TestHub
let ada: Person
let drop: () => Promise<void>
beforeAll(async () => {
  ;({ graph, hub, drop } = await startWithMeta())
  ada = await setUp(hub)
  await connectMeta(ada, graph, 'messenger')
  await connectMeta(ada, graph, 'instagram', { humanAgent: true })
}, 120_000)
afterAll(() => drop())

/** Someone whose last words were said so long ago, by the clock of the platform. */
async function saidAgo(ms: number, on: 'messenger' | 'instagram' = 'messenger'): Promise<{ id: string; chatId: string }> {
  const id = String(Math.floor(Math.random() * 1e9))
  graph[on].say(`I am ${id}`, { from: id, at: Date.now() - ms })
  graph[on].meet(id, { wroteAt: Date.now() - ms })
  return { id, chatId: await chatOf(ada, `I am ${id}`) }
}
const windowOf = async (id: string) =>
  (await ada.get('query($id: ID!) { chat(id: $id) { replyWindowEndsAt } }', { id })).chat.replyWindowEndsAt

describe('the reply window', () => {
  test('ends to the second as many hours after the last word as the channel has', () => {
    const wrote = new Date('2026-03-01T10:00:00Z')
    const until = replyUntil(wrote, { replyWindow: { hours: 24 } })
    expect(until?.toISOString()).toBe('2026-03-02T10:00:00.000Z')
    expect(isOver(until, new Date('2026-03-02T09:59:59.999Z'))).toBe(false)
    expect(isOver(until, new Date('2026-03-02T10:00:00.000Z'))).toBe(true)
    expect(replyUntil(wrote, { replyWindow: { hours: 168 } })?.toISOString()).toBe('2026-03-08T10:00:00.000Z')
    expect(replyUntil(wrote, { replyWindow: null })).toBeNull()
    expect(replyUntil(null, { replyWindow: { hours: 24 } })).toBeNull()
    expect(isOver(null, new Date())).toBe(false)
  })

  test('counts from the time of the platform, though the delivery came late', async () => {
    const { chatId } = await saidAgo(5 * hour)
    const left = Date.parse(await windowOf(chatId)) - Date.now()
    expect(left).toBeGreaterThan(18.9 * hour)
    expect(left).toBeLessThan(19 * hour)
  })

  test('of a platform whose clock runs ahead ends no later than a day from now', async () => {
    const { chatId } = await saidAgo(-3 * hour)
    expect(Date.parse(await windowOf(chatId)) - Date.now()).toBeLessThanOrEqual(24 * hour)
  })

  test('lets an answer through a minute before its end, and refuses one a second after it with a code', async () => {
    const early = await saidAgo(24 * hour - 60_000)
    const sent = await reply(ada, early.chatId, 'in time')
    expect(sent.__typename).toBe('Message')
    await untilDelivery(ada, sent.id, 'sent')
    const late = await saidAgo(24 * hour + 1_000)
    expect(await reply(ada, late.chatId, 'too late')).toMatchObject({ __typename: 'Refusal', code: 'window_closed' })
    expect(graph.ledger.accepted.filter(({ to }) => to === late.id)).toEqual([])
  })

  test('opens again with the next word of the customer', async () => {
    const { id, chatId } = await saidAgo(30 * hour)
    expect(await reply(ada, chatId, 'too late')).toMatchObject({ code: 'window_closed' })
    graph.messenger.say('still here', { from: id })
    await chatOf(ada, 'still here')
    expect((await reply(ada, chatId, 'welcome back')).__typename).toBe('Message')
  })

  test('of seven days is answered with the tag for people, after the first of them', async () => {
    const { id, chatId } = await saidAgo(50 * hour, 'instagram')
    await untilDelivery(ada, (await reply(ada, chatId, 'sorry for the wait')).id, 'sent')
    const taken = await untilTrue(() => graph.ledger.accepted.find(({ to }) => to === id))
    expect(taken).toMatchObject({ text: 'sorry for the wait', tag: 'HUMAN_AGENT' })
    const late = await saidAgo(7 * 24 * hour + 1_000, 'instagram')
    expect(await reply(ada, late.chatId, 'too late')).toMatchObject({ code: 'window_closed' })
  })

  test('sorts a list by what closes first, page by page, with what has closed last', async () => {
    const ages = [23, 2, 40, 12].map((hours) => hours * hour)
    const people: string[] = []
    for (const age of ages) people.push((await saidAgo(age)).chatId)
    const listed: string[] = []
    let after: string | null = null
    do {
      const { chats }: any = await ada.get(
        'query($after: String) { chats(section: new, order: closing, first: 2, after: $after) { edges { node { id replyWindowEndsAt } } pageInfo { hasNextPage endCursor } } }',
        { after },
      )
      listed.push(...chats.edges.map(({ node }: any) => node.id))
      after = chats.pageInfo.hasNextPage ? chats.pageInfo.endCursor : null
    } while (after)
    expect(new Set(listed).size).toBe(listed.length)
    expect(listed.filter((id) => people.includes(id))).toEqual([people[0], people[3], people[1], people[2]])
  })
})

test('people named by id only get the name the platform tells', async () => {
  graph.messenger.meet('777', { name: 'Bia Souza' })
  graph.messenger.say('who am I?', { from: '777' })
  const chatId = await chatOf(ada, 'who am I?')
  const nameOf = async () => (await ada.get('query($id: ID!) { chat(id: $id) { customer { name } } }', { id: chatId })).chat.customer.name
  await untilTrue(async () => (await nameOf()) === 'Bia Souza', 20_000)
})
