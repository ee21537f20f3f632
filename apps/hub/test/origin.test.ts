import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { nothing, operations, thingsOf } from './rights/attempts.ts'
import type { RootField } from './rights/documents.ts'
import { matrix } from './rights/matrix.ts'
import { checksums, makeWorld, type World } from './rights/world.ts'
import type { Person } from './support/hub.ts'

let world: World
let admin: Person
let before: Record<string, string>
let foreign: string[]
let attempts = 0

beforeAll(async () => {
  world = await makeWorld()
  admin = world.people.admin
  commands = await makeCommands()
  before = await checksums(world)
  const { host, port } = new URL(world.hub.url)
  foreign = [
    'https://evil.example',
    'http://evil.example',
    'null',
    '',
    'undefined',
    '*',
    `https://${host}`,
    `http://localhost`,
    `http://localhost:1`,
    `http://localhost:${port}.evil.example`,
    `http://${host}.evil.example`,
    `http://evil.example:${port}`,
    `http://evil-localhost:${port}`,
    `http://localhost.evil.example:${port}`,
    `http://user@${host}`,
    `http://${host}@evil.example`,
    `http://${host}/`,
    `http://${host}/path`,
    `http://LOCALHOST:${port}`,
    `HTTP://${host}`,
    `http://${host},http://evil.example`,
    `http://xn--lcalhost-zxf:${port}`,
    `ws://${host}`,
    `file://`,
    `http://0.0.0.0:${port}`,
    `http://127.0.0.2:${port}`,
    `http://[::]:${port}`,
    `chrome-extension://${randomUUID()}`,
    `data:text/html,x`,
  ]
})
afterAll(() => world.drop())

interface Command {
  name: string
  body: string
}
let commands: Command[]

/** Every command with arguments that would be carried out. */
async function makeCommands(): Promise<Command[]> {
  const things = await thingsOf(world, await world.makeChat('queued'), 'admin', { sessionOf: admin, own: true })
  const closed = await thingsOf(world, await world.makeChat('closed'), 'admin', { sessionOf: admin, own: true })
  const isCommand = ([, { kind }]: [string, RootField]) => kind === 'mutation'
  return [...operations].filter(isCommand).map(
    ([
      name,
      {
        name: field,
        field: { args },
      },
    ]) => {
      const operation = matrix[name]
      const inBrackets = (list: string[]) => (list.length > 0 ? `(${list.join(', ')})` : '')
      const declared = inBrackets(args.map((arg) => `$${arg.name}: ${arg.type}`))
      const query = `mutation${declared} { ${field}${inBrackets(args.map((arg) => `${arg.name}: $${arg.name}`))}${name.endsWith('setTyping') ? '' : ' { __typename }'} }`
      const line = Object.keys(operation?.lines ?? {})[0] ?? ''
      return {
        name,
        body: JSON.stringify({ query, variables: operation?.variables(name.endsWith('reopenChat') ? closed : things, line) ?? nothing() }),
      }
    },
  )
}

const cookies = (): Record<string, string> => ({ cookie: admin.cookie, 'x-parley-workspace': admin.workspace })
async function post(body: BodyInit, headers: Record<string, string>): Promise<{ status: number; text: string }> {
  attempts += 1
  const response = await fetch(`${world.hub.url}/graphql`, { method: 'POST', headers, body })
  return { status: response.status, text: await response.text() }
}

describe('with the cookie of an admin,', () => {
  test('a form of another website does nothing: no command, by no kind of form', async () => {
    const faults: string[] = []
    for (const { name, body } of commands) {
      const { query, variables } = JSON.parse(body) as { query: string; variables: object }
      const urlencoded = new URLSearchParams({ query, variables: JSON.stringify(variables) }).toString()
      const multipart = new FormData()
      multipart.append('operations', body)
      multipart.append('map', '{}')
      multipart.append('query', query)
      const forms: [string, BodyInit, Record<string, string>][] = [
        ['urlencoded', urlencoded, { 'content-type': 'application/x-www-form-urlencoded' }],
        ['multipart', multipart, {}],
        ['text', body, { 'content-type': 'text/plain' }],
        ['text that says JSON', body, { 'content-type': 'text/plain; application/json' }],
        ['no type', new Blob([body]), {}],
        ['a graphql document', query, { 'content-type': 'application/graphql' }],
        ['upper case', urlencoded, { 'content-type': 'APPLICATION/X-WWW-FORM-URLENCODED' }],
        ['JSON in capitals', body, { 'content-type': 'APPLICATION/JSON' }],
        ['JSON of another kind', body, { 'content-type': 'application/json-patch+json' }],
        ['JSON with more', body, { 'content-type': 'application/json, text/plain' }],
      ]
      for (const [form, content, headers] of forms) {
        // A form's browser names its own site, or hides it, or is too old to name one.
        for (const origin of [{ origin: 'https://evil.example' }, { origin: 'null' }, {} as Record<string, string>]) {
          const { status, text } = await post(content, { ...cookies(), ...headers, ...origin })
          if (status < 400 || text.includes('"data"'))
            faults.push(`${name}, ${form}, ${JSON.stringify(origin)}: ${status} ${text.slice(0, 100)}`)
        }
        if (form === 'JSON in capitals') continue
        const { status, text } = await post(content, { ...cookies(), ...headers, origin: world.hub.url })
        if (status < 400 || text.includes('"data"')) faults.push(`${name}, ${form}, own origin: ${status} ${text.slice(0, 100)}`)
      }
    }
    expect(faults).toEqual([])
    expect(await checksums(world)).toEqual(before)
  }, 300_000)

  test('JSON from any other origin does nothing, at any door', async () => {
    const faults: string[] = []
    const doors: [string, string][] = [
      ['/graphql', commands[0]?.body ?? ''],
      ['/auth/sign-out', '{}'],
      ['/auth/change-password', '{"currentPassword":"correct horse battery","newPassword":"another horse battery!"}'],
      ['/auth/sign-in/email', '{"email":"ada@acme.example","password":"correct horse battery"}'],
      ['/setup', '{}'],
      ['/invite', '{}'],
      ['/files', 'x'],
    ]
    for (const origin of foreign) {
      for (const [path, body] of doors) {
        attempts += 1
        const response = await fetch(`${world.hub.url}${path}`, {
          method: 'POST',
          headers: { ...cookies(), 'content-type': 'application/json', ...(origin && { origin }) },
          body,
        })
        const answer = (await response.json()) as { code?: string }
        if (response.status !== 403 || !['foreign_origin', 'wrong_address'].includes(answer.code ?? ''))
          faults.push(`${path}, ${origin || 'none'}: ${response.status} ${JSON.stringify(answer).slice(0, 100)}`)
        if (response.headers.get('access-control-allow-origin') || response.headers.get('set-cookie'))
          faults.push(`${path}, ${origin || 'none'} may read the answer`)
      }
    }
    expect(faults).toEqual([])
    expect(await checksums(world)).toEqual(before)
    expect((await admin.get('{ me { name } }')).me.name).toBe('Ada')
  })

  test('a command by GET does nothing, and no other site may read a question', async () => {
    for (const { name, body } of commands) {
      const { query, variables } = JSON.parse(body) as { query: string; variables: object }
      attempts += 1
      const response = await fetch(
        `${world.hub.url}/graphql?query=${encodeURIComponent(query)}&variables=${encodeURIComponent(JSON.stringify(variables))}`,
        { headers: cookies() },
      )
      expect([name, response.status, response.headers.get('allow')]).toEqual([name, 405, 'POST'])
    }
    for (const method of ['GET', 'OPTIONS']) {
      const response = await fetch(`${world.hub.url}/graphql?query={me{name}}`, {
        method,
        headers: {
          ...cookies(),
          origin: 'https://evil.example',
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'content-type, x-parley-workspace',
        },
      })
      expect([...response.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
    }
    for (const method of ['PUT', 'PATCH', 'DELETE'])
      expect(
        (await fetch(`${world.hub.url}/graphql`, { method, headers: { ...admin.headers() }, body: commands[0]?.body ?? '' })).status,
      ).toBeGreaterThanOrEqual(400)
    expect(await checksums(world)).toEqual(before)
  })

  test("a socket opens from the hub's own pages only", async () => {
    const open = async (origin: string | undefined): Promise<number> => {
      attempts += 1
      const socket = new WebSocket(`${world.hub.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
        headers: { cookie: admin.cookie, ...(origin !== undefined && { origin }) },
      })
      const status = await Promise.race([
        once(socket, 'unexpected-response').then(([, response]) => response.statusCode as number),
        once(socket, 'open').then(() => 101),
      ])
      socket.on('error', () => {})
      socket.terminate()
      return status
    }
    for (const origin of [undefined, ...foreign]) expect([origin, await open(origin)]).toEqual([origin, 403])
    expect(await open(world.hub.url)).toBe(101)
    expect(await open(world.hub.url.replace('localhost', '127.0.0.1'))).toBe(101)
  })

  test("a host of another name makes no other origin the hub's own", async () => {
    for (const headers of [
      { 'x-forwarded-host': 'evil.example' },
      { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil.example' },
      { forwarded: 'host=evil.example' },
      { 'x-original-host': 'evil.example' },
    ] as Record<string, string>[]) {
      expect(
        (
          await post(commands[0]?.body ?? '', {
            ...cookies(),
            'content-type': 'application/json',
            origin: 'http://evil.example',
            ...headers,
          })
        ).status,
      ).toBe(403)
    }
    expect(await checksums(world)).toEqual(before)
  })
})

test("a visitor needs no origin, because he has no cookie, and an operator's cookie is nothing at his door", async () => {
  const vera = await world.makeVisitor('Vera')
  const response = await fetch(`${world.hub.url}/widget/graphql`, {
    method: 'POST',
    headers: { ...admin.headers(), origin: 'https://shop.example' },
    body: '{"query":"{ visitor { name } }"}',
  })
  expect(await response.json()).toEqual({ data: { visitor: null } })
  expect(response.headers.get('access-control-allow-origin')).toBeNull()
  expect((await vera.get('{ visitor { name } }')).visitor.name).toBe('Vera')
})

test("the commands that were tried do work from the hub's own pages", async () => {
  const done = await Promise.all(
    commands
      .filter(({ name }) => /setPresence|updateCustomer|updateWorkspace|createGroup|takeChat/.test(name))
      .map(({ body }) => post(body, { ...cookies(), 'content-type': 'application/json', origin: world.hub.url })),
  )
  expect(done.map(({ text }) => text).filter((text) => text.includes('Refusal') || text.includes('errors'))).toEqual([])
  expect(await checksums(world)).not.toEqual(before)
  expect(attempts).toBeGreaterThanOrEqual(1_000)
})
