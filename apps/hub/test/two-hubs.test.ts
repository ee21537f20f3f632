import type { InboundEvent } from '@parley/schema/connector'
import postgres, { type Sql } from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { receive } from '../src/domain/receive.ts'
import { systemOf } from '../src/work.ts'
import { Person, setUp, startTestHub, startVisitor, type TestHub, untilTrue, Visitor } from './support/hub.ts'

const feed = 'subscription($after: Int) { feed(after: $after) { cursor reset event { type message { text } } signal { on chatId } } }'

let one: TestHub
let two: TestHub
let ada: Person
let adaOnTwo: Person
let owner: Sql

beforeAll(async () => {
  one = await startTestHub()
  ada = await setUp(one)
  two = await startTestHub({ DATABASE_URL: one.databaseUrl })
  adaOnTwo = new Person(two.url, ada.cookie, 'acme')
  owner = postgres(one.databaseUrl, { max: 1, onnotice: () => {} })
})
afterAll(async () => {
  await owner.end()
  await two.drop()
  await one.drop()
})

describe('two hubs on one database', () => {
  test('tell a client of either what was written on the other, with the same numbers', async () => {
    const desks = [ada.follow(feed), adaOnTwo.follow(feed)]
    for (const desk of desks) await desk.until((frame) => frame.event === null)
    const maria = await startVisitor(ada)
    await maria.say('written on one')
    await new Visitor(two.url, maria.token).say('written on two')
    for (const desk of desks) await desk.until((frame) => frame.event?.message?.text === 'written on two')
    const both = Math.max(...desks.map((desk) => desk.frames[0].cursor))
    const heard = desks.map((desk) =>
      desk.frames
        .filter((frame) => frame.event && frame.cursor > both)
        .map((frame) => [frame.cursor, frame.event.type, frame.event.message?.text]),
    )
    expect(heard[0]).toEqual(heard[1])
    expect(heard[0]?.map(([, , text]) => text).filter(Boolean)).toEqual(['written on one', 'written on two'])
    for (const desk of desks) desk.end()
  })

  test('pass the signs of typing to each other, also after the database cut their lines', async () => {
    const desk = adaOnTwo.follow(feed)
    await desk.until((frame) => frame.event === null)
    const maria = await startVisitor(ada, 'Typist')
    await maria.say('I type')
    await maria.get('mutation { setTyping(on: true) }')
    await desk.until((frame) => frame.signal?.on === true)
    await owner`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'parley' and datname = current_database()`
    const before = desk.frames.length
    await untilTrue(async () => {
      await maria.ask('mutation { setTyping(on: true) }')
      return desk.frames.slice(before).some((frame) => frame.signal?.on === true)
    }, 15_000)
    desk.end()
  })

  test('let a client go over from one to the other with its cursor, though the other may not have heard yet', async () => {
    const maria = await startVisitor(ada, 'Traveller')
    let cursor = (await ada.follow(feed).until((frame) => frame.event === null)).cursor as number
    const heard: string[] = []
    for (let n = 0; n < 10; n += 1) {
      const desk = (n % 2 === 0 ? adaOnTwo : ada).follow(feed, { after: cursor })
      expect(await desk.until((frame) => frame.event === null)).toMatchObject({ reset: false, cursor })
      await maria.say(`step ${n}`)
      const { cursor: reached } = await desk.until((frame) => frame.event?.message?.text === `step ${n}`)
      for (const frame of desk.frames) if (frame.event?.message?.text && frame.cursor > cursor) heard.push(frame.event.message.text)
      cursor = reached
      desk.end()
    }
    expect(heard).toEqual(Array.from({ length: 10 }, (_, n) => `step ${n}`))
  })

  test('make one customer and one chat when both receive the first messages of somebody new at the same moment', async () => {
    const { workspace, channels } = await ada.get('{ workspace { id } channels { id } }')
    const deliver = (hub: TestHub, who: string) =>
      hub.works.work(systemOf(workspace.id), (work) =>
        receive(work, [
          {
            channelId: channels[0].id,
            events: [1, 2, 3].map(
              (n): InboundEvent => ({
                type: 'message',
                key: `${who} ${n}`,
                id: `${who} ${n}`,
                order: n,
                at: Date.now(),
                thread: { id: who, kind: 'direct' },
                from: { id: who, name: who },
                by: 'peer',
                text: `${who} ${n}`,
              }),
            ),
          },
        ]),
      )
    const people = Array.from({ length: 12 }, (_, n) => `new ${n}`)
    for (const who of people) await Promise.all([deliver(one, who), deliver(two, who)])
    const [counts] =
      await owner`select (select count(*)::int from customers where name like 'new %') as customers, (select count(*)::int from identities where external_id like 'new %') as identities,
      (select count(*)::int from chats c join threads t on t.id = c.thread_id where t.external_id like 'new %') as chats, (select count(*)::int from messages where external_id like 'new %') as messages`
    expect(counts).toEqual({ customers: 12, identities: 12, chats: 12, messages: 36 })
  })

  test('take a chat for one of two operators who click at the same moment', async () => {
    const maria = await startVisitor(ada, 'Wanted')
    await maria.say('who serves me?')
    const { chats } = await ada.get('{ chats(section: new, first: 50) { edges { node { id lastMessage { text } } } } }')
    const { id } = chats.edges.find(({ node }: any) => node.lastMessage?.text === 'who serves me?').node
    const take = 'mutation($id: ID!) { takeChat(chatId: $id) { __typename ... on Chat { operator { name } } } }'
    const answers = await Promise.all([ada, adaOnTwo, ada, adaOnTwo].map((person) => person.get(take, { id })))
    expect(answers.every(({ takeChat }) => takeChat.operator?.name === 'Ada')).toBe(true)
    const [events] = await owner`select count(*)::int as taken from events where chat_id = ${id} and type = 'chat.taken'`
    expect(events?.taken).toBe(1)
  })
})
