import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readBeat, type Seen } from '../src/visits/beat.ts'
import { createVisitList } from '../src/visits/live.ts'
import { knowsNowhere } from '../src/visits/place.ts'
import { makeWorld, type World } from './rights/world.ts'
import { type Follower, Person, startTestHub, type TestHub, untilTrue, Visitor } from './support/hub.ts'
import { type Browsing, browse, safari } from './support/visits.ts'

const fields =
  'id name state channelId startedAt page { url title } trail { url title } referrer campaign search language device system browser visits'
const live = `subscription { visits { reset goneIds visits { ${fields} } } }`

let world: World
let second: TestHub
let admin: Person

beforeAll(async () => {
  world = await makeWorld({ TRUSTED_PROXIES: '127.0.0.1,::1' })
  second = await startTestHub({ ROLES: 'web', DATABASE_URL: world.hub.databaseUrl, TRUSTED_PROXIES: '127.0.0.1,::1' })
  admin = world.people.admin
})
afterAll(async () => {
  await second.drop()
  await world.drop()
})

const visit = (browsing: Browsing, key = world.keys.here, url = world.hub.url) => browse(url, key, browsing)
const listFor = async (person: Person): Promise<any[]> => (await person.get(`{ visits(first: 100) { ${fields} } }`)).visits
const find = async (path: string, person = admin) => (await listFor(person)).find(({ page }) => page.url.endsWith(path))
const seen = (path: string, person = admin) => untilTrue(() => find(path, person))
/** Whoever comes after has been settled, so whoever came before would have been. */
async function settled(): Promise<void> {
  const word = crypto.randomUUID()
  await visit({ browser: word, page: `https://shop.example/${word}`, address: '198.51.100.77' })
  await seen(word)
}
let count = 0
const newBrowser = () => `browser-number-${String(++count).padStart(6, '0')}`
const known = (follower: Follower) => {
  const visits = new Map<string, any>()
  for (const frame of follower.frames) {
    if (frame.reset) visits.clear()
    for (const id of frame.goneIds) visits.delete(id)
    for (const each of frame.visits) visits.set(each.id, each)
  }
  return [...visits.values()]
}

describe('who is on a website', () => {
  test('is listed with page, source, campaign, search words, language and device', async () => {
    await visit({
      browser: newBrowser(),
      page: 'https://user:secret@shop.example/bikes?utm_campaign=Spring&utm_source=news',
      title: 'Bikes',
      referrer: 'https://www.bing.com/search?q=red+bike',
      language: 'pt-BR,pt;q=0.9',
    })
    expect(await seen('utm_source=news')).toMatchObject({
      name: null,
      state: 'browsing',
      channelId: world.channels.here,
      page: { url: 'https://shop.example/bikes?utm_campaign=Spring&utm_source=news', title: 'Bikes' },
      referrer: 'https://www.bing.com/search?q=red+bike',
      campaign: 'Spring · news',
      search: 'red bike',
      language: 'pt-BR',
      device: 'phone',
      system: 'iOS',
      browser: 'Safari 17',
      visits: 1,
    })
  })

  test('leaves a trail; a page that is looked at for long is one page, and where he came from stays', async () => {
    const browser = newBrowser()
    const go = (path: string, referrer = '') => visit({ browser, page: `https://shop.example/${path}`, title: path, referrer })
    await go('one', 'https://blog.example/post')
    await seen('/one')
    for (const path of ['one', 'two', 'two', 'three']) await go(path, 'https://shop.example/one')
    const found = await seen('/three')
    expect(found.trail.map(({ title }: { title: string }) => title)).toEqual(['one', 'two', 'three'])
    expect(found.referrer).toBe('https://blog.example/post')
    for (let n = 0; n < 30; n += 1) await go(`page-${n}`)
    expect((await seen('/page-29')).trail).toHaveLength(20)
  })

  test('is told live, about once a second, and joined with his name and chat once he writes', async () => {
    const follower = admin.follow(live)
    await follower.until((frame) => frame.reset)
    const browser = newBrowser()
    const maria = await world.makeVisitor('Maria')
    await visit({ browser, page: 'https://shop.example/maria' })
    await untilTrue(() => known(follower).find(({ page }) => page.url.endsWith('/maria')))
    expect((await maria.get('mutation($b: String!) { joinVisit(browser: $b) }', { b: browser })).joinVisit).toBe(true)
    await untilTrue(() => known(follower).find(({ name }) => name === 'Maria'))
    await maria.say('Hello')
    const waiting = await untilTrue(() => known(follower).find(({ name, state }) => name === 'Maria' && state === 'queued'))
    const { visit: detail } = await admin.get('query($id: ID!) { visit(visitId: $id) { chat { customer { name } } } }', { id: waiting.id })
    expect(detail.chat.customer.name).toBe('Maria')
    for (let n = 0; n < 20; n += 1) {
      await visit({ browser, page: `https://shop.example/maria-${n}` })
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    await untilTrue(() => known(follower).find(({ page }) => page.url.endsWith('/maria-19')))
    const told = follower.frames.filter(({ visits }) => visits.some(({ page }: any) => /maria-\d/.test(page.url)))
    expect(told.length).toBeLessThan(6)
    follower.end()
  })

  test('is known by name to the hub that hears of his pages, whichever he told it', async () => {
    const browser = newBrowser()
    await visit({ browser, page: 'https://shop.example/of-two' }, world.keys.here, second.url)
    const there = await seen('/of-two')
    const vera = await world.makeVisitor('Vera')
    await vera.get('mutation($b: String!) { joinVisit(browser: $b) }', { b: browser })
    const onSecond = new Person(second.url, admin.cookie, admin.workspace)
    const name = await untilTrue(
      async () => (await onSecond.get('query($id: ID!) { visit(visitId: $id) { name } }', { id: there.id })).visit?.name,
    )
    expect(name).toBe('Vera')
  })

  test('is known by every hub, and remembered when he comes again', async () => {
    const browser = newBrowser()
    await visit({ browser, page: 'https://shop.example/both' }, world.keys.here, second.url)
    const there = await seen('/both')
    await world.asHub(
      (work) =>
        work.sql`update visits set last_at = last_at - interval '1 day', started_at = started_at - interval '1 day' where workspace_id = ${work.workspaceId} and id = ${there.id}`,
    )
    const third = await startTestHub({ ROLES: 'web', DATABASE_URL: world.hub.databaseUrl })
    try {
      await visit({ browser, page: 'https://shop.example/again' }, world.keys.here, third.url)
      const back = await untilTrue(async () => {
        const response = await fetch(`${third.url}/graphql`, {
          method: 'POST',
          headers: { ...admin.headers(), origin: third.url },
          body: JSON.stringify({ query: `{ visits { ${fields} } }` }),
        })
        return ((await response.json()) as any).data.visits.find(({ page }: any) => page.url.endsWith('/again'))
      })
      expect(back).toMatchObject({ id: there.id, visits: 2, trail: [{ url: 'https://shop.example/again' }] })
    } finally {
      await third.drop()
    }
  })
})

test('a page that is looked at for long is written down again all the while, though other hubs are told of it', () => {
  const list = createVisitList()
  const website = { workspaceId: 'acme', channelId: 'shop', groupId: null }
  const beat = {
    body: [newBrowser(), 'https://shop.example/long', 'Long', ''],
    origin: 'https://shop.example',
    userAgent: safari,
    language: 'en',
    address: '192.0.2.9',
  }
  const [begun, minute] = [Date.now(), 60_000]
  const lastKept = () => {
    let kept = 0
    for (let at = begun; at <= begun + 45 * minute; at += minute / 2) {
      list.see(website, readBeat(beat, at, knowsNowhere) as Seen, beat.address)
      for (const visit of list.all()) {
        if (visit.dirty) {
          list.settle(Object.assign(visit, { dirty: false }), visit)
          kept = at
        }
        visit.toldAt = at
      }
    }
    return kept
  }
  expect(lastKept()).toBeGreaterThan(begun + 30 * minute)
})

describe('an operator', () => {
  test('sees who is on the websites of his groups and on those of nobody, and never another company’s', async () => {
    const key = async (id: string) =>
      (await admin.get('{ channels { id publicKey } }')).channels.find((each: any) => each.id === id).publicKey
    await visit({ browser: newBrowser(), page: 'https://shop.example/at-there' }, await key(world.channels.there))
    await visit({ browser: newBrowser(), page: 'https://shop.example/at-open' }, await key(world.channels.open))
    await visit({ browser: newBrowser(), page: 'https://shop.example/at-here' })
    await visit({ browser: newBrowser(), page: 'https://elsewhere.example/foreign' }, world.keys.foreign)
    await settled()
    const { member, outsider, holder, leader, otherLeader, supervisor } = world.people
    const pages = async (person: Person) =>
      (await listFor(person))
        .map(({ page }) => /at-(\w+)|foreign/.exec(page.url)?.[0])
        .filter(Boolean)
        .sort()
    for (const person of [member, leader]) expect(await pages(person)).toEqual(['at-here', 'at-open'])
    for (const person of [outsider, otherLeader]) expect(await pages(person)).toEqual(['at-open', 'at-there'])
    expect(await pages(holder)).toEqual(['at-open'])
    for (const person of [supervisor, admin]) expect(await pages(person)).toEqual(['at-here', 'at-open', 'at-there'])
    expect(await pages(world.foreigner)).toEqual(['foreign'])
    const followers = [outsider, member].map((person) => person.follow(live))
    await Promise.all(followers.map((follower) => follower.until((frame) => frame.reset)))
    expect(followers.map((follower) => known(follower).some(({ page }) => page.url.endsWith('at-here')))).toEqual([false, true])
    for (const follower of followers) follower.end()
  })

  test('counts those who browse, wait, are served, were served and gave up, of what he sees', async () => {
    const figures = async (person: Person) =>
      (
        await person.get('query($s: DateTime!) { liveFigures(since: $s) { browsing queued serving finished givenUp } }', {
          s: new Date(Date.now() - 3_600_000).toISOString(),
        })
      ).liveFigures
    const before = await figures(world.people.outsider)
    await world.makeChat('elsewhere')
    const answered = await world.makeChat('queued')
    const all = await figures(admin)
    await admin.get('mutation($c: ID!) { closeChat(chatId: $c) { __typename } }', { c: answered.chatId })
    const unanswered = await world.makeVisitor('Ulla')
    await unanswered.say('Anybody?')
    const { chatId } = (await untilTrue(async () => {
      const { filteredChats } = await admin.get(
        'query($f: JSON!) { filteredChats(filter: $f, first: 20) { edges { node { id customer { name } } } } }',
        { f: { all: [] } },
      )
      const node = filteredChats.edges.map((edge: any) => edge.node).find((chat: any) => chat.customer.name === 'Ulla')
      return node && { chatId: node.id }
    })) as { chatId: string }
    await admin.get('mutation($c: ID!) { closeChat(chatId: $c) { __typename } }', { c: chatId })
    const after = await figures(admin)
    expect(after.finished - all.finished).toBe(1)
    expect(after.givenUp - all.givenUp).toBe(1)
    expect((await figures(world.people.outsider)).queued - before.queued).toBe(1)
    expect(after.browsing).toBeGreaterThan(0)
  })

  test('finds the very chats behind the figures of those who were served and who gave up', async () => {
    const { admin, member, outsider, leader, holder } = world.people
    const served = await world.makeChat('queued')
    await admin.get('mutation($i: SendMessageInput!) { sendMessage(input: $i) { __typename } }', {
      i: { chatId: served.chatId, clientId: crypto.randomUUID(), text: 'Here you are.' },
    })
    await admin.get('mutation($c: ID!) { closeChat(chatId: $c) { __typename } }', { c: served.chatId })
    const gone = await world.makeChat('queued')
    const both = await world.makeChat('queued')
    for (const { chatId } of [gone, both])
      await world.asHub(
        (work) => work.sql`update chats set missed_at = clock_timestamp() where workspace_id = ${work.workspaceId} and id = ${chatId}`,
      )
    await admin.get('mutation($i: SendMessageInput!) { sendMessage(input: $i) { __typename } }', {
      i: { chatId: both.chatId, clientId: crypto.randomUUID(), text: 'Are you still there?' },
    })
    await admin.get('mutation($c: ID!) { closeChat(chatId: $c) { __typename } }', { c: both.chatId })
    const lastHour = { is: 'last', count: 60, unit: 'minute' }
    const finished = {
      all: [
        { field: 'closed', ...lastHour },
        { field: 'answered', is: 'yes' },
      ],
    }
    const givenUp = { all: [{ field: 'givenUp', ...lastHour }] }
    for (const person of [admin, member, outsider, leader, holder]) {
      const found = await person.get(
        `query($s: DateTime!, $f: JSON!, $g: JSON!) { liveFigures(since: $s) { finished givenUp }
          finished: filteredChats(filter: $f, first: 100) { edges { node { id } } } givenUp: filteredChats(filter: $g, first: 100) { edges { node { id } } } }`,
        { s: new Date(Date.now() - 3_600_000).toISOString(), f: finished, g: givenUp },
      )
      const idsOf = ({ edges }: any): string[] => edges.map(({ node }: any) => node.id)
      expect({ finished: idsOf(found.finished).length, givenUp: idsOf(found.givenUp).length }).toEqual(found.liveFigures)
      if (person !== admin) continue
      expect(idsOf(found.finished)).toEqual(expect.arrayContaining([served.chatId, both.chatId]))
      expect(idsOf(found.givenUp)).toEqual(expect.arrayContaining([gone.chatId, both.chatId]))
      expect(found.liveFigures.finished).toBeGreaterThan(0)
    }
  })

  test('chooses what his list shows, and others choose for themselves', async () => {
    const choose = (person: Person, columns: string[]) =>
      person.get('mutation($i: UpdateProfileInput!) { updateProfile(input: $i) { ... on Profile { visitColumns } } }', {
        i: { visitColumns: columns },
      })
    expect((await choose(world.people.member, ['name', 'page', 'name'])).updateProfile.visitColumns).toEqual(['name', 'page'])
    expect((await admin.get('{ profile { visitColumns } }')).profile.visitColumns).toBeNull()
    expect((await choose(world.people.member, [])).updateProfile.visitColumns).toBeNull()
  })
})

describe('what is not to be believed', () => {
  test('is left out: programs, foreign origins, pages of other websites, what is no beat', async () => {
    const path = (word: string) => `https://shop.example/bad-${word}`
    const odd: Browsing[] = [
      { page: path('bot'), userAgent: 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)' },
      {
        page: path('headless'),
        userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/126.0.0.0 Safari/537.36',
      },
      { page: path('curl'), userAgent: 'curl/8.5.0' },
      { page: path('no-agent'), userAgent: '-' },
      { page: path('forged'), origin: 'https://evil.example' },
      { page: path('no-origin'), origin: null },
      { page: path('null-origin'), origin: 'null' },
      { page: path('short-name'), browser: 'x' },
      { page: path('odd-name'), browser: '<script>alert(1)</script>' },
      { page: 'javascript:alert("bad-script")', origin: 'null' },
      { page: `https://shop.example/bad-${'x'.repeat(3_000)}` },
    ]
    for (const browsing of odd) expect((await visit({ browser: newBrowser(), ...browsing })).status).toBe(200)
    for (const body of ['', 'null', '{}', '[1,2,3,4]', '[[],{},null]', '{"length":4}', '["\u0000"]', '[']) {
      const response = await fetch(`${world.hub.url}/widget/status?channel=${world.keys.here}`, {
        method: 'POST',
        headers: { origin: 'https://shop.example', 'user-agent': safari },
        body,
      })
      expect(response.status).toBe(200)
    }
    await settled()
    expect((await listFor(admin)).filter(({ page }) => page.url.includes('bad-'))).toEqual([])
  })

  test('is shortened and cleaned: titles that turn the writing round, cannot be stored, or never end', async () => {
    await visit({ browser: newBrowser(), page: 'https://shop.example/title', title: `<b>a\u0000b\ud800\u202ec\n${'x'.repeat(4_000)}` })
    const { page } = await seen('/title')
    expect(page.title).toMatch(/^<b>a b c x+$/)
    expect(page.title.length).toBeLessThanOrEqual(120)
    await visit({ browser: newBrowser(), page: 'https://shop.example/utm?utm_campaign=%00%0a%F0%9F%98' })
    await seen('%F0%9F%98')
  })

  test('is refused by a website that names its origins', async () => {
    const { createChannel } = await admin.get(
      'mutation($input: CreateChannelInput!) { createChannel(input: $input) { ... on Channel { id publicKey } } }',
      { input: { kind: 'web', name: 'Own', options: { name: 'Own', allowedOrigins: ['https://own.example'] } } },
    )
    await visit({ browser: newBrowser(), page: 'https://copy.example/listed' }, createChannel.publicKey)
    await visit({ browser: newBrowser(), page: 'https://own.example/listed' }, createChannel.publicKey)
    await seen('own.example/listed')
    expect(await find('copy.example/listed')).toBeUndefined()
  })

  test('is not told of who is blocked, by address or in person', async () => {
    await visit({ browser: newBrowser(), page: 'https://shop.example/rude', address: '203.0.113.9' })
    await seen('/rude')
    await admin.get('mutation { blockAddress(address: "203.0.113.0/24") { __typename } }')
    await visit({ browser: newBrowser(), page: 'https://shop.example/rude-too', address: '203.0.113.10' })
    const browser = newBrowser()
    const rita = await world.makeVisitor('Rude')
    await visit({ browser, page: 'https://shop.example/in-person' })
    await seen('/in-person')
    await rita.say('You there!')
    await rita.get('mutation($b: String!) { joinVisit(browser: $b) }', { b: browser })
    await admin.get('mutation($i: ID!) { blockIdentity(identityId: $i) { __typename } }', { i: rita.identityId })
    await visit({ browser, page: 'https://shop.example/in-person-2' })
    await untilTrue(async () => !(await find('/in-person-2')) && !(await find('/in-person')))
    await settled()
    expect(await find('/rude-too')).toBeUndefined()
    const rows = await world.asHub(
      (work) => work.sql<{ trail: unknown }[]>`select trail from visits where workspace_id = ${work.workspaceId}`,
    )
    expect(JSON.stringify(rows)).not.toContain('rude-too')
  })

  test('cannot take another browser’s visit, nor one of another website', async () => {
    const browser = newBrowser()
    await visit({ browser, page: 'https://elsewhere.example/theirs' }, world.keys.foreign)
    await untilTrue(async () => (await listFor(world.foreigner)).find(({ page }) => page.url.endsWith('/theirs')))
    const maria = await world.makeVisitor('Thief')
    expect((await maria.get('mutation($b: String!) { joinVisit(browser: $b) }', { b: browser })).joinVisit).toBe(false)
    const errors = (await new Visitor(world.hub.url, null).ask('mutation { joinVisit(browser: "a-browser-of-the-tests") }')).errors
    expect(errors?.[0]?.extensions?.code).toBe('signed_out')
    expect((await listFor(world.foreigner)).every(({ name }) => name === null)).toBe(true)
  })

  test('does not fill the list: a flood from one address is cut off, and every other visitor is listed', async () => {
    const flood = Array.from({ length: 400 }, (_, n) => `flood-of-browsers-${n}`)
    await Promise.all(flood.map((browser) => visit({ browser, page: `https://shop.example/flood/${browser}`, address: '192.0.2.66' })))
    await visit({ browser: newBrowser(), page: 'https://shop.example/after-the-flood', address: '192.0.2.67' })
    await seen('/after-the-flood')
    const rows = await world.asHub(
      (work) => work.sql`select from visits where workspace_id = ${work.workspaceId} and trail::text like '%/flood/%'`,
    )
    expect(rows.length).toBeLessThanOrEqual(130)
    expect((await visit({ browser: newBrowser(), page: `https://shop.example/${'y'.repeat(20_000)}` })).status).toBe(413)
  })
})
