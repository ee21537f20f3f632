import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contrast, readable } from '../src/domain/colour.ts'
import { showsOn, usualLook } from '../src/domain/look-shape.ts'
import { addColleague, type Person, setUp, startTestHub, type TestHub, Visitor } from './support/hub.ts'

let hub: TestHub
let ada: Person
let oto: Person
let key: string
let channelId: string

beforeAll(async () => {
  hub = await startTestHub({ ROLES: 'web' })
  ada = await setUp(hub)
  const found = await ada.get('{ channels { id publicKey } }')
  ;[channelId, key] = [found.channels[0].id, found.channels[0].publicKey]
  oto = await addColleague(ada, 'Oto', { groupIds: [] })
})
afterAll(() => hub.drop())

const plainLook = { side: 'end', size: 'medium', texts: [], showOn: [], hideOn: [] }
const lookFields =
  '__typename ... on ChannelLook { draft { look { accent } } published { number revertOf look { accent pictures } } history { number } } ... on Refusal { code field message remedy }'
const change = async (name: string, args: string, given: string, variables: object = {}, as: Person = ada) =>
  (await as.get(`mutation($c: ID!${args}) { ${name}(channelId: $c${given}) { ${lookFields} } }`, { c: channelId, ...variables }))[name]
const save = (input: object, as?: Person) =>
  change('saveLook', ', $i: WidgetLookInput!', ', input: $i', { i: { ...plainLook, ...input } }, as)
const publish = () => change('publishLook', '', '')
const revert = (n: number) => change('revertLook', ', $n: Int!', ', number: $n', { n })
const status = async (page: string) =>
  (
    await fetch(`${hub.url}/widget/status?channel=${key}&language=pt`, {
      method: 'POST',
      body: JSON.stringify(['a'.repeat(32), page, '', '']),
    })
  ).json()
const site = async () =>
  (await new Visitor(hub.url, null).get('query($k: String!) { site(key: $k) { accent style logoUrl } }', { k: key })).site
async function startChat(language: string): Promise<Visitor> {
  const { startVisitor } = await new Visitor(hub.url, null).get(
    'mutation($input: StartVisitorInput!) { startVisitor(input: $input) { ... on StartVisitorSuccess { token } } }',
    { input: { key, name: 'Vera', email: 'vera@customer.example', language } },
  )
  const visitor = new Visitor(hub.url, startVisitor.token)
  await visitor.say('Hello')
  return visitor
}
const said = async (visitor: Visitor) =>
  (
    await visitor.get('{ visitor { chat { messages(last: 9) { edges { node { author text notice } } } } } }')
  ).visitor.chat.messages.edges.map(({ node }: any) => [node.author, node.text, node.notice])

const picture = async (width: number, height: number) =>
  new Uint8Array(
    await sharp({ create: { width, height, channels: 3, background: '#0f766e' } })
      .png()
      .toBuffer(),
  )

describe('the look of a website’s chat', () => {
  test('reaches visitors when it is published, not before, and comes back from the history', async () => {
    expect((await site()).accent).not.toBe('#0f766e')
    expect(await save({ accent: '#0F766E' })).toMatchObject({ draft: { look: { accent: '#0f766e' } }, published: null })
    expect((await site()).accent).not.toBe('#0f766e')
    expect(await publish()).toMatchObject({ draft: null, published: { number: 1, revertOf: null } })
    expect((await site()).accent).toBe('#0f766e')
    await save({ accent: '#b91c1c', fontColour: '#111111', backColour: '#fff7ed', borderColour: '#f97316' })
    await publish()
    expect((await site()).style).toContain('--back:#fff7ed;--text:#111111')
    await save({ accent: '#000000' })
    expect(await revert(1)).toMatchObject({ draft: null, published: { number: 3, revertOf: 1, look: { accent: '#0f766e' } } })
    expect((await site()).accent).toBe('#0f766e')
    expect(await revert(9)).toMatchObject({ code: 'not_found', field: 'number' })
    expect((await revert(0)).history.map(({ number }: any) => number)).toEqual([4, 3, 2, 1])
    expect((await site()).style).toBe('')
  })

  test('refuses what cannot be read with a colour that can, and what is no colour or page', async () => {
    const own = { fontColour: '#111111', backColour: '#ffffff' }
    const pale = await save({ ...own, welcomeColour: '#9ca3af' })
    expect(pale).toMatchObject({ code: 'low_contrast', field: 'welcomeColour', message: expect.stringContaining('2.') })
    const better = /#[0-9a-f]{6}/.exec(pale.remedy)?.[0] ?? ''
    expect(contrast(better, '#ffffff')).toBeGreaterThan(4.5)
    expect(await save({ ...own, welcomeColour: better })).toMatchObject({ __typename: 'ChannelLook' })
    expect(await save({ ...own, fontColour: '#cccccc' })).toMatchObject({ code: 'low_contrast', field: 'fontColour' })
    expect(await save({ awayColour: '#111111' })).toMatchObject({ code: 'required', field: 'backColour' })
    expect(await save({ accent: 'red;--x:url(//evil)' })).toMatchObject({ code: 'bad_colour', field: 'accent' })
    expect(await save({ hideOn: ['checkout'] })).toMatchObject({ code: 'bad_page', field: 'hideOn' })
    expect(await save({}, oto)).toMatchObject({ code: 'forbidden' })
    await change('discardLook', '', '')
  })

  test('says its own words by itself, each once, in the visitor’s language', async () => {
    await save({
      texts: [
        { language: 'pt_BR', online: 'Fale com a loja', welcome: 'Já respondemos.', away: 'Voltamos amanhã.', closing: 'Até logo!' },
        { language: 'en', away: 'Back tomorrow.' },
      ],
    })
    await publish()
    const visitor = await startChat('pt-BR')
    await visitor.say('Again')
    expect(await said(visitor)).toEqual([
      ['you', 'Hello', null],
      ['system', 'Voltamos amanhã.', 'away'],
      ['you', 'Again', null],
    ])
    const { chats } = await ada.get('{ chats(section: all, first: 1) { edges { node { id lastMessage { text } } } } }')
    const { id, lastMessage } = chats.edges[0].node
    expect(lastMessage.text).toBe('Again')
    await ada.get('mutation($id: ID!) { closeChat(chatId: $id) { __typename } }', { id })
    expect((await said(visitor)).at(-1)).toEqual(['system', 'Até logo!', 'closing'])
    expect((await said(await startChat('ru'))).at(-1)).toEqual(['system', 'Back tomorrow.', 'away'])
  })

  test('dresses the button, and hides it where the company does not wish it', async () => {
    await save({
      side: 'start',
      size: 'large',
      hideOn: ['/checkout*', 'https://other.example/*'],
      texts: [{ language: 'pt_BR', online: 'Fale com a loja' }],
    })
    await publish()
    await new Promise((resolve) => setTimeout(resolve, 2_100))
    const there = await status('https://shop.example/bikes?x=1')
    expect(there.css).toContain('inset-inline:20px auto')
    expect(there.words[0]).toBe('Fale com a loja')
    expect((await status('https://shop.example/checkout/2')).css).toBe(':host{display:none!important}')
    expect((await status('https://other.example/')).css).toBe(':host{display:none!important}')
  })

  test('has pictures that the hub drew, which anybody sees', async () => {
    const form = new FormData()
    form.append('file', new Blob([await picture(40, 20)]), 'logo.png')
    const headers = { cookie: ada.cookie, origin: hub.url, 'x-parley-workspace': 'acme' }
    const to = (place: string) =>
      fetch(`${hub.url}/files/look?channel=${channelId}&place=${place}`, { method: 'POST', headers, body: form })
    expect((await to('elsewhere')).status).toBe(400)
    expect((await to('logo')).status).toBe(201)
    expect((await to('online')).status).toBe(201)
    expect(await publish()).toMatchObject({ published: { look: { pictures: ['logo', 'online'] } } })
    const { logoUrl } = await site()
    const shown = await fetch(logoUrl)
    expect([shown.status, shown.headers.get('content-type')]).toEqual([200, 'image/webp'])
    await new Promise((resolve) => setTimeout(resolve, 2_100))
    expect((await status('https://shop.example/')).css).toMatch(/button:not\(\.open\)\{width:40px;height:20px/)
    const asOto = { ...headers, cookie: oto.cookie }
    expect(
      (await fetch(`${hub.url}/files/look?channel=${channelId}&place=logo`, { method: 'POST', headers: asOto, body: form })).status,
    ).toBe(403)
  })
})

test('a readable colour is found on any backgrounds that leave one', () => {
  for (const back of ['#000000', '#ffffff', '#777777', '#ff0000', '#00ff88', '#123456'])
    for (const colour of ['#777777', '#ff00ff', '#123456']) expect(contrast(readable(colour, [back]), back)).toBeGreaterThanOrEqual(4.5)
})

test.each([
  [[], [], 'https://a.example/x', true],
  [['/shop*'], [], 'https://a.example/shop/2', true],
  [['/shop*'], [], 'https://a.example/', false],
  [[], ['*'], 'https://a.example/', false],
  [[], ['/*/pay'], 'https://a.example/de/pay', false],
  [[], ['/*/pay'], 'https://a.example/de/payments', true],
  [['https://a.example/'], [], 'https://b.example/', false],
  [[], ['/a*a'], 'https://a.example/a', true],
  [['/x'], [], 'no address', true],
])('pages shown on %j and not on %j: %s is %s', (showOn, hideOn, address, shows) => {
  expect(showsOn({ ...usualLook, showOn, hideOn }, address)).toBe(shows)
})
