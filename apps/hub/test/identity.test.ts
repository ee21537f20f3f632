import { createHmac, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemOf } from '../src/work.ts'
import { addColleague, type Person, setUp, startTestHub, type TestHub, untilTrue, Visitor } from './support/hub.ts'
import { browse } from './support/visits.ts'
import { findCustomers, identifyAs, part, renewSecret, signClaims, soon, startNamed, textsOf, type Website } from './support/websites.ts'

let hub: TestHub
let ada: Person
let workspaceId: string
let here: Website
let there: Website
let secret: string
let secretThere: string

beforeAll(async () => {
  hub = await startTestHub({ ROLES: 'web' })
  ada = await setUp(hub)
  await ada.get('mutation($i: CreateChannelInput!) { createChannel(input: $i) { __typename } }', {
    i: { kind: 'web', name: 'There', options: { name: 'There' } },
  })
  const found = await ada.get('{ workspace { id } channels { id name publicKey } }')
  workspaceId = found.workspace.id
  there = found.channels.find((each: any) => each.name === 'There')
  here = found.channels.find((each: any) => each.name !== 'There')
  ;[secret, secretThere] = [await renewSecret(ada, here), await renewSecret(ada, there)]
})
afterAll(() => hub.drop())

/** As the server of the website here does it. */
const sign = (claims: Record<string, unknown>, by = secret, head?: Record<string, unknown>): string => signClaims(claims, by, head)
const identify = (token: string, visitor?: Visitor, key = here.publicKey) => identifyAs(hub, key, token, visitor)
const signedIn = async (claims: Record<string, unknown>, visitor?: Visitor): Promise<Visitor> =>
  new Visitor(hub.url, (await identify(sign(claims), visitor)).token)
const start = (name: string): Promise<Visitor> => startNamed(hub, here, name)
const isKnown = async (visitor: Visitor): Promise<boolean> => (await visitor.get('{ visitor { id } }')).visitor !== null
const customersNamed = (search: string) => findCustomers(ada, search)

describe('a visitor whose website says who he is', () => {
  test('is asked nothing, and is the same customer in the same chat on all his devices', async () => {
    const claims = { sub: 'user-1', name: 'Nina Signed', email: 'nina@shop.example' }
    const laptop = await signedIn(claims)
    await laptop.say('From the laptop')
    const phone = await signedIn(claims)
    await phone.say('From the phone')
    expect(await textsOf(laptop)).toEqual(['From the laptop', 'From the phone'])
    expect(await customersNamed('Nina Signed')).toEqual([{ name: 'Nina Signed', email: 'nina@shop.example' }])
  })

  test('keeps the chat that he began before he signed in, under a new token; the one before lets nobody in', async () => {
    const stranger = await start('Piet')
    await stranger.say('Before signing in')
    const known = await signedIn({ sub: 'user-2', name: 'Piet Signed', email: 'piet@shop.example' }, stranger)
    expect(known.token).not.toBe(stranger.token)
    expect(await isKnown(stranger)).toBe(false)
    expect(await textsOf(known)).toEqual(['Before signing in'])
    expect(await customersNamed('Piet Signed')).toEqual([{ name: 'Piet Signed', email: 'piet@shop.example' }])
    expect(await textsOf(await signedIn({ sub: 'user-2' }))).toEqual(['Before signing in'])
  })

  test('is told no more on a socket that was opened with what he showed before, nor after he signed out', async () => {
    const feed = 'subscription { visitorFeed { cursor } }'
    const stranger = await start('Quentin')
    const taken = stranger.follow(feed)
    await taken.until(() => true)
    const known = await signedIn({ sub: 'user-20', name: 'Quentin' }, stranger)
    await untilTrue(() => taken.closed?.code === 4401)
    const own = known.follow(feed)
    await own.until(() => true)
    expect(await isKnown(known)).toBe(true)
    await known.get('mutation { logOut }')
    await untilTrue(() => own.closed?.code === 4401)
  })

  test('raises the version of his profile by what the website says of him, and consoles follow', async () => {
    const stranger = await start('Renate')
    await stranger.say('I am new here')
    const feed = ada.follow('subscription { feed { event { customer { id name version } } } }')
    await feed.until(() => true)
    await signedIn({ sub: 'user-21', name: 'Renate Signed' }, stranger)
    const { event } = await feed.until((frame) => frame.event?.customer?.name === 'Renate Signed')
    expect(event.customer.version).toBeGreaterThan(1)
    feed.end()
  })

  test('who signs in on a browser of somebody else finds his own chat and not the other’s', async () => {
    const first = await signedIn({ sub: 'user-3' })
    await first.say('Of the first')
    const second = await signedIn({ sub: 'user-4' }, first)
    expect(await textsOf(second)).toBeNull()
    expect(await isKnown(first)).toBe(false)
    expect(await textsOf(await signedIn({ sub: 'user-3' }))).toEqual(['Of the first'])
  })

  test('what an operator wrote in the profile stays', async () => {
    const visitor = await signedIn({ sub: 'user-5', name: 'Rosa' })
    await visitor.say('Hello')
    const { chats } = await ada.get('{ chats(section: new, first: 50) { edges { node { customer { id name } } } } }')
    const { id } = chats.edges.map((edge: any) => edge.node.customer).find((each: any) => each.name === 'Rosa')
    await ada.get('mutation($id: ID!) { updateCustomer(customerId: $id, name: "Rosa of Lisbon") { __typename } }', { id })
    await signedIn({ sub: 'user-5', name: 'Rosalia' })
    expect((await ada.get('query($id: ID!) { customer(id: $id) { name } }', { id })).customer.name).toBe('Rosa of Lisbon')
  })

  test('says the same at the same moment in several tabs, and is one', async () => {
    const all = await Promise.all(Array.from({ length: 6 }, () => identify(sign({ sub: 'user-6', name: 'Sechs' }))))
    expect(new Set(all.map(({ visitor }) => visitor.id)).size).toBe(1)
    expect(await customersNamed('Sechs')).toHaveLength(0)
    expect(new Set(all.map(({ token }) => token)).size).toBe(6)
  })

  test('is nobody any more once he signs out, on this browser alone', async () => {
    const [one, other] = [await signedIn({ sub: 'user-7' }), await signedIn({ sub: 'user-7' })]
    await one.get('mutation { logOut }')
    expect([await isKnown(one), await isKnown(other)]).toEqual([false, true])
  })
})

describe('a page on which somebody is signed in and the chat is not loaded', () => {
  const isToLoad = async (identity: string, key = here.publicKey): Promise<boolean> => {
    const answer = await browse(hub.url, key, { browser: randomUUID(), identity })
    return (await answer.json()).ask
  }
  let waiting: Visitor
  let chatId: string

  beforeAll(async () => {
    waiting = await signedIn({ sub: 'waits' })
    await waiting.say('Is it ready?')
    chatId = (await waiting.get('{ visitor { chat { id } } }')).visitor.chat.id
  })

  test('is told to load it where an answer waits for him, and no one else’s page is', async () => {
    expect(await isToLoad(sign({ sub: 'nobody-yet' }))).toBe(false)
    await ada.get('mutation($i: SendMessageInput!) { sendMessage(input: $i) { __typename } }', {
      i: { chatId, clientId: randomUUID(), text: 'It is' },
    })
    expect(await isToLoad(sign({ sub: 'waits' }))).toBe(true)
    expect(await isToLoad(sign({ sub: 'another' }))).toBe(false)
    for (const token of [sign({ sub: 'waits' }, 'x'.repeat(43)), sign({ sub: 'waits', exp: soon(-1) }), 'a.b.c', '', '.'.repeat(9_000)])
      expect(await isToLoad(token)).toBe(false)
    expect(await isToLoad(sign({ sub: 'waits' }, secretThere), there.publicKey)).toBe(false)
  })

  test('uses no token up by asking', async () => {
    const token = sign({ sub: 'waits' })
    expect(await isToLoad(token)).toBe(true)
    expect((await identify(token)).__typename).toBe('StartVisitorSuccess')
  })
})

describe('a token that a website did not sign for this moment and this channel', () => {
  const good = { sub: 'victim' }
  const forged: [string, () => string][] = [
    ['signed with another secret', () => sign(good, 'x'.repeat(43))],
    ['signed for another channel of the same company', () => sign(good, secretThere)],
    ['not signed', () => `${part({ alg: 'none' })}.${part({ ...good, exp: soon() })}.`],
    ['that says it is not signed', () => sign(good, secret, { alg: 'none' })],
    ['of another algorithm', () => sign(good, secret, { alg: 'RS256' })],
    ['of an algorithm in small letters', () => sign(good, secret, { alg: 'hs256' })],
    ['that asks for an extension', () => sign(good, secret, { alg: 'HS256', crit: ['b64'], b64: false })],
    ['without an end', () => sign({ ...good, exp: undefined })],
    ['whose end is a text', () => sign({ ...good, exp: String(soon()) })],
    ['that is over', () => sign({ ...good, exp: soon(-1) })],
    ['good for a day', () => sign({ ...good, exp: soon(86_400) })],
    ['that is not good yet', () => sign({ ...good, nbf: soon(200) })],
    ['for somebody else', () => sign({ ...good, aud: 'another' })],
    ['of nobody', () => sign({ sub: '' })],
    ['of a number', () => sign({ sub: 7 as never })],
    ['of what no database can hold', () => sign({ sub: 'a\u0000b' })],
    ['of half a letter', () => sign({ sub: 'a\ud800' })],
    ['of an endless name', () => sign({ sub: 'x'.repeat(201) })],
    ['with an empty body', () => `${part({ alg: 'HS256' })}..${'A'.repeat(43)}`],
    [
      'with a body that is a list',
      () => {
        const body = `${part({ alg: 'HS256' })}.${part([good])}`
        return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`
      },
    ],
    ['whose body was changed', () => sign(good).replace(/\.[^.]+\./, `.${part({ ...good, sub: 'other', exp: soon() })}.`)],
    ['whose signature was shortened', () => sign(good).slice(0, -1)],
    ['that is none', () => 'x.y.z'],
    ['that is nothing', () => ''],
  ]

  test.each(forged)('is refused: %s', async (_, make) => {
    expect(await identify(make())).toMatchObject({ __typename: 'Refusal', code: 'bad_identity', field: 'token' })
  })

  test('lets one browser in and no second one', async () => {
    const token = sign({ sub: 'user-8' })
    const { token: own } = await identify(token)
    expect(await identify(token)).toMatchObject({ code: 'bad_identity' })
    expect(await identify(token, await start('Thief'))).toMatchObject({ code: 'bad_identity' })
    // The last letter of a signature carries bits that nobody reads.
    const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const twin = token.slice(0, -1) + last[last.indexOf(token.slice(-1)) ^ 1]
    expect(await identify(twin)).toMatchObject({ code: 'bad_identity' })
    expect((await identify(token, new Visitor(hub.url, own))).__typename).toBe('StartVisitorSuccess')
  })

  test('is refused once the secret is a new one, and where no secret was ever made', async () => {
    const old = sign({ sub: 'user-9' }, secretThere)
    secretThere = await renewSecret(ada, there)
    expect(await identify(old, undefined, there.publicKey)).toMatchObject({ code: 'bad_identity' })
    expect((await identify(sign({ sub: 'user-9' }, secretThere), undefined, there.publicKey)).__typename).toBe('StartVisitorSuccess')
    await hub.works.work(
      systemOf(workspaceId),
      (work) => work.sql`update channels set secrets = '{}' where workspace_id = ${workspaceId} and id = ${there.id}`,
    )
    expect(await identify(sign({ sub: 'user-9' }, secretThere), undefined, there.publicKey)).toMatchObject({ code: 'bad_identity' })
  })

  test('the same person on another website of the company is another visitor', async () => {
    secretThere = await renewSecret(ada, there)
    const one = await identify(sign({ sub: 'user-10' }))
    const other = await identify(sign({ sub: 'user-10' }, secretThere), undefined, there.publicKey)
    expect(one.visitor.id).not.toBe(other.visitor.id)
  })
})

describe('what is secret', () => {
  test('is renewed by admins alone, sealed in the database, and told once', async () => {
    const oto = await addColleague(ada, 'Oto', { groupIds: [] })
    expect(await renewSecret(oto, here)).toBeUndefined()
    const fresh = await renewSecret(ada, here)
    expect(Buffer.from(fresh, 'base64url')).toHaveLength(32)
    const { channels } = await ada.get('{ channels { id options secretsSet } }')
    expect(JSON.stringify(channels)).not.toContain(fresh)
    expect(channels.find((each: any) => each.id === here.id).secretsSet).toEqual(['identitySecret'])
    const stored = await hub.works.read(
      systemOf(workspaceId),
      (work) => work.sql`select to_jsonb(c)::text as row from channels c where workspace_id = ${workspaceId}`,
    )
    expect(JSON.stringify(stored)).not.toContain(fresh)
    await ada.get('mutation($id: ID!) { updateChannel(channelId: $id, options: { name: "Acme" }) { __typename } }', { id: here.id })
    expect((await identify(sign({ sub: 'user-11' }, fresh))).__typename).toBe('StartVisitorSuccess')
  })

  test('of a visitor has 256 bits, is kept hashed, and is good for his own chat alone', async () => {
    const [vera, viktor] = [await start('Vera'), await start('Viktor')]
    await viktor.say('Only for you')
    const [, own = ''] = (vera.token ?? '').split('.')
    expect(Buffer.from(own, 'base64url')).toHaveLength(32)
    const rows = await hub.works.read(
      systemOf(workspaceId),
      (work) => work.sql`select to_jsonb(t)::text as row from visitor_tokens t where workspace_id = ${workspaceId}`,
    )
    expect(JSON.stringify(rows)).not.toContain(own)
    expect(await textsOf(vera)).toBeNull()
    const near = (vera.token ?? '').slice(0, -2)
    for (const token of [`${near}AA`, own, `${'A'.repeat(22)}.${own}`, (vera.token ?? '').toLowerCase()])
      expect(await isKnown(new Visitor(hub.url, token))).toBe(false)
  })
})
