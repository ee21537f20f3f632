import { serverAudits } from 'graphql-http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Answer, type Person, setUp, startTestHub, startVisitor, type TestHub, Visitor } from './support/hub.ts'

let hub: TestHub
let ada: Person
let token: string

beforeAll(async () => {
  hub = await startTestHub({ ROLES: 'web' })
  ada = await setUp(hub)
  token = (await startVisitor(ada)).token ?? ''
})
afterAll(() => hub.drop())

/** The suite of GraphQL over HTTP against one of the hub's doors; `change` may alter what it sends. */
async function audit(
  path: string,
  more: Record<string, string>,
  change: (text: string) => string = (text) => text,
): Promise<{ ok: number; failed: string[] }> {
  const fetchFn = (input: string, init?: RequestInit) =>
    fetch(change(input), {
      ...init,
      headers: { ...(init?.headers as Record<string, string>), ...more },
      ...(typeof init?.body === 'string' && { body: change(init.body) }),
    })
  const failed: string[] = []
  let ok = 0
  for (const { id, name, fn } of serverAudits({ url: `${hub.url}${path}`, fetchFn })) {
    const result = await fn()
    if (result.status === 'ok') ok += 1
    else failed.push(`${id} ${name}: ${result.reason}`)
  }
  return { ok, failed }
}

/** Five of the suite ask for a type by `__type`; the schema is not told to strangers. */
const introspecting = ['28B9', '2EA1', '6A70', 'BF61', 'D6D5']

describe('GraphQL over HTTP is spoken as its specification says', () => {
  test('to operators: 61 of 61', async () => {
    expect(await audit('/graphql', { cookie: ada.cookie, origin: ada.url, 'x-parley-workspace': ada.workspace })).toEqual({
      ok: 61,
      failed: [],
    })
  })

  test('to visitors, with a site where the suite asks for a type: 61 of 61', async () => {
    const siteForType = (text: string) => text.replaceAll('__type(name:', 'site(key:').replaceAll('__type%28name%3A', 'site%28key%3A')
    expect(await audit('/widget/graphql', { authorization: `Visitor ${token}` }, siteForType)).toEqual({ ok: 61, failed: [] })
  })

  test('to nobody, in all but the five that look into the schema', async () => {
    const { ok, failed } = await audit('/graphql', {})
    expect(failed.map((each) => each.slice(0, 4)).sort()).toEqual(introspecting)
    expect(ok).toBe(56)
  })
})

describe('the schema', () => {
  const questions = [
    '{ __schema { types { name } } }',
    '{ __type(name: "Chat") { name } }',
    '{ me { id } a: __type(name: "Chat") { fields { name } } }',
    'query A { ...B } fragment B on Query { __schema { queryType { name } } }',
    '{ __schema @skip(if: false) { types { name } } }',
  ]
  const ask = async (path: string, query: string, headers: Record<string, string>, variables = {}) =>
    (await (
      await fetch(`${hub.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query, variables }),
      })
    ).json()) as Answer

  test('is told to operators, with hints', async () => {
    for (const query of questions) expect((await ada.ask(query)).errors).toBeUndefined()
    expect((await ada.ask('{ opretors { name } }')).errors?.[0]?.message).toContain('Did you mean "operator')
  })

  test('is told neither to nobody nor to visitors, over HTTP, by GET, or over a socket, whoever asked before', async () => {
    const doors = [
      ['/graphql', {}],
      ['/widget/graphql', {}],
      ['/widget/graphql', { authorization: `Visitor ${token}` }],
    ] as const
    for (const [path, headers] of doors) {
      for (const query of questions.filter((each) => path === '/graphql' || !each.includes('me {'))) {
        const got = (await (await fetch(`${hub.url}${path}?query=${encodeURIComponent(query)}`, { headers })).json()) as Answer
        for (const { data, errors } of [await ask(path, query, headers), got])
          expect([data ?? null, errors?.[0]?.extensions?.code]).toEqual([null, 'signed_out'])
      }
    }
    const socket = new Visitor(hub.url, token).follow('{ __schema { types { name } } }')
    expect((await socket.until((frame) => frame)).errors[0].extensions.code).toBe('signed_out')
    socket.end()
  })

  test('is not given away by what is wrong: no hint, no stack, no version, no name of ours', async () => {
    const wrong = [
      '{ opretors { name } }',
      '{ operators { nam } }',
      'mutation { setPresense(presence: online) { __typename } }',
      'mutation { setPresence(presence: onlin) { __typename } }',
      'mutation { setPresence(prezence: online) { __typename } }',
      '{ chats(section: nev) { __typename } }',
      '{ chat(idd: "x") { id } }',
      '{',
      'query ($r: Rol) { me { id } }',
      '{ ...Nowhere }',
    ]
    for (const query of wrong) {
      const text = JSON.stringify(await ask('/graphql', query, {}))
      expect(text).toContain('errors')
      expect(text).not.toMatch(/Did you mean|node_modules|\.ts\b|\bat \w+ \(|graphql-yoga|pothos|postgres/i)
    }
    const coerced = await ask(
      '/graphql',
      'mutation($i: SendMessageInput!) { sendMessage(input: $i) { __typename } }',
      {},
      { i: { chatId: 'x', clientId: 'x', txt: 'y' } },
    )
    expect(coerced.errors?.[0]?.message).toContain('"txt" is not defined')
    expect(JSON.stringify(coerced)).not.toContain('Did you mean')
    const { headers } = await fetch(`${hub.url}/health`)
    expect([headers.get('server'), headers.get('x-powered-by')]).toEqual([null, null])
  })
})
