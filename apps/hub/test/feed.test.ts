import type { InboundEvent } from '@parley/schema/connector'
import postgres, { type Sql } from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDatabase } from '../src/db/client.ts'
import { receive } from '../src/domain/receive.ts'
import { armFailpoints } from '../src/failpoints.ts'
import { postgresBus } from '../src/feed/bus.ts'
import { createFeed } from '../src/feed/follow.ts'
import { pruneEvents } from '../src/feed/read.ts'
import { systemOf, type Works, worksOn } from '../src/work.ts'
import {
  addColleague,
  type Follower,
  type Person,
  setUp,
  startTestHub,
  startVisitor,
  type TestHub,
  untilTrue,
  type Visitor,
} from './support/hub.ts'
import { countSentAway, followStalling, type Stalling } from './support/stalling.ts'

const feed = 'subscription($after: Int) { feed(after: $after) { cursor reset event { type goneChatId chat { id } message { text } } } }'

const away = countSentAway()
let hub: TestHub
let ada: Person
let maria: Visitor
let owner: Sql
let workspaceId: string
let site: string

beforeAll(async () => {
  hub = await startTestHub({}, { stallMs: 1_000, partingMs: 60_000 }, away.log)
  ada = await setUp(hub)
  maria = await startVisitor(ada)
  owner = postgres(hub.databaseUrl, { max: 2, onnotice: () => {} })
  ;({
    workspace: { id: workspaceId },
    channels: [{ id: site }],
  } = await ada.get('{ workspace { id } channels { id } }'))
})
afterAll(async () => {
  armFailpoints('')
  await owner.end()
  await hub.drop()
})

const eventsOf = (follower: Follower): any[] => follower.frames.filter((frame) => frame.event)
const textsOf = (follower: Follower): string[] =>
  eventsOf(follower)
    .map((frame) => frame.event.message?.text)
    .filter(Boolean)
const head = async () =>
  Number((await owner`select value from counters where workspace_id = ${workspaceId} and name = 'event'`)[0]?.value ?? 0)
const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, n) => first + n)
async function following(person: Person, after?: number): Promise<Follower> {
  const follower = person.follow(feed, after === undefined ? {} : { after })
  await follower.until((frame) => frame.event === null)
  return follower
}
let told = 0
/** Many messages of one customer at once, past the limits of the website. */
const flood = (works: Works, texts: string[]) =>
  works.work(systemOf(workspaceId), (work) =>
    receive(work, [
      {
        channelId: site,
        events: texts.map(
          (text): InboundEvent => ({
            type: 'message',
            key: `flood ${told}`,
            id: `flood ${told++}`,
            at: Date.now(),
            thread: { id: 'flood', kind: 'direct' },
            from: { id: 'flood', name: 'Flood' },
            by: 'peer',
            text,
          }),
        ),
      },
    ]),
  )

describe('a follower of the feed', () => {
  test('who comes back with his cursor gets exactly what he missed, in order, and then what is new', async () => {
    const before = await following(ada)
    await maria.say('while he was here')
    await before.until((frame) => frame.event?.message?.text === 'while he was here')
    const { cursor } = before.frames.at(-1)
    before.end()
    for (const n of [1, 2, 3]) await maria.say(`while he was away ${n}`)
    const back = await following(ada, cursor)
    await maria.say('when he was back')
    await back.until((frame) => frame.event?.message?.text === 'when he was back')
    expect(textsOf(back)).toEqual(['while he was away 1', 'while he was away 2', 'while he was away 3', 'when he was back'])
    expect(eventsOf(back).map((frame) => frame.cursor)).toEqual(upTo(await head(), cursor + 1))
    back.end()
  })

  test('is told that a chat has gone from his sight, and hears nothing more of it', async () => {
    const group = async (name: string) =>
      (await ada.get('mutation($name: String!) { createGroup(name: $name, memberIds: []) { ... on Group { id } } }', { name })).createGroup
        .id as string
    const [sales, billing] = [await group('Sales'), await group('Billing')]
    const move = 'mutation($id: ID!, $to: ID!) { transferChat(chatId: $id, groupId: $to) { __typename ... on Refusal { code } } }'
    const bob = await addColleague(ada, 'Bob', { groupIds: [sales] })
    const desk = await following(bob)
    const all = await following(ada)
    await maria.say('who takes me?')
    const { event } = await all.until((frame) => frame.event?.message?.text === 'who takes me?')
    await addColleague(ada, 'Carol', { groupIds: [sales, billing] })
    await ada.get(move, { id: event.chat.id, to: sales })
    await desk.until((frame) => frame.event?.chat?.id === event.chat.id)
    await maria.say('for Sales')
    await desk.until((frame) => frame.event?.message?.text === 'for Sales')
    await ada.get(move, { id: event.chat.id, to: billing })
    const gone = await desk.until((frame) => frame.event?.goneChatId === event.chat.id)
    expect(gone.event).toMatchObject({ chat: null, message: null })
    await maria.say('only for Ada')
    await all.until((frame) => frame.event?.message?.text === 'only for Ada')
    await ada.get(move, { id: event.chat.id, to: sales })
    await maria.say('for Sales again')
    await desk.until((frame) => frame.event?.message?.text === 'for Sales again')
    expect(textsOf(desk)).not.toContain('only for Ada')
    desk.end()
    all.end()
  })

  test('hears everything though every wake-up is lost', async () => {
    const desk = await following(ada)
    armFailpoints('skip@bus.wake:1+')
    await maria.say('nobody was woken')
    await desk.until((frame) => frame.event?.message?.text === 'nobody was woken', 10_000)
    armFailpoints('')
    desk.end()
  })

  test('misses nothing and hears nothing twice when the database cuts all connections again and again', async () => {
    const desk = await following(ada)
    const from = desk.frames[0].cursor
    for (let n = 0; n < 8; n += 1) {
      await owner`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'parley' and datname = current_database()`
      await untilTrue(() =>
        flood(hub.works, [`cut ${n}`]).then(
          () => true,
          () => false,
        ),
      )
    }
    await desk.until((frame) => frame.event?.message?.text === 'cut 7', 15_000)
    expect(eventsOf(desk).map((frame) => frame.cursor)).toEqual(upTo(await head(), from + 1))
    expect(desk.closed).toBeNull()
    desk.end()
  })
})

describe('what can no longer be replayed', () => {
  test('is told as a reset, also while others follow, and so is a cursor of another life', async () => {
    const faithful = await following(ada)
    await flood(
      hub.works,
      Array.from({ length: 2_100 }, (_, n) => `old ${n}`),
    )
    await faithful.until((frame) => frame.event?.message?.text === 'old 2099', 20_000)
    const last = await head()
    await owner`update events set at = at - interval '8 days' where workspace_id = ${workspaceId} and seq <= ${last - 50}`
    await pruneEvents(hub.works, workspaceId)
    const absent = ada.follow(feed, { after: 1 })
    expect(await absent.until(() => true)).toMatchObject({ reset: true, cursor: last, event: null })
    const recent = ada.follow(feed, { after: last - 50 })
    await untilTrue(() => eventsOf(recent).length === 50)
    expect(recent.frames[0]).toMatchObject({ reset: false, cursor: last - 50 })
    const stranger = ada.follow(feed, { after: last + 1_000 })
    expect(await stranger.until(() => true)).toMatchObject({ reset: true, cursor: last })
    for (const follower of [faithful, absent, recent, stranger]) follower.end()
  })
})

describe('the numbers of the feed', () => {
  test('have no gap and no repeat with sixteen writers, some of whom fail, and are heard in order', async () => {
    const desk = await following(ada)
    const from = desk.frames[0].cursor
    const writer = async (n: number) => {
      for (let round = 0; round < 20; round += 1) {
        await hub.works
          .work(systemOf(workspaceId), async (work) => {
            work.record({ type: 'workspace.changed' })
            if ((n + round) % 3 === 0) work.record({ type: 'workspace.changed' })
            await work.sql`select pg_sleep(random() / 200)`
            if ((n + round) % 5 === 0) throw new Error('changed my mind')
          })
          .catch((error: Error) => expect(error.message).toBe('changed my mind'))
      }
    }
    await Promise.all(Array.from({ length: 16 }, (_, n) => writer(n)))
    const last = await head()
    expect(last).toBeGreaterThan(from + 16 * 15)
    expect(
      (await owner`select seq from events where workspace_id = ${workspaceId} and seq > ${from} order by seq`).map((row) =>
        Number(row.seq),
      ),
    ).toEqual(upTo(last, from + 1))
    await desk.until((frame) => frame.cursor === last, 15_000)
    expect(eventsOf(desk).map((frame) => frame.cursor)).toEqual(upTo(last, from + 1))
    desk.end()
  })

  test('are read once, however many wake-ups come while somebody reads', async () => {
    const database = await openDatabase(hub.databaseUrl, { max: 2 })
    const bus = await postgresBus(database.sql)
    let reads = 0
    const works = worksOn(database, bus)
    const counted: Works = {
      ...works,
      read: (actor, body) => {
        reads += 1
        return works.read(actor, body)
      },
    }
    const quiet = createFeed(counted, bus, () => {})
    const heard: string[] = []
    const subscription = await quiet.follow(
      {
        workspaceId,
        key: 'all',
        verdict: () => 'shown',
        render: async (event) => event.type,
        refresh: async () => {},
        send: (frame) => {
          heard.push(frame)
          return true
        },
      },
      undefined,
      async () => {},
    )
    await works.work(systemOf(workspaceId), async (work) => work.record({ type: 'workspace.changed' }))
    const before = reads
    for (let n = 0; n < 1_000; n += 1) bus.wake(workspaceId, new Set())
    await untilTrue(() => heard.length === 1)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(reads - before).toBeLessThan(50)
    subscription.close()
    await quiet.close()
    await bus.close()
    await database.close()
  })
})

describe('look-ups that share a transaction', () => {
  test('fail with its connection, all of them, and the next ones are answered', async () => {
    const database = await openDatabase(hub.databaseUrl, { max: 2 })
    const reading = worksOn(database, { wake: () => {} }).reading(systemOf(workspaceId))
    const slow = reading(async ({ sql }) => {
      const [{ pid } = { pid: 0 }] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`
      // The second waits behind the first, which the database does not know yet.
      const asked = [sql`select pg_sleep(${30})`, sql`select ${'later'}::text as later`].map((each) => each.then(String, () => 'failed'))
      setTimeout(() => void owner`select pg_terminate_backend(${pid})`.catch(() => {}), 100)
      return Promise.all(asked)
    })
    const settled = await Promise.race([
      slow.then(
        () => 'answered',
        () => 'failed',
      ),
      new Promise((resolve) => setTimeout(() => resolve('waits for ever'), 10_000)),
    ])
    expect(settled).not.toBe('waits for ever')
    expect(await untilTrue(() => reading(({ sql }) => sql`select 1 as one`).catch(() => undefined))).toMatchObject([{ one: 1 }])
    await database.close()
  })
})

describe('a client that stops reading', () => {
  test('is sent away, costs nobody else anything, and resumes by its cursor without loss', async () => {
    const other = await following(ada)
    const from = other.frames[0].cursor
    const stalled = await stalling(from)
    const before = away.count()
    stalled.stop()
    const words = 'x'.repeat(4_000)
    for (let n = 0; n < 30; n += 1)
      await flood(
        hub.works,
        Array.from({ length: 100 }, (_, k) => `${n * 100 + k} ${words}`),
      )
    const last = await head()
    await other.until((frame) => frame.cursor === last, 40_000)
    await untilTrue(() => away.count() > before, 40_000)
    stalled.goOn()
    await untilTrue(() => stalled.closed, 40_000)
    expect(cursorsOf(stalled).length).toBeLessThan(last - from)
    const reached = cursorsOf(stalled).at(-1) ?? from
    expect(cursorsOf(stalled)).toEqual(upTo(reached, from + 1))
    const back = await stalling(reached)
    // The hub itself may tell something meanwhile.
    await untilTrue(async () => cursorsOf(back).at(-1) === (await head()), 40_000)
    expect(cursorsOf(back).length).toBeGreaterThanOrEqual(last - reached)
    expect(cursorsOf(back)).toEqual(upTo(cursorsOf(back).at(-1) ?? 0, reached + 1))
    back.end()
    other.end()
  }, 120_000)

  const stalling = (after: number) =>
    followStalling(`${hub.url}/graphql`, { workspace: 'acme' }, { cookie: ada.cookie, origin: hub.url }, feed, { after })
  const cursorsOf = ({ frames }: Stalling): number[] => frames.filter(({ event }) => event).map(({ cursor }) => cursor)
})
