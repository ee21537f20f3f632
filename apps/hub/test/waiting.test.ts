import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLog } from '../src/log.ts'
import { addColleague, type Person, setUp, startTestHub, type TestHub, untilTrue, Visitor } from './support/hub.ts'

let hub: TestHub
let ada: Person
let channel: { id: string; publicKey: string; options: Record<string, unknown> }
const logged: string[] = []

beforeAll(async () => {
  const log = createLog('debug', { write: (line: string) => void logged.push(line) })
  hub = await startTestHub({ ROLES: 'web' }, {}, log)
  log.info('begun')
  ada = await setUp(hub)
  ;[channel] = (await ada.get('{ channels { id publicKey options } }')).channels
})
afterAll(() => hub.drop())

async function start(name: string): Promise<Visitor> {
  const { startVisitor } = await new Visitor(hub.url, null).get(
    'mutation($input: StartVisitorInput!) { startVisitor(input: $input) { ... on StartVisitorSuccess { token } } }',
    { input: { key: channel.publicKey, name, email: `${name.toLowerCase()}@customer.example` } },
  )
  return new Visitor(hub.url, startVisitor.token)
}
const chatOf = async (text: string): Promise<string> => {
  const { chats } = await ada.get('{ chats(section: all, first: 50) { edges { node { id lastMessage { text } } } } }')
  return chats.edges.find(({ node }: any) => node.lastMessage?.text === text).node.id
}
const standing = async (visitor: Visitor) => (await visitor.get('{ visitor { chat { place usualWait } } }')).visitor.chat
const answer = (chatId: string) =>
  ada.get('mutation($i: SendMessageInput!) { sendMessage(input: $i) { __typename } }', {
    i: { chatId, clientId: crypto.randomUUID(), text: 'Hello' },
  })
const take = (chatId: string) => ada.get('mutation($c: ID!) { takeChat(chatId: $c) { __typename } }', { c: chatId })
const feed = 'subscription { visitorFeed { cursor queue { place usualWait } chat { state } } }'

describe('a visitor who waits', () => {
  test('sees his place move as others are taken, without asking, and no expected wait while there is nothing to go by', async () => {
    const [first, second, third] = [await start('One'), await start('Two'), await start('Three')]
    for (const [visitor, text] of [
      [first, 'first'],
      [second, 'second'],
      [third, 'third'],
    ] as const)
      await visitor.say(text)
    expect(await standing(third)).toEqual({ place: 3, usualWait: null })
    const waiting = third.follow(feed)
    const other = first.follow(feed)
    await waiting.until(() => true)
    await other.until(() => true)
    await take(await chatOf('second'))
    expect(await waiting.until(({ queue }) => queue?.place === 2)).toMatchObject({ queue: { usualWait: null }, cursor: 0 })
    await take(await chatOf('first'))
    await waiting.until(({ queue }) => queue?.place === 1)
    // Of what was said to him it is told once.
    expect(waiting.frames.filter(({ queue }) => queue).map(({ queue }) => queue.place)).toEqual([2, 1])
    for (const follower of [waiting, other]) follower.end()
  })

  test('sees how long others of his group waited, once three were answered', async () => {
    const third = await chatOf('third')
    for (const text of ['first', 'second']) await answer(await chatOf(text))
    const waiting = await start('Four')
    await waiting.say('fourth')
    expect((await standing(waiting)).usualWait).toBeNull()
    await take(third)
    await answer(third)
    const sql = postgres(hub.databaseUrl, { onnotice: () => {} })
    await sql`update chats set opened_at = opened_at - interval '7 minutes' where state = 'serving'`
    await sql.end()
    const { usualWait } = await standing(waiting)
    expect(usualWait).toBeGreaterThanOrEqual(420)
    expect(usualWait).toBeLessThan(480)
  })
})

describe('what is being typed', () => {
  const allow = async (previewsTyping: boolean) =>
    ada.get('mutation($c: ID!, $o: JSON) { updateChannel(channelId: $c, options: $o) { __typename } }', {
      c: channel.id,
      o: { ...channel.options, previewsTyping },
    })
  const type = (visitor: Visitor, text: string, on = true) =>
    visitor.get('mutation($on: Boolean!, $text: String) { setTyping(on: $on, text: $text) }', { on, text })
  const desk = 'subscription { feed { cursor event { type } signal { kind chatId on text } } }'
  const says = async () =>
    (await new Visitor(hub.url, null).get('query($k: String!) { site(key: $k) { previewsTyping } }', { k: channel.publicKey })).site

  test('is not shown unless an admin allows it, and the site says which it is', async () => {
    const vera = await start('Vera')
    await vera.say('about to type')
    const follower = ada.follow(desk)
    await follower.until(() => true)
    expect(await says()).toEqual({ previewsTyping: false })
    await type(vera, 'unseen words')
    expect((await follower.until(({ signal }) => signal?.kind === 'typing')).signal.text).toBeNull()
    await allow(true)
    expect(await says()).toEqual({ previewsTyping: true })
    await type(vera, 'seen words')
    await follower.until(({ signal }) => signal?.text === 'seen words')
    await type(vera, `${'x'.repeat(5_000)}the end`)
    expect((await follower.until(({ signal }) => signal?.text?.endsWith('the end'))).signal.text).toHaveLength(600)
    follower.end()
  })

  test('reaches those alone who may see the chat', async () => {
    const vera = await start('Walter')
    await vera.say('of support')
    const stranger = await addColleague(ada, 'Oto', { groupIds: [] })
    const [mine, his] = [ada.follow(desk), stranger.follow(desk)]
    await mine.until(() => true)
    await his.until(() => true)
    await take(await chatOf('of support'))
    await type(vera, 'for Ada alone')
    await mine.until(({ signal }) => signal?.text === 'for Ada alone')
    expect(JSON.stringify(his.frames)).not.toContain('for Ada alone')
    for (const follower of [mine, his]) follower.end()
  })

  test('is found nowhere afterwards: no table, no event, no log, no file of the hub or of its database', async () => {
    const secret = `never-kept-${crypto.randomUUID()}`
    const vera = await start('Xenia')
    await vera.say('typing soon')
    const follower = ada.follow(desk)
    await follower.until(() => true)
    for (const text of ['a', secret.slice(0, 20), secret]) await type(vera, text)
    await follower.until(({ signal }) => signal?.text === secret)
    await type(vera, secret, false)
    await vera.say('said something else')
    await untilTrue(() => follower.frames.some(({ event }) => event?.type === 'message_received'))
    follower.end()
    const sql = postgres(hub.databaseUrl, { onnotice: () => {} })
    const tables = await sql<
      { name: string }[]
    >`select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`
    expect(tables.length).toBeGreaterThan(40)
    for (const { name } of tables) {
      const [row] = await sql<{ found: number }[]>`select count(*)::int as found from ${sql(name)} t where t::text like ${`%${secret}%`}`
      expect(`${name} ${row?.found}`).toBe(`${name} 0`)
    }
    // What PostgreSQL itself passes on, to whoever may listen.
    const heard: string[] = []
    await sql.listen('parley_signal', (text) => void heard.push(text))
    await type(vera, secret)
    await untilTrue(() => heard.length > 0)
    expect(heard.join()).not.toContain(secret)
    await sql.end()
    expect(logged.length).toBeGreaterThan(0)
    expect(logged.join()).not.toContain(secret)
    const files = readdirSync(hub.dataDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    for (const entry of files) expect(readFileSync(join(entry.parentPath, entry.name)).includes(secret)).toBe(false)
  })
})
