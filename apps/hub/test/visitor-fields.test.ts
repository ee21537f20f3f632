import { createHmac, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Person, setUp, startTestHub, type TestHub, Visitor } from './support/hub.ts'

let hub: TestHub
let ada: Person
let channel: { id: string; publicKey: string; options: Record<string, unknown> }
const own: Record<string, string> = {}
const ruleOf = (field: string, asked = 'no', siteSets = false) => ({ field, asked, siteSets })

beforeAll(async () => {
  hub = await startTestHub({ ROLES: 'web' })
  ada = await setUp(hub)
  ;[channel] = (await ada.get('{ channels { id publicKey options } }')).channels
  for (const [key, type, options] of [
    ['plan', 'choice', ['Basic', 'Gold']],
    ['seats', 'number', []],
    ['since', 'date', []],
    ['vip', 'yes_no', []],
    ['likes', 'choices', ['Tea', 'Coffee', 'Mate']],
  ] as const)
    own[key] = (
      await ada.get(
        `mutation($o: [String!]) { createCustomerField(label: "${key}", type: ${type}, options: $o) { ... on CustomerField { id } } }`,
        { o: options },
      )
    ).createCustomerField.id
})
afterAll(() => hub.drop())

const setOptions = (options: object) =>
  ada.get(
    'mutation($c: ID!, $o: JSON) { updateChannel(channelId: $c, options: $o) { __typename ... on Refusal { code field message } } }',
    {
      c: channel.id,
      o: { ...channel.options, ...options },
    },
  )
const choose = (visitorFields: object[], asksFirst = true) => setOptions({ visitorFields, asksFirst })
const asked = async () =>
  (
    await new Visitor(hub.url, null).get('query($k: String!) { site(key: $k) { asks { name kind label options required } } }', {
      k: channel.publicKey,
    })
  ).site.asks
const start = async (values: object[], more: object = {}) =>
  (
    await new Visitor(hub.url, null).get(
      'mutation($input: StartVisitorInput!) { startVisitor(input: $input) { ... on StartVisitorSuccess { token visitor { name email } } ... on Refusal { code field message } } }',
      { input: { key: channel.publicKey, values, ...more } },
    )
  ).startVisitor
const said = (field: string, ...values: string[]) => ({ field, values })
const describeAs = async (visitor: Visitor, bySite: boolean, ...values: object[]) =>
  (
    await visitor.get(
      'mutation($input: DescribeVisitorInput!) { describeVisitor(input: $input) { __typename ... on Refusal { code field message } } }',
      { input: { values, bySite } },
    )
  ).describeVisitor
/** His profile as the desk sees it, once he has written. */
async function profile(visitor: Visitor) {
  const text = randomUUID()
  await visitor.say(text)
  const { chats } = await ada.get(
    '{ chats(section: new, first: 50) { edges { node { customer { id version name email phone values { field { key } values } } lastMessage { text } } } } }',
  )
  const { customer } = chats.edges.map(({ node }: any) => node).find((chat: any) => chat.lastMessage?.text === text)
  return { ...customer, values: Object.fromEntries(customer.values.map((each: any) => [each.field.key, each.values])) }
}
const update = (customerId: string, more: string, variables: object = {}, types = '') =>
  ada.get(`mutation($id: ID!${types}) { updateCustomer(customerId: $id, ${more}) { __typename } }`, { id: customerId, ...variables })

describe('before the first message a visitor is asked', () => {
  test('name and e-mail where no admin chose otherwise', async () => {
    expect((await asked()).map(({ name, required }: any) => [name, required])).toEqual([
      ['name', true],
      ['email', true],
    ])
    expect(await start([said('name', 'Nina')])).toMatchObject({ code: 'required', field: 'email' })
  })

  test('what the admin chose, in the order of the company, and it lands in the profile by its types', async () => {
    await choose([
      ruleOf(own.plan ?? '', 'required'),
      ruleOf('phone', 'required'),
      ruleOf('name', 'optional'),
      ruleOf(own.seats ?? '', 'optional'),
      ruleOf(own.likes ?? '', 'optional'),
      ruleOf('email', 'no'),
    ])
    expect((await asked()).map(({ name, kind, label, required }: any) => [name, kind, label, required])).toEqual([
      ['name', 'name', null, false],
      ['phone', 'phone', null, true],
      [own.plan, 'choice', 'plan', true],
      [own.seats, 'number', 'seats', false],
      [own.likes, 'choices', 'likes', false],
    ])
    const full = [said('phone', '+55 11 91234-5678'), said(own.plan ?? '', 'Gold')]
    expect(await start([said('phone', '+55 11 91234-5678')])).toMatchObject({ code: 'required', field: own.plan })
    expect(await start([...full, said(own.seats ?? '', 'many')])).toMatchObject({ code: 'bad_answer', field: own.seats })
    expect(await start([said('phone', 'none'), said(own.plan ?? '', 'Gold')])).toMatchObject({ code: 'bad_phone', field: 'phone' })
    expect(await start([...full, said('likes', 'Beer')])).toMatchObject({ code: 'bad_answer', field: own.likes })
    expect(await start([...full, said(own.vip ?? '', 'yes')])).toMatchObject({ code: 'not_found' })
    const { token } = await start([...full, said('likes', 'Tea', 'Mate'), said('seats', '12')], { email: 'not@asked.example' })
    expect(await profile(new Visitor(hub.url, token))).toMatchObject({
      name: null,
      email: null,
      phone: '+55 11 91234-5678',
      values: { plan: ['Gold'], seats: ['12'], likes: ['Tea', 'Mate'] },
    })
  })

  test('nothing at all where the form is switched off', async () => {
    await choose([ruleOf('name', 'required')], false)
    expect(await asked()).toEqual([])
    const { token } = await start([])
    expect(await profile(new Visitor(hub.url, token))).toMatchObject({ name: null, email: null, phone: null })
  })

  test('no field that was archived since', async () => {
    await choose([ruleOf(own.since ?? '', 'required')])
    const archive = (archived: boolean) =>
      ada.get('mutation($id: ID!, $a: Boolean!) { archiveCustomerField(fieldId: $id, archived: $a) { __typename } }', {
        id: own.since,
        a: archived,
      })
    await archive(true)
    expect(await asked()).toEqual([])
    expect(await start([])).toMatchObject({ token: expect.any(String) })
    await archive(false)
  })

  test('only what nobody knows, once the website has said who he is', async () => {
    await choose([ruleOf('name', 'required'), ruleOf('email', 'required'), ruleOf('phone', 'required')])
    const known = await signedIn({ sub: 'user-1', name: 'Nina', email: 'nina@shop.example' })
    const asks = async () => (await known.get('{ visitor { asks { name } } }')).visitor.asks
    expect(await asks()).toEqual([{ name: 'phone' }])
    await describeAs(known, false, said('phone', '+351 912 345 678'))
    expect(await asks()).toEqual([])
    expect(await profile(known)).toMatchObject({ name: 'Nina', email: 'nina@shop.example', phone: '+351 912 345 678' })
  })

  test('and what is set is refused where it makes no sense', async () => {
    expect((await choose([ruleOf('name', 'perhaps')])).updateChannel).toMatchObject({ code: 'bad_options' })
  })
})

describe('what the page of a website says of its visitor', () => {
  const visit = async () => {
    await choose([ruleOf('name', 'optional'), ruleOf('phone', 'no', true), ...Object.values(own).map((id) => ruleOf(id, 'no', true))])
    return new Visitor(hub.url, (await start([said('name', 'Otto')])).token)
  }

  test('is kept by the types of the fields, and taken back', async () => {
    const otto = await visit()
    await describeAs(otto, true, said('plan', 'Basic'), said('vip', 'yes'), said('since', '2024-02-29'))
    await describeAs(otto, true, said('plan', 'Gold'), said('vip'))
    expect(await profile(otto)).toMatchObject({ values: { plan: ['Gold'], since: ['2024-02-29'] } })
    expect(await describeAs(otto, true, said('since', '2023-02-29'))).toMatchObject({ code: 'bad_answer', field: own.since })
    expect(await describeAs(otto, true, said('nothing', '1'))).toMatchObject({ code: 'not_found', field: 'nothing' })
  })

  test('is refused for every field an admin did not let it tell', async () => {
    const otto = await visit()
    expect(await describeAs(otto, true, said('name', 'Boss'))).toMatchObject({ code: 'not_found', field: 'name' })
    expect(await describeAs(otto, false, said('phone', '+55 11 91234-5678'))).toMatchObject({ code: 'not_found', field: 'phone' })
    expect((await profile(otto)).name).toBe('Otto')
  })

  test('never takes the place of what an operator wrote, but fills what is empty', async () => {
    const otto = await visit()
    await describeAs(otto, true, said('seats', '3'))
    const { id, version } = await profile(otto)
    await update(id, 'phone: "+49 30 123456", values: $v', { v: [{ fieldId: own.seats, values: ['40'] }] }, ', $v: [CustomerValueInput!]')
    await describeAs(otto, true, said('seats', '5'), said('phone', '+1 212 555 0100'), said('plan', 'Gold'))
    const now = await profile(otto)
    expect(now).toMatchObject({ phone: '+49 30 123456', values: { seats: ['40'], plan: ['Gold'] } })
    expect(now.version).toBeGreaterThan(version)
    await update(id, 'phone: ""')
    await describeAs(otto, true, said('phone', '+1 212 555 0100'))
    expect((await profile(otto)).phone).toBe('+1 212 555 0100')
  })

  test('does not stand above who the website signed that he is', async () => {
    await choose([ruleOf('name', 'optional', true)])
    const known = await signedIn({ sub: 'user-2', name: 'Vera' })
    await describeAs(known, true, said('name', 'Somebody else'))
    expect((await profile(known)).name).toBe('Vera')
  })

  test('is told to every console that may see the customer', async () => {
    const otto = await visit()
    const { id } = await profile(otto)
    const feed = ada.follow('subscription { feed { event { type customer { id values { values } } } } }')
    await feed.until(() => true)
    await describeAs(otto, true, said('seats', '77'))
    await feed.until(({ event }) => event?.customer?.id === id && event.customer.values[0]?.values[0] === '77')
    feed.end()
  })
})

let secret: string | undefined
async function signedIn(claims: Record<string, unknown>): Promise<Visitor> {
  secret ??= (
    await ada.get('mutation($id: ID!) { renewIdentitySecret(channelId: $id) { ... on IdentitySecret { secret } } }', { id: channel.id })
  ).renewIdentitySecret.secret
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const body = `${part({ alg: 'HS256' })}.${part({ exp: Math.floor(Date.now() / 1_000) + 300, jti: randomUUID(), ...claims })}`
  const token = `${body}.${createHmac('sha256', secret ?? '')
    .update(body)
    .digest('base64url')}`
  const { identify } = await new Visitor(hub.url, null).get(
    'mutation($input: IdentifyInput!) { identify(input: $input) { ... on StartVisitorSuccess { token } } }',
    { input: { key: channel.publicKey, token } },
  )
  return new Visitor(hub.url, identify.token)
}
