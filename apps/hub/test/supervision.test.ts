import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeWorld, type World } from './rights/world.ts'
import type { Person } from './support/hub.ts'

let world: World
beforeAll(async () => {
  world = await makeWorld()
})
afterAll(() => world.drop())

const chatQuery = `query($id: ID!) { chat(id: $id) { state unread firstUnreadId operator { name } may { takeOver }
  timeline(last: 50) { edges { node { __typename ... on Message { text delivery } ... on Activity { type comment operator { name } fromOperator { name } } } } } } }`
const look = async (person: Person, chatId: string) => (await person.get(chatQuery, { id: chatId })).chat
const takeOver = async (person: Person, chatId: string, reason: string) =>
  (
    await person.get(
      'mutation($c: ID!, $r: String!) { takeOverChat(chatId: $c, reason: $r) { __typename ... on Chat { operator { name } } ... on Refusal { code field } } }',
      { c: chatId, r: reason },
    )
  ).takeOverChat
const wall = async (person: Person, groupId: string | null = null) =>
  (
    await person.get(
      'query($g: ID) { wall(groupId: $g) { operator { id name presence } held waiting unread chats { id operator { name } } } }',
      { g: groupId },
    )
  ).wall as { operator: { id: string; name: string }; held: number; waiting: number; unread: number; chats: { id: string }[] }[]

describe('a supervisor who looks into a chat', () => {
  test('leaves nothing behind: not for its operator, not for the customer, not in the feed', async () => {
    const { holder, leader, supervisor, admin } = world.people
    const vera = await world.makeVisitor('Vera')
    await vera.say('Is anybody there?')
    const { chats } = await admin.get('{ chats(section: new, first: 100) { edges { node { id customer { name } } } } }')
    const chatId = chats.edges.find(({ node }: { node: { customer: { name: string } } }) => node.customer.name === 'Vera').node.id
    await admin.get('mutation($c: ID!, $o: ID!) { transferChat(chatId: $c, operatorId: $o) { __typename } }', { c: chatId, o: holder.id })
    const follower = holder.follow('subscription { feed { cursor event { type chat { id } } signal { kind chatId } } }')
    const first = await follower.until((frame) => frame.event === null)
    const before = await look(holder, chatId)
    for (const person of [leader, supervisor, admin]) {
      expect(await look(person, chatId)).toMatchObject({
        unread: before.unread,
        firstUnreadId: before.firstUnreadId,
        may: { takeOver: true },
      })
      await wall(person)
    }
    expect(await look(holder, chatId)).toEqual(before)
    expect(before.unread).toBeGreaterThan(0)
    const { visitor } = await vera.get('{ visitor { chat { messages(last: 5) { edges { node { author delivery } } } } } }')
    expect(visitor.chat.messages.edges.map(({ node }: { node: { delivery: string } }) => node.delivery)).toEqual(['sent'])
    const { chatId: last } = await world.makeChat('free')
    await follower.until((frame) => frame.event?.chat?.id === last)
    expect(follower.frames.filter((frame) => frame.event?.chat?.id === chatId || frame.signal?.chatId === chatId)).toEqual([])
    expect(first.cursor).toBeGreaterThan(0)
    follower.end()
  })
})

describe('a chat that is taken over', () => {
  test("is the supervisor's, with the reason in the timeline, and the one who held it is told", async () => {
    const { holder, leader } = world.people
    const { chatId } = await world.makeChat('held')
    expect(await takeOver(leader, chatId, ' ')).toMatchObject({ code: 'required', field: 'reason' })
    expect(await takeOver(leader, chatId, 'He is on the phone.')).toEqual({ __typename: 'Chat', operator: { name: 'Lea' } })
    const { timeline, may } = await look(leader, chatId)
    expect(may.takeOver).toBe(false)
    expect(timeline.edges.at(-1).node).toEqual({
      __typename: 'Activity',
      type: 'chat_taken',
      comment: 'He is on the phone.',
      operator: { name: 'Lea' },
      fromOperator: { name: 'Hugo' },
    })
    const { alerts } = await holder.get('{ alerts(first: 5) { edges { node { kind chatId by { name } chat { id } } } } }')
    expect(alerts.edges[0].node).toEqual({ kind: 'takeover', chatId, by: { name: 'Lea' }, chat: null })
    expect(await takeOver(leader, chatId, 'Again.')).toMatchObject({ __typename: 'Chat' })
    expect((await look(leader, chatId)).timeline.edges).toHaveLength(timeline.edges.length)
  })

  test("of two supervisors who take it at once is the later one's, and both stand in the timeline", async () => {
    const { leader, supervisor } = world.people
    const { chatId } = await world.makeChat('held')
    const answers = await Promise.all([leader, supervisor].map((person) => takeOver(person, chatId, 'Mine.')))
    expect(answers.map(({ __typename }) => __typename)).toEqual(['Chat', 'Chat'])
    const { timeline, operator } = await look(supervisor, chatId)
    const taken = timeline.edges
      .map(({ node }: { node: { type?: string; operator?: { name: string }; comment?: string } }) => node)
      .filter(({ comment }: { comment?: string }) => comment === 'Mine.')
    expect(taken).toHaveLength(2)
    expect(taken.at(-1).operator.name).toBe(operator.name)
    expect(taken.at(-1).fromOperator.name).toBe(taken[0].operator.name)
  })

  test('was given to him: who is given a chat is alerted', async () => {
    const { holder, admin } = world.people
    const { chatId } = await world.makeChat('queued')
    await admin.get('mutation($c: ID!, $o: ID!) { transferChat(chatId: $c, operatorId: $o) { __typename } }', { c: chatId, o: holder.id })
    const { alerts } = await holder.get('{ alerts(first: 20) { edges { node { kind chat { id } } } } }')
    const ofThis = alerts.edges
      .map(({ node }: { node: { chat: { id: string } | null } }) => node)
      .filter(({ chat }: { chat: { id: string } | null }) => chat?.id === chatId)
    expect(ofThis).toEqual([{ kind: 'transfer', chat: { id: chatId } }])
  })
})

describe('the wall', () => {
  test('shows a supervisor of groups their members with the chats he sees, and nobody else', async () => {
    const { leader, otherLeader, admin, member } = world.people
    const [here, there] = [await world.makeChat('queued'), await world.makeChat('elsewhere')]
    for (const [made, person] of [
      [here, member],
      [there, world.people.outsider],
    ] as const)
      await person.get('mutation($c: ID!) { takeChat(chatId: $c) { __typename } }', { c: made.chatId })
    const names = (seats: Awaited<ReturnType<typeof wall>>) => seats.map(({ operator }) => operator.name)
    const seats = await wall(leader)
    expect(names(seats)).toContain('Mia')
    for (const name of ['Otto', 'Lars', 'Hugo']) expect(names(seats)).not.toContain(name)
    expect(seats.flatMap(({ chats }) => chats.map(({ id }) => id))).toContain(here.chatId)
    expect(JSON.stringify(seats)).not.toContain(there.chatId)
    expect(JSON.stringify(await wall(otherLeader))).not.toContain(here.chatId)
    const all = await wall(admin)
    expect(names(all)).toEqual(expect.arrayContaining(['Mia', 'Otto', 'Hugo', 'Lars']))
    expect(names(all)).not.toContain('Dora')
    expect(names(await wall(admin, world.groups.there))).toEqual(expect.arrayContaining(['Otto', 'Lars']))
    expect(names(await wall(admin, world.groups.there))).not.toContain('Mia')
    expect(
      (await leader.ask('query($g: ID) { wall(groupId: $g) { held } }', { g: world.groups.there })).errors?.[0]?.extensions?.code,
    ).toBe('not_found')
  })

  test('counts all chats of an operator, and shows those who wait longest first', async () => {
    const { admin, holder } = world.people
    const mine = (await wall(admin)).find(({ operator }) => operator.id === holder.id)
    const made = []
    for (let n = 0; n < 13; n += 1) made.push((await world.makeChat('alone')).chatId)
    const seat = (await wall(admin)).find(({ operator }) => operator.id === holder.id)
    expect(seat?.held).toBe((mine?.held ?? 0) + 13)
    expect(seat?.waiting).toBe((mine?.waiting ?? 0) + 13)
    expect(seat?.unread).toBe((mine?.unread ?? 0) + 13)
    expect(seat?.chats).toHaveLength(12)
    expect(seat?.chats.map(({ id }) => id)).not.toContain(made.at(-1))
  })
})
