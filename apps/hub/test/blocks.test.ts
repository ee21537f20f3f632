import { randomUUID } from 'node:crypto'
import type { InboundEvent } from '@parley/schema/connector'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { receive } from '../src/domain/receive.ts'
import { systemOf } from '../src/work.ts'
import { addColleague, type Person, setUp, startTestHub, type TestHub, untilTrue, Visitor } from './support/hub.ts'

const inbound = '__typename ... on VisitorMessage { id } ... on Refusal { code message remedy }'
const blockFields = 'id byAddress address reason over until hits lastHitAt createdBy { name } identity { id handle customer { name } }'

let hub: TestHub
let ada: Person
let oto: Person
let key: string
let workspaceId: string
let channelId: string

beforeAll(async () => {
  hub = await startTestHub({ ROLES: 'web', TRUSTED_PROXIES: '127.0.0.1,::1' })
  ada = await setUp(hub)
  const { workspace, channels, groups } = await ada.get('{ workspace { id } channels { id publicKey } groups { id } }')
  ;[workspaceId, channelId, key] = [workspace.id, channels[0].id, channels[0].publicKey]
  oto = await addColleague(ada, 'Oto', { groupIds: [groups[0].id] })
})
afterAll(() => hub.drop())

/** A visitor's browser at this address, as a trusted proxy tells it. */
class Browser extends Visitor {
  readonly from: string
  constructor(from: string, token: string | null = null) {
    super(hub.url, token)
    this.from = from
  }
  override async ask(query: string, variables: Record<string, unknown> = {}) {
    const response = await fetch(`${this.url}/widget/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-forwarded-for': this.from,
        ...(this.token && { authorization: `Visitor ${this.token}` }),
      },
      body: JSON.stringify({ query, variables }),
    })
    return (await response.json()) as never
  }
}
async function start(name: string, from: string) {
  const { startVisitor } = await new Browser(from).get(
    'mutation($input: StartVisitorInput!) { startVisitor(input: $input) { __typename ... on StartVisitorSuccess { token visitor { id } } ... on Refusal { code message } } }',
    { input: { key, name, email: `${name.toLowerCase()}@customer.example` } },
  )
  return startVisitor
}
async function arrive(name: string, from: string) {
  const { token, visitor } = await start(name, from)
  return Object.assign(new Browser(from, token), { identityId: visitor.id as string })
}
const say = async (visitor: Visitor, text: string, clientId = randomUUID()) =>
  (await visitor.get(`mutation($input: VisitorMessageInput!) { sendMessage(input: $input) { ${inbound} } }`, { input: { clientId, text } }))
    .sendMessage
const block = async (identityId: string, terms: Record<string, unknown> = {}, as = ada) =>
  (
    await as.get(
      `mutation($identityId: ID!, $reason: String, $until: DateTime) { blockIdentity(identityId: $identityId, reason: $reason, until: $until) { __typename ... on Identity { id block { ${blockFields} } } ... on Refusal { code field } } }`,
      { identityId, ...terms },
    )
  ).blockIdentity
const blockAddress = async (address: string, terms: Record<string, unknown> = {}, as = ada) =>
  (
    await as.get(
      `mutation($address: String!, $reason: String, $until: DateTime) { blockAddress(address: $address, reason: $reason, until: $until) { __typename ... on Block { ${blockFields} } ... on Refusal { code field message remedy } } }`,
      { address, ...terms },
    )
  ).blockAddress
const lift = async (blockId: string, as = ada) =>
  (
    await as.get('mutation($blockId: ID!) { liftBlock(blockId: $blockId) { __typename ... on Block { id } ... on Refusal { code } } }', {
      blockId,
    })
  ).liftBlock
const list = async (variables: Record<string, unknown> = {}, as = ada): Promise<any[]> =>
  (
    await as.get(
      `query($search: String, $first: Int, $after: String) { blocks(search: $search, first: $first, after: $after) { edges { cursor node { ${blockFields} } } pageInfo { hasNextPage } } }`,
      variables,
    )
  ).blocks.edges.map((edge: any) => edge.node)
const linesOf = async (): Promise<string[]> => {
  const { chats } = await ada.get(
    '{ chats(section: all, first: 100) { edges { node { timeline(last: 50) { edges { node { ... on Message { text } } } } } } } }',
  )
  return chats.edges.flatMap((edge: any) => edge.node.timeline.edges.map((each: any) => each.node.text)).filter(Boolean)
}
const bring = (events: Partial<InboundEvent>[]) =>
  hub.works.work(systemOf(workspaceId), (work) => receive(work, [{ channelId, events: events as InboundEvent[] }]))
const said = (id: string, thread: string, more: Record<string, unknown> = {}): Partial<InboundEvent> => ({
  type: 'message',
  key: id,
  id,
  at: Date.now(),
  thread: { id: thread, kind: 'direct' },
  from: { id: thread, name: `Peer ${thread}` },
  by: 'peer',
  text: `text ${id}`,
  ...more,
})

describe('a blocked visitor', () => {
  test('writes into the void: it is counted, opens nothing, is on no screen, and he learns no more than that it was not taken', async () => {
    const vera = await arrive('Vera', '203.0.113.1')
    expect(await block(vera.identityId)).toMatchObject({ code: 'not_found' })
    expect(await say(vera, 'before')).toMatchObject({ __typename: 'VisitorMessage' })
    expect(await block(vera.identityId, { reason: ' Insults ' })).toMatchObject({
      block: { byAddress: false, reason: 'Insults', until: null, over: false, hits: 0, createdBy: { name: 'Ada' } },
    })
    const desk = ada.follow('subscription { feed { cursor event { type message { text } } signal { kind } } }')
    await desk.until(() => true)
    const clientId = randomUUID()
    expect(await say(vera, 'you will not read this', clientId)).toEqual({
      __typename: 'Refusal',
      code: 'not_accepted',
      message: 'Your message was not accepted.',
      remedy: 'Contact the company another way.',
    })
    expect(await say(vera, 'you will not read this', clientId)).toMatchObject({ code: 'not_accepted' })
    expect(await say(vera, 'nor this')).toMatchObject({ code: 'not_accepted' })
    expect((await vera.get('mutation { setTyping(on: true) }')).setTyping).toBe(false)
    const upload = await fetch(`${hub.url}/widget/files`, {
      method: 'POST',
      headers: { authorization: `Visitor ${vera.token}`, 'content-type': 'text/plain', 'x-file-name': 'a.txt' },
      body: 'hello',
    })
    expect([upload.status, ((await upload.json()) as any).code]).toEqual([400, 'not_accepted'])
    const [{ hits, lastHitAt, identity }] = await list({ search: 'INSULTS' })
    expect({ hits, handle: identity.handle, name: identity.customer.name }).toEqual({
      hits: 2,
      handle: 'vera@customer.example',
      name: 'Vera',
    })
    expect(Date.parse(lastHitAt)).toBeGreaterThan(Date.now() - 60_000)
    expect(await linesOf()).toEqual(['before'])
    // A word that everybody hears ends the look at what was not heard.
    const wim = await arrive('Wim', '203.0.113.2')
    await say(wim, 'heard')
    await desk.until((frame) => frame.event?.message?.text === 'heard')
    expect(desk.frames.filter((frame) => frame.signal || /read this/.test(frame.event?.message?.text ?? ''))).toEqual([])
    desk.end()
  })

  test('may write again after the moment that was set, or once the block is lifted, and as somebody new', async () => {
    const xena = await arrive('Xena', '203.0.113.3')
    await say(xena, 'one')
    expect(await block(xena.identityId, { until: new Date(Date.now() - 1_000).toISOString() })).toMatchObject({
      code: 'past',
      field: 'until',
    })
    const until = new Date(Date.now() + 1_500)
    const { block: made } = await block(xena.identityId, { until: until.toISOString() })
    expect(made.until).toBe(until.toISOString())
    expect(await say(xena, 'two')).toMatchObject({ code: 'not_accepted' })
    await untilTrue(async () => (await list()).find((each) => each.id === made.id)?.over)
    expect(await say(xena, 'three')).toMatchObject({ __typename: 'VisitorMessage' })
    expect((await block(xena.identityId, { reason: 'Again' })).block).toMatchObject({ id: made.id, reason: 'Again', until: null, hits: 1 })
    expect(await say(await arrive('Xena', '203.0.113.3'), 'four')).toMatchObject({ __typename: 'VisitorMessage' })
    expect(await say(xena, 'five')).toMatchObject({ code: 'not_accepted' })
    expect(await lift(made.id)).toMatchObject({ id: made.id })
    expect(await lift(made.id)).toMatchObject({ code: 'not_found' })
    expect(await say(xena, 'six')).toMatchObject({ __typename: 'VisitorMessage' })
  })

  test('is blocked by who leads, and his chat is told of it', async () => {
    const yves = await arrive('Yves', '203.0.113.4')
    await say(yves, 'hello')
    expect(await block(yves.identityId, {}, oto)).toMatchObject({ code: 'forbidden' })
    const desk = oto.follow('subscription { feed { cursor event { type customer { identities { block { reason address } } } } } }')
    await desk.until(() => true)
    await block(yves.identityId, { reason: 'Spam' })
    await desk.until((frame) => frame.event?.customer?.identities[0].block?.reason === 'Spam')
    const [{ id }] = await list({ search: 'Yves' })
    await lift(id)
    await desk.until((frame) => frame.event?.type === 'customer_changed' && frame.event.customer.identities[0].block === null)
    desk.end()
  })
})

describe('an address', () => {
  test('or a range is blocked for everybody who writes from it, and for nobody else', async () => {
    const zoe = await arrive('Zoe', '198.51.100.7')
    const abe = await arrive('Abe', '198.51.100.8')
    const far = await arrive('Far', '198.51.101.7')
    for (const each of [zoe, abe, far]) await say(each, `hello from ${each.from}`)
    const made = await blockAddress('198.51.100.9/24', { reason: 'Flood' })
    expect(made).toMatchObject({ address: '198.51.100.0/24', byAddress: true, reason: 'Flood', identity: null })
    for (const each of [zoe, abe]) expect(await say(each, 'again')).toMatchObject({ code: 'not_accepted' })
    expect(await say(far, 'again')).toMatchObject({ __typename: 'VisitorMessage' })
    expect(await start('New', '198.51.100.200')).toMatchObject({ code: 'not_accepted' })
    expect((await list({ search: '198.51.100' })).map(({ hits }) => hits)).toEqual([3])
    // Whoever moves on is another address's.
    expect(await say(Object.assign(new Browser('192.0.2.1', zoe.token)), 'from home')).toMatchObject({ __typename: 'VisitorMessage' })
    await lift(made.id)
    expect(await say(abe, 'at last')).toMatchObject({ __typename: 'VisitorMessage' })
  })

  test('is written in any usual way, and what is none, or whole providers, is refused with the remedy', async () => {
    for (const [given, kept] of [
      ['192.0.2.10', '192.0.2.10/32'],
      [' ::ffff:192.0.2.11 ', '192.0.2.11/32'],
      ['2001:db8:a:b:c::1/64', '2001:db8:a:b::/64'],
      ['2001:DB8::1', '2001:db8::1/128'],
    ])
      expect(await blockAddress(given ?? '')).toMatchObject({ address: kept })
    for (const bad of [
      '192.0.2',
      '192.0.2.300',
      '192.0.2.1/33',
      '192.0.2.1/',
      '192.0.2.1/-1',
      '192.0.2.1/24/24',
      'localhost',
      '::1%eth0',
      '192.0.2.1 or',
    ])
      expect(await blockAddress(bad), bad).toMatchObject({
        code: 'bad_address',
        field: 'address',
        remedy: expect.stringContaining('203.0.113.0/24'),
      })
    expect(await blockAddress('0.0.0.0/0')).toMatchObject({ code: 'range_too_wide', message: 'This range is wider than /16.' })
    expect(await blockAddress('2001:db8::/31')).toMatchObject({ code: 'range_too_wide', message: 'This range is wider than /32.' })
    expect(await blockAddress('192.0.2.10', {}, oto)).toMatchObject({ code: 'forbidden' })
  })

  test('is shown, with who shares it, to those who manage blocks alone', async () => {
    const one = await arrive('One', '100.64.0.1')
    const two = await arrive('Two', '100.64.0.1')
    for (const each of [one, two]) await say(each, 'hello')
    const identityOf = async (as: Person) => {
      const { chats } = await as.get(
        '{ chats(section: new, first: 100) { edges { node { customer { name identities { address neighbours } } } } } }',
      )
      return chats.edges.find((edge: any) => edge.node.customer.name === 'One').node.customer.identities[0]
    }
    expect(await identityOf(ada)).toEqual({ address: '100.64.0.1', neighbours: 1 })
    expect(await identityOf(oto)).toEqual({ address: null, neighbours: 0 })
  })
})

describe('what a connector brings of a blocked identity', () => {
  test('is counted once and goes nowhere, an edit and a reaction too; receipts, removals and our own phone go their way', async () => {
    const thread = `peer-${randomUUID()}`
    const [first] = await bring([said(`${thread}-1`, thread)])
    const [found] = await hub.works.read(
      systemOf(workspaceId),
      (work) => work.sql<{ id: string }[]>`select id from identities where workspace_id = ${workspaceId} and external_id = ${thread}`,
    )
    await block(found?.id ?? '', { reason: thread })
    const about = (id: string, more: Record<string, unknown>) => ({
      key: randomUUID(),
      id,
      at: Date.now(),
      thread: { id: thread, kind: 'direct' },
      from: { id: thread },
      ...more,
    })
    expect(
      await bring([
        said(`${thread}-2`, thread),
        said(`${thread}-2`, thread),
        about(`${thread}-1`, { type: 'edit', text: 'changed', version: 2 }) as never,
        about(`${thread}-1`, { type: 'reaction', emoji: '👎' }) as never,
        { ...about(`${thread}-3`, { type: 'postback', payload: 'pressed' }) } as never,
      ]),
    ).toEqual([])
    expect(await bring([said(`${thread}-4`, thread, { by: 'device', from: undefined, text: 'from our phone' })])).toHaveLength(1)
    const [{ hits }] = await list({ search: thread })
    expect(hits).toBe(2)
    const [chat] = await hub.works.read(
      systemOf(workspaceId),
      (work) => work.sql<
        any[]
      >`select c.unread, (select json_agg(json_build_object('text', m.text, 'extra', m.extra) order by m.at) from messages m
        where m.workspace_id = c.workspace_id and m.chat_id = c.id) as messages from chats c where c.workspace_id = ${workspaceId} and c.id = ${first?.chatId ?? ''}`,
    )
    expect(chat).toEqual({
      unread: 1,
      messages: [
        { text: `text ${thread}-1`, extra: null },
        { text: 'from our phone', extra: null },
      ],
    })
    await bring([about(`${thread}-1`, { type: 'removal' }) as never])
    const [{ removed }] = await hub.works.read(
      systemOf(workspaceId),
      (work) =>
        work.sql<
          any[]
        >`select removed_at is not null as removed from messages where workspace_id = ${workspaceId} and id = ${first?.messageId ?? ''}`,
    )
    expect(removed).toBe(true)
  })
})

test('the list is paged, and a cursor of no list is refused', async () => {
  for (const n of [1, 2, 3]) await blockAddress(`192.0.2.${100 + n}`)
  const page = async (after?: string) =>
    (
      await ada.get('query($after: String) { blocks(first: 2, after: $after) { edges { cursor node { id } } pageInfo { hasNextPage } } }', {
        after,
      })
    ).blocks
  const all = (await list()).map(({ id }) => id)
  const [seen, more] = [[] as string[], { after: undefined as string | undefined }]
  for (;;) {
    const { edges, pageInfo } = await page(more.after)
    seen.push(...edges.map((edge: any) => edge.node.id))
    more.after = edges.at(-1).cursor
    if (!pageInfo.hasNextPage) break
  }
  expect(seen).toEqual(all)
  expect((await ada.ask('{ blocks(after: "x") { edges { cursor } } }')).errors?.[0]?.extensions).toMatchObject({
    code: 'invalid',
    field: 'after',
  })
  expect((await oto.ask('{ blocks { edges { cursor } } }')).errors?.[0]?.extensions).toMatchObject({ code: 'forbidden' })
})
