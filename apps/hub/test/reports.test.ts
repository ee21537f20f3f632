import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemOf } from '../src/work.ts'
import { addColleague, type Person, setUp, startTestHub, type TestHub } from './support/hub.ts'
import { makePast } from './support/past.ts'

type Colleague = Person & { id: string }
let hub: TestHub
let ada: Person
let ana: Colleague
let bruno: Colleague
let lea: Colleague
let sara: Colleague
let workspaceId: string
let sales: string
let support: string
let site: string
let shop: string
let invoice: string
let vip: string

const made = async (mutation: string, variables: Record<string, unknown>) =>
  (Object.values(await ada.get(mutation, variables))[0] as { id: string }).id
const group = (name: string) => made('mutation($n: String!) { createGroup(name: $n, memberIds: []) { ... on Group { id } } }', { n: name })
const channel = (name: string, groupId: string) =>
  made('mutation($input: CreateChannelInput!) { createChannel(input: $input) { ... on Channel { id } } }', {
    input: { kind: 'web', name, groupId, options: { name } },
  })
const tag = (name: string) => made('mutation($n: String!) { createTag(name: $n, colour: teal) { ... on Tag { id } } }', { n: name })

/** A moment of Monday, 2 March 2026 in São Paulo, three hours behind UTC. */
const at = (clock: string) => `2026-03-02T${clock}-03:00`

beforeAll(async () => {
  hub = await startTestHub({ ROLES: 'web' })
  ada = await setUp(hub)
  workspaceId = (await ada.get('{ workspace { id } }')).workspace.id
  ;[sales, support] = [await group('Sales'), await group('Repairs')]
  ana = await addColleague(ada, 'Ana', { groupIds: [sales] })
  bruno = await addColleague(ada, 'Bruno', { groupIds: [support] })
  lea = await addColleague(ada, 'Lea', { role: 'supervisor', groupIds: [sales] })
  sara = await addColleague(ada, 'Sara', { role: 'supervisor' })
  ;[site, shop] = [await channel('Site', sales), await channel('Shop', support)]
  ;[invoice, vip] = [await tag('Invoice'), await tag('VIP')]
  await makePast(hub, workspaceId, [
    // Answered after a minute, closed after ten.
    {
      channelId: site,
      groupId: sales,
      customer: 'Maria',
      opened: at('09:00:00'),
      closed: at('09:10:00'),
      operatorId: ana.id,
      hands: [['chat.taken', ana.id, at('09:00:30')]],
      said: [
        ['customer', at('09:00:00')],
        ['system', at('09:00:01')],
        [ana.id, at('09:01:00')],
        [ana.id, at('09:02:00')],
        [ana.id, at('09:09:00')],
      ],
      rated: [5],
      tagIds: [invoice],
      customerTagIds: [vip],
    },
    // Answered after three minutes by Ana, who hands it to Bruno; closed after half an hour.
    {
      channelId: site,
      groupId: sales,
      customer: 'Maria',
      opened: at('09:30:00'),
      closed: at('10:00:00'),
      operatorId: bruno.id,
      hands: [
        ['chat.taken', ana.id, at('09:31:00')],
        ['chat.transferred', bruno.id, at('09:40:00')],
        ['chat.reopened', bruno.id, at('09:50:00')],
      ],
      said: [
        ['customer', at('09:30:00')],
        [ana.id, at('09:33:00')],
        [bruno.id, at('09:45:00')],
        [bruno.id, at('09:55:00')],
      ],
      rated: [3],
    },
    // Answered after five minutes, still served.
    {
      channelId: shop,
      groupId: support,
      customer: 'João',
      opened: at('10:00:00'),
      operatorId: bruno.id,
      hands: [['chat.assigned', bruno.id, at('10:00:01')]],
      said: [
        ['customer', at('10:00:00')],
        [bruno.id, at('10:05:00')],
      ],
      tagIds: [invoice, vip],
    },
    // Left after four minutes.
    {
      channelId: site,
      groupId: sales,
      customer: 'Pia',
      opened: at('11:00:00'),
      missed: at('11:04:00'),
      said: [['customer', at('11:00:00')]],
    },
    // Closed after ten minutes without a word.
    {
      channelId: shop,
      groupId: support,
      customer: 'Rui',
      opened: at('12:00:00'),
      closed: at('12:10:00'),
      operatorId: bruno.id,
      hands: [['chat.taken', bruno.id, at('12:01:00')]],
      said: [
        ['customer', at('12:00:00')],
        ['system', at('12:00:01')],
      ],
    },
    // Left in the form of the website.
    {
      channelId: site,
      groupId: sales,
      customer: 'Eva',
      opened: at('13:00:00'),
      closed: at('13:00:00'),
      said: [['customer', at('13:00:00')]],
      request: { source: 'form', state: 'answered', answered: at('13:30:00') },
    },
    // Begun by Bruno half an hour before midnight, when it is Tuesday in London; the customer waits a minute.
    {
      channelId: shop,
      groupId: support,
      customer: 'Zoe',
      opened: at('23:30:00'),
      operatorId: bruno.id,
      hands: [['chat.opened', bruno.id, at('23:30:00')]],
      said: [
        [bruno.id, at('23:30:00')],
        ['customer', at('23:40:00')],
        ['device', at('23:41:00')],
      ],
    },
    // Opened on Sunday night, closed on Monday.
    {
      channelId: site,
      groupId: sales,
      customer: 'Noa',
      opened: '2026-03-01T23:59:59-03:00',
      closed: at('09:00:00'),
      operatorId: ana.id,
      said: [['customer', '2026-03-01T23:59:59-03:00']],
      request: { source: 'chat', state: 'open' },
    },
    // Not of this day: it is Tuesday.
    {
      channelId: site,
      groupId: sales,
      customer: '=HYPERLINK("x")',
      opened: '2026-03-03T00:00:00-03:00',
      said: [['customer', '2026-03-03T00:00:00-03:00']],
    },
  ])
})
afterAll(() => hub.drop())

const times = '{ count median average p90 }'
const figures = `{ chats customers answered closed abandoned left waiting ${times} duration ${times} givenUp ${times} ratings rating }`
const query = `query($input: ReportInput!) { report(input: $input) { from to timeZone basis total ${figures}
  operators { operator { name } taken messages figures ${figures} } groups { group { name } figures { chats } } channels { channel { name } figures { chats answered abandoned } }
  days { day figures { chats closed } } hours { weekday hour chats } tags { tag { name } chats customers customerChats } } }`
const monday = { from: '2026-03-02', to: '2026-03-02', timeZone: 'America/Sao_Paulo' }
const report = async (person: Person, more: Record<string, unknown> = {}) =>
  (await person.get(query, { input: { ...monday, ...more } })).report
const byName = (rows: any[], of: string) => Object.fromEntries(rows.map((row) => [row[of]?.name ?? 'nobody', row]))

describe('a report', () => {
  test('counts a day by its definitions, to the last number', async () => {
    const { total, ...rest } = await report(ada)
    expect(rest).toMatchObject({ ...monday, basis: 'opened' })
    expect(total).toEqual({
      chats: 7,
      customers: 6,
      answered: 4,
      closed: 4,
      abandoned: 2,
      left: 1,
      waiting: { count: 4, median: 120, average: 150, p90: 264 },
      duration: { count: 3, median: 600, average: 1000, p90: 1560 },
      givenUp: { count: 2, median: 420, average: 420, p90: 564 },
      ratings: 2,
      rating: 4,
    })
  })

  test('tells what each operator holds and what he did, also in chats he has handed on', async () => {
    const rows = byName((await report(ada)).operators, 'operator')
    expect(Object.keys(rows).sort()).toEqual(['Ana', 'Bruno', 'nobody'])
    expect(rows.Ana).toMatchObject({
      taken: 2,
      messages: 4,
      figures: { chats: 1, closed: 1, ratings: 1, rating: 5, waiting: { median: 60 } },
    })
    expect(rows.Bruno).toMatchObject({
      taken: 4,
      messages: 4,
      figures: { chats: 4, answered: 3, closed: 2, abandoned: 1, left: 0, rating: 3, duration: { count: 2, median: 1200 } },
    })
    expect(rows.nobody).toMatchObject({
      taken: 0,
      messages: 0,
      figures: { chats: 2, abandoned: 1, left: 1, duration: { count: 0, median: null } },
    })
  })

  test('counts by tag, channel, group, day and hour of the week', async () => {
    const { tags, channels, groups, days, hours } = await report(ada)
    expect(tags).toEqual([
      { tag: { name: 'Invoice' }, chats: 2, customers: 0, customerChats: 0 },
      { tag: { name: 'VIP' }, chats: 1, customers: 1, customerChats: 2 },
    ])
    expect(byName(channels, 'channel')).toMatchObject({
      Site: { figures: { chats: 4, answered: 2, abandoned: 1 } },
      Shop: { figures: { chats: 3, answered: 2, abandoned: 1 } },
    })
    expect(byName(groups, 'group')).toMatchObject({ Sales: { figures: { chats: 4 } }, Repairs: { figures: { chats: 3 } } })
    expect(days).toEqual([{ day: '2026-03-02', figures: { chats: 7, closed: 4 } }])
    expect(hours).toEqual([{ weekday: 1, hour: 9, chats: 2 }, ...[10, 11, 12, 13, 23].map((hour) => ({ weekday: 1, hour, chats: 1 }))])
  })

  test('keeps to the days of the calendar that is asked for, and to the day of closing where that is asked for', async () => {
    expect((await report(ada, { timeZone: 'UTC' })).total.chats).toBe(7)
    expect((await report(ada, { timeZone: 'UTC', from: '2026-03-03', to: '2026-03-03' })).total.chats).toBe(2)
    expect((await report(ada, { from: '2026-03-01', to: '2026-03-03' })).days).toEqual([
      { day: '2026-03-01', figures: { chats: 1, closed: 1 } },
      { day: '2026-03-02', figures: { chats: 7, closed: 4 } },
      { day: '2026-03-03', figures: { chats: 1, closed: 0 } },
    ])
    const closed = await report(ada, { basis: 'closed' })
    expect(closed.total).toMatchObject({ chats: 5, closed: 5, abandoned: 1 })
    expect(closed.hours).toContainEqual({ weekday: 1, hour: 9, chats: 2 })
  })

  test('is of an operator, a group, a channel, a tag, and of all of these together', async () => {
    expect((await report(ada, { operatorId: bruno.id })).total.chats).toBe(4)
    expect((await report(ada, { groupId: sales })).total.chats).toBe(4)
    expect((await report(ada, { channelId: shop })).total.chats).toBe(3)
    expect((await report(ada, { tagId: invoice })).total.chats).toBe(2)
    const all = await report(ada, { operatorId: bruno.id, groupId: support, channelId: shop, tagId: invoice })
    expect(all.total).toMatchObject({ chats: 1, customers: 1 })
    expect(byName(all.operators, 'operator')).toEqual({ Bruno: expect.objectContaining({ taken: 1, messages: 1 }) })
    expect((await report(ada, { operatorId: ana.id })).operators).toMatchObject([{ operator: { name: 'Ana' }, taken: 2, messages: 4 }])
  })

  test('refuses a period that is none, is no day of the calendar, or is longer than a year', async () => {
    const refusal = async (more: Record<string, unknown>) => {
      const { errors } = await ada.ask(query, { input: { ...monday, ...more } })
      return [errors?.[0]?.extensions?.code, errors?.[0]?.extensions?.field]
    }
    expect(await refusal({ to: '2026-03-01' })).toEqual(['invalid', 'to'])
    expect(await refusal({ from: '2026-02-30' })).toEqual(['invalid', 'from'])
    expect(await refusal({ from: '2025-03-01' })).toEqual(['report_long', 'to'])
    expect(await refusal({ timeZone: 'Mars/Olympus' })).toEqual(['invalid', 'timeZone'])
  })
})

describe('the figures of a report', () => {
  test('are those of the chats one sees: of a limited supervisor his groups, of an operator his own', async () => {
    expect((await report(sara)).total).toEqual((await report(ada)).total)
    const own = await report(lea)
    expect(own.total).toMatchObject({ chats: 4, customers: 3, closed: 3, abandoned: 1 })
    expect(byName(own.operators, 'operator')).toMatchObject({
      Ana: { taken: 2, messages: 4, figures: { chats: 1 } },
      Bruno: { taken: 1, messages: 2, figures: { chats: 1 } },
    })
    expect(own.groups).toMatchObject([{ group: { name: 'Sales' }, figures: { chats: 4 } }])
    expect(own.channels).toMatchObject([{ channel: { name: 'Site' } }])
    expect(own.tags).toMatchObject([
      { tag: { name: 'Invoice' }, chats: 1 },
      { tag: { name: 'VIP' }, customers: 1 },
    ])
    expect((await report(lea, { groupId: support })).total.chats).toBe(0)
    expect((await report(lea, { channelId: shop })).total.chats).toBe(0)
  })

  test('tell an operator nothing of colleagues, whatever he asks for', async () => {
    const anas = await report(ana)
    expect(anas.total).toMatchObject({ chats: 1, customers: 1, ratings: 1, rating: 5 })
    expect(anas.operators).toMatchObject([{ operator: { name: 'Ana' }, taken: 2, messages: 4 }])
    expect(anas.tags).toEqual([
      { tag: { name: 'Invoice' }, chats: 1, customers: 0, customerChats: 0 },
      { tag: { name: 'VIP' }, chats: 0, customers: 1, customerChats: 1 },
    ])
    const brunos = await report(ana, { operatorId: bruno.id })
    expect(brunos.total.chats).toBe(0)
    expect(brunos.operators).toEqual([])
    expect(JSON.stringify(await report(ana))).not.toContain('Bruno')
    expect((await report(bruno)).total).toMatchObject({ chats: 4, answered: 3 })
  })
})

describe('requests in a report', () => {
  const asks =
    'query($input: ReportInput!) { report(input: $input) { requests { total form states { state count } answer { count median } } visitors { visitors } } }'
  const requests = async (person: Person, more: Record<string, unknown> = {}) =>
    (await person.get(asks, { input: { ...monday, from: '2026-03-01', ...more } })).report

  test('are counted by their state, with the time to the first answer, and for an operator where he works on them', async () => {
    const { requests: all, visitors } = await requests(ada)
    expect(all).toMatchObject({ total: 2, form: 1, answer: { count: 1, median: 1800 } })
    expect(all.states).toEqual([
      { state: 'new', count: 0 },
      { state: 'open', count: 1 },
      { state: 'answered', count: 1 },
      { state: 'closed', count: 0 },
    ])
    expect(visitors).toEqual({ visitors: 0 })
    expect((await requests(lea, { channelId: site })).requests.total).toBe(2)
    expect((await requests(ada, { channelId: shop })).requests.total).toBe(0)
    expect(await requests(ana)).toMatchObject({ requests: { total: 0 }, visitors: null })
    expect((await requests(bruno)).requests.total).toBe(0)
  })
})

describe('visitors in a report', () => {
  test('are told with where they came from and how long they stayed, on the websites one sees', async () => {
    const visit = async (channelId: string, n: number, origin: { referrer?: string; campaign?: string; search?: string }) =>
      hub.works.work(
        systemOf(workspaceId),
        (work) => work.sql`
        insert into visits (workspace_id, id, channel_id, browser, started_at, last_at, referrer, campaign, search, device, trail)
        values (${workspaceId}, ${uuidv7()}, ${channelId}, ${`browser ${n}`}, ${at('08:00:00')}, ${at(`08:0${n}:00`)}, ${origin.referrer ?? null}, ${origin.campaign ?? null}, ${origin.search ?? null}, 'desktop', '[]')`,
      )
    await visit(site, 1, { referrer: 'https://www.google.com/search?q=bicycle', search: 'bicycle' })
    await visit(site, 3, { referrer: 'https://www.google.com/', campaign: 'spring' })
    await visit(shop, 5, { campaign: 'spring' })
    const asks =
      'query($input: ReportInput!) { report(input: $input) { visitors { visitors wrote stay { count median average } referrers { name visitors } campaigns { name visitors } searches { name visitors wrote } } } }'
    const seenBy = async (person: Person) => (await person.get(asks, { input: monday })).report.visitors
    expect(await seenBy(ada)).toEqual({
      visitors: 3,
      wrote: 0,
      stay: { count: 3, median: 180, average: 180 },
      referrers: [{ name: 'www.google.com', visitors: 2 }],
      campaigns: [{ name: 'spring', visitors: 2 }],
      searches: [{ name: 'bicycle', visitors: 1, wrote: 0 }],
    })
    expect(await seenBy(lea)).toMatchObject({ visitors: 2, campaigns: [{ name: 'spring', visitors: 1 }] })
    expect(await seenBy(bruno)).toBeNull()
  })
})

describe('the file of a report', () => {
  const file = async (person: Person | null, more: Record<string, string> = {}) => {
    const query = new URLSearchParams({ ...monday, to: '2026-03-03', ...more })
    const response = await fetch(`${hub.url}/reports/acme/chats.csv?${query}`, { headers: person ? { cookie: person.cookie } : {} })
    return { response, lines: (await response.text()).replace('\ufeff', '').trimEnd().split('\r\n') }
  }

  test('has a line for each chat one sees, and its sums are those of the screen', async () => {
    const { response, lines } = await file(ada)
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="chats-2026-03-02-2026-03-03.csv"')
    expect(lines[0]).toMatch(/^Number,Opened,Closed,State,/)
    expect(lines.find((line) => line.includes('João'))).toMatch(
      /^\d+,2026-03-02 10:00:00,,serving,Shop,web,Repairs,Bruno,João,2026-03-02 10:05:00,300,,0,1,1,,,"Invoice, VIP"$/,
    )
    for (const person of [ada, lea, ana, bruno]) {
      const { total } = await report(person, { to: '2026-03-03' })
      const rows = (await file(person)).lines.slice(1)
      expect(rows).toHaveLength(total.chats)
      expect(rows.filter((line) => line.split(',')[3] === 'closed')).toHaveLength(total.closed)
      expect(rows.filter((line) => /,1,\d+,\d+,\d*,[^,]*,("[^"]*")?[^,]*$/.test(line))).toHaveLength(total.abandoned)
    }
  })

  test('lets no name of a customer be taken for a formula', async () => {
    expect((await file(ada)).lines.join()).toContain(`"'=HYPERLINK(""x"")"`)
  })

  test("is nobody else's, and says what is wrong with what it is asked", async () => {
    expect((await file(null)).response.status).toBe(401)
    expect((await file(ada, { from: 'yesterday' })).response.status).toBe(400)
    expect((await file(lea, { groupId: support })).lines).toHaveLength(1)
    expect((await file(ana, { operatorId: bruno.id })).lines).toHaveLength(1)
    expect((await file(ana)).lines.join()).not.toContain('Bruno')
  })
})
