import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { createDocumentCache } from '../src/api/documents.ts'
import { createLog } from '../src/log.ts'
import { checksums, makeWorld, type World } from './rights/world.ts'
import { type Answer, type Person, untilTrue, type Visitor } from './support/hub.ts'

const logged: string[] = []
let world: World
let admin: Person
let visitor: Visitor
let before: Record<string, string>

beforeAll(async () => {
  world = await makeWorld({}, createLog('debug', { write: (line: string) => void logged.push(line) }))
  admin = world.people.admin
  visitor = await world.makeVisitor('Vera')
  before = await checksums(world)
})
afterAll(() => world.drop())

interface Raw {
  status: number
  text: string
  body: Answer | null
}
/** Sends a body as it is to one of the two doors. */
async function send(path: string, body: string | Uint8Array, more: Record<string, string> = {}): Promise<Raw> {
  const headers = path === '/graphql' ? admin.headers() : { 'content-type': 'application/json', authorization: `Visitor ${visitor.token}` }
  const response = await fetch(`${world.hub.url}${path}`, { method: 'POST', headers: { ...headers, ...more }, body: body as BodyInit })
  const text = await response.text()
  return { status: response.status, text, body: response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : null }
}
const doors = ['/graphql', '/widget/graphql']
/** Refused means: an answer of the protocol, no data, no defect. */
function expectRefused(what: string, { status, text, body }: Raw): void {
  expect([
    what.slice(0, 80),
    status < 500,
    body?.data ?? null,
    (body?.errors?.length ?? 0) > 0 || status >= 400,
    text.includes('"defect"'),
  ]).toEqual([what.slice(0, 80), true, null, true, false])
}

describe('a body that is no question', () => {
  const bodies = [
    '',
    ' ',
    '{',
    '}',
    '{}',
    '[]',
    '[[]]',
    'null',
    'true',
    '1',
    '"x"',
    '{"query"}',
    '{"query":}',
    '{"query":1}',
    '{"query":null}',
    '{"query":[]}',
    '{"query":{}}',
    '{"query":""}',
    '{"query":" "}',
    '{"query":"# nothing"}',
    '{"query":"{"}',
    '{"query":"query"}',
    '{"query":"\\u0000"}',
    '{"query":"{ me { id } }","variables":1}',
    '{"query":"{ me { id } }","variables":[]}',
    '{"query":"{ me { id } }","variables":"{}"}',
    '{"query":"{ me { id } }","operationName":1}',
    '{"query":"{ me { id } }","operationName":"Other"}',
    '{"query":"query A { __typename } query B { __typename }"}',
    '{"query":"{ __typename }","extensions":1}',
    '{"query":"{ __typename }"',
    "{'query':'{ __typename }'}",
    '{"query":"{ __typename }"}{"query":"{ __typename }"}',
    'query={__typename}',
    '<?xml version="1.0"?><query/>',
    '\u0000\u0001\u0002',
    '{"mutation":"{ setTyping(on: true) }"}',
    `${'['.repeat(100_000)}`,
    `{"query":"{ __typename }","variables":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
    `{"query":"{ __typename }","variables":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)},"operationName":7}`,
  ]
  test.each(doors)('is refused at %s', async (path) => {
    for (const body of bodies) expectRefused(body, await send(path, body))
    expectRefused('bytes that are no UTF-8', await send(path, new Uint8Array([0x7b, 0xff, 0xfe, 0x7d])))
    expectRefused('a byte order mark alone', await send(path, new Uint8Array([0xef, 0xbb, 0xbf])))
  })

  test.each(doors)('is refused at %s when it asks several things at once', async (path) => {
    const one = { query: 'mutation { setTyping(on: true) }' }
    for (const batch of [[one], [one, one], Array.from({ length: 1_000 }, () => one)])
      expectRefused('a batch', await send(path, JSON.stringify(batch)))
  })

  test.each(doors)('is refused at %s when it is larger than a megabyte, told or untold', async (path) => {
    const big = JSON.stringify({ query: '{ __typename }', variables: { x: 'x'.repeat(1024 * 1024) } })
    expect((await send(path, big)).status).toBe(413)
    const untold = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(big))
        controller.close()
      },
    })
    const headers = path === '/graphql' ? admin.headers() : { 'content-type': 'application/json' }
    const status = await fetch(`${world.hub.url}${path}`, { method: 'POST', headers, body: untold, duplex: 'half' } as RequestInit).then(
      (response) => response.status,
    )
    expect(status).toBe(413)
  })

  test('is refused in words: what, and what to do', async () => {
    const words = await send('/graphql', 'x'.repeat(1024 * 1024 + 1), { 'accept-language': 'es' })
    expect(words.body?.errors?.[0]?.extensions).toMatchObject({ code: 'too_large', remedy: expect.any(String) })
    const form = await send('/widget/graphql', 'query={__typename}', {
      'content-type': 'application/x-www-form-urlencoded',
      'accept-language': 'ru',
    })
    expect([form.status, form.body?.errors?.[0]?.extensions?.code]).toEqual([415, 'json_only'])
    expect(form.body?.errors?.[0]?.message).toMatch(/[а-я]/)
  })
})

describe('a question that asks too much', () => {
  const nested = (open: string, depth: number, inside: string) => `${open.repeat(depth)} ${inside} ${'}'.repeat(depth)}`
  const many = (count: number, each: (n: number) => string) => Array.from({ length: count }, (_, n) => each(n)).join(' ')
  const documents: Record<string, string> = {
    '5,000 aliases of a command': `mutation { ${many(5_000, (n) => `a${n}: setPresence(presence: online) { __typename }`)} }`,
    '100 aliases of a command': `mutation { ${many(100, (n) => `a${n}: setPresence(presence: online) { __typename }`)} }`,
    '5,000 aliases of a question': `{ ${many(5_000, (n) => `a${n}: __typename`)} }`,
    'the same field 5,000 times': `{ ${many(5_000, () => '__typename')} }`,
    'depth of 2,000': `{ chats(section: new) { edges { node { customer { ${nested('chats { edges { node { customer { ', 500, 'id')} ${'}'.repeat(1_500)} } } } } }`,
    'depth of 30': `{ chats(section: new) { edges { node { ${nested('lastMessage { replyTo { ', 12, 'id')} ${'}'.repeat(12)} } } } }`,
    'pages of pages of pages':
      '{ chats(section: new, first: 100) { edges { node { customer { chats(first: 100) { edges { node { timeline(last: 100) { edges { node { __typename } } } } } } } } } } }',
    'a list of groups of operators of groups': '{ operators { groups { members { groups { members { groups { members { id } } } } } } } }',
    '5,000 fragments': `{ ${many(5_000, (n) => `...F${n}`)} } ${many(5_000, (n) => `fragment F${n} on Query { __typename }`)}`,
    'fragments that double': `{ ...F0 } ${many(25, (n) => `fragment F${n} on Query { a${n}: __typename ...F${n + 1} ...F${n + 1} }`)} fragment F25 on Query { __typename }`,
    'a fragment of itself': '{ ...F } fragment F on Query { __typename ...F }',
    'fragments in a ring': '{ ...A } fragment A on Query { ...B } fragment B on Query { ...C } fragment C on Query { ...A }',
    '2,000 directives': `{ __typename ${'@skip(if: false) '.repeat(2_000)} }`,
    '40 unknown directives': `{ __typename ${'@x '.repeat(40)} }`,
    '2,000 variables': `query(${many(2_000, (n) => `$v${n}: ID`)}) { __typename }`,
    'a list of 10,000 values': `mutation { createGroup(name: "x", memberIds: [${'"x",'.repeat(10_000)}]) { __typename } }`,
    '2,000 operations': many(2_000, (n) => `query Q${n} { __typename }`),
    'brackets without end': '{'.repeat(100_000),
    'lists in lists': `mutation { createGroup(name: "x", memberIds: ${'['.repeat(50_000)}`,
    'objects in objects': `mutation { createChannel(input: { kind: web, name: "x", options: ${'{a:'.repeat(50_000)}`,
    'types of types': `query($a: ${'['.repeat(50_000)}`,
    'a mebibyte of comments': `#${'x'.repeat(900_000)}`,
    'a mebibyte of commas': `{${','.repeat(900_000)}`,
    'a mebibyte of a name': `{ ${'x'.repeat(900_000)} }`,
    'a mebibyte of a text': `{ chat(id: "${'x'.repeat(900_000)}", x: 1) { id } }`,
    'a text that does not end': `{ chat(id: """${'x"'.repeat(400_000)}`,
  }
  test.each(Object.keys(documents))('is refused at both doors: %s', async (name) => {
    for (const path of doors) expectRefused(name, await send(path, JSON.stringify({ query: documents[name] })))
  })

  test('is refused on a socket too, which stays open', async () => {
    const socket = await openSocket()
    const small = Object.entries(documents).filter(([, query]) => query.length < 60_000)
    for (const [name, query] of small) {
      socket.send(JSON.stringify({ id: name, type: 'subscribe', payload: { query } }))
      const answer = await untilTrue(() => socket.heard.find((message) => message.id === name))
      expect([name, answer.type === 'error' || answer.payload.errors.length > 0]).toEqual([name, true])
    }
    socket.send(JSON.stringify({ id: 'fine', type: 'subscribe', payload: { query: '{ me { name } }' } }))
    expect((await untilTrue(() => socket.heard.find((message) => message.id === 'fine'))).payload.data.me.name).toBe('Ada')
    socket.close()
  })

  test('and a value that is too deep is told so', async () => {
    let options: unknown = 'x'
    for (let n = 0; n < 500; n += 1) options = { a: options }
    const answer = await send(
      '/graphql',
      JSON.stringify({
        query: 'mutation($i: CreateChannelInput!) { createChannel(input: $i) { __typename } }',
        variables: { i: { kind: 'web', name: 'Deep', options } },
      }),
    )
    expectRefused('deep options', answer)
    expect(answer.text).toContain('12 levels')
  })

  test('and pages that are no pages are refused with their field', async () => {
    const lists = [
      [
        'chats(section: new, %)',
        [
          'first: 0',
          'first: -1',
          'first: 101',
          'first: 2147483647',
          'after: "x"',
          'after: ""',
          'after: "WzFd"',
          `after: "${Buffer.from('["-999999999999999999","x"]').toString('base64url')}"`,
          `after: "${Buffer.from('["9999999999999999999999","x"]').toString('base64url')}"`,
          `after: "${Buffer.from('[{"a":1},"\\u0000"]').toString('base64url')}"`,
        ],
      ],
    ] as const
    for (const [field, wrongs] of lists) {
      for (const wrong of wrongs) {
        const { errors, data } = await admin.ask(`{ ${field.replace('%', wrong)} { edges { cursor } } }`)
        if (wrong === 'after: ""') continue
        expect([wrong, data ?? null, ['invalid', 'not_found', 'too_complex'].includes(errors?.[0]?.extensions?.code as string)]).toEqual([
          wrong,
          null,
          true,
        ])
      }
    }
    const { chatId } = await world.makeChat('queued')
    before = await checksums(world)
    for (const keys of [
      '["-999999999999999999",0,"x"]',
      '[99999999999999999,0,"x"]',
      '[1,"999999999999999999","x"]',
      '[1,0,"\\u0000"]',
      '[1,0]',
      '[[],[],[]]',
      'null',
      '{"length":3}',
    ]) {
      for (const [size, edge] of [
        ['last', 'before'],
        ['first', 'after'],
      ] as const) {
        const { errors } = await admin.ask(
          `query($id: ID!, $c: String) { chat(id: $id) { timeline(${size}: 5, ${edge}: $c) { edges { cursor } } } }`,
          { id: chatId, c: Buffer.from(keys).toString('base64url') },
        )
        expect([keys, errors?.[0]?.extensions?.code ?? 'fine', errors?.[0]?.extensions?.field ?? edge]).toEqual([
          keys,
          expect.stringMatching(/^(invalid|fine)$/),
          edge,
        ])
      }
    }
  })
})

interface Heard {
  id?: string
  type: string
  payload: { data?: any; errors: unknown[] }
}
/** A socket of the protocol, after its greeting. */
async function openSocket(path = '/graphql'): Promise<WebSocket & { heard: Heard[] }> {
  const own = path === '/graphql'
  const socket = new WebSocket(`${world.hub.url.replace('http', 'ws')}${path}`, 'graphql-transport-ws', {
    headers: own ? { cookie: admin.cookie, origin: admin.url } : {},
  })
  const heard: Heard[] = []
  socket.on('message', (data) => heard.push(JSON.parse(String(data))))
  socket.on('error', () => {})
  await once(socket, 'open')
  socket.send(JSON.stringify({ type: 'connection_init', payload: own ? { workspace: 'acme' } : { token: visitor.token } }))
  await untilTrue(() => heard.some(({ type }) => type === 'connection_ack'))
  return Object.assign(socket, { heard })
}
const closing = async (socket: WebSocket): Promise<number> => (await once(socket, 'close'))[0] as number

describe('a socket', () => {
  test.each(doors)('at %s that sends a hundred mebibytes is closed', async (path) => {
    const socket = await openSocket(path)
    const closed = closing(socket)
    socket.send(Buffer.alloc(100 * 1024 * 1024, 'x'))
    expect([1006, 1009]).toContain(await closed)
  })

  test.each(doors)('at %s that speaks nonsense is closed with a reason, and no other is', async (path) => {
    const witness = await openSocket(path)
    const nonsense = [
      '',
      '{',
      'null',
      '[]',
      '1',
      '"x"',
      '{}',
      '{"type":1}',
      '{"type":"x"}',
      '{"type":"subscribe"}',
      '{"type":"subscribe","id":1}',
      '{"type":"subscribe","id":"","payload":{"query":"{ __typename }"}}',
      '{"type":"subscribe","id":"a","payload":null}',
      '{"type":"subscribe","id":"a","payload":{"query":1}}',
      '{"type":"subscribe","id":"a","payload":{"query":"{ __typename }","variables":[]}}',
      '{"type":"next","id":"a","payload":{}}',
      '{"type":"connection_init"}',
      '{"type":"subscribe","id":{"toString":1},"payload":{"query":"{ __typename }"}}',
      '{"type":"__proto__","id":"constructor"}',
      '\u0000',
      '['.repeat(60_000),
    ]
    for (const text of nonsense) {
      const socket = await openSocket(path)
      const closed = closing(socket)
      socket.send(text)
      expect([text.slice(0, 40), await closed]).toEqual([text.slice(0, 40), expect.any(Number)])
    }
    const binary = await openSocket(path)
    binary.send(Buffer.from([0, 255, 254, 253]))
    expect(await closing(binary)).toBeGreaterThanOrEqual(1000)
    witness.send('{"type":"ping"}')
    await untilTrue(() => witness.heard.some(({ type }) => type === 'pong'))
    witness.close()
  })

  test('that asks before its greeting, greets twice, or speaks another protocol gets nothing', async () => {
    const early = new WebSocket(`${world.hub.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      headers: { cookie: admin.cookie, origin: admin.url },
    })
    await once(early, 'open')
    early.send('{"type":"subscribe","id":"a","payload":{"query":"{ me { id } }"}}')
    expect(await closing(early)).toBe(4401)
    for (const protocol of ['graphql-ws', 'x', undefined]) {
      const other = new WebSocket(`${world.hub.url.replace('http', 'ws')}/graphql`, protocol as string, {
        headers: { cookie: admin.cookie, origin: admin.url },
      })
      // The client itself hangs up where its protocol was not agreed to; one that names none is sent away.
      expect(['Server sent no subprotocol', 4406]).toContain(
        await Promise.race([new Promise((fails) => other.once('error', ({ message }) => fails(message))), closing(other)]),
      )
    }
    for (const init of [
      'null',
      '[]',
      '"x"',
      '{"workspace":1}',
      '{"workspace":["acme"]}',
      '{"workspace":{"toString":"acme"}}',
      '{"workspace":"nowhere"}',
      `{"workspace":"${'x'.repeat(5_000)}"}`,
      '{"__proto__":{"workspace":"acme"}}',
      '{"workspace":"acme\\u0000"}',
    ]) {
      const odd = new WebSocket(`${world.hub.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
        headers: { cookie: admin.cookie, origin: admin.url },
      })
      const closed = closing(odd)
      await once(odd, 'open')
      odd.send(`{"type":"connection_init","payload":${init}}`)
      expect([init.slice(0, 40), await closed]).toEqual([init.slice(0, 40), expect.any(Number)])
    }
  })

  test('may ask eight things at a time and no more', async () => {
    const socket = await openSocket()
    for (let n = 0; n < 20; n += 1)
      socket.send(JSON.stringify({ id: `f${n}`, type: 'subscribe', payload: { query: 'subscription { feed { cursor } }' } }))
    await untilTrue(() => socket.heard.filter(({ type }) => type === 'error').length === 12)
    await untilTrue(() => new Set(socket.heard.filter(({ type }) => type === 'next').map(({ id }) => id)).size === 8)
    socket.close()
  })
})

describe('the paths beside GraphQL', () => {
  const posts = ['/auth/sign-in/email', '/auth/sign-out', '/auth/change-password', '/setup', '/invite']
  const bodies = [
    '',
    '{',
    'null',
    '[]',
    '1',
    '"x"',
    '{}',
    '{"email":1,"password":{}}',
    '{"email":"a@b.example","password":"\\u0000"}',
    '{"email":"\\ud800","password":"\\ud800","token":"\\ud800","company":"\\ud800","slug":"\\ud800","language":"\\ud800","name":"\\ud800"}',
    '{"token":{"toString":"x"},"password":["x"]}',
    '{"__proto__":{"email":"x"}}',
    `{"email":"${'a'.repeat(50_000)}","password":"x","token":"x"}`,
    `{"email":"a@b.example","password":"${'x'.repeat(5_000)}","token":"x"}`,
    '['.repeat(30_000),
    'x'.repeat(70_000),
  ]
  test('refuse what they do not understand, and never fail', async () => {
    for (const path of posts) {
      for (const body of bodies) {
        const response = await fetch(`${world.hub.url}${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', origin: world.hub.url },
          body,
        })
        const answer = (await response.json()) as { code?: string; message?: string }
        const fits =
          path === '/auth/sign-out'
            ? response.status < 500
            : response.status >= 400 && response.status < 500 && Boolean(answer.code && answer.message)
        expect([path, body.slice(0, 60), response.status, fits]).toEqual([path, body.slice(0, 60), response.status, true])
      }
    }
  })

  test('name the field and the remedy in the language asked for', async () => {
    const ask = async (language: string) =>
      (await (
        await fetch(`${world.hub.url}/invite`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', origin: world.hub.url, 'accept-language': language },
          body: '{"token":"x"}',
        })
      ).json()) as { code: string; field: string; message: string; remedy: string }
    const answers = await Promise.all(['en', 'pt-BR', 'ru', 'es'].map(ask))
    expect(answers.map(({ code, field }) => [code, field])).toEqual(Array(4).fill(['invalid', 'password']))
    expect(new Set(answers.map(({ message }) => message)).size).toBe(4)
    expect(new Set(answers.map(({ remedy }) => remedy)).size).toBe(4)
  })

  test('are not confused by odd addresses', async () => {
    for (const path of [
      '/graphql/',
      '/graphql/x',
      '//graphql',
      '/GRAPHQL',
      '/%67raphql',
      '/graphql%00',
      '/..%2f..%2fetc%2fpasswd',
      '/assets/../../package.json',
      '/assets/%2e%2e/%2e%2e/package.json',
      '/assets/..%5c..%5cpackage.json',
      '/widget/assets/..%2f..%2f..%2fpackage.json',
      '/files/%',
      '/files/%E0%A4%A',
      '/hooks/%/%',
      '/hooks/x',
      `/${'x'.repeat(7_000)}`,
      `/setup/status?token=${'x'.repeat(7_000)}`,
      '/setup/status?token=%00',
      '/invite/status?token=%ff',
      `/widget/status?channel=${'x'.repeat(7_000)}`,
      '/widget/status?channel=%00',
      '/widget/frame?channel=%00',
      '/files/x?w=%00&v=original&u=x&e=1&s=x',
    ]) {
      const { status, text } = await get(path)
      expect([path.slice(0, 60), status < 500, /"workspaces:|"private": true|root:x:/.test(text)]).toEqual([path.slice(0, 60), true, false])
    }
  })

  test('survive what is not HTTP', async () => {
    const { port, hostname } = new URL(world.hub.url)
    for (const text of [
      '\r\n\r\n',
      'GET\r\n\r\n',
      'GET /graphql HTTP/9.9\r\n\r\n',
      `GET / HTTP/1.1\r\nhost: x\r\n${'a: b\r\n'.repeat(5_000)}\r\n`,
      `GET / HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(100_000)}\r\n\r\n`,
      'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n',
      'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello!',
      'GET /graphql HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n',
      `${'\u0000'.repeat(1_000)}`,
    ]) {
      const socket = connect(Number(port), hostname)
      socket.on('error', () => {})
      socket.end(text)
      socket.resume()
      await once(socket, 'close')
    }
    expect((await fetch(`${world.hub.url}/health`)).status).toBe(200)
  })
})

/** A GET whose path is sent as it is; `fetch` would tidy it. */
function get(path: string): Promise<{ status: number; text: string }> {
  const { port, hostname } = new URL(world.hub.url)
  return new Promise((resolve, reject) => {
    request({ host: hostname, port, path }, (response) => {
      let text = ''
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
    })
      .on('error', reject)
      .end()
  })
}

describe('the documents that are remembered', () => {
  test('weigh no more than they may, however many are sent, and the used ones stay', () => {
    const cache = createDocumentCache(10_000)
    const document = { kind: 'Document', definitions: [] } as never
    cache.set('used', document)
    for (let n = 0; n < 5_000; n += 1) {
      cache.set(`${n} ${'x'.repeat(n % 4_000)}`, document)
      expect(cache.get('used')).toBe(document)
      expect(cache.size()).toBeLessThanOrEqual(10_000)
    }
    cache.set('x'.repeat(10_000), document)
    expect(cache.get('x'.repeat(10_000))).toBeUndefined()
  })
})

describe('after all that', () => {
  test('nothing was stored, the hub is well, and nothing of it counts as a defect or stands in the log', async () => {
    expect(await checksums(world)).toEqual(before)
    expect((await fetch(`${world.hub.url}/ready`)).status).toBe(200)
    expect((await admin.get('{ me { name } }')).me.name).toBe('Ada')
    expect(logged.filter((line) => line.includes('"level":"error"'))).toEqual([])
    const log = logged.join('\n')
    for (const secret of ['@acme.example', '@customer.example', visitor.token ?? '', admin.cookie.split('=')[1] ?? '', 'xxxxxxxx'])
      expect([secret, log.includes(secret)]).toEqual([secret, false])
  })
})
