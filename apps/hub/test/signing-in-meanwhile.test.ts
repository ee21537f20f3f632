import { randomUUID } from 'node:crypto'
import postgres, { type Sql, type TransactionSql } from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { browserOf } from '../src/visits/beat.ts'
import { type Person, setUp, startTestHub, type TestHub, untilTrue, Visitor } from './support/hub.ts'
import { browse } from './support/visits.ts'
import { identifyAs, renewSecret, signClaims, startNamed, textsOf, type Website } from './support/websites.ts'

let hub: TestHub
let owner: Sql
let ada: Person
let website: Website
let secret: string

beforeAll(async () => {
  hub = await startTestHub({ ROLES: 'web', TRUSTED_PROXIES: '127.0.0.1,::1' })
  owner = postgres(hub.databaseUrl, { max: 2, onnotice: () => {} })
  ada = await setUp(hub)
  website = (await ada.get('{ channels { id publicKey } }')).channels[0]
  secret = await renewSecret(ada, website)
  await ada.get('mutation($id: ID!, $o: JSON!) { updateChannel(channelId: $id, options: $o) { __typename } }', {
    id: website.id,
    o: { name: 'Shop', allowedOrigins: ['https://shop.example'] },
  })
})
afterAll(async () => {
  await owner.end()
  await hub.drop()
})

const start = (name: string): Promise<Visitor> => startNamed(hub, website, name)
const signIn = async (sub: string, browser?: Visitor): Promise<Visitor> => {
  const { token } = await identifyAs(
    hub,
    website.publicKey,
    signClaims({ sub, name: sub, email: `${sub}@signed.example` }, secret),
    browser,
  )
  return new Visitor(hub.url, token)
}
/** Somebody who is known already, and the browser in which he is nobody yet. */
const twoOf = async (sub: string): Promise<[Visitor, Visitor]> => [await signIn(sub), await start(`Stranger-${sub}`)]
const idOf = async (visitor: Visitor): Promise<string> => (await visitor.get('{ visitor { id } }')).visitor.id

/** Begins one after the other; each is in the middle of its work, or done, before the next. The rows of `hold` are free when all have begun. */
async function overlapping<A, B>(
  hold: (tx: TransactionSql) => Promise<unknown>,
  first: () => Promise<A>,
  second: () => Promise<B>,
): Promise<[A, B]> {
  const waiting = (count: number) =>
    untilTrue(
      async () =>
        (await owner`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`).length >= count,
    )
  const begun: [Promise<A>?, Promise<B>?] = []
  await owner.begin(async (tx) => {
    await hold(tx)
    begun[0] = first()
    await waiting(1)
    begun[1] = second()
    await Promise.race([begun[1], waiting(2)])
  })
  return Promise.all(begun) as Promise<[A, B]>
}
const customerOf = (identityId: string) => (tx: TransactionSql) =>
  tx`select from customers where id = (select customer_id from identities where id = ${identityId}) for no key update`

const leave = async (visitor: Visitor, title: string, clientId: string = randomUUID()) =>
  (
    await visitor.get(
      'mutation($input: RequestFormInput!) { leaveRequest(input: $input) { __typename ... on LeaveRequestSuccess { token visitor { id } } ... on Refusal { code } } }',
      { input: { key: website.publicKey, clientId, title, text: title } },
    )
  ).leaveRequest
const whoLeft = async (title: string): Promise<string> =>
  (
    await ada.get('query($s: String!) { requests(search: $s) { edges { node { title customer { name } } } } }', { s: title })
  ).requests.edges.map(({ node }: any) => node.customer.name)

describe('who signs in on the website while he', () => {
  test.each([
    ['in that moment', true],
    ['after it', false],
  ])('leaves a request %s is told to leave it again, and then it is his own', async (moment, meanwhile) => {
    const sub = meanwhile ? 'rita' : 'rosa'
    const [phone, stranger] = await twoOf(sub)
    const [title, clientId] = [`Left ${moment}`, randomUUID()]
    const [here, left] = meanwhile
      ? await overlapping(
          customerOf(await idOf(stranger)),
          () => signIn(sub, stranger),
          () => leave(stranger, title, clientId),
        )
      : [await signIn(sub, stranger), await leave(stranger, title, clientId)]
    expect(left).toEqual({ __typename: 'Refusal', code: 'signed_out' })
    expect(await leave(here, title, clientId)).toMatchObject({ token: null, visitor: { id: await idOf(phone) } })
    expect(await textsOf(phone)).toEqual([title])
    expect(await whoLeft(title)).toEqual([sub])
  })

  test('says yes to an operator talks with him as himself', async () => {
    const [phone, stranger] = await twoOf('yara')
    const asked = await invited(stranger, 'May I help, Yara?')
    const [answered] = await overlapping(
      (tx) => tx`select from approaches for no key update`,
      () => answer(stranger, asked),
      () => signIn('yara', stranger),
    )
    expect(answered).toEqual({ __typename: 'AnswerApproachSuccess', met: null })
    expect(await textsOf(phone)).toEqual(['May I help, Yara?'])
  })

  test('says yes to an operator too late is no new stranger', async () => {
    const [phone, stranger] = await twoOf('yves')
    const asked = await invited(stranger, 'May I help, Yves?')
    const here = await signIn('yves', stranger)
    expect(await answer(stranger, asked)).toEqual({ __typename: 'Refusal', code: 'signed_out' })
    expect(await answer(here, asked)).toEqual({ __typename: 'AnswerApproachSuccess', met: null })
    expect(await textsOf(phone)).toEqual(['May I help, Yves?'])
  })

  test('brings a file along may send it as himself', async () => {
    const [phone, stranger] = await twoOf('fred')
    const [uploaded, here] = await overlapping(
      (tx) => tx`lock table files in share mode`,
      () => upload(stranger),
      () => signIn('fred', stranger),
    )
    expect(uploaded.status).toBe(201)
    const { id } = (await uploaded.json()) as { id: string }
    const { sendMessage } = await here.get(
      'mutation($input: VisitorMessageInput!) { sendMessage(input: $input) { ... on VisitorMessage { files { id } } ... on Refusal { code field } } }',
      { input: { clientId: randomUUID(), text: 'With a picture', fileIds: [id] } },
    )
    expect(sendMessage).toEqual({ files: [{ id }] })
    expect(await textsOf(phone)).toEqual(['With a picture'])
  })

  test('is found on a page is on it as himself', async () => {
    const [phone, stranger] = await twoOf('vera')
    const asked = await invited(stranger, 'May I help, Vera?')
    await overlapping(
      (tx) => tx`select from approaches for no key update`,
      // As one request, the page is named when the answer is through.
      () =>
        stranger.ask(
          'mutation($i: AnswerApproachInput!, $b: String!) { answerApproach(input: $i) { __typename } joinVisit(browser: $b) }',
          { i: { ...asked, accepted: false }, b: asked.browser },
        ),
      async () => {
        const here = await signIn('vera', stranger)
        await here.get('mutation($b: String!) { joinVisit(browser: $b) }', { b: asked.browser })
      },
    )
    const [row] = await owner`select identity_id from visits where browser = ${browserOf(asked.browser)}`
    expect(row?.identity_id).toBe(await idOf(phone))
  })

  test.each([
    ['ends his chat', 'mutation($id: ID!) { did: endChat(input: { chatId: $id }) { ... on Refusal { code } } }'],
    ['rates it', 'mutation($id: ID!) { did: rateChat(input: { chatId: $id, score: 5 }) { ... on Refusal { code } } }'],
    ['asks for what was said', 'mutation($id: ID!) { did: sendTranscript(input: { chatId: $id }) { ... on Refusal { code } } }'],
  ])('%s is told to ask again as himself, not that there is none', async (deed, document) => {
    const [phone, stranger] = await twoOf(deed.replaceAll(' ', '-'))
    const text = `Who ${deed}`
    await stranger.say(text)
    const { id } = (await stranger.get('{ visitor { chat { id } } }')).visitor.chat
    const [, told] = await overlapping(
      (tx) => tx`select from messages where text = ${text} for no key update`,
      () => signIn(deed.replaceAll(' ', '-'), stranger),
      () => stranger.get(document, { id }),
    )
    expect(told.did).toEqual({ code: 'signed_out' })
    expect(await textsOf(phone)).toEqual([text])
  })

  test('is described by the page is described again as himself', async () => {
    const [, stranger] = await twoOf('dora')
    await stranger.say('Here I am')
    const [, told] = await overlapping(
      customerOf(await idOf(stranger)),
      () => signIn('dora', stranger),
      () =>
        stranger.get('mutation($i: DescribeVisitorInput!) { describeVisitor(input: $i) { ... on Refusal { code } } }', {
          i: { bySite: false, values: [{ field: 'name', values: ['Dora'] }] },
        }),
    )
    expect(told.describeVisitor).toEqual({ code: 'signed_out' })
  })
})

test('what was brought along before he signed in may be sent afterwards', async () => {
  const [, stranger] = await twoOf('gina')
  const { id } = (await (await upload(stranger)).json()) as { id: string }
  const here = await signIn('gina', stranger)
  const { sendMessage } = await here.get(
    'mutation($input: VisitorMessageInput!) { sendMessage(input: $input) { ... on VisitorMessage { files { id } } ... on Refusal { code field } } }',
    { input: { clientId: randomUUID(), fileIds: [id] } },
  )
  expect(sendMessage).toEqual({ files: [{ id }] })
})

function upload({ url, token }: Visitor): Promise<Response> {
  const body = new FormData()
  body.append('file', new Blob(['%PDF-1.4 a file of the tests']), 'order.pdf')
  return fetch(`${url}/widget/files`, { method: 'POST', headers: { authorization: `Visitor ${token}` }, body })
}

let pages = 0
async function visit(browser: string): Promise<string> {
  pages += 1
  const page = `https://shop.example/page-${pages}`
  await browse(hub.url, website.publicKey, { browser, page, address: `203.0.113.${pages}` })
  return untilTrue(
    async () =>
      (await ada.get('{ visits(first: 100) { id page { url } } }')).visits.find((each: any) => each.page.url === page)?.id as
        | string
        | undefined,
  )
}

/** An operator asks him to talk; answers with how he says yes. */
async function invited(stranger: Visitor, text: string) {
  const browser = `browser-of-${await idOf(stranger)}`
  const visitId = await visit(browser)
  const { approachVisitors } = await ada.get(
    'mutation($input: ApproachInput!) { approachVisitors(input: $input) { ... on ApproachVisitorsSuccess { approaches { id } } } }',
    { input: { visitIds: [visitId], kind: 'chat', text } },
  )
  return { key: website.publicKey, browser, approachId: approachVisitors.approaches[0].id as string, accepted: true }
}
const answer = async (as: Visitor, input: Awaited<ReturnType<typeof invited>>) =>
  (
    await as.get(
      'mutation($input: AnswerApproachInput!) { answerApproach(input: $input) { __typename ... on AnswerApproachSuccess { met { token } } ... on Refusal { code } } }',
      { input },
    )
  ).answerApproach
