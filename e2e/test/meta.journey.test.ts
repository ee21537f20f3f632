import { type GraphStandIn, startGraphStandIn } from '@parley/conformance/graph'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Desk, openDesk, wordsOf } from '../src/desk.ts'
import { setUp } from '../src/people.ts'
import { film, tone } from '../src/samples.ts'
import { openScene, type Scene } from '../src/scene.ts'

let graph: GraphStandIn
let scene: Scene
let ada: BrowserContext
let settings: Page
let desk: Desk

beforeAll(async () => {
  graph = await startGraphStandIn({ redelivery: { firstMs: 50, longestMs: 500 } })
  scene = await openScene({ PARLEY_ALLOW_PRIVATE_FETCH: new URL(graph.apiRoot).host })
  ada = await setUp(scene)
  settings = await ada.newPage()
  desk = await openDesk(ada)
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterAll(async () => {
  await scene?.end()
  await graph?.stop()
})

/** A kind as an admin connects it, a customer uses it and the platform knows it. */
const kinds = [
  {
    title: 'Messenger',
    token: 'Page access token',
    fields: () => ({ 'App ID': graph.accounts.appId, 'Page ID': graph.accounts.pageId }),
    person: '71',
    customer: () => {
      graph.messenger.meet('71', { name: 'Carla Dias' })
      return 'Carla Dias'
    },
    say: (text: string) => graph.messenger.say(text, { from: '71' }),
    attach: (type: 'image' | 'audio' | 'video' | 'file', content: Uint8Array) =>
      void graph.messenger.attach([{ type, content }], { from: '71' }),
    react: (id: string) => graph.messenger.react(id, '👍', { from: '71' }),
    edit: (id: string, text: string) => graph.messenger.edit(id, text, 1, { from: '71' }),
    remove: null,
  },
  {
    title: 'Instagram Direct',
    token: 'Page access token',
    fields: () => ({
      'App ID': graph.accounts.appId,
      'Page ID': graph.accounts.pageId,
      'Instagram account ID': graph.accounts.instagramId,
    }),
    person: '72',
    customer: () => {
      graph.instagram.meet('72', { name: 'Davi Reis' })
      return 'Davi Reis'
    },
    say: (text: string) => graph.instagram.say(text, { from: '72' }),
    attach: (type: 'image' | 'audio' | 'video' | 'file', content: Uint8Array) =>
      type !== 'file' && void graph.instagram.attach([{ type, content }], { from: '72' }),
    react: (id: string) => graph.instagram.react(id, '❤', { from: '72' }),
    edit: null,
    remove: (id: string) => graph.instagram.unsend(id, { from: '72' }),
  },
  {
    title: 'WhatsApp Cloud API',
    token: 'Access token',
    fields: () => ({ 'Phone number ID': graph.accounts.phoneNumberId, 'WhatsApp Business Account ID': graph.accounts.businessId }),
    person: '73',
    customer: () => {
      graph.whatsapp.meet('73', { name: 'Elisa Prado' })
      return 'Elisa Prado'
    },
    say: (text: string) => graph.whatsapp.say(text, { from: '73' }),
    attach: (type: 'image' | 'audio' | 'video' | 'file', content: Uint8Array) =>
      void graph.whatsapp.send(type === 'file' ? 'document' : type, content, { from: '73', ...(type === 'audio' && { voice: true }) }),
    react: (id: string) => graph.whatsapp.react(id, '👍', { from: '73' }),
    edit: (id: string, text: string) => graph.whatsapp.edit(id, text, { from: '73' }),
    remove: (id: string) => graph.whatsapp.revoke(id, { from: '73' }),
  },
] as const

describe.each(kinds)('on $title', ({ title, token, fields, person, customer, say, attach, react, edit, remove }) => {
  const taken = () => graph.ledger.accepted.filter(({ to }) => to === person || to === `BR.${person}`)
  const last = () => desk.messages.last()
  let name = ''

  test('an admin connects the account by what the page asks for', async () => {
    await settings.goto('/w/acme/settings/channels')
    await settings.getByTestId('channel-add').click()
    await settings.getByRole('button', { name: title }).click()
    for (const [label, value] of Object.entries(fields())) await settings.getByLabel(label).fill(value)
    await settings.getByLabel('App secret').fill(graph.appSecret())
    await settings.getByLabel(token, { exact: true }).fill(graph.token())
    await settings.getByText('Advanced').click()
    await settings.getByLabel('Graph API server').fill(graph.apiRoot)
    await settings.getByTestId('channel-save').click()
    const card = settings.getByTestId('channel').filter({ hasText: title })
    await expect.poll(() => wordsOf(card.getByTestId('channel-state'))).toBe('Connected')
    expect(await settings.content()).not.toContain(graph.token())
  })

  test('an operator has a conversation: text, quote, reaction, and how long free replies last', async () => {
    name = customer()
    const id = say('Is the blue one in stock?')
    await desk.tab('new')
    await desk.open(name)
    await desk.take()
    await desk.composer.waitFor()
    // On his row, and below what is being written.
    await expect.poll(() => desk.rows.filter({ hasText: name }).getByTestId('reply-clock').count()).toBe(1)
    await expect
      .poll(async () => (await desk.page.getByTestId('reply-clock').count()) - (await desk.rows.getByTestId('reply-clock').count()))
      .toBe(1)
    await last().hover()
    await last()
      .getByRole('button', { name: `Reply to ${name}` })
      .click()
    await desk.write('Yes, it is.')
    await expect.poll(() => taken().at(-1)).toMatchObject({ text: 'Yes, it is.', replyTo: id })
    await expect.poll(desk.delivery).toMatch(/Sent|Delivered|Read/)
    react(taken().at(-1)?.id ?? '')
    await expect.poll(() => wordsOf(desk.messages.filter({ hasText: 'Yes, it is.' }).getByTestId('reactions'))).toMatch(/👍|❤/)
  })

  test('what the customer changes or takes back is seen as such', async () => {
    if (edit) {
      edit(say('In size 45?'), 'In size 54?')
      await expect.poll(desk.texts).toContain('In size 54?')
      await expect.poll(() => wordsOf(desk.messages.filter({ hasText: 'In size 54?' }))).toContain('edited')
    }
    if (remove) {
      const id = say('Forget this')
      await expect.poll(desk.texts).toContain('Forget this')
      remove(id)
      await expect.poll(async () => (await desk.texts()).includes('Forget this')).toBe(false)
    }
    expect([edit, remove].some(Boolean)).toBe(true)
  })

  test('pictures, voices and films come in and can be seen and heard', async () => {
    const players = async () => [
      await desk.messages.locator('img').count(),
      await desk.messages.locator('audio').count(),
      await desk.messages.locator('video').count(),
    ]
    const before = await players()
    attach('image', await desk.page.screenshot({ clip: { x: 0, y: 0, width: 320, height: 200 } }))
    attach('audio', tone(1))
    attach('video', await film(desk.page))
    await expect.poll(players).toEqual(before.map((n) => n + 1))
    const picture = desk.messages.locator('img').last()
    await expect.poll(() => picture.evaluate((one: HTMLImageElement) => one.naturalWidth)).toBeGreaterThan(0)
  })

  test('pictures and files go out', async () => {
    const picture = await desk.page.screenshot({ clip: { x: 0, y: 0, width: 64, height: 64 } })
    await desk.page.getByTestId('file-input').setInputFiles({ name: 'blue.png', mimeType: 'image/png', buffer: picture })
    await desk.write('This one')
    await expect.poll(() => taken().some(({ file }) => file?.size === picture.length)).toBe(true)
    await expect.poll(desk.delivery).toMatch(/Sent|Delivered|Read/)
    await scene.keep(desk.page, `meta-${title.split(' ')[0]}`)
  })
})

test('an answer to a story of the company, and a story that names it, are said to be that', async () => {
  const picture = await desk.page.screenshot({ clip: { x: 0, y: 0, width: 64, height: 64 } })
  const url = `${graph.apiRoot}/cdn/${graph.world.files.keep(picture, 'image/png')}`
  graph.instagram.attachRaw([], { from: '72', text: 'Is this one for sale?', story: { id: '9', url } })
  graph.instagram.attachRaw([{ type: 'story_mention', payload: { url } }], { from: '72' })
  await desk.open('Davi Reis')
  const stories = desk.messages.getByTestId('story')
  await expect.poll(() => stories.allInnerTexts()).toEqual(['Answers a story of yours', 'Names you in a story'])
  expect(await stories.first().getByRole('link').getAttribute('href')).toBe(url)
  await scene.keep(desk.page, 'instagram-story')
})

test('the list stands by what was said last, or by whose time for free replies ends first', async () => {
  const order = async () =>
    (await desk.rows.allInnerTexts()).flatMap((row) => ['Carla', 'Davi', 'Elisa'].find((name) => row.includes(name)) ?? [])
  await desk.tab('all')
  await expect.poll(order).toEqual(['Davi', 'Elisa', 'Carla'])
  await desk.page.getByRole('button', { name: 'Filter', exact: true }).click()
  await desk.page.getByTestId('closing-first').click()
  await expect.poll(order).toEqual(['Carla', 'Elisa', 'Davi'])
})

test('nothing unknown was asked of Meta, and no page had an error', () => {
  expect(graph.ledger.unknown).toEqual([])
  expect(scene.watch.faults).toEqual([])
})
