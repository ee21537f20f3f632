import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fitsPage } from '../src/domain/approach-rule.ts'
import { makeWorld, type World } from './rights/world.ts'
import { type Person, startTestHub, untilTrue, Visitor } from './support/hub.ts'
import { placesFile } from './support/places.ts'
import { browse } from './support/visits.ts'

let world: World
let admin: Person

const folder = mkdtempSync(join(tmpdir(), 'parley-places-'))
const file = join(folder, 'places.mmdb')

beforeAll(async () => {
  writeFileSync(file, placesFile({ '198.51.100.0/24': { country: 'BR', city: 'São Paulo' }, '192.0.2.128/25': { country: 'PT' } }))
  world = await makeWorld({ TRUSTED_PROXIES: '127.0.0.1,::1', GEOIP_FILE: file })
  admin = world.people.admin
  await admin.get('mutation($id: ID!, $options: JSON!) { updateChannel(channelId: $id, options: $options) { __typename } }', {
    id: world.channels.here,
    options: { name: 'Shop', allowedOrigins: ['https://shop.example'] },
  })
})
afterAll(async () => {
  await world.drop()
  rmSync(folder, { recursive: true })
})

let count = 0
interface Guest {
  browser: string
  id: string
  go(path: string): Promise<void>
}
async function aGuest(path: string, address?: string): Promise<Guest> {
  count += 1
  const from = address ?? `203.0.113.${count}`
  const browser = `ruled-guest-${String(count).padStart(8, '0')}`
  const go = async (to: string) => {
    await browse(world.hub.url, world.keys.here, { browser, page: `https://shop.example${to}`, title: `${browser} ${to}`, address: from })
  }
  await go(path)
  const id = await untilTrue(async () => {
    const { visits } = await admin.get('{ visits(first: 100) { id page { title } } }')
    return visits.find((each: any) => each.page.title === `${browser} ${path}`)?.id as string | undefined
  })
  return { browser, id, go }
}
const show = async ({ browser }: Guest, language = 'en'): Promise<any> => {
  const response = await fetch(`${world.hub.url}/widget/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'accept-language': language },
    body: JSON.stringify({
      query:
        'mutation($key: String!, $browser: String!) { showApproach(key: $key, browser: $browser) { id kind text url operatorName pictureUrl } }',
      variables: { key: world.keys.here, browser },
    }),
  })
  return ((await response.json()) as any).data.showApproach
}
const answer = ({ browser }: Guest, approachId: string, accepted: boolean) =>
  new Visitor(world.hub.url, null).get('mutation($input: AnswerApproachInput!) { answerApproach(input: $input) { __typename } }', {
    input: { key: world.keys.here, browser, approachId, accepted },
  })
const stands = async ({ id }: Guest): Promise<any> =>
  (await admin.get('query($id: ID!) { visit(visitId: $id) { approach { id kind state operatorName text } } }', { id })).visit?.approach

async function text(person: Person, more: object = {}): Promise<any> {
  const { createApproachText } = await person.get(
    `mutation($input: ApproachTextInput!) { createApproachText(input: $input) { __typename
      ... on ApproachText { id kind own title words { language text } url image { id } mayManage } ... on Refusal { code field } } }`,
    {
      input: {
        kind: 'invitation',
        own: false,
        title: 'Help',
        words: [
          { language: 'en', text: 'May I help?' },
          { language: 'pt_BR', text: 'Posso ajudar?' },
        ],
        ...more,
      },
    },
  )
  return createApproachText
}
async function rule(more: object): Promise<any> {
  const { createApproachRule } = await admin.get(
    'mutation($input: ApproachRuleInput!) { createApproachRule(input: $input) { __typename ... on ApproachRule { id } ... on Refusal { code field } } }',
    { input: { active: true, online: false, days: 7, ...more } },
  )
  return createApproachRule
}
const figures = async (id: string): Promise<any> =>
  (await admin.get('{ approachRules { id made shown accepted } }')).approachRules.find((each: any) => each.id === id)
async function approach(person: Person, visitIds: string[], given: object): Promise<any> {
  const { approachVisitors } = await person.get(
    `mutation($input: ApproachInput!) { approachVisitors(input: $input) { __typename
      ... on ApproachVisitorsSuccess { approaches { text url } } ... on Refusal { code field } } }`,
    { input: { visitIds, kind: 'invitation', ...given } },
  )
  return approachVisitors
}
const settings = async (given: object): Promise<any> =>
  (
    await admin.get(
      `mutation($free: Boolean!, $domains: [String!]!, $perVisit: Int!) { updateApproachSettings(free: $free, domains: $domains, perVisit: $perVisit) { __typename
        ... on ApproachSettings { free domains perVisit } ... on Refusal { code field } } }`,
      { free: true, domains: [], perVisit: 1, ...given },
    )
  ).updateApproachSettings

describe('what is said', () => {
  test('is read by each visitor in his language, where it was written in it', async () => {
    const { id } = await text(admin)
    const [english, brazilian, russian] = [await aGuest('/a'), await aGuest('/b'), await aGuest('/c')]
    await approach(world.people.member, [english.id, brazilian.id, russian.id], { textId: id })
    expect((await show(english)).text).toBe('May I help?')
    expect((await show(brazilian, 'pt-BR')).text).toBe('Posso ajudar?')
    expect((await show(russian, 'ru')).text).toBe('May I help?')
  })

  test('for everybody is an admin’s to write, one’s own is one’s own, and no colleague sees or uses it', async () => {
    const { member, supervisor, outsider } = world.people
    expect(await text(member)).toMatchObject({ code: 'forbidden' })
    expect(await text(supervisor)).toMatchObject({ code: 'forbidden' })
    const own = await text(member, { own: true, title: 'Mine' })
    expect(own).toMatchObject({ own: true, mayManage: true })
    const titles = async (person: Person) => (await person.get('{ approachTexts { title } }')).approachTexts.map(({ title }: any) => title)
    expect(await titles(member)).toContain('Mine')
    for (const person of [admin, outsider]) expect(await titles(person)).not.toContain('Mine')
    const guest = await aGuest('/mine')
    expect(await approach(admin, [guest.id], { textId: own.id })).toMatchObject({ code: 'not_found' })
    for (const person of [admin, outsider])
      expect(
        (await person.get('mutation($id: ID!) { deleteApproachText(textId: $id) { __typename ... on Refusal { code } } }', { id: own.id }))
          .deleteApproachText,
      ).toMatchObject({ code: 'not_found' })
    expect((await approach(member, [guest.id], { textId: own.id })).approaches).toHaveLength(1)
  })

  test('may be bound to what was written beforehand; where a redirect leads is never part of that', async () => {
    await settings({ free: false })
    const guest = await aGuest('/free')
    expect(await approach(world.people.member, [guest.id], { text: 'Hey you' })).toMatchObject({ code: 'not_free', field: 'text' })
    const { approaches } = await approach(world.people.member, [guest.id], { kind: 'redirect', url: 'https://shop.example/sale' })
    expect(approaches).toEqual([{ text: null, url: 'https://shop.example/sale' }])
    await settings({})
  })

  test('shows a picture of the library to whoever visits, as long as something said goes with it', async () => {
    const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')
    const form = new FormData()
    form.append('file', new Blob([png], { type: 'image/png' }), 'sale.png')
    const { 'content-type': _, ...headers } = admin.headers()
    const upload = (await (await fetch(`${world.hub.url}/files`, { method: 'POST', headers, body: form })).json()) as { id: string }
    const { addLibraryImage } = await admin.get(
      'mutation($id: ID!) { addLibraryImage(fileId: $id, title: "Sale") { ... on LibraryImage { id } ... on Refusal { code } } }',
      { id: upload.id },
    )
    const imageId = addLibraryImage.id
    const picture = async () => (await fetch(`${world.hub.url}/pictures/${world.workspaceId}/${imageId}`)).status
    expect(await picture()).toBe(404)
    const offer = await text(admin, { kind: 'promotion', url: 'https://shop.example/sale', imageId })
    expect(offer).toMatchObject({ image: { id: imageId } })
    const guest = await aGuest('/offer')
    await approach(admin, [guest.id], { kind: 'promotion', textId: offer.id })
    expect(await show(guest)).toMatchObject({ url: 'https://shop.example/sale', pictureUrl: `/pictures/${world.workspaceId}/${imageId}` })
    expect(await picture()).toBe(200)
    expect((await fetch(`${world.hub.url}/pictures/${world.workspaceId}/${crypto.randomUUID()}`)).status).toBe(404)
    expect(await text(admin, { kind: 'promotion', url: 'https://shop.example/', imageId: crypto.randomUUID() })).toMatchObject({
      code: 'not_found',
      field: 'imageId',
    })
  })
})

describe('the list of domains', () => {
  test('lets visitors be led there and below, by https, and nowhere that only looks so', async () => {
    expect(await settings({ domains: ['Partner.Example', 'partner.example'] })).toMatchObject({ domains: ['partner.example'] })
    for (const domain of [
      'https://partner.example',
      'partner.example/x',
      'localhost',
      '10.0.0.1',
      '*.example',
      'a b.example',
      '.example',
      'com',
    ])
      expect([domain, await settings({ domains: [domain] })]).toEqual([
        domain,
        { __typename: 'Refusal', code: 'invalid', field: 'domains' },
      ])
    const outcomes: Record<string, string> = {}
    const expected = {
      'https://partner.example/x': 'ApproachVisitorsSuccess',
      'https://www.partner.example/': 'ApproachVisitorsSuccess',
      'http://partner.example/': 'url_not_listed',
      'https://partner.example:8443/': 'url_not_listed',
      'https://notpartner.example/': 'url_not_listed',
      'https://partner.example.evil.example/': 'url_not_listed',
    }
    for (const url of Object.keys(expected)) {
      const guest = await aGuest(`/domain-${Object.keys(outcomes).length}`)
      const outcome = await approach(admin, [guest.id], { kind: 'redirect', url })
      outcomes[url] = outcome.code ?? outcome.__typename
    }
    expect(outcomes).toEqual(expected)
    // What was prepared is held against the list when it is used.
    const old = await text(admin, { kind: 'redirect', url: 'https://partner.example/', words: [] })
    await settings({})
    const guest = await aGuest('/late')
    expect(await approach(admin, [guest.id], { kind: 'redirect', textId: old.id })).toMatchObject({ code: 'url_not_listed' })
  })
})

describe('a rule', () => {
  test('invites who fits it, once a visit, says who did not ask, and counts what came of it', async () => {
    const { id: textId } = await text(admin)
    const { id } = await rule({ textId, page: '/rule-one*', visits: 1 })
    const [fits, other] = [await aGuest('/rule-one/x'), await aGuest('/other')]
    await untilTrue(() => stands(fits))
    const shown = await show(fits)
    expect(shown).toMatchObject({ kind: 'invitation', text: 'May I help?', operatorName: null })
    await answer(fits, shown.id, true)
    await untilTrue(async () => (await figures(id)).accepted === 1)
    expect(await figures(id)).toEqual({ id, made: 1, shown: 1, accepted: 1 })
    await fits.go('/rule-one/y')
    const later = await aGuest('/rule-one/later')
    await untilTrue(() => stands(later))
    expect((await stands(fits)).id).toBe(shown.id)
    expect(await stands(other)).toBeNull()
    await admin.get('mutation($id: ID!) { deleteApproachRule(ruleId: $id) { __typename } }', { id })
  })

  test('waits for the time on the page, and for somebody to be there', async () => {
    const { id: textId } = await text(admin)
    const slow = await rule({ textId, page: '/slow', seconds: 2 })
    const manned = await rule({ textId, page: '/manned', online: true })
    const [one, two] = [await aGuest('/slow'), await aGuest('/manned')]
    const began = Date.now()
    await untilTrue(() => stands(one), 10_000)
    expect(Date.now() - began).toBeGreaterThan(500)
    expect(await stands(two)).toBeNull()
    await admin.get('mutation { setPresence(presence: online) { __typename } }')
    const three = await aGuest('/manned')
    await untilTrue(() => stands(three), 10_000)
    for (const { id } of [slow, manned]) await admin.get('mutation($id: ID!) { deleteApproachRule(ruleId: $id) { __typename } }', { id })
  })

  test('leaves alone who is in a chat, was asked by it within its days, or was asked often enough in this visit', async () => {
    const { id: textId } = await text(admin)
    const { id: first } = await rule({ textId, page: '/first' })
    const { id: second } = await rule({ textId, page: '/second' })
    const talks = await aGuest('/talks')
    const maria = await world.makeVisitor('Maria')
    await maria.get('mutation($b: String!) { joinVisit(browser: $b) }', { b: talks.browser })
    await maria.say('Hello')
    const guest = await aGuest('/first')
    const { id } = await untilTrue(() => stands(guest))
    await answer(guest, id, false)
    await talks.go('/first')
    await guest.go('/second')
    await settledBehind('/first')
    expect(await stands(talks)).toBeNull()
    expect((await stands(guest)).id).toBe(id)
    // Twice a visit: the other rule has its turn, and the first is not asked again within its days.
    await settings({ perVisit: 3 })
    const twice = await aGuest('/first')
    const asked = await untilTrue(() => stands(twice))
    await answer(twice, asked.id, false)
    await twice.go('/second')
    const again = await untilTrue(async () => {
      const now = await stands(twice)
      return now.id !== asked.id && now
    })
    await answer(twice, (again as any).id, false)
    await twice.go('/first')
    await settledBehind('/first')
    expect((await stands(twice)).id).toBe((again as any).id)
    await settings({})
    for (const each of [first, second])
      await admin.get('mutation($id: ID!) { deleteApproachRule(ruleId: $id) { __typename } }', { id: each })
  })

  test('says only what is everybody’s, leads only where the list lets it, and is an admin’s alone', async () => {
    const mine = await text(admin, { own: true })
    expect(await rule({ textId: mine.id })).toMatchObject({ code: 'not_found', field: 'textId' })
    const chat = await text(admin, { kind: 'chat' })
    expect(await rule({ textId: chat.id })).toMatchObject({ code: 'invalid', field: 'textId' })
    const away = await text(admin, { kind: 'promotion', url: 'https://evil.example/' })
    const { id } = await rule({ textId: away.id, page: '/away' })
    const { id: plain } = await rule({ textId: (await text(admin)).id, page: '/behind' })
    const guest = await aGuest('/away')
    await settledBehind('/behind')
    expect(await stands(guest)).toBeNull()
    for (const each of [id, plain]) await admin.get('mutation($id: ID!) { deleteApproachRule(ruleId: $id) { __typename } }', { id: each })
  })

  /** Whoever comes after on this page is asked, so whoever came before would have been. */
  async function settledBehind(path: string): Promise<void> {
    const last = await aGuest(path)
    await untilTrue(() => stands(last), 10_000)
  }
})

describe('where visitors are', () => {
  test('is told by the database the hub was given, and asked by rules', async () => {
    const { id: textId } = await text(admin)
    const { id } = await rule({ textId, page: '/place', countries: ['br', 'US'] })
    const [paulista, portuguese, nobody] = [
      await aGuest('/place', '198.51.100.7'),
      await aGuest('/place', '192.0.2.200'),
      await aGuest('/place', '192.0.2.1'),
    ]
    await untilTrue(() => stands(paulista))
    const place = async ({ id: visitId }: Guest) =>
      (await admin.get('query($id: ID!) { visit(visitId: $id) { country city } }', { id: visitId })).visit
    expect(await place(paulista)).toEqual({ country: 'BR', city: 'São Paulo' })
    expect(await place(portuguese)).toEqual({ country: 'PT', city: null })
    expect(await place(nobody)).toEqual({ country: null, city: null })
    for (const guest of [portuguese, nobody]) expect(await stands(guest)).toBeNull()
    expect((await admin.get('{ approachSettings { knowsPlaces } }')).approachSettings.knowsPlaces).toBe(true)
    expect(await rule({ textId, countries: ['Brazil'] })).toMatchObject({ code: 'invalid', field: 'countries' })
    await admin.get('mutation($id: ID!) { deleteApproachRule(ruleId: $id) { __typename } }', { id })
  })

  test('stops the start in words where the file is no such database', async () => {
    const broken = join(folder, 'broken.mmdb')
    writeFileSync(broken, 'no places')
    for (const path of [broken, join(folder, 'missing.mmdb')])
      await expect(startTestHub({ ROLES: 'web', DATABASE_URL: world.hub.databaseUrl, GEOIP_FILE: path })).rejects.toThrow(
        'GEOIP_FILE cannot be read as a database of places',
      )
  })
})

describe('a pattern of addresses', () => {
  test.each([
    ['/pricing', 'https://shop.example/pricing', true],
    ['/pricing', 'https://shop.example/pricing?x=1', true],
    ['/pricing', 'https://shop.example/pricing/old', false],
    ['/pricing*', 'https://shop.example/pricing/old', true],
    ['*checkout*', 'https://shop.example/a/Checkout?x', true],
    ['*utm_source=news', 'https://shop.example/?utm_source=news', true],
    ['shop.example/*', 'https://shop.example/x', true],
    ['shop.example/*', 'https://other.example/shop.example/x', false],
    ['/a*b*a', 'https://shop.example/aba', true],
    ['/a*ba*a', 'https://shop.example/aba', false],
    ['*', 'https://shop.example/', true],
    ['*', 'no address', false],
    ['*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b', `https://shop.example/${'a'.repeat(2_000)}`, false],
  ])('%s fits %s: %s', (pattern, address, outcome) => {
    expect(fitsPage(pattern, address)).toBe(outcome)
  })
})
