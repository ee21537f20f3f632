import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { receive } from '../src/domain/receive.ts'
import { addColleague, type Person, setUp, startTestHub, startVisitor, type TestHub, untilTrue } from './support/hub.ts'

let hub: TestHub
let admin: Person
let workspaceId: string
let groups: { assigned: string; calm: string }
let channels: { assigned: string; calm: string }
let one: Person & { id: string }
let two: Person & { id: string }
let leader: Person & { id: string }

/** Within this the hub gives a chat away; the promise is two seconds on a machine with nothing else to do. */
const soon = 15_000

beforeAll(async () => {
  hub = await startTestHub({ ROLES: 'web' })
  admin = await setUp(hub)
  workspaceId = (await admin.get('{ workspace { id } }')).workspace.id
  groups = { assigned: await makeGroup('Billing', true), calm: await makeGroup('Sales', false) }
  channels = { assigned: await makeSite('Billing', groups.assigned), calm: await makeSite('Sales', groups.calm) }
  one = await addColleague(admin, 'Olga', { groupIds: [groups.assigned] })
  two = await addColleague(admin, 'Theo', { groupIds: [groups.assigned] })
  leader = await addColleague(admin, 'Lea', { role: 'supervisor', groupIds: [groups.calm] })
}, 120_000)
afterAll(() => hub.drop())

async function makeGroup(name: string, assigns: boolean): Promise<string> {
  const made = await admin.get(
    'mutation($name: String!, $assigns: Boolean) { createGroup(name: $name, memberIds: [], assigns: $assigns) { ... on Group { id assigns } } }',
    { name, assigns },
  )
  expect(made.createGroup.assigns).toBe(assigns)
  return made.createGroup.id
}
async function makeSite(name: string, groupId: string): Promise<string> {
  const { createChannel } = await admin.get(
    'mutation($input: CreateChannelInput!) { createChannel(input: $input) { ... on Channel { id } } }',
    { input: { kind: 'web', name, groupId, options: { name } } },
  )
  return createChannel.id
}

const presence = (who: Person, to: string) => who.get('mutation($to: Presence!) { setPresence(presence: $to) { __typename } }', { to })
const assignment = (input: Record<string, number | null>) =>
  admin.get(
    'mutation($capacity: Int, $silentMinutes: Int, $offlineMinutes: Int, $unopenedMinutes: Int) { setAssignment(capacity: $capacity, silentMinutes: $silentMinutes, offlineMinutes: $offlineMinutes, unopenedMinutes: $unopenedMinutes) { __typename ... on Assignment { capacity } ... on Refusal { code field } } }',
    input,
  )
/** Everything as at the beginning: nobody there, nothing open. */
async function clear(): Promise<void> {
  for (const who of [admin, one, two, leader]) await presence(who, 'offline')
  const { chats } = await admin.get('{ chats(section: all, first: 100) { edges { node { id } } } }')
  for (const { node } of chats.edges) await close(node.id)
  await assignment({ capacity: 5, silentMinutes: null, offlineMinutes: null, unopenedMinutes: null })
}
const close = (chatId: string, who: Person = admin) =>
  who.get('mutation($chatId: ID!) { closeChat(chatId: $chatId) { __typename ... on Refusal { code } } }', { chatId })

/** A new customer's chat on a channel of the group, by its id; `say` writes again, in it or in the one after it. */
async function customer(name: string, channelId = channels.assigned) {
  const say = (text: string) =>
    hub.works.work({ kind: 'system', workspaceId }, (work) =>
      receive(work, [
        {
          channelId,
          events: [
            {
              type: 'message',
              key: randomUUID(),
              id: randomUUID(),
              at: Date.now(),
              thread: { id: name, kind: 'direct' },
              from: { id: name, name },
              by: 'peer',
              text,
            },
          ],
        },
      ]),
    )
  await say(`Hello, ${name} here.`)
  return { say, id: await chatOf(name) }
}
async function chatOf(name: string): Promise<string> {
  const { chats } = await admin.get('{ chats(section: all, first: 100) { edges { node { id customer { name } } } } }')
  return chats.edges.find(({ node }: any) => node.customer.name === name).node.id
}
const chat = async (id: string, who: Person = admin) =>
  (
    await who.get(
      'query($id: ID!) { chat(id: $id) { state number heldSince heldSeen operator { id name } group { id } participants { id name } may { reply share leave transfer take } timeline(last: 50) { edges { node { __typename ... on Activity { type operator { id } toOperator { id } leaver { id } reason { code free load capacity minutes } } ... on Comment { text author { id } } } } } } }',
      { id },
    )
  ).chat
const heldBy = (id: string, who: { id: string }) => untilTrue(async () => (await chat(id)).operator?.id === who.id, soon)
const activities = async (id: string) =>
  (await chat(id)).timeline.edges.map(({ node }: any) => node).filter(({ __typename }: any) => __typename === 'Activity')
const lastReason = async (id: string, type: string) => (await activities(id)).filter((each: any) => each.type === type).at(-1)?.reason
/** As if this much time had gone by since these moments of the chat. */
const age = (id: string, minutes: number, ...columns: ('held_since' | 'waiting_since')[]) =>
  hub.works.work({ kind: 'system', workspaceId }, async ({ sql }) => {
    for (const column of columns)
      await sql`update chats set ${sql(column)} = ${sql(column)} - ${minutes} * interval '1 minute' where workspace_id = ${workspaceId} and id = ${id}`
  })

describe('the hub gives a waiting chat', () => {
  test('to whoever is online, turn by turn, and says why', async () => {
    await clear()
    await presence(one, 'online')
    await presence(two, 'online')
    const chats = []
    for (const name of ['Ana', 'Bia', 'Caio', 'Duda']) {
      const { id } = await customer(name)
      await untilTrue(async () => (await chat(id)).operator, soon)
      chats.push(id)
    }
    const holders = await Promise.all(chats.map(async (id) => (await chat(id)).operator.id))
    expect(new Set(holders.slice(0, 2))).toEqual(new Set([one.id, two.id]))
    expect(holders.slice(2)).toEqual(holders.slice(0, 2))
    expect(await lastReason(chats[2] ?? '', 'chat_assigned')).toEqual({ code: 'turn', free: 2, load: 2, capacity: 5, minutes: null })
    const [given] = (await activities(chats[0] ?? '')).filter((each: any) => each.type === 'chat_assigned')
    expect(given).toMatchObject({ operator: null, toOperator: { id: holders[0] } })
  })

  test('the oldest first, the moment its operator has room again', async () => {
    await clear()
    await assignment({ capacity: 1 })
    await presence(one, 'online')
    const first = await customer('Eva')
    await heldBy(first.id, one)
    const [second, third] = [await customer('Fabio'), await customer('Gil')]
    expect((await chat(second.id)).state).toBe('queued')
    await close(first.id, one)
    await heldBy(second.id, one)
    expect((await chat(third.id)).state).toBe('queued')
    expect((await lastReason(second.id, 'chat_assigned')).code).toBe('only')
    await presence(two, 'online')
    await heldBy(third.id, two)
  })

  test('to nobody who is busy, offline, full, of another group, or who only leads', async () => {
    await clear()
    await presence(one, 'busy')
    await presence(leader, 'online')
    await presence(admin, 'online')
    await admin.get('mutation($id: ID!) { updateOperator(operatorId: $id, capacity: 0) { ... on Operator { capacity ownCapacity } } }', {
      id: two.id,
    })
    await presence(two, 'online')
    const { id } = await customer('Hugo')
    const calm = await customer('Iris', channels.calm)
    // What would be given is given by the commit that makes it possible; a later one of the same kind shows that it is over.
    await admin.get('mutation($id: ID!) { updateOperator(operatorId: $id, capacity: null) { ... on Operator { capacity ownCapacity } } }', {
      id: two.id,
    })
    await heldBy(id, two)
    expect((await lastReason(id, 'chat_assigned')).code).toBe('only')
    expect((await chat(calm.id)).state).toBe('queued')
  })

  test('to the operator whom a returning customer knows, if he is free', async () => {
    await clear()
    await presence(one, 'online')
    const maria = await customer('Maria')
    await heldBy(maria.id, one)
    await close(maria.id, one)
    await presence(two, 'online')
    // Theo has never had a turn since, so that it is his.
    for (let n = 0; n < 2; n += 1) {
      await maria.say(`It is me again, ${n}.`)
      const id = await untilTrue(
        async () => (await admin.get('{ chats(section: all, first: 1) { edges { node { id } } } }')).chats.edges[0]?.node.id,
        soon,
      )
      await heldBy(id, one)
      expect((await lastReason(id, 'chat_assigned')).code).toBe('known')
      await close(id, one)
    }
    await presence(one, 'busy')
    await maria.say('And again.')
    await heldBy(await chatOf('Maria'), two)
  })

  test('of a channel that says so, although its group does not, and of a group it was passed on to', async () => {
    await clear()
    await presence(one, 'online')
    const listed = (await admin.get('{ channels { id assigns } }')).channels
    const calm = listed.find(({ id }: any) => id === channels.calm)
    expect(calm.assigns).toBe(false)
    const { id } = await customer('Julia', channels.calm)
    await admin.get('mutation($chatId: ID!, $groupId: ID!) { transferChat(chatId: $chatId, groupId: $groupId) { __typename } }', {
      chatId: id,
      groupId: groups.assigned,
    })
    await heldBy(id, one)
    const update = 'mutation($id: ID!, $on: Boolean!) { updateChannel(channelId: $id, assigns: $on) { ... on Channel { assigns } } }'
    const members = 'mutation($id: ID!, $ids: [ID!]!) { updateGroup(groupId: $id, memberIds: $ids) { __typename } }'
    const waits = await customer('Karl', channels.calm)
    await admin.get(members, { id: groups.calm, ids: [two.id] })
    await presence(two, 'online')
    expect((await chat(waits.id)).state).toBe('queued')
    expect((await admin.get(update, { id: calm.id, on: true })).updateChannel.assigns).toBe(true)
    await heldBy(waits.id, two)
    await admin.get(update, { id: calm.id, on: false })
    await admin.get(members, { id: groups.calm, ids: [] })
  })
})

describe('the hub takes a chat back', () => {
  test('whose operator never opened it, and gives it to another', async () => {
    await clear()
    await assignment({ unopenedMinutes: 3 })
    await presence(one, 'online')
    const { id } = await customer('Livia')
    await heldBy(id, one)
    expect((await chat(id)).heldSeen).toBe(false)
    await age(id, 4, 'held_since')
    await untilTrue(async () => (await chat(id)).state === 'queued', soon)
    expect(await lastReason(id, 'chat_returned')).toMatchObject({ code: 'unopened', minutes: 3 })
    // He let it lie: he is free, and yet it waits for somebody else.
    await presence(one, 'busy')
    await presence(one, 'online')
    await presence(two, 'online')
    await heldBy(id, two)
    const told = (await activities(id)).map(({ type }: any) => type)
    expect(told).toEqual(['chat_opened', 'chat_assigned', 'chat_returned', 'chat_assigned'])
  })

  test('but not from one who has opened it', async () => {
    await clear()
    await assignment({ unopenedMinutes: 3, silentMinutes: 10 })
    await presence(one, 'online')
    const [opened, left] = [await customer('Marta'), await customer('Nina')]
    await heldBy(opened.id, one)
    await heldBy(left.id, one)
    const { timeline } = (
      await one.get('query($id: ID!) { chat(id: $id) { timeline(last: 5) { edges { node { ... on Message { id } } } } } }', {
        id: opened.id,
      })
    ).chat
    await one.get('mutation($chatId: ID!, $messageId: ID!) { readChat(chatId: $chatId, messageId: $messageId) { __typename } }', {
      chatId: opened.id,
      messageId: timeline.edges
        .map(({ node }: any) => node.id)
        .filter(Boolean)
        .at(-1),
    })
    await age(opened.id, 4, 'held_since')
    await age(left.id, 4, 'held_since')
    await untilTrue(async () => (await chat(left.id)).state === 'queued', soon)
    expect(await chat(opened.id)).toMatchObject({ state: 'serving', heldSeen: true, operator: { id: one.id } })
    // Silent for longer than the limit, he loses that one too.
    await age(opened.id, 11, 'held_since', 'waiting_since')
    await untilTrue(async () => (await chat(opened.id)).state === 'queued', soon)
    expect(await lastReason(opened.id, 'chat_returned')).toMatchObject({ code: 'silent', minutes: 10 })
  })

  test('whose operator has gone while the customer waits, and gives it to him when he is back', async () => {
    await clear()
    await assignment({ offlineMinutes: 2 })
    await presence(one, 'online')
    const { id } = await customer('Olivia')
    await heldBy(id, one)
    await presence(one, 'offline')
    await hub.works.work(
      { kind: 'system', workspaceId },
      ({ sql }) => sql`update operators set presence_at = presence_at - interval '3 minutes' where workspace_id = ${workspaceId}`,
    )
    await age(id, 3, 'held_since')
    await untilTrue(async () => (await chat(id)).state === 'queued', soon)
    expect(await lastReason(id, 'chat_returned')).toMatchObject({ code: 'offline', minutes: 2 })
    await presence(one, 'online')
    await heldBy(id, one)
  })

  test('at once from one whose access is withdrawn', async () => {
    await clear()
    const gone = await addColleague(admin, 'Gustavo', { groupIds: [groups.calm] })
    const { id } = await customer('Paula', channels.calm)
    await gone.get('mutation($chatId: ID!) { takeChat(chatId: $chatId) { __typename } }', { chatId: id })
    await admin.get('mutation($id: ID!) { updateOperator(operatorId: $id, active: false) { __typename } }', { id: gone.id })
    await untilTrue(async () => (await chat(id)).state === 'queued', soon)
    expect((await lastReason(id, 'chat_returned')).code).toBe('withdrawn')
  })

  test('after limits only that make sense', async () => {
    for (const [field, value] of [
      ['capacity', -1],
      ['capacity', 501],
      ['silentMinutes', 0],
      ['offlineMinutes', 10_081],
      ['unopenedMinutes', -5],
    ] as const)
      expect((await assignment({ [field]: value })).setAssignment).toEqual({ __typename: 'Refusal', code: 'invalid', field })
  })
})

describe('everyone who may take', () => {
  const takeNext = (who: Person) => who.get('mutation { takeNextChat { __typename ... on Chat { id } ... on Refusal { code } } }')

  test('sees who is next and what waits, of his own queues alone', async () => {
    await clear()
    await assignment({ capacity: 1 })
    await presence(one, 'online')
    const first = await customer('Quim')
    await heldBy(first.id, one)
    await customer('Rosa')
    const { queues } = await two.get('{ queues { group { name } waiting oldestAt assigns online free next { name } } }')
    expect(queues).toEqual([
      { group: null, waiting: 0, oldestAt: null, assigns: false, online: 1, free: 0, next: null },
      { group: { name: 'Billing' }, waiting: 1, oldestAt: expect.any(String), assigns: true, online: 1, free: 0, next: null },
    ])
    await close(first.id)
    await heldBy(await chatOf('Rosa'), one)
    await assignment({ capacity: 2 })
    expect((await two.get('{ queues { group { name } free next { name } } }')).queues.at(-1)).toEqual({
      group: { name: 'Billing' },
      free: 1,
      next: { name: 'Olga' },
    })
    expect((await leader.get('{ queues { group { name } } }')).queues).toEqual([{ group: null }, { group: { name: 'Sales' } }])
    expect((await admin.get('{ queues { group { name } } }')).queues.length).toBe(4)
  })

  test('takes the one who waits longest; two who ask at once get two', async () => {
    await clear()
    await presence(one, 'busy')
    const [first, second] = [await customer('Saulo'), await customer('Tania')]
    await customer('Ulla', channels.calm)
    const taken = await Promise.all([takeNext(one), takeNext(two)])
    expect(new Set(taken.map(({ takeNextChat }) => takeNextChat.id))).toEqual(new Set([first.id, second.id]))
    expect((await takeNext(one)).takeNextChat).toEqual({ __typename: 'Refusal', code: 'queue_empty' })
    expect((await takeNext(admin)).takeNextChat.__typename).toBe('Chat')
  })

  test('who leads sees all open chats of his own groups, and whose they are; an operator has no such section', async () => {
    await clear()
    const [here, there] = [await customer('Vera'), await customer('Waldo', channels.calm)]
    const take = 'mutation($chatId: ID!) { takeChat(chatId: $chatId) { __typename } }'
    await one.get(take, { chatId: here.id })
    await leader.get(take, { chatId: there.id })
    const all = '{ chats(section: all) { edges { node { id } } } sections { all others } chatHolders { operator { name } count } }'
    const seen = async (who: Person) => {
      const { chats, sections, chatHolders } = await who.get(all)
      return { ids: chats.edges.map(({ node }: any) => node.id), sections, holders: chatHolders }
    }
    expect(await seen(leader)).toEqual({
      ids: [there.id],
      sections: { all: 1, others: 0 },
      holders: [{ operator: { name: 'Lea' }, count: 1 }],
    })
    const whole = await seen(admin)
    expect(new Set(whole.ids)).toEqual(new Set([here.id, there.id]))
    expect(whole.sections).toEqual({ all: 2, others: 2 })
    expect(new Set(whole.holders.map(({ operator }: any) => operator.name))).toEqual(new Set(['Lea', 'Olga']))
    const refused = await one.ask('{ chats(section: all) { edges { node { id } } } }')
    expect(refused.errors?.[0]?.extensions?.code).toBe('forbidden')
    expect((await one.get('{ sections { all } chatHolders { operator { name } } }')).sections.all).toBe(null)
    const { chats } = await admin.get('query($id: ID) { chats(section: all, operatorId: $id) { edges { node { id } } } }', {
      id: leader.id,
    })
    expect(chats.edges.map(({ node }: any) => node.id)).toEqual([there.id])
  })
})

describe('a chat changes hands', () => {
  const feed = 'subscription { feed { cursor event { type goneChatId chat { id } activity { type toOperator { id } } comment { text } } } }'
  const give = (who: Person, variables: Record<string, string>) =>
    who.get(
      'mutation($chatId: ID!, $operatorId: ID, $groupId: ID, $comment: String) { transferChat(chatId: $chatId, operatorId: $operatorId, groupId: $groupId, comment: $comment) { __typename ... on TransferChatSuccess { chat { id } } ... on Refusal { code field message } } }',
      variables,
    )
  const add = (who: Person, chatId: string, operatorId: string) =>
    who.get(
      'mutation($chatId: ID!, $operatorId: ID!) { addParticipant(chatId: $chatId, operatorId: $operatorId) { __typename ... on Refusal { code } } }',
      {
        chatId,
        operatorId,
      },
    )
  const leave = (who: Person, chatId: string) =>
    who.get(
      'mutation($chatId: ID!) { leaveChat(chatId: $chatId) { __typename ... on TransferChatSuccess { chat { id } } ... on Refusal { code } } }',
      { chatId },
    )
  const mine = async (who: Person) =>
    (await who.get('{ chats(section: mine) { edges { node { id } } } }')).chats.edges.map(({ node }: any) => node.id)

  const allowOffline = (on: boolean) =>
    admin.get('mutation($on: Boolean!) { updateWorkspace(transferOffline: $on) { ... on Workspace { transferOffline } } }', { on })
  // Nobody has a console open here.
  beforeAll(() => allowOffline(true))

  test('only those who are there are given one by hand, unless the workspace lets it go to others too; oneself is always there', async () => {
    await clear()
    await allowOffline(false)
    const { id } = await customer('Wilma', channels.calm)
    const refused = { __typename: 'Refusal', code: 'operator_offline', field: 'operatorId', message: expect.stringContaining('Olga') }
    expect((await give(admin, { chatId: id, operatorId: one.id })).transferChat).toEqual(refused)
    expect(await chat(id)).toMatchObject({ state: 'queued', operator: null })
    const { startBulk } = await admin.get(
      'mutation($input: BulkInput!) { startBulk(input: $input) { __typename ... on Refusal { code field message } } }',
      { input: { kind: 'transfer', chatIds: [id], operatorId: one.id } },
    )
    expect(startBulk).toEqual(refused)
    await presence(one, 'busy')
    expect((await give(admin, { chatId: id, operatorId: one.id })).transferChat.__typename).toBe('TransferChatSuccess')
    await presence(two, 'online')
    expect((await give(one, { chatId: id, operatorId: two.id })).transferChat.__typename).toBe('TransferChatSuccess')
    await presence(admin, 'offline')
    const adminId = (await admin.get('{ operator { id } }')).operator.id
    expect((await give(admin, { chatId: id, operatorId: adminId })).transferChat.__typename).toBe('TransferChatSuccess')
    await presence(one, 'offline')
    expect((await give(admin, { chatId: id, operatorId: one.id })).transferChat).toEqual(refused)
    await allowOffline(true)
    expect((await one.get('{ workspace { transferOffline } }')).workspace.transferOffline).toBe(true)
    expect((await give(admin, { chatId: id, operatorId: one.id })).transferChat.__typename).toBe('TransferChatSuccess')
    expect(await chat(id)).toMatchObject({ operator: { id: one.id } })
  })

  test('is handed on once, though the answer was lost and it is asked for again: with one comment, and not out of the hands of who took it since', async () => {
    const { id } = await customer('Yara', channels.calm)
    const clientId = randomUUID()
    const ask = (more: object = {}) =>
      admin.get(
        'mutation($c: ID!, $g: ID!, $k: String) { transferChat(chatId: $c, groupId: $g, comment: "Bikes are yours", clientId: $k) { __typename ... on TransferChatSuccess { chat { id state } } ... on Refusal { code field } } }',
        { c: id, g: groups.calm, k: clientId, ...more },
      )
    expect((await ask({ k: '' })).transferChat).toMatchObject({ code: 'required', field: 'clientId' })
    for (const answer of await Promise.all([ask(), ask()]))
      expect(answer.transferChat).toEqual({ __typename: 'TransferChatSuccess', chat: { id, state: 'queued' } })
    await leader.get('mutation($c: ID!) { takeChat(chatId: $c) { __typename } }', { c: id })
    expect((await ask()).transferChat.chat).toEqual({ id, state: 'serving' })
    const { chat } = await admin.get(
      'query($c: ID!) { chat(id: $c) { operator { id } timeline(last: 20) { edges { node { ... on Comment { text } ... on Activity { type } } } } } }',
      { c: id },
    )
    expect(chat.operator.id).toBe(leader.id)
    const told = chat.timeline.edges.map(({ node }: any) => node)
    expect(told.filter(({ text }: any) => text === 'Bikes are yours')).toHaveLength(1)
    expect(told.filter(({ type }: any) => type === 'chat_transferred')).toHaveLength(1)
  })

  test('with a comment that only colleagues read; the giver without another right loses it at once', async () => {
    await clear()
    const key = (await admin.get('{ channels { id publicKey } }')).channels.find((each: any) => each.id === channels.calm).publicKey
    const visitor = await startVisitor(admin, 'Xenia', key)
    await visitor.say('Hello, Xenia here.')
    const id = await chatOf('Xenia')
    const helper = await addColleague(admin, 'Heitor', { groupIds: [] })
    await give(admin, { chatId: id, operatorId: helper.id })
    const [of, to] = [helper.follow(feed), one.follow(feed)]
    await Promise.all([of.until((frame) => frame.cursor > 0), to.until((frame) => frame.cursor > 0)])
    const given = await give(helper, { chatId: id, operatorId: one.id, comment: 'She wants the blue one.' })
    expect(given.transferChat).toEqual({ __typename: 'TransferChatSuccess', chat: null })
    await of.until((frame) => frame.event?.goneChatId === id, soon)
    const told = await to.until((frame) => frame.event?.activity?.type === 'chat_transferred', soon)
    expect(told.event.activity.toOperator.id).toBe(one.id)
    await to.until((frame) => frame.event?.comment?.text === 'She wants the blue one.', soon)
    expect(of.frames.some((frame) => frame.event?.comment)).toBe(false)
    for (const follower of [of, to]) follower.end()
    const { alerts } = await one.get('{ alerts(first: 5) { edges { node { kind chat { id } by { id } } } } }')
    expect(alerts.edges[0].node).toEqual({ kind: 'transfer', chat: { id }, by: { id: helper.id } })
    expect(await chat(id, helper)).toBe(null)
    const { timeline } = await chat(id, one)
    expect(timeline.edges.map(({ node }: any) => node).filter((node: any) => node.__typename === 'Comment')).toEqual([
      { __typename: 'Comment', text: 'She wants the blue one.', author: { id: helper.id } },
    ])
    const heard = await visitor.get('{ visitor { chat { messages(last: 10) { edges { node { text } } } } } }')
    expect(JSON.stringify(heard)).toContain('Xenia here')
    expect(JSON.stringify(heard)).not.toContain('blue one')
  })

  test('a colleague takes part: he sees it, answers, and has it among his own', async () => {
    await clear()
    const { id } = await customer('Yara', channels.calm)
    await give(admin, { chatId: id, operatorId: one.id })
    expect(await chat(id, two)).toBe(null)
    expect((await add(one, id, two.id)).addParticipant.__typename).toBe('Chat')
    expect((await add(one, id, two.id)).addParticipant.__typename).toBe('Chat')
    expect(await chat(id, two)).toMatchObject({
      operator: { id: one.id },
      participants: [{ id: two.id }],
      may: { reply: true, share: false, leave: true, transfer: false },
    })
    expect(await mine(two)).toEqual([id])
    expect((await two.get('{ sections { mine others } }')).sections).toEqual({ mine: 1, others: 0 })
    const { sendMessage } = await two.get(
      'mutation($input: SendMessageInput!) { sendMessage(input: $input) { __typename ... on Refusal { code } } }',
      { input: { chatId: id, clientId: 'from-two', text: 'I can help.' } },
    )
    expect(sendMessage.__typename).toBe('Message')
    expect((await chat(id)).operator.id).toBe(one.id)
    expect((await leave(two, id)).leaveChat).toEqual({ __typename: 'TransferChatSuccess', chat: null })
    expect(await mine(two)).toEqual([])
    expect(await chat(id, two)).toBe(null)
    expect((await activities(id)).map(({ type }: any) => type)).toEqual(['chat_opened', 'chat_transferred', 'chat_joined', 'chat_left'])
  })

  test('who hands over leaves, and the other stays and holds it', async () => {
    await clear()
    const { id } = await customer('Zoe', channels.calm)
    await give(admin, { chatId: id, operatorId: one.id })
    expect((await leave(one, id)).leaveChat).toMatchObject({ __typename: 'Refusal', code: 'alone' })
    await add(one, id, two.id)
    expect((await leave(one, id)).leaveChat.chat).toBe(null)
    expect(await chat(id, two)).toMatchObject({ operator: { id: two.id }, participants: [] })
    expect(await mine(one)).toEqual([])
    const left = (await activities(id)).at(-1)
    expect(left).toMatchObject({ type: 'chat_left', leaver: { id: one.id }, toOperator: { id: two.id } })
  })

  test('a group that gets it starts anew: nobody takes part any longer', async () => {
    await clear()
    const { id } = await customer('Abel', channels.calm)
    await give(admin, { chatId: id, operatorId: one.id })
    await add(one, id, two.id)
    await give(one, { chatId: id, groupId: groups.calm }).catch(() => null)
    await admin.get('mutation($id: ID!, $ids: [ID!]!) { updateGroup(groupId: $id, memberIds: $ids) { __typename } }', {
      id: groups.calm,
      ids: [leader.id],
    })
    await give(one, { chatId: id, groupId: groups.calm })
    expect(await chat(id, two)).toBe(null)
    expect(await chat(id)).toMatchObject({ state: 'queued', participants: [], operator: null, group: { id: groups.calm } })
  })
})
