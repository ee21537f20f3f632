import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Language, languages } from '@parley/schema/vocabulary'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { migrateDatabase } from '../src/db/client.ts'
import { emailOf, password, slug } from '../src/demo/company.ts'
import { type Demo, startDemo } from '../src/demo/demo.ts'
import { enclose } from '../src/demo/enclosures.ts'
import { samples } from '../src/demo/locales/index.ts'
import { createPersona, nameOf } from '../src/demo/persona.ts'
import { randomOf, seeded } from '../src/demo/random.ts'
import { readScenes, settingOf, wordsOf } from '../src/demo/scene.ts'
import { loadEnv } from '../src/env.ts'
import { sniff } from '../src/files/sniff.ts'
import { createLog } from '../src/log.ts'
import { cookieOf, Person, post, untilTrue, Visitor } from './support/hub.ts'
import { createDatabase, type TestDatabase } from './support/postgres.ts'

const small = { closed: 40, queued: 6, held: 5, weeks: 6 }
const hurried = { most: 3, unanswered: 2, arrivals: [1, 1], factor: 0.02 } as const
const sections = ['new', 'mine', 'unread', 'waiting', 'open', 'others', 'closed']

interface Item {
  id: string
  at: string
  type?: string
  text?: string
  direction?: string
  delivery?: string
  reactions?: { emoji: string }[]
  failure?: { code: string } | null
}
interface Chat {
  id: string
  openedAt: string
  channel: { kind: string }
  customer: { identities: { handle: string }[] }
  lastMessage: Item
  timeline: { edges: { node: Item }[] }
}
const nodesOf = <T>({ edges }: { edges: { node: T }[] }): T[] => edges.map(({ node }) => node)

let database: TestDatabase
let dataDir: string
let demo: Demo
let owner: postgres.Sql

const start = (language: Language, pace = hurried) =>
  startDemo({
    env: loadEnv({ PORT: '0', DATA_DIR: dataDir, DATABASE_URL: database.url, LOG_LEVEL: 'error' }),
    language,
    log: createLog('silent'),
    size: small,
    pace: { ...pace },
    // The first of every choice, and every chance comes true: customers put an emoji on each answer.
    random: randomOf(() => 0),
  })

async function signInAs(n: number): Promise<Person> {
  const email = emailOf(demo.sample.staff[n]?.[0] ?? '')
  const response = await post(demo.hub.url, '/auth/sign-in/email', { email, password })
  expect(response.status).toBe(200)
  return new Person(demo.hub.url, cookieOf(response), slug)
}

beforeAll(async () => {
  database = await createDatabase(migrateDatabase)
  dataDir = mkdtempSync(join(tmpdir(), 'parley-demo-'))
  demo = await start('pt-BR')
  owner = postgres(database.url, { max: 1, onnotice: () => {} })
})
afterAll(async () => {
  await owner.end()
  await demo.stop()
  await database.drop()
  rmSync(dataDir, { recursive: true, force: true })
})

const wrong = async (condition: string): Promise<number> =>
  (await owner.unsafe(`select count(*)::int as count from ${condition}`))[0]?.count

describe('the sample company', () => {
  test('has six people of every role who sign in with the printed password', async () => {
    const { operators } = await (await signInAs(0)).get('{ operators { name role } }')
    expect(operators.map(({ role }: { role: string }) => role).sort()).toEqual([
      'admin',
      'operator',
      'operator',
      'operator',
      'supervisor',
      'supervisor',
    ])
    expect(operators.map(({ name }: { name: string }) => name).sort()).toEqual(samples['pt-BR'].staff.map(([name]) => name).sort())
    for (const n of [1, 2, 3, 4, 5]) await signInAs(n)
  })

  test('has sections that add up for everyone, and a supervisor who sees his group alone', async () => {
    const [totals] =
      await owner`select count(*) filter (where state = 'queued')::int as queued, count(*) filter (where state = 'serving')::int as serving, count(*) filter (where state = 'closed')::int as closed from chats`
    for (const n of [0, 1, 3]) {
      const { sections: counts } = await (await signInAs(n)).get(`{ sections { ${sections.join(' ')} } }`)
      expect(counts.unread + counts.waiting + counts.open).toBe(counts.mine)
      if (n < 2)
        expect([counts.new >= (totals?.queued ?? 0), counts.mine + counts.others, counts.closed]).toEqual([
          true,
          totals?.serving,
          totals?.closed,
        ])
    }
    const { sections: limited } = await (await signInAs(2)).get('{ sections { closed } }')
    const [support] =
      await owner`select count(*)::int as count from chats c join groups g on g.id = c.group_id where c.state = 'closed' and g.name = ${samples['pt-BR'].groups.support}`
    expect(limited.closed).toBe(support?.count)
    expect(limited.closed).toBeLessThan(totals?.closed)
  })

  test.each([
    [
      'unread figures',
      "chats c where not exists (select from requests r where r.chat_id = c.id) and unread <> (select count(*) from messages m where m.chat_id = c.id and m.direction = 'in' and m.delivery = 'sent')",
    ],
    [
      'first unread messages',
      "chats c where not exists (select from requests r where r.chat_id = c.id) and first_unread_id is distinct from (select id from messages m where m.chat_id = c.id and m.direction = 'in' and m.delivery = 'sent' order by at, position, id limit 1)",
    ],
    [
      'last messages',
      'chats c where last_message_id is distinct from (select id from messages m where m.chat_id = c.id order by at desc, position desc, id desc limit 1)',
    ],
    ['times of last messages', 'chats c where last_message_at <> (select max(at) from messages m where m.chat_id = c.id)'],
    [
      'waiting customers',
      "chats c where state <> 'closed' and (waiting_since is not null) <> (select direction = 'in' from messages m where m.id = c.last_message_id)",
    ],
    ['counted chats', "counters where name = 'chat' and value <> (select max(number) from chats)"],
    ['counted events', "counters where name = 'event' and value <> (select max(seq) from events)"],
    ['numbers of events', '(select seq, row_number() over (order by seq) as n from events) e where seq <> n'],
    ['stored files', "files where state = 'stored' and (storage_key is null or size = 0 or message_id is null)"],
    [
      'files of parts',
      "outgoing_parts p where content ->> 'type' = 'media' and not exists (select from files f where f.id = (p.content ->> 'fileId')::uuid)",
    ],
    [
      'parts of answers on Telegram',
      "messages m join channels c on c.id = m.channel_id where c.kind = 'telegram' and m.direction = 'out' and not exists (select from outgoing_parts p where p.message_id = m.id)",
    ],
  ])('has %s that are those of its rows', async (_, condition) => {
    const [table = ''] = condition.split(' where ')
    expect(await wrong(table)).toBeGreaterThan(0)
    expect(await wrong(condition)).toBe(0)
  })

  test('has timelines in the order of time, from the opening to the closing', async () => {
    expect(
      await wrong(
        'chats c where opened_at > (select min(at) from messages m where m.chat_id = c.id) or closed_at < last_message_at or closed_at > clock_timestamp() or last_message_at > clock_timestamp()',
      ),
    ).toBe(0)
    const admin = await signInAs(0)
    const { chats } = await admin.get(
      '{ chats(section: closed, first: 30) { edges { node { timeline(first: 50) { edges { node { __typename ... on Message { at direction text } ... on Comment { at } ... on Activity { at type } } } } } } } }',
    )
    // What was left as a request was opened and closed by nobody.
    const told = nodesOf<Chat>(chats).filter(({ timeline }) => nodesOf(timeline).length > 1)
    expect(told.length).toBeGreaterThan(20)
    for (const chat of told) {
      const items = nodesOf(chat.timeline)
      const times = items.map(({ at }) => at)
      expect(times).toEqual([...times].sort())
      expect([items[0]?.type, items.at(-1)?.type]).toEqual(['chat_opened', 'chat_closed'])
      expect(items.findIndex(({ type }) => type === 'chat_taken' || type === 'chat_assigned')).toBeLessThan(
        items.findIndex(({ direction }) => direction === 'out'),
      )
    }
  })

  test('has tags, fields, templates, a form, requests, ratings and visitors, as a company that has worked with them', async () => {
    const admin = await signInAs(0)
    const { furniture } = samples['pt-BR']
    const found = await admin.get(
      '{ tags { name } templates(first: 20) { edges { node { title } } } formFields { label } requests(first: 10) { edges { node { title category } } } approachTexts { title } }',
    )
    expect(found.tags.map(({ name }: { name: string }) => name)).toContain(furniture.tags.regular)
    expect(
      nodesOf<{ title: string }>(found.templates)
        .map(({ title }) => title)
        .sort(),
    ).toEqual(furniture.templates.map(([title]) => title).sort())
    expect(found.formFields.map(({ label }: { label: string }) => label)).toEqual([furniture.form.outcome, furniture.form.visit])
    expect(
      nodesOf<{ title: string }>(found.requests)
        .map(({ title }) => title)
        .sort(),
    ).toEqual(furniture.requests.left.map(([title]) => title).sort())
    for (const table of ['chat_tags', 'customer_tags', 'form_answers', 'ratings', "customers where values <> '{}'"])
      expect(await wrong(table), table).toBeGreaterThan(3)
    await untilTrue(async () => (await admin.get('{ visits(first: 20) { page { title } } }')).visits.length > 5)
  })

  test('has a shop page in its language whose widget greets in it', async () => {
    const response = await fetch(`${demo.hub.url}/demo`)
    const page = await response.text()
    const [, key = ''] = /data-channel="([^"]+)"/.exec(page) ?? []
    expect(page).toContain('<html lang="pt-BR">')
    expect([...page.matchAll(/(?:src|href)="(?!#|data:|\/widget\.js")[^"]*"/g)].map(([found]) => found)).toEqual([])
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
    const { site } = await new Visitor(demo.hub.url, null).get('query($key: String!) { site(key: $key) { name greeting } }', { key })
    expect(site).toEqual({ name: 'Bluebird Bicicletas', greeting: samples['pt-BR'].greeting })
    expect(await (await fetch(`${demo.hub.url}/widget/status?channel=${key}`)).json()).toMatchObject({
      name: 'Bluebird Bicicletas',
      greeting: samples['pt-BR'].greeting,
      online: false,
    })
  })

  test('has a customer in no two chats at once', async () => {
    expect(
      await wrong(
        "chats a join chats b on b.thread_id = a.thread_id and b.id <> a.id and b.opened_at >= a.opened_at and b.opened_at < coalesce(a.closed_at, 'infinity')",
      ),
    ).toBe(0)
  })
})

describe('the customers on Telegram', () => {
  test('write, are answered, put an emoji on the answer and write again', async () => {
    const admin = await signInAs(0)
    const startedAt = Date.now() - 60_000
    const newcomer = async () => {
      const { chats } = await admin.get(
        '{ chats(section: new, first: 100) { edges { node { id openedAt channel { kind } customer { identities { handle } } } } } }',
      )
      return nodesOf<Chat>(chats).find(({ channel, openedAt }) => channel.kind === 'telegram' && Date.parse(openedAt) > startedAt)
    }
    const { id: chatId } = await untilTrue(newcomer, 20_000)
    const { sendMessage } = await admin.get(
      'mutation($input: SendMessageInput!) { sendMessage(input: $input) { ... on Message { id } ... on Refusal { message } } }',
      {
        input: { chatId, clientId: 'answer', text: 'Já vou ver.' },
      },
    )
    const timeline = async () =>
      nodesOf<Item>(
        (
          await admin.get(
            'query($id: ID!) { chat(id: $id) { timeline(last: 50) { edges { node { ... on Message { id direction delivery reactions { emoji } } } } } } }',
            { id: chatId },
          )
        ).chat.timeline,
      )
    const reacted = await untilTrue(
      async () => (await timeline()).find(({ id, reactions = [] }) => id === sendMessage.id && reactions.length > 0),
      20_000,
    )
    expect(reacted).toMatchObject({ delivery: 'sent', reactions: [{ emoji: expect.stringMatching(/\p{Extended_Pictographic}/u) }] })
    await untilTrue(async () => {
      const items = (await timeline()).filter(({ direction }) => direction)
      return items.findIndex(({ id }) => id === sendMessage.id) < items.findLastIndex(({ direction }) => direction === 'in')
    }, 20_000)
  })

  test('answer in a chat of the past too', async () => {
    const admin = await signInAs(0)
    const { chats } = await admin.get(
      '{ chats(section: mine, first: 50) { edges { node { id channel { kind } lastMessage { id text delivery failure { code } } } } } }',
    )
    const failed = nodesOf<Chat>(chats).find(({ channel, lastMessage }) => channel.kind === 'telegram' && lastMessage.delivery === 'failed')
    expect(failed?.lastMessage.failure?.code).toBe('forbidden_by_peer')
    await admin.get('mutation($id: ID!) { resendMessage(messageId: $id) { __typename } }', { id: failed?.lastMessage.id })
    await untilTrue(
      async () =>
        (await admin.get('query($id: ID!) { chat(id: $id) { unread lastMessage { direction } } }', { id: failed?.id })).chat.lastMessage
          .direction === 'in',
      20_000,
    )
  })

  test('are never more than the demo allows, and none come while nobody answers', async () => {
    await untilTrue(() => demo.customers.count().waiting >= hurried.unanswered, 20_000)
    const comers = () => new Set(demo.standIn.ledger.injected.flatMap(({ chatId = 0 }) => (chatId > 910_000_000 ? [chatId] : []))).size
    const before = comers()
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    expect(comers()).toBe(before)
    expect(demo.customers.count().live).toBeLessThanOrEqual(hurried.most)
  })
})

describe.each(['messenger', 'instagram', 'whatsapp_cloud'])('the customers on %s', (kind) => {
  test('write, read what they are answered, and write again', async () => {
    const admin = await signInAs(0)
    const { id: chatId } = await untilTrue(async () => {
      const { chats } = await admin.get('{ chats(section: new, first: 100) { edges { node { id channel { kind } } } } }')
      return nodesOf<Chat>(chats).find(({ channel }) => channel.kind === kind)
    }, 30_000)
    const { sendMessage } = await admin.get(
      'mutation($input: SendMessageInput!) { sendMessage(input: $input) { ... on Message { id } ... on Refusal { message } } }',
      { input: { chatId, clientId: `an answer on ${kind}`, text: 'Já vou ver.' } },
    )
    await untilTrue(async () => {
      const { chat } = await admin.get(
        'query($id: ID!) { chat(id: $id) { customer { name } timeline(last: 50) { edges { node { ... on Message { id direction delivery } } } } } }',
        { id: chatId },
      )
      const said = nodesOf<Item>(chat.timeline).filter(({ direction }) => direction)
      const answer = said.findIndex(({ id }) => id === sendMessage.id)
      return chat.customer.name && said[answer]?.delivery === 'read' && answer < said.findLastIndex(({ direction }) => direction === 'in')
    }, 30_000)
    expect(demo.graph.ledger.unknown).toEqual([])
  })
})

describe('the customers who write letters', () => {
  test('begin with a subject, and answer what they are answered', async () => {
    const admin = await signInAs(0)
    const [letter] = samples['pt-BR'].letters
    const { id: chatId } = await untilTrue(async () => {
      const { chats } = await admin.get(
        '{ chats(section: new, first: 100) { edges { node { id channel { kind } lastMessage { text letter { subject } } } } } }',
      )
      return nodesOf<Chat & { lastMessage: { letter: { subject: string } | null } }>(chats).find(
        ({ channel, lastMessage }) => channel.kind === 'email' && lastMessage.letter?.subject === letter?.subject,
      )
    }, 30_000)
    await admin.get('mutation($input: SendMessageInput!) { sendMessage(input: $input) { __typename } }', {
      input: { chatId, clientId: 'a letter', text: 'Segue a nota.' },
    })
    await untilTrue(async () => {
      const { chat } = await admin.get('query($id: ID!) { chat(id: $id) { lastMessage { direction letter { subject quoted } } } }', {
        id: chatId,
      })
      const { direction, letter: answer } = chat.lastMessage
      return direction === 'in' && answer.subject === `Re: ${letter?.subject}` && answer.quoted.includes('Segue a nota.')
    }, 30_000)
    expect(demo.mail.ledger.unknown).toEqual([])
  })
})

describe('the second start', () => {
  test('goes on with the company as it was, in its own language, and its channel is connected again', async () => {
    const count = () =>
      owner`select (select count(*)::int from workspaces) as workspaces, (select count(*)::int from operators) as operators, (select count(*)::int from chats where state = 'closed') as closed`
    const before = await count()
    await demo.stop()
    demo = await start('ru')
    expect([demo.made, demo.sample.language]).toEqual([null, 'pt-BR'])
    expect(await count()).toEqual(before)
    const admin = await signInAs(0)
    await untilTrue(
      async () => (await admin.get('{ channels { kind state } }')).channels.every(({ state }: { state: string }) => state === 'connected'),
      20_000,
    )
    const known = new Set((await owner`select id from messages`).map(({ id }) => id))
    await untilTrue(async () => demo.standIn.pending() === 0 && demo.standIn.polling(), 20_000)
    const [chat] = nodesOf<Chat>(
      (await admin.get('{ chats(section: mine, first: 50) { edges { node { id channel { kind } } } } }')).chats,
    ).filter(({ channel }) => channel.kind === 'telegram')
    await admin.get('mutation($input: SendMessageInput!) { sendMessage(input: $input) { __typename } }', {
      input: { chatId: chat?.id, clientId: 'after the restart', text: 'Tudo certo?' },
    })
    await untilTrue(
      async () =>
        (await owner`select id from messages where chat_id = ${chat?.id ?? null} and direction = 'in'`).some(({ id }) => !known.has(id)),
      20_000,
    )
  })

  test('is refused where somebody works with the database', async () => {
    const other = await createDatabase(migrateDatabase)
    const sql = postgres(other.url, { max: 1, onnotice: () => {} })
    await sql`insert into workspaces (workspace_id, slug, name, language) values (gen_random_uuid(), 'acme', 'Acme', 'en')`
    const env = loadEnv({ PORT: '0', DATA_DIR: dataDir, DATABASE_URL: other.url })
    await expect(startDemo({ env, language: 'en', log: createLog('silent') })).rejects.toThrow(/holds workspaces of its own/)
    expect(await sql`select slug from workspaces`).toMatchObject([{ slug: 'acme' }])
    await sql.end()
    await other.drop()
  })
})

describe('the sample', () => {
  test.each(languages)('in %s leaves no word unfilled and no conversation without an answer', (language) => {
    const sample = samples[language]
    const random = seeded(1)
    const scenes = readScenes(sample.scenes)
    expect(scenes.map(({ topic }) => topic)).toEqual(readScenes(samples.en.scenes).map(({ topic }) => topic))
    for (const { lines } of scenes) {
      const setting = settingOf(sample, random, { name: 'Ana', gender: 'f' }, { name: 'Leo', gender: 'm' })
      const said = lines.flatMap((line) =>
        'text' in line ? [wordsOf(line.text, line.kind === 'say' ? line.by : 'customer', setting)] : [],
      )
      expect(said.filter((text) => /[{}|]/.test(text))).toEqual([])
      expect([...new Set(lines.flatMap((line) => (line.kind === 'say' ? [line.by] : [])))].sort()).toEqual(['customer', 'operator'])
      expect(lines[0]).toMatchObject({ kind: 'say', by: 'customer' })
    }
    expect(sample.staff.map(([name]) => emailOf(name)).filter((email) => /^[a-z]+@bluebird\.example$/.test(email))).toHaveLength(6)
  })

  test.each([
    ['bike', 'image/png'],
    ['wheel', 'image/png'],
    ['box', 'image/png'],
    ['receipt', 'image/png'],
    ['invoice', 'application/pdf'],
    ['voice', 'audio/wav'],
  ] as const)('encloses a %s that is what it says: %s', async (what, mime) => {
    const file = await enclose(what, 'BB-1', seeded(1))
    expect(file.mime).toBe(mime)
    expect((await sniff(file.bytes, { name: file.name, mime: file.mime })).replace('audio/vnd.wave', 'audio/wav')).toBe(mime)
  })

  test('gives women and men the form of a surname that is theirs', () => {
    const [she, he] = [0, 1].map((n) => nameOf(n, 0, samples.ru))
    expect([she?.surname, he?.surname]).toEqual(['Соколова', 'Соколов'])
  })

  test('has customers who ask once when nobody answers, and then wait in silence', () => {
    const persona = createPersona(
      1,
      0,
      samples.en,
      randomOf(() => 0),
      0,
    )
    const ms = (seconds: number) => seconds * 1000
    const said: number[] = []
    for (let now = 0; now < 3_600_000; now += 1_000) if (persona.due(now, ms).length > 0) said.push(now)
    const asked = said.at(-1) ?? 0
    expect(asked - (said.at(-2) ?? 0)).toBeGreaterThanOrEqual(240_000)
    expect([persona.isWaiting(), persona.hasLeft()]).toEqual([true, false])
    expect(said.length).toBeLessThan(6)
  })
})
