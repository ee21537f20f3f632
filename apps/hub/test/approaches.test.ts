import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeWorld, type World } from './rights/world.ts'
import { type Person, startTestHub, type TestHub, untilTrue, Visitor } from './support/hub.ts'
import { browse } from './support/visits.ts'

let world: World
let second: TestHub
let admin: Person

beforeAll(async () => {
  world = await makeWorld({ TRUSTED_PROXIES: '127.0.0.1,::1' })
  second = await startTestHub({ ROLES: 'web', DATABASE_URL: world.hub.databaseUrl, TRUSTED_PROXIES: '127.0.0.1,::1' })
  admin = world.people.admin
  const { updateChannel } = await admin.get(
    'mutation($id: ID!, $options: JSON!) { updateChannel(channelId: $id, options: $options) { __typename ... on Refusal { code field message } } }',
    { id: world.channels.here, options: { name: 'Shop', allowedOrigins: ['https://shop.example', 'http://localhost:9999'] } },
  )
  expect(updateChannel).toEqual({ __typename: 'Channel' })
})
afterAll(async () => {
  await second.drop()
  await world.drop()
})

let count = 0
interface Guest {
  browser: string
  id: string
  /** A page tells that he is there, and hears what the hub has for it. */
  beat(url?: string): Promise<{ ask?: boolean; wait?: number }>
}
async function aGuest(url = world.hub.url): Promise<Guest> {
  count += 1
  const [browser, page] = [`guest-number-${String(count).padStart(8, '0')}`, `https://shop.example/guest-${count}`]
  const beat = async (hub = url) => (await browse(hub, world.keys.here, { browser, page, address: `203.0.113.${count}` })).json()
  await beat()
  const id = await untilTrue(async () => {
    const { visits } = await admin.get('{ visits(first: 100) { id page { url } } }')
    return visits.find((each: any) => each.page.url === page)?.id as string | undefined
  })
  return { browser, id, beat }
}
async function approach(person: Person, visitIds: string[], given: object): Promise<any> {
  const { approachVisitors } = await person.get(
    `mutation($input: ApproachInput!) { approachVisitors(input: $input) { __typename
      ... on ApproachVisitorsSuccess { approaches { id visitId kind state operatorName text url } skipped { visitId why } } ... on Refusal { code field message } } }`,
    { input: { visitIds, kind: 'invitation', text: 'May I help?', ...given } },
  )
  return approachVisitors
}
const stands = async ({ id }: Guest, person = admin): Promise<any> =>
  (await person.get('query($id: ID!) { visit(visitId: $id) { approach { id kind state operatorName } } }', { id })).visit?.approach
const becomes = (guest: Guest, state: string) => untilTrue(async () => (await stands(guest))?.state === state)
const stranger = (url = world.hub.url) => new Visitor(url, null)
const show = async ({ browser }: Guest, visitor = stranger(), key = world.keys.here): Promise<any> =>
  (
    await visitor.get(
      'mutation($key: String!, $browser: String!) { showApproach(key: $key, browser: $browser) { id kind text url operatorName } }',
      {
        key,
        browser,
      },
    )
  ).showApproach
const answer = async (
  { browser }: Guest,
  approachId: string,
  accepted: boolean,
  visitor = stranger(),
  key = world.keys.here,
): Promise<any> =>
  (
    await visitor.get(
      `mutation($input: AnswerApproachInput!) { answerApproach(input: $input) { __typename
        ... on AnswerApproachSuccess { met { token visitor { id name } } } ... on Refusal { code } } }`,
      { input: { key, browser, approachId, accepted } },
    )
  ).answerApproach

describe('an invitation', () => {
  test('reaches the page of who was chosen, is seen, and what he answers stands on every list', async () => {
    const [chosen, other] = [await aGuest(), await aGuest()]
    expect((await chosen.beat()).ask).toBe(false)
    const { approaches, skipped } = await approach(admin, [chosen.id], {})
    expect(approaches).toMatchObject([
      { visitId: chosen.id, kind: 'invitation', state: 'waiting', operatorName: 'Ada', text: 'May I help?' },
    ])
    expect(skipped).toEqual([])
    expect(await chosen.beat()).toMatchObject({ ask: true, wait: 1_500 })
    expect((await other.beat()).ask).toBe(false)
    expect(await show(other)).toBeNull()
    expect(await show(chosen)).toMatchObject({ id: approaches[0].id, text: 'May I help?', operatorName: 'Ada' })
    await becomes(chosen, 'shown')
    expect((await answer(chosen, approaches[0].id, true)).__typename).toBe('AnswerApproachSuccess')
    await becomes(chosen, 'accepted')
    expect((await chosen.beat()).ask).toBe(false)
    expect(await show(chosen)).toBeNull()
    expect(await stands(other)).toBeNull()
  })

  test('is asked once: who has not answered is left alone, and so is who talks already or has gone', async () => {
    const [asked, talks, gone] = [await aGuest(), await aGuest(), await aGuest()]
    await approach(admin, [asked.id], {})
    const maria = await world.makeVisitor('Maria')
    await maria.get('mutation($b: String!) { joinVisit(browser: $b) }', { b: talks.browser })
    await maria.say('Hello')
    await untilTrue(
      async () => (await admin.get('query($id: ID!) { visit(visitId: $id) { state } }', { id: talks.id })).visit.state === 'queued',
    )
    const fresh = await aGuest()
    const { approaches, skipped } = await approach(admin, [asked.id, talks.id, gone.id, fresh.id, crypto.randomUUID()], {})
    expect(approaches.map(({ visitId }: any) => visitId).sort()).toEqual([gone.id, fresh.id].sort())
    expect(skipped.map(({ visitId, why }: any) => [visitId, why])).toEqual(
      expect.arrayContaining([
        [asked.id, 'asked'],
        [talks.id, 'serving'],
        [expect.any(String), 'left'],
      ]),
    )
    const { id } = await show(asked)
    await answer(asked, id, false)
    await becomes(asked, 'refused')
    // The first answer holds.
    await answer(asked, id, true)
    expect((await stands(asked)).state).toBe('refused')
    expect((await approach(admin, [asked.id], {})).approaches).toHaveLength(1)
  })

  test('made on one hub is shown by another', async () => {
    const guest = await aGuest(second.url)
    await approach(admin, [guest.id], {})
    await untilTrue(async () => (await guest.beat(second.url)).ask)
    const { id } = await show(guest, stranger(second.url))
    await answer(guest, id, true, stranger(second.url))
    await becomes(guest, 'accepted')
  })

  test('nobody answered is over after a while, and an answer that comes late is heard all the same', async () => {
    const guest = await aGuest()
    const { approaches } = await approach(admin, [guest.id], {})
    await show(guest)
    await world.asHub(
      (work) =>
        work.sql`update approaches set shown_at = shown_at - interval '6 minutes' where workspace_id = ${work.workspaceId} and id = ${approaches[0].id}`,
    )
    expect(await show(guest)).toBeNull()
    await answer(guest, approaches[0].id, true)
    await becomes(guest, 'accepted')
  })
})

describe('a redirect', () => {
  test('leads to the websites of the channel alone, whatever the address looks like', async () => {
    const guest = await aGuest()
    const refused: Record<string, string> = {
      'https://evil.example/': 'url_not_listed',
      'https://shop.example.evil.example/': 'url_not_listed',
      'http://shop.example/': 'url_not_listed',
      'https://shop.example:8443/': 'url_not_listed',
      'https://evil.example#https://shop.example': 'url_not_listed',
      'https://shop.example@evil.example/': 'invalid',
      'https://user:secret@shop.example/': 'invalid',
      'javascript:alert(document.cookie)//https://shop.example': 'invalid',
      'JaVaScRiPt:alert(1)': 'invalid',
      'data:text/html,<script>alert(1)</script>': 'invalid',
      'blob:https://shop.example/1': 'invalid',
      '//evil.example': 'invalid',
      '/sale': 'invalid',
      ' ': 'required',
    }
    const codes: Record<string, string> = {}
    for (const url of Object.keys(refused))
      for (const kind of ['redirect', 'promotion']) {
        const { code, field } = await approach(admin, [guest.id], { kind, url })
        codes[url] = field === 'url' ? code : `${field}: ${code}`
        expect([url, codes[url]]).toEqual([url, refused[url]])
      }
    expect(Object.keys(codes)).toHaveLength(14)
    expect(await stands(guest)).toBeNull()
    const { approaches } = await approach(admin, [guest.id], { kind: 'redirect', text: null, url: 'https://shop.example/sale?x=1' })
    expect(approaches).toMatchObject([{ kind: 'redirect', text: null, url: 'https://shop.example/sale?x=1' }])
    expect(await show(guest)).toMatchObject({ kind: 'redirect', url: 'https://shop.example/sale?x=1', operatorName: 'Ada' })
  })

  test('goes to nobody where one of the websites of those chosen does not have the page', async () => {
    const guest = await aGuest()
    const key = (await admin.get('{ channels { id publicKey } }')).channels.find((each: any) => each.id === world.channels.open).publicKey
    await browse(world.hub.url, key, { browser: 'guest-of-the-open-site', page: 'https://open.example/x' })
    const open = await untilTrue(async () =>
      (await admin.get('{ visits(first: 100) { id page { url } } }')).visits.find(
        (each: any) => each.page.url === 'https://open.example/x',
      ),
    )
    const to = { kind: 'redirect', url: 'https://shop.example/' }
    expect(await approach(admin, [guest.id, open.id], to)).toMatchObject({ code: 'url_not_listed', field: 'url' })
    expect(await stands(guest)).toBeNull()
  })
})

describe('a chat that an operator begins', () => {
  test('is his from the first word, without a form, once the visitor accepts', async () => {
    const guest = await aGuest()
    const { approaches } = await approach(world.people.member, [guest.id], { kind: 'chat', text: 'The red one is back.' })
    const { id } = await show(guest)
    const { met } = await answer(guest, id, true)
    const visitor = new Visitor(world.hub.url, met.token)
    const { chat } = (await visitor.get('{ visitor { chat { state messages(last: 5) { edges { node { author text } } } } } }')).visitor
    expect(chat).toMatchObject({ state: 'serving', messages: { edges: [{ node: { author: 'operator', text: 'The red one is back.' } }] } })
    await visitor.say('Great!')
    const mine = await world.people.member.get('{ chats(section: mine, first: 20) { edges { node { lastMessage { text } } } } }')
    expect(mine.chats.edges.map(({ node }: any) => node.lastMessage.text)).toContain('Great!')
    // Whoever answers again learns nothing more.
    expect((await answer(guest, approaches[0].id, true)).met).toBeNull()
  })

  test('of a visitor who is known goes on in his own thread', async () => {
    const guest = await aGuest()
    const maria = await world.makeVisitor('Maria')
    await approach(world.people.member, [guest.id], { kind: 'chat', text: 'Still here?' })
    const { id } = await show(guest, maria)
    expect((await answer(guest, id, true, maria)).met).toBeNull()
    const { visitor } = await maria.get('{ visitor { name chat { state messages(last: 5) { edges { node { text } } } } } }')
    expect(visitor).toMatchObject({ name: 'Maria', chat: { state: 'serving', messages: { edges: [{ node: { text: 'Still here?' } }] } } })
  })
})

describe('nobody', () => {
  test('turns to visitors of a website he does not see, or of another company', async () => {
    const guest = await aGuest()
    for (const person of [world.people.outsider, world.people.holder, world.people.otherLeader, world.foreigner])
      for (const kind of ['invitation', 'chat', 'redirect'])
        expect(await approach(person, [guest.id], { kind, url: 'https://shop.example/' })).toMatchObject({ code: 'not_found' })
    expect(await stands(guest)).toBeNull()
    expect((await guest.beat()).ask).toBe(false)
  })

  test('sees or answers what another browser was asked, or asks on another website for it', async () => {
    const [guest, other] = [await aGuest(), await aGuest()]
    const { approaches } = await approach(admin, [guest.id], { kind: 'chat' })
    const [{ id }] = approaches
    expect(await show(other)).toBeNull()
    expect(await show(guest, stranger(), world.keys.foreign)).toBeNull()
    for (const accepted of [true, false]) {
      expect(await answer(other, id, accepted)).toMatchObject({ code: 'not_found' })
      expect(await answer(guest, id, accepted, stranger(), world.keys.foreign)).toMatchObject({ code: 'not_found' })
      expect(await answer(guest, crypto.randomUUID(), accepted)).toMatchObject({ code: 'not_found' })
    }
    expect((await stands(guest)).state).toBe('waiting')
  })
})
