import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addColleague, type Person, setUp, type TestHub, untilTrue } from './support/hub.ts'
import { connectBot, customerOf, reply, startWithTelegram, type TelegramStandIn, takenBy, untilDelivery } from './support/telegram.ts'

let telegram: TelegramStandIn
let hub: TestHub
let ada: Person
let drop: () => Promise<void>
let next = 700
const customer = () => customerOf(ada, telegram, next++)

beforeAll(async () => {
  ;({ telegram, hub, drop } = await startWithTelegram({ pace: { perSecond: 30, perChatPerSecond: 5 } }))
  ada = await setUp(hub)
  await connectBot(ada, telegram)
})
afterAll(() => drop())

const attemptsOf = async (id: string) =>
  (
    await ada.get(
      'query($id: ID!) { message(id: $id) { attempts { part outcome at begunAt operator { name } failure { code words platform } } } }',
      { id },
    )
  ).message.attempts
const outcomes = async (id: string) => (await attemptsOf(id)).map(({ outcome }: { outcome: string }) => outcome)
const undelivered = async (as: Person = ada, groupId?: string): Promise<string[]> =>
  (
    await as.get('query($groupId: ID) { undelivered(groupId: $groupId) { edges { node { message { id } chat { id } } } } }', { groupId })
  ).undelivered.edges.map(({ node }: any) => node.message.id)

describe('the ledger of a message', () => {
  test("holds every attempt with its times, its outcome and the platform's words", async () => {
    const { id, chatId } = await customer()
    telegram.fault({ kind: 'answer', code: 500, description: 'Internal Server Error', chatId: id })
    const sent = await reply(ada, chatId, 'Here it is.')
    await untilDelivery(ada, sent.id, 'sent')
    const [first, second, ...more] = await attemptsOf(sent.id)
    expect(more).toEqual([])
    expect(first).toMatchObject({
      part: 0,
      outcome: 'retry',
      operator: null,
      failure: { platform: expect.stringContaining('Internal Server Error') },
    })
    expect(second).toMatchObject({ part: 0, outcome: 'sent', failure: null })
    expect(Date.parse(first.begunAt)).toBeLessThanOrEqual(Date.parse(first.at))
    expect(Date.parse(first.at)).toBeLessThanOrEqual(Date.parse(second.begunAt))
  })

  test('goes on when a person sends it again, and says who; what arrived is on no list any more', async () => {
    const { id, chatId } = await customer()
    telegram.block(id)
    const sent = await reply(ada, chatId, 'Are you there?')
    await untilDelivery(ada, sent.id, 'failed')
    expect(await outcomes(sent.id)).toEqual(['failed'])
    expect(await undelivered()).toContain(sent.id)
    telegram.block(id, false)
    await ada.get('mutation($id: ID!) { resendMessage(messageId: $id) { __typename } }', { id: sent.id })
    await untilDelivery(ada, sent.id, 'sent')
    expect(await outcomes(sent.id)).toEqual(['failed', 'resent', 'sent'])
    expect((await attemptsOf(sent.id))[1]).toMatchObject({ operator: { name: 'Ada' }, begunAt: null })
    expect(takenBy(telegram, id)).toEqual(['Are you there?'])
    expect(await undelivered()).not.toContain(sent.id)
  })

  test('says that a person saw an unknown one arrive', async () => {
    const { id, chatId } = await customer()
    telegram.fault({ kind: 'lose_reply', chatId: id })
    const sent = await reply(ada, chatId, 'Did you get it?')
    await untilDelivery(ada, sent.id, 'unknown')
    expect(await undelivered()).toContain(sent.id)
    await ada.get('mutation($id: ID!) { confirmMessage(messageId: $id) { __typename } }', { id: sent.id })
    await untilTrue(async () => (await outcomes(sent.id)).length === 2)
    expect(await outcomes(sent.id)).toEqual(['unknown', 'confirmed'])
    expect(await undelivered()).not.toContain(sent.id)
  })
})

describe('the list of what was not delivered', () => {
  test('holds what one may see, by group, page by page, and nothing else', async () => {
    const make = async (name: string) =>
      (await ada.get('mutation($name: String!) { createGroup(name: $name, memberIds: []) { ... on Group { id } } }', { name })).createGroup
        .id
    const [here, there] = [await make('Here'), await make('There')]
    const mia = await addColleague(ada, 'Mia', { groupIds: [here] })
    await addColleague(ada, 'Otto', { groupIds: [there] })
    const failed: Record<string, string> = {}
    for (const [name, groupId] of [
      ['here', here],
      ['there', there],
    ] as const) {
      const { id, chatId } = await customer()
      telegram.block(id)
      failed[name] = (await reply(ada, chatId, 'Hello?')).id
      await untilDelivery(ada, failed[name], 'failed')
      await ada.get('mutation($c: ID!, $g: ID!) { transferChat(chatId: $c, groupId: $g) { __typename } }', { c: chatId, g: groupId })
    }
    expect(await undelivered(mia)).toEqual([failed.here])
    expect(await undelivered(mia, there)).toEqual([])
    expect(await undelivered(ada, there)).toEqual([failed.there])
    const page = async (after?: string) =>
      (
        await ada.get(
          'query($after: String) { undelivered(first: 1, after: $after) { edges { node { message { id } } } pageInfo { hasNextPage endCursor } } }',
          { after },
        )
      ).undelivered
    const first = await page()
    const second = await page(first.pageInfo.endCursor)
    expect([first, second].map(({ edges }) => edges[0].node.message.id)).toEqual([failed.there, failed.here])
    expect(second.pageInfo.hasNextPage).toBe(false)
  })
})

describe('giving up', () => {
  test('takes a message from the list, is told with who did it, and can be undone by sending it again', async () => {
    const { id, chatId } = await customer()
    telegram.block(id)
    const sent = await reply(ada, chatId, 'Never mind')
    await untilDelivery(ada, sent.id, 'failed')
    const giveUp = async () =>
      (
        await ada.get(
          'mutation($id: ID!) { giveUpMessage(messageId: $id) { ... on Message { delivery givenUpAt } ... on Refusal { code } } }',
          {
            id: sent.id,
          },
        )
      ).giveUpMessage
    const given = await giveUp()
    expect(given).toEqual({ delivery: 'failed', givenUpAt: expect.any(String) })
    expect(await undelivered()).not.toContain(sent.id)
    expect((await attemptsOf(sent.id)).at(-1)).toMatchObject({ outcome: 'given_up', operator: { name: 'Ada' } })
    // Twice is once.
    expect(await giveUp()).toEqual(given)
    expect(await outcomes(sent.id)).toEqual(['failed', 'given_up'])
    telegram.block(id, false)
    await ada.get('mutation($id: ID!) { resendMessage(messageId: $id) { __typename } }', { id: sent.id })
    await untilDelivery(ada, sent.id, 'sent')
    expect(await outcomes(sent.id)).toEqual(['failed', 'given_up', 'resent', 'sent'])
    expect((await giveUp()).code).toBe('not_unsettled')
  })
})
