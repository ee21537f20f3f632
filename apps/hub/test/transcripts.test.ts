import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemOf } from '../src/work.ts'
import { addColleague, type Person, setUp, startTestHub, type TestHub, untilTrue, Visitor } from './support/hub.ts'
import { openPostbox, type Postbox } from './support/mail.ts'

let hub: TestHub
let post: Postbox
let ada: Person
/** Of no group: he sees the chat only while it waits. */
let oto: Person & { id: string }
let workspaceId: string
let key: string

beforeAll(async () => {
  post = await openPostbox()
  hub = await startTestHub({ ROLES: 'web,worker', SMTP_URL: post.url, SMTP_FROM: 'chat@acme.example' })
  ada = await setUp(hub)
  const found = await ada.get('{ workspace { id } channels { publicKey } }')
  ;[workspaceId, key] = [found.workspace.id, found.channels[0].publicKey]
  oto = await addColleague(ada, 'Oto', { groupIds: [] })
})
afterAll(async () => {
  await hub.drop()
  await post.close()
})

const state = async (visitor: Visitor) => (await visitor.get('{ visitor { chat { id state mayMail } } }')).visitor.chat
async function startChat(name: string, text: string): Promise<{ visitor: Visitor; chatId: string }> {
  const { startVisitor } = await new Visitor(hub.url, null).get(
    'mutation($input: StartVisitorInput!) { startVisitor(input: $input) { ... on StartVisitorSuccess { token } } }',
    { input: { key, name, email: `${name.toLowerCase()}@customer.example` } },
  )
  const visitor = new Visitor(hub.url, startVisitor.token)
  await visitor.say(text)
  const chatId = (await state(visitor)).id
  await ada.get('mutation($id: ID!) { takeChat(chatId: $id) { __typename } }', { id: chatId })
  return { visitor, chatId }
}
const send = (chatId: string, text: string) =>
  ada.get('mutation($i: SendMessageInput!) { sendMessage(input: $i) { __typename ... on Refusal { code } } }', {
    i: { chatId, clientId: crypto.randomUUID(), text },
  })
const close = (chatId: string) =>
  ada.get('mutation($id: ID!) { closeChat(chatId: $id) { __typename ... on Refusal { code } } }', { id: chatId })
const byOperator = async (chatId: string, as: Person = ada) =>
  (
    await as.get(
      'mutation($id: ID!) { sendTranscript(chatId: $id) { __typename ... on Mail { to messageId state } ... on Refusal { code } } }',
      { id: chatId },
    )
  ).sendTranscript
const byVisitor = async (visitor: Visitor, chatId: string) =>
  (
    await visitor.get(
      'mutation($i: TranscriptInput!) { sendTranscript(input: $i) { __typename ... on VisitorChat { id } ... on Refusal { code } } }',
      { i: { chatId } },
    )
  ).sendTranscript
/** The parts of a mail as their readers see them. */
function partsOf(mail: string): { text: string; html: string } {
  const boundary = /boundary="([^"]+)"/.exec(mail)?.[1] ?? ''
  const parts = mail.split(`--${boundary}`).map((part) => {
    const [head = '', ...body] = part.split(/\r?\n\r?\n/)
    const text = body.join('\n\n')
    const bytes = /base64/i.test(head)
      ? Buffer.from(text, 'base64')
      : Buffer.from(
          text.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
          'latin1',
        )
    return { head, body: bytes.toString('utf8') }
  })
  const of = (type: string) => parts.find(({ head }) => head.includes(`text/${type}`))?.body ?? ''
  return { text: of('plain'), html: of('html') }
}
const mailTo = (address: string) => post.taken.findLast((mail) => mail.includes(`To: ${address}`)) ?? ''

test('an operator sends a customer what was said, as text and as HTML in which nothing said is markup', async () => {
  const { chatId } = await startChat('Nina', 'Is <b>this</b> & that "ok"?')
  await send(chatId, 'Да, é claro.')
  await ada.get('mutation($i: AddCommentInput!) { addComment(input: $i) { __typename ... on Refusal { code } } }', {
    i: { chatId, clientId: crypto.randomUUID(), text: 'She is difficult.' },
  })
  const { chat } = await ada.get(
    'query($id: ID!) { chat(id: $id) { may { transcript } timeline(last: 20) { edges { node { ... on Comment { text } } } } } }',
    {
      id: chatId,
    },
  )
  expect(chat.may.transcript).toBe(true)
  expect(JSON.stringify(chat.timeline)).toContain('She is difficult.')
  expect(await byOperator(chatId)).toEqual({ __typename: 'Mail', to: 'nina@customer.example', messageId: null, state: 'queued' })
  await untilTrue(async () => mailTo('nina@customer.example') !== '', 15_000)
  const { text, html } = partsOf(mailTo('nina@customer.example'))
  for (const part of [text, html]) {
    expect(part).toContain('Да, é claro.')
    expect(part).toContain('Nina')
    expect(part).toContain('Ada')
    expect(part).not.toContain('difficult')
  }
  expect(text).toContain('Is <b>this</b> & that "ok"?')
  expect(html).toContain('Is &lt;b&gt;this&lt;/b&gt; &amp; that &quot;ok&quot;?')
  const { chat: sent } = await ada.get('query($id: ID!) { chat(id: $id) { mails { to messageId state } } }', { id: chatId })
  expect(sent.mails).toMatchObject([{ to: 'nina@customer.example', messageId: null }])
})

test('its link brings the customer back into the chat', async () => {
  const { text } = partsOf(mailTo('nina@customer.example'))
  const token = /#back=(\S+)/.exec(text)?.[1] ?? ''
  const { comeBack } = await new Visitor(hub.url, null).get(
    'mutation($token: String!) { comeBack(token: $token) { __typename ... on StartVisitorSuccess { visitor { name } } ... on Refusal { code } } }',
    { token },
  )
  expect(comeBack).toMatchObject({ __typename: 'StartVisitorSuccess', visitor: { name: 'Nina' } })
})

test('a visitor has his own chat sent once it is over, and nobody else has it', async () => {
  const { visitor, chatId } = await startChat('Maria', 'My order is late.')
  const { visitor: other } = await startChat('Mallory', 'Hello')
  await send(chatId, 'It comes tomorrow.')
  expect((await state(visitor)).mayMail).toBe(false)
  expect(await byVisitor(visitor, chatId)).toMatchObject({ code: 'forbidden' })
  await close(chatId)
  expect(await state(visitor)).toMatchObject({ state: 'closed', mayMail: true })
  expect(await byVisitor(other, chatId)).toMatchObject({ code: 'not_found' })
  expect(await byVisitor(visitor, chatId)).toEqual({ __typename: 'VisitorChat', id: chatId })
  await untilTrue(async () => mailTo('maria@customer.example') !== '', 15_000)
  expect(partsOf(mailTo('maria@customer.example')).text).toContain('My order is late.')
})

test('what a stranger wrote alone goes to nobody at his wish: whose address it is nobody knows', async () => {
  const before = post.taken.length
  const victim = 'victim@elsewhere.example'
  const outcomes = []
  for (let n = 0; n < 8; n += 1) {
    const { leaveRequest } = await new Visitor(hub.url, null).get(
      'mutation($input: RequestFormInput!) { leaveRequest(input: $input) { ... on LeaveRequestSuccess { token } ... on Refusal { code } } }',
      { input: { key, clientId: crypto.randomUUID(), name: 'Eve', email: victim, title: 'You have won', text: 'https://evil.example/' } },
    )
    const eve = new Visitor(hub.url, leaveRequest.token)
    const own = await state(eve)
    expect(own).toMatchObject({ state: 'closed', mayMail: false })
    outcomes.push((await byVisitor(eve, own.id)).code)
  }
  expect(outcomes).toEqual(Array(8).fill('forbidden'))
  // A mail that is sent afterwards goes out; none of those came before it.
  const { visitor, chatId } = await startChat('Quinn', 'Is it ready?')
  await send(chatId, 'It is.')
  await close(chatId)
  await byVisitor(visitor, chatId)
  await untilTrue(() => mailTo('quinn@customer.example') !== '', 15_000)
  expect(mailTo(victim)).toBe('')
  expect(post.taken.length).toBe(before + 1)
})

test('goes so many times an hour, and only where somebody may send it and an address is known', async () => {
  const { chatId } = await startChat('Olga', 'Hello')
  expect(await byOperator(chatId, oto)).toMatchObject({ code: 'not_found' })
  const outcomes = []
  for (let n = 0; n < 4; n += 1) outcomes.push((await byOperator(chatId)).code ?? 'sent')
  expect(outcomes).toEqual(['sent', 'sent', 'sent', 'too_many_mails'])
  const { chatId: silent } = await startChat('Petra', 'Hello')
  await hub.works.work(
    systemOf(workspaceId),
    (work) => work.sql`update customers set email = null where workspace_id = ${workspaceId} and name = 'Petra'`,
  )
  expect(await byOperator(silent)).toMatchObject({ code: 'no_email' })
})
