import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemOf } from '../src/work.ts'
import { type Person, setUp, startTestHub, type TestHub, Visitor } from './support/hub.ts'
import { findCustomers, identifyAs, renewSecret, signClaims, startNamed, textsOf, type Website } from './support/websites.ts'

let hub: TestHub
let ada: Person
let workspaceId: string
let website: Website
let secret: string

beforeAll(async () => {
  hub = await startTestHub({ ROLES: 'web' })
  ada = await setUp(hub)
  const { workspace, channels } = await ada.get('{ workspace { id } channels { id publicKey } }')
  workspaceId = workspace.id
  website = channels[0]
  secret = await renewSecret(ada, website)
})
afterAll(() => hub.drop())

const sign = (claims: Record<string, unknown>, by = secret): string => signClaims(claims, by)
const identify = (token: string, visitor?: Visitor) => identifyAs(hub, website.publicKey, token, visitor)
const signedIn = async (claims: Record<string, unknown>, visitor?: Visitor): Promise<Visitor> =>
  new Visitor(hub.url, (await identify(sign(claims), visitor)).token)
const start = (name: string): Promise<Visitor> => startNamed(hub, website, name)

const anna = async (sub: string, first?: string): Promise<Visitor> => {
  const phone = await signedIn({ sub, name: `Known ${sub}` })
  if (first) await phone.say(first)
  return phone
}
const newest = async (text: string): Promise<any> => (await chatsWith(text))[0]
const chatsWith = async (text: string): Promise<any[]> => {
  const found = []
  for (const section of ['new', 'mine', 'others', 'closed']) {
    const { chats } = await ada.get(
      'query($s: ChatSection!) { chats(section: $s, first: 50) { edges { node { id number state unread waitingSince lastMessage { text } customer { id name email } } } } }',
      { s: section },
    )
    if (!chats) continue
    found.push(...chats.edges.map((edge: any) => edge.node))
  }
  return found.filter((chat) => chat.lastMessage?.text === text)
}
const timeline = async (id: string): Promise<string[]> =>
  (
    await ada.get(
      'query($id: ID!) { chat(id: $id) { timeline(last: 50) { edges { node { ... on Message { text } ... on Activity { type continuesIn } } } } } }',
      { id },
    )
  ).chat.timeline.edges.map(({ node }: any) => node.text ?? (node.continuesIn ? `${node.type} ${node.continuesIn}` : node.type))
const serve = (id: string) => ada.get('mutation($id: ID!) { takeChat(chatId: $id) { __typename } }', { id })
const answer = (id: string, text: string) =>
  ada.get('mutation($i: SendMessageInput!) { sendMessage(input: $i) { __typename } }', {
    i: { chatId: id, clientId: randomUUID(), text },
  })

describe('a customer who is known already and has just written as a stranger', () => {
  test('goes on in that chat on all his devices, and operators see one customer', async () => {
    const phone = await anna('along-1')
    const stranger = await start('Anonymous1')
    await stranger.say('Where is my parcel 1?')
    const before = await newest('Where is my parcel 1?')
    const own = phone.follow('subscription { visitorFeed { cursor chat { messages(last: 5) { edges { node { text } } } } } }')
    await own.until(() => true)
    const here = await signedIn({ sub: 'along-1', name: 'Known along-1' }, stranger)
    expect(await textsOf(here)).toEqual(['Where is my parcel 1?'])
    await own.until((frame) => frame.chat?.messages.edges[0]?.node.text === 'Where is my parcel 1?')
    own.end()
    expect(await textsOf(phone)).toEqual(['Where is my parcel 1?'])
    const after = await newest('Where is my parcel 1?')
    expect(after).toMatchObject({
      id: before.id,
      number: before.number,
      customer: { name: 'Known along-1', email: 'anonymous1@typed.example' },
    })
    expect(await timeline(after.id)).toContain('chat_identified')
    expect(await findCustomers(ada, 'Known along-1')).toHaveLength(1)
    expect(await findCustomers(ada, 'anonymous1@typed')).toHaveLength(1)
    await here.say('It is number 7')
    expect(await timeline(after.id)).toContain('It is number 7')
  })

  test('and has an open chat: what waited for an answer waits there, and the other one is over', async () => {
    const phone = await anna('along-2', 'From last week')
    const own = await newest('From last week')
    await serve(own.id)
    const stranger = await start('Anonymous2')
    await stranger.say('And where is this one?')
    const other = await newest('And where is this one?')
    const feed = ada.follow('subscription { feed { event { type chat { id } message { text } } } }')
    await feed.until(() => true)
    const here = await signedIn({ sub: 'along-2' }, stranger)
    await feed.until((frame) => frame.event?.type === 'message_received' && frame.event.chat.id === own.id)
    feed.end()
    for (const device of [here, phone]) expect(await textsOf(device)).toEqual(['From last week', 'And where is this one?'])
    expect((await here.get('{ visitor { chat { state } } }')).visitor.chat.state).toBe('serving')
    expect(await timeline(own.id)).toContain('And where is this one?')
    expect(await timeline(other.id)).toEqual(['chat_opened', `chat_identified ${own.number}`, 'chat_closed'])
    expect(await newest('And where is this one?')).toMatchObject({ id: own.id, state: 'serving', waitingSince: expect.anything() })
    await answer(own.id, 'Both tomorrow')
    expect(await textsOf(here)).toContain('Both tomorrow')
  })

  test('and is being answered as that stranger: he goes on with who answers him', async () => {
    await anna('along-3', 'Of the known')
    const own = await newest('Of the known')
    const stranger = await start('Anonymous3')
    await stranger.say('Of the stranger')
    const other = await newest('Of the stranger')
    await serve(other.id)
    await answer(other.id, 'What is your number?')
    const here = await signedIn({ sub: 'along-3' }, stranger)
    await here.say('It is 12')
    expect(await timeline(other.id)).toEqual(
      expect.arrayContaining(['Of the known', 'Of the stranger', 'What is your number?', 'It is 12']),
    )
    expect(await timeline(own.id)).toContain(`chat_identified ${other.number}`)
    expect(await textsOf(here)).toEqual(['Of the known', 'Of the stranger', 'What is your number?', 'It is 12'])
  })

  test('and had an open chat: once that is closed, his mark and his next words are for it and not for the one that went into it', async () => {
    await ada.get('mutation { updateClosingSettings(reopenMinutes: 60) { __typename } }')
    await anna('along-20', 'From the day before')
    const own = await newest('From the day before')
    await serve(own.id)
    const stranger = await start('Anonymous20')
    await stranger.say('And what of this?')
    const here = await signedIn({ sub: 'along-20' }, stranger)
    await answer(own.id, 'It is there tomorrow')
    await ada.get('mutation($c: ID!) { closeChat(chatId: $c, closing: { silent: true }) { __typename } }', { c: own.id })
    const { visitor } = await here.get('{ visitor { chat { id mayRate } } }')
    expect(visitor.chat).toEqual({ id: own.id, mayRate: true })
    await here.say('Thank you')
    expect(await newest('Thank you')).toMatchObject({ id: own.id })
    await ada.get('mutation { updateClosingSettings(reopenMinutes: 0) { __typename } }')
  })

  test('has it on a device that is open elsewhere, which loads anew what was said', async () => {
    const phone = await anna('along-21')
    const stranger = await start('Anonymous21')
    await stranger.say('Of the other browser')
    const own = phone.follow('subscription { visitorFeed { cursor reset chat { state } } }')
    await own.until(({ reset }) => !reset)
    await signedIn({ sub: 'along-21' }, stranger)
    await own.until(({ reset }) => reset)
    own.end()
    expect(await textsOf(phone)).toEqual(['Of the other browser'])
  })

  test('leaves what an operator noted of the stranger with the customer, and what an operator wrote of the customer as it is', async () => {
    const phone = await anna('along-4', 'Hello from the known')
    const { customer } = await newest('Hello from the known')
    await ada.get('mutation($id: ID!) { updateCustomer(customerId: $id, email: "office@written.example") { __typename } }', {
      id: customer.id,
    })
    const stranger = await start('Anonymous4')
    await stranger.say('Hello from the stranger')
    const other = await newest('Hello from the stranger')
    await ada.get('mutation($id: ID!) { addNote(customerId: $id, clientId: "along-4", text: "Prefers mornings") { __typename } }', {
      id: other.customer.id,
    })
    await signedIn({ sub: 'along-4' }, stranger)
    const { customer: now } = await ada.get(
      'query($id: ID!) { customer(id: $id) { id email notes(first: 5) { edges { node { text } } } } }',
      {
        id: other.customer.id,
      },
    )
    expect(now).toMatchObject({ id: customer.id, email: 'office@written.example' })
    expect(now.notes.edges.map((edge: any) => edge.node.text)).toEqual(['Prefers mornings'])
    expect(await textsOf(phone)).toEqual(['Hello from the known', 'Hello from the stranger'])
  })

  test('says a message again that was on its way when he signed in, and it is there once', async () => {
    await anna('along-5', 'First')
    const stranger = await start('Anonymous5')
    const again = { clientId: randomUUID(), text: 'On its way' }
    const send =
      'mutation($input: VisitorMessageInput!) { sendMessage(input: $input) { ... on VisitorMessage { id } ... on Refusal { code } } }'
    const { sendMessage } = await stranger.get(send, { input: again })
    const here = await signedIn({ sub: 'along-5' }, stranger)
    expect((await here.get(send, { input: again })).sendMessage.id).toBe(sendMessage.id)
    expect(await textsOf(here)).toEqual(['First', 'On its way'])
  })

  test('signs in though both browsers chose the same ids', async () => {
    const send = 'mutation($input: VisitorMessageInput!) { sendMessage(input: $input) { ... on VisitorMessage { id } } }'
    const clientId = randomUUID()
    const phone = await anna('along-6')
    await phone.get(send, { input: { clientId, text: 'One' } })
    const stranger = await start('Anonymous6')
    await stranger.get(send, { input: { clientId, text: 'Two' } })
    const here = await signedIn({ sub: 'along-6' }, stranger)
    expect(await textsOf(here)).toEqual(['One', 'Two'])
  })

  test('brings nothing along of another browser, of another day, or of who had signed in there before', async () => {
    const phone = await anna('along-7', 'Mine')
    const [elsewhere, old] = [await start('Elsewhere7'), await start('Yesterday7')]
    await elsewhere.say('Of another browser')
    await old.say('Of another day')
    const other = await signedIn({ sub: 'along-8' })
    await other.say('Of who was here before')
    await hub.works.work(
      systemOf(workspaceId),
      (work) => work.sql`update chats set last_message_at = clock_timestamp() - interval '1 day' where workspace_id = ${workspaceId}
        and last_message_id in (select id from messages where workspace_id = ${workspaceId} and text = 'Of another day')`,
    )
    await signedIn({ sub: 'along-7' })
    const late = await signedIn({ sub: 'along-7' }, old)
    const here = await signedIn({ sub: 'along-7' }, other)
    for (const device of [phone, late, here]) expect(await textsOf(device)).toEqual(['Mine'])
    expect(await textsOf(elsewhere)).toEqual(['Of another browser'])
    expect(await textsOf(await signedIn({ sub: 'along-8' }))).toEqual(['Of who was here before'])
  })

  test('brings nothing along by a token that is refused, nor by one that was used', async () => {
    const phone = await anna('along-9', 'Safe')
    const stranger = await start('Stays9')
    await stranger.say('Stays a stranger')
    const used = sign({ sub: 'along-9' })
    await identify(used)
    for (const token of [sign({ sub: 'along-9' }, 'x'.repeat(43)), used])
      expect(await identify(token, stranger)).toMatchObject({ code: 'bad_identity' })
    expect(await textsOf(stranger)).toEqual(['Stays a stranger'])
    expect(await textsOf(phone)).toEqual(['Safe'])
  })

  test('signs in in several tabs of that browser at once, and everything is there once', async () => {
    const phone = await anna('along-10', 'Before')
    const stranger = await start('Tabs10')
    await stranger.say('In many tabs')
    const all = await Promise.all(Array.from({ length: 5 }, () => identify(sign({ sub: 'along-10' }), stranger)))
    expect(all.filter(({ __typename }) => __typename === 'StartVisitorSuccess').length).toBeGreaterThan(0)
    expect(await textsOf(phone)).toEqual(['Before', 'In many tabs'])
  })

  test('signs in while his first words are on their way: they are with him, or his browser hears that it has to send them again', async () => {
    const phone = await anna('along-11', 'First')
    const words = Array.from({ length: 12 }, (_each, round) => `In a hurry ${round}`)
    for (const text of words) {
      const stranger = await start(`Hurried${words.indexOf(text)}`)
      const clientId = randomUUID()
      const input = { clientId, text }
      const [sent, here] = await Promise.all([
        stranger.ask('mutation($input: VisitorMessageInput!) { sendMessage(input: $input) { __typename ... on Refusal { code } } }', {
          input,
        }),
        signedIn({ sub: 'along-11' }, stranger),
      ])
      if (sent.data?.sendMessage?.__typename === 'VisitorMessage') continue
      expect(sent.data?.sendMessage.code).toBe('signed_out')
      await here.say(text, clientId)
    }
    expect(await textsOf(phone)).toEqual(['First', ...words])
  })
})
