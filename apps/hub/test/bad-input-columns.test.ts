import { getTableColumns, is, Table } from 'drizzle-orm'
import { isInputObjectType } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as tables from '../src/db/tables/index.ts'
import { operations, schemas, visitorOperations } from './rights/attempts.ts'
import { checksums, makeWorld, type World } from './rights/world.ts'
import type { Answer, Person } from './support/hub.ts'

let world: World
let admin: Person
let attempts = 0

beforeAll(async () => {
  world = await makeWorld()
  admin = world.people.admin
})
afterAll(() => world.drop())

/** Every column of every table, as the code and as the database call it, and names that mean something to JavaScript. */
const columns = [
  ...new Set(
    Object.values(tables).flatMap((table) =>
      is(table, Table) ? Object.entries(getTableColumns(table)).flatMap(([name, column]) => [name, column.name]) : [],
    ),
  ),
]
const special = [
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'then',
  'length',
  'isAdmin',
  'admin',
  'authorKind',
  'senderType',
  'permissions',
  'sql',
  '_id',
  'x',
]
const names = [...new Set([...columns, ...special])]
const inChunks = (all: string[], size: number): string[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, n) => all.slice(n * size, (n + 1) * size))
const asVisitor = (query: string, variables: object): Promise<Answer> =>
  fetch(`${world.hub.url}/widget/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  }).then((response) => response.json() as Promise<Answer>)
const doors = [
  {
    schema: schemas.api,
    fields: operations,
    ask: (query: string, variables: object) => admin.ask(query, variables as Record<string, unknown>),
  },
  { schema: schemas.visitor, fields: visitorOperations, ask: asVisitor },
]

describe('what is not an argument', () => {
  test('is refused by every input type, whatever column it is named after', async () => {
    const before = await checksums(world)
    const faults: string[] = []
    for (const { schema, fields, ask } of doors) {
      for (const { name, kind, field } of fields.values()) {
        for (const arg of field.args) {
          const type = schema.getType(String(arg.type).replace(/[[\]!]/g, ''))
          if (!isInputObjectType(type)) continue
          const unknown = names.filter((each) => !(each in type.getFields()) || !Object.hasOwn(type.getFields(), each))
          // graphql-js stops counting at fifty.
          for (const chunk of inChunks(unknown, 40)) {
            const good = Object.fromEntries(
              Object.values(type.getFields()).map((each) => [
                each.name,
                each.name === 'kind' ? 'web' : each.name === 'role' ? 'admin' : each.name.endsWith('Ids') ? [] : 'x',
              ]),
            )
            const given = Object.assign(Object.create(null), good, Object.fromEntries(chunk.map((each) => [each, 'x'])))
            const needed = field.args.filter((each) => each !== arg && String(each.type).endsWith('!'))
            const declared = [arg, ...needed].map((each) => `$${each.name}: ${each.type}`).join(', ')
            const passed = [arg, ...needed].map((each) => `${each.name}: $${each.name}`).join(', ')
            const { data, errors } = await ask(`${kind}(${declared}) { ${name}(${passed}) { __typename } }`, {
              ...Object.fromEntries(needed.map((each) => [each.name, 'x'])),
              [arg.name]: given,
            })
            attempts += chunk.length
            const named = chunk.filter((each) =>
              errors?.some(({ message }) => message.includes(`Field "${each}" is not defined by type "${type.name}"`)),
            )
            if (data || named.length !== chunk.length)
              faults.push(`${name}: ${chunk.filter((each) => !named.includes(each)).join(', ')} ${JSON.stringify(errors?.[0])}`)
          }
        }
      }
    }
    expect(faults).toEqual([])
    expect(await checksums(world)).toEqual(before)
  }, 300_000)

  test('is refused by every operation', async () => {
    const before = await checksums(world)
    const faults: string[] = []
    for (const { fields, ask } of doors) {
      for (const { name, kind, field } of fields.values()) {
        if (kind === 'subscription') continue
        const unknown = names.filter((each) => !field.args.some((arg) => arg.name === each))
        for (const chunk of inChunks(unknown, 80)) {
          const { data, errors } = await ask(`${kind} { ${name}(${chunk.map((each) => `${each}: "x"`).join(', ')}) { __typename } }`, {})
          attempts += chunk.length
          const named = chunk.filter((each) => errors?.some(({ message }) => message.includes(`Unknown argument "${each}"`)))
          if (data || named.length !== chunk.length)
            faults.push(`${name}: ${chunk.filter((each) => !named.includes(each)).join(', ')} ${JSON.stringify(errors?.[0])}`)
        }
      }
    }
    expect(faults).toEqual([])
    expect(await checksums(world)).toEqual(before)
  }, 300_000)

  test('has no place in the options of a channel either', async () => {
    const secret = 'a token of my own choice'
    const options = {
      name: 'Site',
      ...Object.fromEntries(names.filter((each) => !['name', 'language'].includes(each)).map((each) => [each, secret])),
    }
    const create =
      'mutation($i: CreateChannelInput!) { createChannel(input: $i) { ... on Channel { id name options secretsSet publicKey paused } ... on Refusal { code field } } }'
    const { createChannel } = await admin.get(create, { i: { kind: 'web', name: 'Odd', options } })
    attempts += names.length
    expect(Object.keys(createChannel.options).sort()).toEqual([
      'accent',
      'allowedOrigins',
      'asksFirst',
      'asksRating',
      'greeting',
      'language',
      'maxFileBytes',
      'name',
      'offlineText',
      'onSignIn',
      'previewsTyping',
      'visitorFields',
    ])
    expect([createChannel.secretsSet, createChannel.paused]).toEqual([[], false])
    const [row] = await world.asHub(
      (work) =>
        work.sql`select to_jsonb(c)::text as row from channels c where workspace_id = ${work.workspaceId} and id = ${createChannel.id}`,
    )
    expect(row?.row).not.toContain(secret)
  })

  test('says nothing of who speaks: nobody writes as someone else', async () => {
    const made = await world.makeChat('queued')
    const forged = ['authorId', 'operatorId', 'authorKind', 'direction', 'senderType', 'from', 'at', 'delivery']
    for (const name of forged) {
      const { errors } = await admin.ask('mutation($i: SendMessageInput!) { sendMessage(input: $i) { __typename } }', {
        i: { chatId: made.chatId, clientId: name, text: 'x', [name]: world.people.holder.id },
      })
      expect(errors?.[0]?.message).toContain(`Field "${name}" is not defined`)
    }
    await admin.get('mutation($i: SendMessageInput!) { sendMessage(input: $i) { __typename } }', {
      i: { chatId: made.chatId, clientId: 'mine', text: 'By me.' },
    })
    // The same client id of another operator is another message.
    await world.people.supervisor.get('mutation($i: SendMessageInput!) { sendMessage(input: $i) { __typename } }', {
      i: { chatId: made.chatId, clientId: 'mine', text: 'By Sara.' },
    })
    const { chat } = await admin.get(
      'query($id: ID!) { chat(id: $id) { timeline(last: 9) { edges { node { ... on Message { text authorName clientId } } } } } }',
      { id: made.chatId },
    )
    expect(
      chat.timeline.edges.map(({ node }: { node: object }) => node).filter((node: { clientId?: string }) => node.clientId === 'mine'),
    ).toEqual([
      { text: 'By me.', authorName: 'Ada', clientId: 'mine' },
      { text: 'By Sara.', authorName: 'Sara', clientId: 'mine' },
    ])
  })
})

describe('a key named __proto__', () => {
  const bodies = [
    '{"query":"{ me { id } }","variables":{"__proto__":{"polluted":true}}}',
    '{"query":"{ me { id } }","__proto__":{"polluted":true,"query":"{ x }"}}',
    '{"query":"{ me { id } }","extensions":{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}}',
    '{"query":"query($id: ID!) { chat(id: $id) { id } }","variables":{"id":{"__proto__":{"polluted":true}}}}',
    '{"query":"mutation($i: CreateChannelInput!) { createChannel(input: $i) { __typename } }","variables":{"i":{"kind":"web","name":"P","options":{"name":"P","__proto__":{"polluted":true},"greeting":{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}}}}}',
    '{"query":"mutation($i: SendMessageInput!) { sendMessage(input: $i) { __typename } }","variables":{"i":{"chatId":"x","clientId":"x","text":"x","__proto__":{"polluted":true}}}}',
    '{"query":"mutation { createChannel(input: { kind: web, name: \\"P\\", options: { name: \\"P\\", __proto__: { polluted: true } } }) { __typename } }"}',
  ]
  test.each(bodies)('changes nothing for anybody: %s', async (body) => {
    for (const path of ['/graphql', '/widget/graphql']) {
      const response = await fetch(`${world.hub.url}${path}`, { method: 'POST', headers: admin.headers(), body })
      expect(response.status).toBeLessThan(500)
      expect(await response.text()).not.toContain('"defect"')
    }
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
    expect((await admin.get('{ me { name } }')).me.name).toBe('Ada')
  })
})

test('enough was tried', () => {
  expect(names.length).toBeGreaterThan(200)
  expect(attempts).toBeGreaterThanOrEqual(9_000)
})
