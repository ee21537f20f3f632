import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { markMissed } from '../src/domain/missed.ts'
import { signReturn } from '../src/returning.ts'
import { deriveKey } from '../src/seal.ts'
import { systemOf } from '../src/work.ts'
import { type Answer, addColleague, type Person, secret, setUp, startTestHub, type TestHub, untilTrue, Visitor } from './support/hub.ts'
import { openPostbox, type Postbox } from './support/mail.ts'

const startVisitor = async (name: string) => {
  const { startVisitor: started } = await new Guest(hub.url, null).get(
    'mutation($input: StartVisitorInput!) { startVisitor(input: $input) { ... on StartVisitorSuccess { token } } }',
    { input: { key, name, email: `${name.toLowerCase()}@customer.example` } },
  )
  return new Guest(hub.url, started.token)
}
const requestFields =
  'id number source title state priority category type group { id } operator { name } customer { name email } chatId messages { text direction authorName } mails { state to failure }'

/** A visitor at an address of his own: those who come from one are slowed down together. */
class Guest extends Visitor {
  readonly from = `2001:db8:${randomUUID().slice(0, 4)}:${randomUUID().slice(0, 4)}::1`
  override async ask(query: string, variables: Record<string, unknown> = {}): Promise<Answer> {
    const headers = {
      'content-type': 'application/json',
      'x-forwarded-for': this.from,
      ...(this.token && { authorization: `Visitor ${this.token}` }),
    }
    return (await (
      await fetch(`${this.url}/widget/graphql`, { method: 'POST', headers, body: JSON.stringify({ query, variables }) })
    ).json()) as Answer
  }
}

let hub: TestHub
let post: Postbox
let ada: Person
/** Of the group `here`, and of none. */
let oto: Person & { id: string }
let mia: Person
let here: string
let there: string
let key: string
let channelId: string
let workspaceId: string

beforeAll(async () => {
  post = await openPostbox()
  hub = await startTestHub({ ROLES: 'web,worker', TRUSTED_PROXIES: '127.0.0.1,::1', SMTP_URL: post.url, SMTP_FROM: 'chat@acme.example' })
  ada = await setUp(hub)
  const found = await ada.get('{ workspace { id } channels { id publicKey } groups { id } }')
  ;[workspaceId, channelId, key, here] = [found.workspace.id, found.channels[0].id, found.channels[0].publicKey, found.groups[0].id]
  oto = await addColleague(ada, 'Oto', { groupIds: [here] })
  const { createGroup } = await ada.get('mutation { createGroup(name: "There", memberIds: []) { ... on Group { id } } }')
  there = createGroup.id
  mia = await addColleague(ada, 'Mia', { groupIds: [there] })
})
afterAll(async () => {
  await hub.drop()
  await post.close()
})

const leave = async (input: Record<string, unknown>, visitor = new Guest(hub.url, null)) =>
  (
    await visitor.get(
      'mutation($input: RequestFormInput!) { leaveRequest(input: $input) { __typename ... on LeaveRequestSuccess { token number visitor { id name email } } ... on Refusal { code field message } } }',
      { input: { key, clientId: randomUUID(), title: 'Where is my order?', text: 'Number 17, since Monday.', ...input } },
    )
  ).leaveRequest
const nina = { name: 'Nina', email: 'nina@customer.example' }
const list = async (as: Person, variables: Record<string, unknown> = {}): Promise<any[]> =>
  (
    await as.get(
      `query($state: RequestState, $source: RequestSource, $mine: Boolean, $groupId: ID, $category: String, $search: String) { requests(state: $state, source: $source, mine: $mine, groupId: $groupId, category: $category, search: $search) { edges { node { ${requestFields} } } } }`,
      variables,
    )
  ).requests.edges.map((edge: any) => edge.node)
const numbered = async (number: number, as = ada) => (await list(as, { search: `#${number}` })).find((each) => each.number === number)
const update = async (as: Person, requestId: string, input: Record<string, unknown>) =>
  (
    await as.get(
      `mutation($requestId: ID!, $input: RequestChangeInput!) { updateRequest(requestId: $requestId, input: $input) { __typename ... on Request { ${requestFields} } ... on Refusal { code field } } }`,
      { requestId, input },
    )
  ).updateRequest
const answer = async (as: Person, requestId: string, text: string, mail = false, clientId: string = randomUUID()) =>
  (
    await as.get(
      `mutation($requestId: ID!, $input: RequestAnswerInput!) { answerRequest(requestId: $requestId, input: $input) { __typename ... on Request { ${requestFields} } ... on Refusal { code field message remedy } } }`,
      { requestId, input: { clientId, text, mail } },
    )
  ).answerRequest
const settings = async (input: Record<string, unknown>, as = ada) =>
  (
    await as.get(
      'mutation($input: RequestSettingsInput!) { updateRequestSettings(input: $input) { __typename ... on RequestSettings { categories title mails group { id } } ... on Refusal { code field } } }',
      { input: { categories: [], types: [], priority: 'normal', ...input } },
    )
  ).updateRequestSettings
const textsOf = async (visitor: Visitor): Promise<string[]> =>
  (await visitor.get('{ visitor { chat { messages(last: 20) { edges { node { author text } } } } } }')).visitor.chat.messages.edges.map(
    (edge: any) => edge.node.text,
  )
const presence = (as: Person, value: string) => as.get('mutation($p: Presence!) { setPresence(presence: $p) { __typename } }', { p: value })
const site = async () =>
  (await new Guest(hub.url, null).get('query($key: String!) { site(key: $key) { online opensAt requestCategories } }', { key })).site

describe('the working hours of a website', () => {
  const schedule = (week: unknown[], more: Record<string, unknown> = {}) => ({
    name: randomUUID(),
    timeZone: 'UTC',
    week,
    holidays: [],
    channelIds: [],
    groupIds: [],
    ...more,
  })
  const create = async (input: Record<string, unknown>, as = ada) =>
    (
      await as.get(
        'mutation($input: ScheduleInput!) { createSchedule(input: $input) { __typename ... on Schedule { id open changesAt channels { id } groups { id } } ... on Refusal { code field } } }',
        { input },
      )
    ).createSchedule
  const always = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, from: '00:00', to: '24:00' }))

  test('decide with who is online whether a visitor finds somebody; those of the channel stand before those of its group', async () => {
    await presence(ada, 'online')
    expect(await site()).toMatchObject({ online: true, opensAt: null })
    const never = await create(schedule([], { groupIds: [here] }))
    expect(never).toMatchObject({ open: false, groups: [{ id: here }] })
    expect(await site()).toMatchObject({ online: false, opensAt: null })
    const own = await create(schedule(always, { channelIds: [channelId] }))
    expect(await site()).toMatchObject({ online: true })
    const remove = (scheduleId: string) =>
      ada.get('mutation($id: ID!) { deleteSchedule(scheduleId: $id) { __typename } }', { id: scheduleId })
    await remove(own.id)
    const day = ((new Date().getUTCDay() + 1) % 7) + 1
    const later = await create(schedule([{ day, from: '09:00', to: '10:00' }], { channelIds: [channelId] }))
    expect(await site()).toEqual({ online: false, opensAt: later.changesAt, requestCategories: [] })
    await remove(later.id)
    await remove(never.id)
    expect(await site()).toMatchObject({ online: true })
    await presence(ada, 'offline')
    expect(await site()).toMatchObject({ online: false, opensAt: null })
  })

  test('are refused with the field at fault when they are none', async () => {
    expect(await create(schedule([], { timeZone: 'Mars/Base' }))).toMatchObject({ code: 'bad_time_zone', field: 'timeZone' })
    expect(await create(schedule([{ day: 8, from: '09:00', to: '10:00' }]))).toMatchObject({ code: 'invalid', field: 'week' })
    expect(await create(schedule([{ day: 1, from: '9:00', to: '10:00' }]))).toMatchObject({ code: 'bad_clock', field: 'week' })
    expect(await create(schedule([], { holidays: [{ date: '2027-02-30', name: '', intervals: [] }] }))).toMatchObject({
      code: 'bad_date',
      field: 'holidays',
    })
    expect(await create(schedule([]), oto)).toMatchObject({ code: 'forbidden' })
  })
})

describe('a request', () => {
  test('is left by whoever gives name and e-mail, is no chat that waits, and is seen like a chat of its group', async () => {
    expect(await leave({ ...nina, title: '' })).toMatchObject({ code: 'required', field: 'title' })
    expect(await leave({ name: '', email: 'x' })).toMatchObject({ code: 'required', field: 'name' })
    const before = (await ada.get('{ sections { new } newRequests }')).sections.new
    const desk = oto.follow('subscription { feed { event { type } } }')
    await desk.until(() => true)
    const left = await leave(nina)
    expect(left).toMatchObject({ __typename: 'LeaveRequestSuccess', number: 1, visitor: { name: 'Nina' } })
    await desk.until((frame) => frame.event?.type === 'request_changed')
    desk.end()
    expect((await ada.get('{ sections { new } }')).sections.new).toBe(before)
    expect(await numbered(1, oto)).toMatchObject({
      source: 'form',
      title: 'Where is my order?',
      state: 'new',
      priority: 'normal',
      group: { id: here },
      operator: null,
      customer: nina,
      messages: [{ text: 'Number 17, since Monday.', direction: 'in' }],
    })
    expect(await list(mia)).toEqual([])
    expect((await oto.get('{ newRequests }')).newRequests).toBe(1)
    expect(await textsOf(new Guest(hub.url, left.token))).toEqual(['Number 17, since Monday.'])
  })

  test('is left once, however often it is sent; with a token nobody is asked for his name; an open chat goes first', async () => {
    const { token } = await leave(nina)
    const known = new Guest(hub.url, token)
    const clientId = randomUUID()
    const [first, second] = [await leave({ clientId, title: 'Once' }, known), await leave({ clientId, title: 'Once' }, known)]
    expect([first.token, second.number]).toEqual([null, first.number])
    expect(await list(ada, { search: 'Once' })).toHaveLength(1)
    const maria = await startVisitor('Maria')
    await maria.say('Hello')
    expect(await leave({}, maria)).toMatchObject({ code: 'chat_open' })
  })

  test('of someone who is blocked is counted and reaches nobody', async () => {
    const { token, visitor } = await leave(nina)
    const { number } = await leave({ title: 'Before' }, new Guest(hub.url, token))
    expect(await numbered(number)).toBeDefined()
    await ada.get('mutation($id: ID!) { blockIdentity(identityId: $id) { __typename } }', { id: visitor.id })
    // Whoever leads sees the customer by his chat.
    expect(await leave({ title: 'After' }, new Guest(hub.url, token))).toMatchObject({ code: 'not_accepted' })
    expect(await list(ada, { search: 'After' })).toEqual([])
  })

  test('holds its moments in order', async () => {
    const { number } = await leave(nina)
    const { chatId } = await numbered(number)
    const [row] = await hub.works.read(
      systemOf(workspaceId),
      (work) => work.sql<Record<string, string>[]>`
        select array[i.created_at, c.opened_at, m.at, c.customer_wrote_at, c.last_message_at, c.closed_at, r.created_at, r.changed_at]::text[] as moments
        from chats c join messages m on m.workspace_id = c.workspace_id and m.chat_id = c.id join requests r on r.workspace_id = c.workspace_id and r.chat_id = c.id
        join identities i on i.workspace_id = c.workspace_id and i.customer_id = c.customer_id where c.workspace_id = ${workspaceId} and c.id = ${chatId}`,
    )
    const moments = row?.moments as unknown as string[]
    expect(moments).toEqual([...moments].sort())
  })

  test('is what a website asks for while nobody is there, before an admin set anything, and until one says otherwise', async () => {
    const takes = async () =>
      (await new Guest(hub.url, null).get('query($key: String!) { site(key: $key) { takesRequests } }', { key })).site.takesRequests
    expect(await takes()).toBe(true)
    expect(await settings({ away: false })).toMatchObject({ __typename: 'RequestSettings' })
    expect(await takes()).toBe(false)
  })

  test('asks what the admin wants to know, and keeps what was answered as it was asked', async () => {
    const field = (label: string, kind: string, more: Record<string, unknown> = {}) => ({ label, kind, required: false, ...more })
    const fields = [
      field('Order', 'line', { required: true }),
      field('Colour', 'choice', { options: ['Red', 'Blue'] }),
      field('More', 'text'),
    ]
    expect(await settings({ fields: [field('Colour', 'choice')] })).toMatchObject({ code: 'required', field: 'options' })
    expect(await settings({ fields: Array(11).fill(field('One', 'line')) })).toMatchObject({ code: 'too_many', field: 'fields' })
    expect(await settings({ fields, away: true })).toMatchObject({ __typename: 'RequestSettings' })
    const form = async () =>
      (
        await new Guest(hub.url, null).get(
          'query($key: String!) { site(key: $key) { takesRequests requestFields { id label kind options required } } }',
          { key },
        )
      ).site
    const { requestFields, takesRequests } = await form()
    expect(takesRequests).toBe(true)
    expect(requestFields).toMatchObject([{ label: 'Order', required: true }, { options: ['Red', 'Blue'] }, { kind: 'text' }])
    const [order, colour, more] = requestFields.map(({ id }: { id: string }) => id)
    expect(await leave(nina)).toMatchObject({ code: 'required', field: `answers.${order}` })
    const ask = (answers: [string, string][]) => leave({ ...nina, answers: answers.map(([fieldId, value]) => ({ fieldId, value })) })
    expect(
      await ask([
        [order, '17'],
        [colour, 'Green'],
      ]),
    ).toMatchObject({ code: 'invalid', field: `answers.${colour}` })
    expect(await ask([[order, 'x'.repeat(301)]])).toMatchObject({ code: 'too_long', field: `answers.${order}` })
    const { number } = await ask([
      [order, ' 17\n18 '],
      [colour, 'Blue'],
      [more, 'One\nTwo'],
      [randomUUID(), 'Of no field'],
    ])
    // A field that is renamed and asked for no more stays on what was left.
    expect(await settings({ fields: [{ fieldId: order, ...field('Number', 'line') }], away: false })).toMatchObject({
      __typename: 'RequestSettings',
    })
    expect(await form()).toMatchObject({ takesRequests: false, requestFields: [{ id: order, label: 'Number' }] })
    const { requests } = await ada.get('query($s: String) { requests(search: $s) { edges { node { number answers { label value } } } } }', {
      s: `#${number}`,
    })
    expect(requests.edges.map((edge: any) => edge.node).find((each: any) => each.number === number).answers).toEqual([
      { label: 'Order', value: '17 18' },
      { label: 'Colour', value: 'Blue' },
      { label: 'More', value: 'One\nTwo' },
    ])
    await settings({ fields: [], away: false })
  })

  test('is left so often by one who is known, and so often from one address', async () => {
    const { token } = await leave(nina)
    const known = new Guest(hub.url, token)
    const more = []
    for (let n = 0; n < 8; n += 1) more.push((await leave({ title: `More ${n}` }, known)).code ?? 'left')
    expect(more).toEqual([...Array(5).fill('left'), ...Array(3).fill('rate_limited')])
    const stranger = new Guest(hub.url, null)
    const strange = []
    for (let n = 0; n < 25; n += 1) strange.push((await leave({ ...nina, title: `Strange ${n}` }, stranger)).code ?? 'left')
    expect(strange.filter((each) => each === 'left').length).toBeGreaterThanOrEqual(20)
    expect(strange.slice(21)).toEqual(Array(4).fill('rate_limited'))
  })

  test('has a category of the list, a type, a priority, a group and somebody who works on it', async () => {
    expect(await settings({ categories: ['Delivery', 'Invoice'], types: ['Question'], category: 'Other' })).toMatchObject({
      code: 'invalid',
      field: 'category',
    })
    expect(await settings({ categories: [], types: [] }, oto)).toMatchObject({ code: 'forbidden' })
    expect(
      await settings({
        categories: ['Delivery', 'Invoice'],
        types: ['Question'],
        category: 'Invoice',
        type: 'Question',
        priority: 'high',
        groupId: there,
      }),
    ).toMatchObject({ categories: ['Delivery', 'Invoice'], mails: true })
    expect((await site()).requestCategories).toEqual(['Delivery', 'Invoice'])
    expect(await leave({ ...nina, category: 'Weather' })).toMatchObject({ code: 'invalid', field: 'category' })
    const { number } = await leave({ ...nina, category: 'Delivery' })
    const plain = await numbered((await leave(nina)).number)
    expect(plain).toMatchObject({ category: 'Invoice', type: 'Question', priority: 'high', group: { id: there } })
    const request = await numbered(number)
    expect(await numbered(number, oto)).toBeUndefined()
    expect(await update(oto, request.id, { state: 'open' })).toMatchObject({ code: 'not_found' })
    expect(await update(mia, request.id, { priority: 'urgent', type: null, operatorId: oto.id })).toMatchObject({
      priority: 'urgent',
      type: null,
      category: 'Delivery',
      state: 'open',
      operator: { name: 'Oto' },
    })
    expect(await list(oto, { mine: true, state: 'open', groupId: there, category: 'Delivery' })).toHaveLength(1)
    expect(await update(mia, request.id, { category: 'Weather' })).toMatchObject({ code: 'invalid', field: 'category' })
    expect(await update(mia, request.id, { operatorId: randomUUID() })).toMatchObject({ code: 'not_found', field: 'operatorId' })
    expect(await update(oto, request.id, { groupId: here, operatorId: null, state: 'closed' })).toMatchObject({
      group: { id: here },
      operator: null,
      state: 'closed',
    })
    expect(await numbered(number, mia)).toBeUndefined()
    await settings({})
  })
})

describe('an answer', () => {
  test('stands in the chat when the customer comes back, once, and with the name of who wrote it', async () => {
    const { token, number } = await leave(nina)
    const request = await numbered(number, oto)
    const clientId = randomUUID()
    const answered = await answer(oto, request.id, 'It left today.', false, clientId)
    expect(answered).toMatchObject({ state: 'answered', operator: { name: 'Oto' }, mails: [] })
    await answer(oto, request.id, 'It left today.', false, clientId)
    expect(await answer(oto, request.id, 'Something else.', false, clientId)).toMatchObject({ code: 'client_id_reused' })
    expect(await answer(mia, request.id, 'Mine')).toMatchObject({ code: 'not_found' })
    expect(await textsOf(new Guest(hub.url, token))).toEqual(['Number 17, since Monday.', 'It left today.'])
    expect((await numbered(number)).messages.map((message: any) => message.authorName)).toEqual(['Nina', 'Oto'])
  })

  test('goes by mail as well, with a link back into the chat that is signed and ends', async () => {
    const { number, visitor } = await leave({ ...nina, title: 'Broken\r\nBcc: all@evil.example' })
    const request = await numbered(number, oto)
    expect(await answer(oto, request.id, 'We send a new one.\n.\nRegards', true)).toMatchObject({ mails: [{ to: nina.email }] })
    const mail = await untilTrue(() => post.taken.at(-1))
    expect(mail).toMatch(/^From: Acme <chat@acme\.example>/m)
    expect(mail).toMatch(/^To: nina@customer\.example/m)
    expect(mail).toMatch(/^Subject: Re: Broken Bcc: all@evil\.example\r?$/m)
    expect(mail).not.toMatch(/^Bcc:/m)
    const text = mail.replace(/=\r?\n/g, '').replace(/=3D/g, '=')
    expect(text).toContain('We send a new one.')
    const link = /http\S+#back=(\S+)/.exec(text)
    expect(link?.[0]).toMatch(new RegExp(`^${hub.url}/chat/${key}#back=`))
    await untilTrue(async () => (await numbered(number)).mails[0].state === 'sent')
    const comeBack = async (token: string) =>
      (
        await new Guest(hub.url, null).get(
          'mutation($token: String!) { comeBack(token: $token) { __typename ... on StartVisitorSuccess { token visitor { id } } ... on Refusal { code } } }',
          { token },
        )
      ).comeBack
    const back = await comeBack(link?.[1] ?? '')
    expect(back.visitor.id).toBe(visitor.id)
    expect(await textsOf(new Guest(hub.url, back.token))).toContain('We send a new one.\n.\nRegards')
    const signed = link?.[1] ?? ''
    for (const forged of [`${signed.slice(0, -2)}xx`, `x${signed}`, signed.split('.')[0] ?? '', 'x'.repeat(5_000), ''])
      expect(await comeBack(forged), forged.slice(0, 40)).toMatchObject({ code: 'link_used' })
    const [mailed] = await hub.works.read(
      systemOf(workspaceId),
      (work) => work.sql<{ id: string }[]>`select id from mails where workspace_id = ${workspaceId} order by id desc limit 1`,
    )
    const linkKey = deriveKey(secret, 'return-links')
    const own = { workspaceId, identityId: visitor.id, mailId: mailed?.id ?? '' }
    const old = signReturn(linkKey, own, Date.now() - 15 * 86_400_000)
    // Of a mail to somebody else, though signed.
    const foreign = (await leave({ ...nina, title: 'Another' })).visitor.id
    expect(await comeBack(signReturn(linkKey, { ...own, identityId: foreign }))).toMatchObject({ code: 'link_used' })
    expect(await comeBack(old)).toMatchObject({ code: 'link_used' })
    // One browser was let in above; the link is passed on to more than a person has.
    const many = await Promise.all(Array.from({ length: 12 }, () => comeBack(signed)))
    expect(many.filter(({ __typename }) => __typename === 'StartVisitorSuccess')).toHaveLength(4)
    expect(many.filter(({ code }) => code === 'link_used')).toHaveLength(8)
  })

  test('is tried again while the mail server says later, given up when it says never, and never sent twice where nobody knows', async () => {
    const outcome = async (act: Postbox['next'][number]) => {
      const { number } = await leave(nina)
      const request = await numbered(number, oto)
      post.next.push(act)
      const before = post.taken.length
      await answer(oto, request.id, `Answer ${act}`, true)
      const settled = await untilTrue(async () => {
        const [mail] = (await numbered(number)).mails
        return mail.failure || mail.state === 'sent' ? mail : null
      }, 15_000)
      return { number, settled, taken: post.taken.length - before }
    }
    const later = await outcome('later')
    expect(later).toMatchObject({ settled: { state: 'queued', failure: expect.stringContaining('not now') }, taken: 0 })
    await hub.works.work(
      systemOf(workspaceId),
      (work) => work.sql`update mails set due_at = clock_timestamp() where workspace_id = ${workspaceId} and state = 'queued'`,
    )
    await untilTrue(async () => (await numbered(later.number)).mails[0].state === 'sent', 15_000)
    expect(await outcome('never')).toMatchObject({ settled: { state: 'failed' }, taken: 0 })
    const lost = await outcome('hangUp')
    expect(lost).toMatchObject({ settled: { state: 'unknown' }, taken: 1 })
    await new Promise((resolve) => setTimeout(resolve, 4_500))
    expect(post.taken.filter((mail) => mail.includes('Answer hangUp'))).toHaveLength(1)
  }, 60_000)

  test('goes to one address so many times an hour, whoever claims that it is his', async () => {
    const email = 'victim@customer.example'
    const outcomes: string[] = []
    for (let n = 0; n < 23; n += 1) {
      const { number } = await leave({ name: `Mallory ${n}`, email: n % 2 ? email : email.toUpperCase() })
      const request = await numbered(number, oto)
      const answered = await answer(oto, request.id, `Answer ${n}`, true)
      outcomes.push(answered.__typename === 'Request' ? 'taken' : `${answered.code} ${answered.field}`)
    }
    expect(outcomes).toEqual([...Array(20).fill('taken'), ...Array(3).fill('too_many_mails mail')])
    // In the chat alone he is answered all the same.
    const { number } = await leave({ name: 'Mallory', email })
    expect(await answer(oto, (await numbered(number, oto)).id, 'Only here')).toMatchObject({ state: 'answered' })
  }, 60_000)

  test('cannot go by mail to whom no e-mail is known', async () => {
    const { number, visitor } = await leave(nina)
    await hub.works.work(
      systemOf(workspaceId),
      (work) =>
        work.sql`update customers set email = null where workspace_id = ${workspaceId} and id = (select customer_id from identities where workspace_id = ${workspaceId} and id = ${visitor.id})`,
    )
    const request = await numbered(number)
    expect(await answer(ada, request.id, 'Hello', true)).toMatchObject({ code: 'no_email', field: 'mail' })
    expect((await numbered(number)).messages).toHaveLength(1)
  })
})

describe('the mail of a hub', () => {
  const mailing = async (as = ada) => (await as.get('{ mailing { host from waiting failed lastSentAt trouble } }')).mailing
  const tried = async (as: Person) =>
    (await as.get('mutation { sendTestMail { __typename ... on TestMail { to taken failure } ... on Refusal { code } } }')).sendTestMail

  test('is tried by an admin with a mail to himself, and what the server says is told', async () => {
    await untilTrue(async () => (await mailing()).waiting === 0, 15_000)
    const taken = post.taken.length
    expect(await tried(ada)).toMatchObject({ __typename: 'TestMail', to: 'ada@acme.example', taken: true, failure: null })
    expect(post.taken.length).toBe(taken + 1)
    expect(post.taken.at(-1)).toMatch(/^Subject: Acme: mails arrive\r?$/m)
    post.next.push('never')
    expect(await tried(ada)).toMatchObject({ taken: false, failure: expect.stringContaining('not now') })
    expect(await tried(oto)).toMatchObject({ code: 'forbidden' })
  })

  test('is shown with its server, how many wait, and what went wrong last, until a later mail went through', async () => {
    const send = async (act: 'take' | 'never') => {
      const { number } = await leave(nina)
      post.next.push(act)
      await answer(oto, (await numbered(number, oto)).id, `Mail ${act}`, true)
      await untilTrue(async () => ['sent', 'failed'].includes((await numbered(number)).mails[0].state), 15_000)
    }
    await untilTrue(async () => (await mailing()).waiting === 0, 15_000)
    const { host, from } = await mailing()
    expect({ host, from }).toEqual({ host: new URL(post.url).host, from: 'chat@acme.example' })
    const before = (await mailing()).failed
    await send('never')
    expect(await mailing()).toMatchObject({ failed: before + 1, trouble: expect.stringContaining('not now') })
    await send('take')
    expect(await mailing()).toMatchObject({ failed: before + 1, trouble: null, lastSentAt: expect.any(String) })
  }, 60_000)
})

describe('a visitor who left before anybody answered', () => {
  const gone = (identityId: string) =>
    hub.works.work(systemOf(workspaceId), async (work) => {
      await work.sql`update identities set seen_at = clock_timestamp() - interval '5 minutes' where workspace_id = ${workspaceId} and id = ${identityId}`
      return markMissed(work)
    })
  const sections = async () => (await ada.get('{ sections { new missed } }')).sections

  test('is among the missed, gets the answer by mail and on his return, and is told to be back', async () => {
    const vera = await startVisitor('Vera')
    const { visitor } = await vera.get('{ visitor { id } }')
    await vera.say('Anybody?')
    const before = await sections()
    await gone(visitor.id)
    expect(await sections()).toEqual({ new: before.new - 1, missed: before.missed + 1 })
    const { chats } = await ada.get('{ chats(section: missed) { edges { node { id missedAt customer { name } } } } }')
    const chat = chats.edges.map((edge: any) => edge.node).find((each: any) => each.customer.name === 'Vera')
    expect(chat.missedAt).not.toBeNull()
    const taken = post.taken.length
    const send = 'mutation($input: SendMessageInput!) { sendMessage(input: $input) { __typename ... on Message { id } } }'
    const clientId = randomUUID()
    for (let n = 0; n < 2; n += 1) await ada.get(send, { input: { chatId: chat.id, clientId, text: 'We are here again.' } })
    await untilTrue(() => post.taken.slice(taken).find((mail) => mail.includes('We are here again.')))
    expect((await ada.get('query($id: ID!) { chat(id: $id) { mails { to } } }', { id: chat.id })).chat.mails).toEqual([
      { to: 'vera@customer.example' },
    ])
    const desk = ada.follow('subscription { feed { event { type chat { id missedAt } activity { type } } } }')
    await desk.until(() => true)
    const back = vera.follow('subscription { visitorFeed { cursor } }')
    const frame = await desk.until((each) => each.event?.type === 'chat_visited')
    expect(frame.event).toEqual({ type: 'chat_visited', chat: { id: chat.id, missedAt: null }, activity: { type: 'chat_visited' } })
    expect(await textsOf(vera)).toEqual(['Anybody?', 'We are here again.'])
    back.end()
    desk.end()
  })

  test('is not given to anybody as a chat that waits, and one who was answered, or is there, is not missed', async () => {
    const wim = await startVisitor('Wim')
    const { visitor } = await wim.get('{ visitor { id } }')
    await wim.say('Hello')
    await gone(visitor.id)
    // The queue holds those who wait and are there.
    for (let n = 0; n < 20; n += 1) {
      const { takeNextChat } = await ada.get(
        'mutation { takeNextChat { __typename ... on Chat { customer { name } } ... on Refusal { code } } }',
      )
      if (takeNextChat.code === 'queue_empty') break
      expect(takeNextChat.customer.name).not.toBe('Wim')
    }
    await wim.say('Back again')
    expect((await ada.get('mutation { takeNextChat { ... on Chat { customer { name } } } }')).takeNextChat.customer.name).toBe('Wim')
    expect(await gone(visitor.id)).toBe(0)
  })
})

describe('a chat that is turned into a request', () => {
  const turn = async (as: Person, chatId: string, input: Record<string, unknown> | null = null) =>
    (
      await as.get(
        `mutation($chatId: ID!, $input: RequestInput) { turnIntoRequest(chatId: $chatId, input: $input, closing: { silent: true }) { __typename ... on Request { ${requestFields} } ... on Refusal { code field } } }`,
        { chatId, input },
      )
    ).turnIntoRequest
  const openChat = async (name: string, words: string) => {
    const visitor = await startVisitor(name)
    await visitor.say(words)
    const { chats } = await ada.get('{ chats(section: new, first: 100) { edges { node { id customer { name } } } } }')
    return chats.edges.map((edge: any) => edge.node).find((each: any) => each.customer.name === name).id as string
  }

  test('is closed, and the request has its history, what the admin set, and what was chosen instead', async () => {
    await settings({ categories: ['Repair'], types: ['Task'], category: 'Repair', type: 'Task', priority: 'low', groupId: there })
    const chatId = await openChat('Tom', 'My lamp is broken, and nobody knows why it happened again and again after the last repair.')
    const made = await turn(ada, chatId)
    expect(made).toMatchObject({
      source: 'chat',
      title: 'My lamp is broken, and nobody knows why it happened again and again after the l…',
      category: 'Repair',
      type: 'Task',
      priority: 'low',
      group: { id: there },
      chatId,
      messages: [{ direction: 'in' }],
    })
    const { chat } = await ada.get('query($id: ID!) { chat(id: $id) { state openedAt closedAt } }', { id: chatId })
    expect(chat.state).toBe('closed')
    const { request } = await ada.get('query($id: ID!) { request(id: $id) { createdAt changedAt } }', { id: made.id })
    const moments = [chat.openedAt, chat.closedAt, request.createdAt, request.changedAt]
    expect(moments).toEqual([...moments].sort())
    // Whoever works on it reads its history, whosever the chat was.
    expect((await numbered(made.number, mia)).messages[0].text).toMatch(/^My lamp/)
    expect(await turn(ada, chatId)).toMatchObject({ code: 'chat_closed' })
    const other = await openChat('Uli', 'Hello')
    expect(await turn(mia, other)).toMatchObject({ code: 'not_found' })
    expect(await turn(oto, other, { title: 'Call Uli', category: null, priority: 'urgent', groupId: here })).toMatchObject({
      title: 'Call Uli',
      category: null,
      priority: 'urgent',
      group: { id: here },
      type: 'Task',
    })
    await settings({})
  })
})
