import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeWorld, type World } from './rights/world.ts'
import { type Follower, type Person, startTestHub, type TestHub } from './support/hub.ts'

let world: World
let second: TestHub
beforeAll(async () => {
  world = await makeWorld()
  second = await startTestHub({ ROLES: 'web', DATABASE_URL: world.hub.databaseUrl })
})
afterAll(async () => {
  await second.drop()
  await world.drop()
})

const comment = async (person: Person, input: Record<string, unknown>) =>
  (
    await person.get(
      `mutation($input: AddCommentInput!) { addComment(input: $input) { __typename ... on Comment { id mentions { name } } ... on Refusal { code field } } }`,
      { input: { clientId: crypto.randomUUID(), ...input } },
    )
  ).addComment
const send = async (person: Person, input: Record<string, unknown>) =>
  (
    await person.get(
      `mutation($i: SendMessageInput!) { sendMessage(input: $i) { __typename ... on Message { id text } ... on AnsweredMeanwhile { code message remedy answers { id text authorName } } ... on Refusal { code field } } }`,
      { i: { clientId: crypto.randomUUID(), ...input } },
    )
  ).sendMessage
const alertsOf = async (person: Person, more = '') =>
  (await person.get(
    `{ alerts(first: 100${more}) { edges { node { id kind readAt by { name } chatId chat { number } comment { text } } } } unreadAlerts }`,
  )) as { alerts: { edges: { node: Record<string, any> }[] }; unreadAlerts: number }
/** But for that of having been given the chat, which is how the world hands chats to their holders. */
const alertsIn = async (person: Person, chatId: string) =>
  (await alertsOf(person)).alerts.edges.map(({ node }) => node).filter((alert) => alert.chatId === chatId && alert.kind !== 'transfer')
const feed =
  'subscription { feed { cursor event { type chat { id } alert { id kind comment { text } } comment { id } } signal { kind chatId on operator { name } } } }'
async function follow(person: Person, url?: string): Promise<Follower> {
  const follower = person.follow(feed, {}, url)
  await follower.until((frame) => frame.event === null)
  return follower
}
const alertsHeard = ({ frames }: Follower) => frames.filter((frame) => frame.event?.alert)
/** Something everybody hears, last: when it has come, all before it has. */
async function settle(...followers: Follower[]): Promise<void> {
  const { chatId } = await world.makeChat('free')
  await Promise.all(followers.map((follower) => follower.until((frame) => frame.event?.chat?.id === chatId)))
}

describe('a colleague named in a comment', () => {
  test('is one of those who see the chat, and nobody else can be named', async () => {
    const { holder, member, outsider, otherLeader, leader, supervisor, admin } = world.people
    const { chatId } = await world.makeChat('held')
    const { chat } = await holder.get('query($id: ID!) { chat(id: $id) { colleagues { id } } }', { id: chatId })
    const ids = chat.colleagues.map(({ id }: { id: string }) => id)
    for (const person of [holder, member, leader, supervisor, admin]) expect(ids).toContain(person.id)
    for (const person of [outsider, otherLeader]) {
      expect(ids).not.toContain(person.id)
      expect(await comment(holder, { chatId, text: '@Otto', mentionIds: [person.id] })).toEqual({
        __typename: 'Refusal',
        code: 'not_found',
        field: 'mentionIds',
      })
    }
    expect(await comment(holder, { chatId, text: '@x', mentionIds: Array.from({ length: 21 }, () => crypto.randomUUID()) })).toMatchObject({
      code: 'too_many',
      field: 'mentionIds',
    })
    expect(await alertsIn(outsider, chatId)).toEqual([])
  })

  test('is alerted once, on every hub, and nobody else hears of it', async () => {
    const { holder, member, leader } = world.people
    const { chatId } = await world.makeChat('held')
    const followers = [await follow(member), await follow(member, second.url)]
    const others = [await follow(leader), await follow(holder, second.url)]
    const before = (await alertsOf(member)).unreadAlerts
    const clientId = crypto.randomUUID()
    const written = await comment(holder, { chatId, clientId, text: '@Mia, is it there?', mentionIds: [member.id, member.id, holder.id] })
    expect(written.mentions.map(({ name }: { name: string }) => name).sort()).toEqual(['Hugo', 'Mia'])
    await comment(holder, { chatId, clientId, text: '@Mia, is it there?', mentionIds: [member.id] })
    await settle(...followers, ...others)
    for (const follower of followers)
      expect(alertsHeard(follower).map((frame) => frame.event.alert)).toEqual([
        { id: expect.any(String), kind: 'mention', comment: { text: '@Mia, is it there?' } },
      ])
    for (const follower of others) expect(alertsHeard(follower)).toEqual([])
    expect(await alertsIn(member, chatId)).toMatchObject([
      { kind: 'mention', readAt: null, by: { name: 'Hugo' }, comment: { text: '@Mia, is it there?' } },
    ])
    expect((await alertsIn(holder, chatId)).filter(({ kind }) => kind === 'mention')).toEqual([])
    expect((await alertsOf(member)).unreadAlerts).toBe(before + 1)
    for (const follower of [...followers, ...others]) follower.end()
  })

  test('is alerted when he is named later, and no longer when the comment is gone', async () => {
    const { holder, member, leader } = world.people
    const { chatId } = await world.makeChat('held')
    const { id } = await comment(holder, { chatId, text: '@Mia', mentionIds: [member.id] })
    const edit = `mutation($id: ID!, $m: [ID!]) { editComment(commentId: $id, text: "@Lea", mentionIds: $m) { ... on Comment { mentions { name } } } }`
    expect((await holder.get(edit, { id, m: [leader.id] })).editComment.mentions).toEqual([{ name: 'Lea' }])
    expect(await alertsIn(leader, chatId)).toMatchObject([{ kind: 'mention', readAt: null }])
    expect((await holder.get(edit, { id, m: null })).editComment.mentions).toEqual([{ name: 'Lea' }])
    expect(await alertsIn(leader, chatId)).toHaveLength(1)
    await holder.get('mutation($id: ID!) { removeComment(commentId: $id) { __typename } }', { id })
    expect(await alertsIn(leader, chatId)).toMatchObject([{ kind: 'mention', readAt: expect.any(String) }])
  })
})

describe('an alert', () => {
  test('is seen by its receiver, one by one or all at once, and his other screens hear of it', async () => {
    const { holder, member, leader } = world.people
    const { chatId } = await world.makeChat('held')
    for (const text of ['@Mia 1', '@Mia 2']) await comment(holder, { chatId, text, mentionIds: [member.id] })
    const follower = await follow(member, second.url)
    const [newest, older] = await alertsIn(member, chatId)
    expect([newest?.comment.text, older?.comment.text]).toEqual(['@Mia 2', '@Mia 1'])
    const read = `mutation($ids: [ID!]!) { readAlerts(alertIds: $ids) { __typename ... on ReadAlertsSuccess { unread alerts { readAt } } ... on Refusal { code field } } }`
    const { unreadAlerts } = await alertsOf(member)
    expect((await member.get(read, { ids: [newest?.id] })).readAlerts).toEqual({
      __typename: 'ReadAlertsSuccess',
      unread: unreadAlerts - 1,
      alerts: [{ readAt: expect.any(String) }],
    })
    expect((await leader.get(read, { ids: [older?.id] })).readAlerts).toEqual({
      __typename: 'Refusal',
      code: 'not_found',
      field: 'alertIds',
    })
    await follower.until((frame) => frame.event?.type === 'alert_changed' && frame.event.alert.id === newest?.id)
    expect((await alertsOf(member, ', unread: true')).alerts.edges.map(({ node }) => node.id)).not.toContain(newest?.id)
    await member.get('mutation { readAllAlerts { ... on ReadAlertsSuccess { unread } } }')
    expect((await alertsOf(member)).unreadAlerts).toBe(0)
    follower.end()
  })

  test('says no more than that he was called once the chat has left his sight', async () => {
    const { holder, member, admin } = world.people
    const { chatId } = await world.makeChat('held')
    await comment(holder, { chatId, text: '@Mia, a secret', mentionIds: [member.id] })
    await admin.get('mutation($c: ID!, $g: ID!) { transferChat(chatId: $c, groupId: $g) { __typename } }', {
      c: chatId,
      g: world.groups.there,
    })
    expect(await alertsIn(member, chatId)).toMatchObject([{ kind: 'mention', chat: null, comment: null }])
  })

  test('is listed page by page', async () => {
    const { holder, leader } = world.people
    const { chatId } = await world.makeChat('held')
    for (const n of [1, 2, 3]) await comment(holder, { chatId, text: `@Lea ${n}`, mentionIds: [leader.id] })
    const read: string[] = []
    for (let after: string | null = null, page = 0; page < 20; page += 1) {
      const { alerts } = await leader.get(
        'query($a: String) { alerts(first: 2, after: $a) { edges { node { id } } pageInfo { hasNextPage endCursor } } }',
        {
          a: after,
        },
      )
      read.push(...alerts.edges.map(({ node }: { node: { id: string } }) => node.id))
      if (!alerts.pageInfo.hasNextPage) break
      after = alerts.pageInfo.endCursor
    }
    expect(read).toEqual((await alertsOf(leader)).alerts.edges.map(({ node }) => node.id))
    expect(new Set(read).size).toBe(read.length)
  })
})

describe('who has a chat open', () => {
  test('is heard of by colleagues who see it, on every hub, and by no customer', async () => {
    const { holder, member, outsider, leader } = world.people
    const vera = await world.makeVisitor('Vera')
    await vera.say('Hello?')
    const { chats } = await member.get('{ chats(section: new, first: 100) { edges { node { id customer { name } } } } }')
    const chatId = chats.edges.find(({ node }: { node: { customer: { name: string } } }) => node.customer.name === 'Vera').node.id
    const hers = vera.follow('subscription { visitorFeed { cursor typing message { text } } }')
    await hers.until((frame) => frame.cursor >= 0)
    const seeing = [await follow(leader), await follow(leader, second.url)]
    const others = [await follow(outsider), await follow(holder), await follow(member)]
    const view = (person: Person, on: boolean) =>
      person.get('mutation($c: ID!, $on: Boolean!) { setViewing(chatId: $c, on: $on) }', { c: chatId, on })
    expect(await view(member, true)).toEqual({ setViewing: true })
    expect(await view(outsider, true)).toEqual({ setViewing: false })
    const told = (frame: any) => frame.signal?.kind === 'viewing' && frame.signal.chatId === chatId
    for (const follower of seeing)
      expect((await follower.until(told)).signal).toEqual({ kind: 'viewing', chatId, on: true, operator: { name: 'Mia' } })
    await view(member, false)
    for (const follower of seeing) await follower.until((frame) => told(frame) && frame.signal.on === false)
    await send(member, { chatId, text: 'Good day.' })
    await hers.until((frame) => frame.message?.text === 'Good day.')
    expect(hers.frames.filter((frame) => frame.typing !== null)).toEqual([])
    await settle(...others)
    for (const follower of others) expect(follower.frames.filter(told)).toEqual([])
    for (const follower of [...seeing, ...others, hers]) follower.end()
  })
})

test('that he has opened a chat he was given is told to his other screens, also where it was read before', async () => {
  const { holder, outsider } = world.people
  const { chatId, messageId } = await world.makeChat('free')
  const read = (person: Person) =>
    person.get('mutation($c: ID!, $m: ID!) { readChat(chatId: $c, messageId: $m) { __typename } }', { c: chatId, m: messageId })
  await outsider.get('mutation($c: ID!) { takeChat(chatId: $c) { __typename } }', { c: chatId })
  await read(outsider)
  await outsider.get('mutation($c: ID!, $o: ID) { transferChat(chatId: $c, operatorId: $o) { __typename } }', { c: chatId, o: holder.id })
  const other = holder.follow('subscription { feed { event { chat { id unread heldSeen } } } }')
  await other.until((frame) => frame.event === null)
  await read(holder)
  await other.until((frame) => frame.event?.chat?.id === chatId && frame.event.chat.heldSeen)
  other.end()
})

describe('a reply whose writer has not seen what a colleague wrote', () => {
  test('is stopped and told of it, and is sent when he says so', async () => {
    const { holder, leader } = world.people
    const { chatId, ownMessageId: seenMessageId } = await world.makeChat('held')
    expect(await send(leader, { chatId, text: 'We open at nine.', seenMessageId })).toMatchObject({ __typename: 'Message' })
    const clientId = crypto.randomUUID()
    const mine = { chatId, clientId, text: 'We open at eight.', seenMessageId }
    expect(await send(holder, mine)).toEqual({
      __typename: 'AnsweredMeanwhile',
      code: 'answered_meanwhile',
      message: expect.stringContaining('colleague'),
      remedy: expect.any(String),
      answers: [{ id: expect.any(String), text: 'We open at nine.', authorName: 'Lea' }],
    })
    const { chat } = await holder.get('query($id: ID!) { chat(id: $id) { lastMessage { text } } }', { id: chatId })
    expect(chat.lastMessage.text).toBe('We open at nine.')
    expect(await send(holder, { ...mine, anyway: true })).toMatchObject({ __typename: 'Message', text: 'We open at eight.' })
    expect(await send(holder, mine)).toMatchObject({ __typename: 'Message', text: 'We open at eight.' })
  })

  test('goes when he has seen it, when it was his own, and when he did not say what he saw', async () => {
    const { holder, leader } = world.people
    const { chatId, ownMessageId: seenMessageId } = await world.makeChat('held')
    const theirs = await send(leader, { chatId, text: 'We open at nine.' })
    const own = await send(holder, { chatId, text: 'Indeed.', seenMessageId: theirs.id })
    expect(own).toMatchObject({ __typename: 'Message' })
    expect(await send(holder, { chatId, text: 'Every day.', seenMessageId: theirs.id })).toMatchObject({ __typename: 'Message' })
    expect(await send(holder, { chatId, text: 'But Sunday.' })).toMatchObject({ __typename: 'Message' })
    expect(await send(leader, { chatId, text: 'And feasts.', seenMessageId })).toMatchObject({ __typename: 'AnsweredMeanwhile' })
    const elsewhere = await world.makeChat('held')
    expect(await send(holder, { chatId, text: 'Hm.', seenMessageId: elsewhere.ownMessageId })).toEqual({
      __typename: 'Refusal',
      code: 'not_found',
      field: 'seenMessageId',
    })
  })

  test('of two who send at one moment exactly one is stopped', async () => {
    const { holder, leader } = world.people
    for (let n = 0; n < 5; n += 1) {
      const { chatId, ownMessageId: seenMessageId } = await world.makeChat('held')
      const answers = await Promise.all([holder, leader].map((person) => send(person, { chatId, text: 'Yes.', seenMessageId })))
      expect(answers.map(({ __typename }) => __typename).sort()).toEqual(['AnsweredMeanwhile', 'Message'])
    }
  })
})
