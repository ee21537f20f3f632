import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemOf } from '../src/work.ts'
import { type Person, setUp, startTestHub, startVisitor, type TestHub, untilTrue, Visitor } from './support/hub.ts'

let hub: TestHub
let ada: Person
let workspaceId: string
let here: { publicKey: string }
let there: { publicKey: string }
/** Who wants nothing but to write. */
let honest: Visitor

beforeAll(async () => {
  hub = await startTestHub({ ROLES: 'web' })
  ada = await setUp(hub)
  await ada.get('mutation($i: CreateChannelInput!) { createChannel(input: $i) { __typename } }', {
    i: { kind: 'web', name: 'There', options: { name: 'There' } },
  })
  const found = await ada.get('{ workspace { id } channels { name publicKey } }')
  workspaceId = found.workspace.id
  there = found.channels.find((each: any) => each.name === 'There')
  here = found.channels.find((each: any) => each.name !== 'There')
  honest = await startVisitor(ada, 'Honest', here.publicKey)
})
afterAll(() => hub.drop())

const send =
  'mutation($input: VisitorMessageInput!) { sendMessage(input: $input) { ... on VisitorMessage { id } ... on Refusal { code } } }'
/** What came of it: stored, or the code of the refusal. */
const outcomeOf = ({ data, errors }: any): string =>
  errors?.[0]?.extensions.code ?? (Object.values(data ?? {})[0] as { code?: string })?.code ?? 'taken'
const count = <T>(all: T[], which: T): number => all.filter((each) => each === which).length
const rowsOf = async (table: 'messages' | 'files'): Promise<number> => {
  const [row] = await hub.works.read(
    systemOf(workspaceId),
    ({ sql }) => sql<{ count: number }[]>`select count(*)::int as count from ${sql(table)} where workspace_id = ${workspaceId}`,
  )
  return row?.count ?? 0
}
function upload(visitor: Visitor, words: string): Promise<Response> {
  const form = new FormData()
  form.append('file', new File([words], 'note.txt', { type: 'text/plain' }))
  return fetch(`${hub.url}/widget/files`, { method: 'POST', headers: { authorization: `Visitor ${visitor.token}` }, body: form })
}

/** An upload that announces a megabyte, sends the beginning of it and then nothing. */
function stall(visitor: Visitor): { hangUp(): void } {
  const call = request(`${hub.url}/widget/files`, {
    method: 'POST',
    headers: {
      authorization: `Visitor ${visitor.token}`,
      'content-type': 'multipart/form-data; boundary=edge',
      'content-length': 1_000_000,
    },
  })
  call.on('error', () => {})
  call.write('--edge\r\ncontent-disposition: form-data; name="file"; filename="slow.txt"\r\ncontent-type: text/plain\r\n\r\nthe beginning')
  return { hangUp: () => call.destroy() }
}

describe('a visitor who wants to harm', () => {
  test('writes so fast and no faster; what is refused is kept nowhere, and whoever else writes is heard', async () => {
    const flooder = await startVisitor(ada, 'Flooder', here.publicKey)
    const before = await rowsOf('messages')
    const [outcomes, heard] = await Promise.all([
      Promise.all(
        Array.from({ length: 200 }, (_, n) =>
          flooder.ask(send, { input: { clientId: crypto.randomUUID(), text: `flood ${n}` } }).then(outcomeOf),
        ),
      ),
      honest.say('Is anybody there?'),
    ])
    const taken = count(outcomes, 'taken')
    expect(count(outcomes, 'rate_limited')).toBe(200 - taken)
    expect(taken).toBeLessThan(200)
    expect(heard.__typename).toBe('VisitorMessage')
    expect(await rowsOf('messages')).toBe(before + taken + 1)
  })

  test('types, describes himself and asks for mails so fast and no faster', async () => {
    const flooder = await startVisitor(ada, 'Typist', here.publicKey)
    await flooder.say('Hello')
    const floods = {
      typing: () => flooder.ask('mutation { setTyping(on: true, text: "x") }'),
      describing: () =>
        flooder.ask('mutation($i: DescribeVisitorInput!) { describeVisitor(input: $i) { __typename ... on Refusal { code } } }', {
          i: { bySite: true, values: [] },
        }),
      mailing: () =>
        flooder.ask('mutation($i: TranscriptInput!) { sendTranscript(input: $i) { __typename ... on Refusal { code } } }', {
          i: { chatId: crypto.randomUUID() },
        }),
    }
    for (const flood of Object.values(floods)) {
      const outcomes = await Promise.all(Array.from({ length: 200 }, () => flood().then(outcomeOf)))
      expect(outcomes).toContain('rate_limited')
    }
  })

  test('uploads so much and no more; uploads that never end hold nobody up, and nothing of them stays', async () => {
    const flooder = await startVisitor(ada, 'Uploader', here.publicKey)
    const before = await rowsOf('files')
    const stalled = Array.from({ length: 8 }, () => stall(flooder))
    const stati = await Promise.all(Array.from({ length: 60 }, async () => (await upload(flooder, 'some words')).status))
    expect(stati).toContain(429)
    expect(count(stati, 429) + count(stati, 201)).toBe(60)
    expect((await upload(honest, 'my own words')).status).toBe(201)
    expect((await honest.say('And a message')).__typename).toBe('VisitorMessage')
    for (const each of stalled) each.hangUp()
    expect(await rowsOf('files')).toBe(before + count(stati, 201) + 1)
  })

  test('gets no further with a token on another website of the company', async () => {
    const own = await startVisitor(ada, 'Wanderer', here.publicKey)
    await own.say('Only here')
    const { leaveRequest } = await own.get(
      'mutation($i: RequestFormInput!) { leaveRequest(input: $i) { __typename ... on Refusal { code field } } }',
      { i: { key: there.publicKey, clientId: crypto.randomUUID(), title: 'There', text: 'Who am I there?' } },
    )
    // There he is nobody, and is asked who he is.
    expect(leaveRequest).toMatchObject({ __typename: 'Refusal', code: 'required' })
    const { showApproach } = await own.get('mutation($k: String!, $b: String!) { showApproach(key: $k, browser: $b) { id } }', {
      k: there.publicKey,
      b: 'a-browser-of-somebody-else',
    })
    expect(showApproach).toBeNull()
    const { site, visitor } = await own.get(
      'query($k: String!) { site(key: $k) { name } visitor { chat { messages(last: 5) { edges { node { text } } } } } }',
      { k: there.publicKey },
    )
    expect(site.name).toBe('There')
    expect(visitor.chat.messages.edges.map((edge: any) => edge.node.text)).toEqual(['Only here'])
  })

  test('opens no chat of another by any of a thousand tokens that are nearly one', async () => {
    const [workspace = '', secret = ''] = (honest.token ?? '').split('.')
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const swap = (at: number, by: string) => secret.slice(0, at) + by + secret.slice(at + 1)
    const near = Array.from({ length: 1_000 }, (_, n) => {
      const at = n % secret.length
      const by = letters[(letters.indexOf(secret[at] ?? 'A') + 1 + Math.floor(n / secret.length)) % 64] ?? 'A'
      return `${workspace}.${swap(at, by)}`
    })
    const opened = []
    for (let from = 0; from < near.length; from += 50)
      opened.push(
        ...(await Promise.all(near.slice(from, from + 50).map((token) => new Visitor(hub.url, token).ask('{ visitor { id } }')))).filter(
          ({ data }) => data?.visitor,
        ),
      )
    expect(opened).toEqual([])
    expect((await honest.get('{ visitor { id } }')).visitor.id).toBeTruthy()
  })
})

test('after all that the hub is well', async () => {
  expect((await fetch(`${hub.url}/ready`)).status).toBe(200)
  await untilTrue(async () => (await honest.say('Thank you')).__typename === 'VisitorMessage')
})
