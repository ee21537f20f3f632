import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Desk, openDesk, wordsOf } from '../src/desk.ts'
import { ask, setUp } from '../src/people.ts'
import { openScene, type Scene } from '../src/scene.ts'
import { openShop, type Shop } from '../src/shop.ts'
import { startVisitor } from '../src/visitor.ts'

let scene: Scene
let ada: Awaited<ReturnType<typeof setUp>>
let desk: Desk
let shop: Shop

beforeAll(async () => {
  scene = await openScene()
  ada = await setUp(scene)
  desk = await openDesk(ada)
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterAll(() => scene?.end())

/** A browser that does not say it is driven by a program, as those of visitors do. */
const visitor = () =>
  scene.visit({
    userAgent: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36',
  })
const rows = () => desk.page.getByTestId('visitor-row')

test('whoever opens a page of the shop stands on the list at once, with the page and where he goes from there', async () => {
  await desk.page.getByRole('link', { name: 'Visitors' }).click()
  await desk.page.getByText('Nobody is on your websites now').waitFor()
  shop = await openShop(await visitor())
  await rows().first().waitFor()
  expect(await rows().first().textContent()).toContain(await shop.page.title())
  expect(await rows().first().textContent()).toContain('Chrome 130')
  await shop.page.evaluate(() => {
    history.pushState(null, '', '/demo?bikes')
    document.title = 'Red bikes'
  })
  await rows().filter({ hasText: 'Red bikes' }).waitFor()
  await rows().first().click()
  await expect.poll(() => desk.page.getByTestId('visitor-trail').getByRole('listitem').count()).toBe(2)
  await desk.page.getByTestId('live-bar').waitFor({ state: 'detached' })
})

test('he waits, is served and leaves before everybody’s eyes, by the name he gives', async () => {
  await shop.open()
  await shop.introduce('Maria Souza', 'maria@customer.example')
  await shop.write('Do you have the red one?')
  await rows().filter({ hasText: 'Maria Souza' }).filter({ hasText: 'In queue' }).waitFor()
  await desk.page.getByTestId('visitor-detail').getByRole('link', { name: 'Open chat #1' }).click()
  await desk.take()
  await desk.write('Yes, in two sizes.')
  await desk.page.getByRole('link', { name: 'Visitors' }).click()
  await rows().filter({ hasText: 'Maria Souza' }).filter({ hasText: 'In chat' }).waitFor()
})

test('the bar over the chats counts them, and each figure leads to what it counts', async () => {
  await desk.page.getByRole('link', { name: 'Inbox' }).click()
  const figure = (name: string) => desk.page.getByTestId(`live-${name}`)
  await expect.poll(() => figure('browsing').textContent()).toContain('1')
  await expect.poll(() => figure('serving').textContent()).toContain('1')
  await figure('serving').click()
  await desk.rows.filter({ hasText: 'Maria Souza' }).waitFor()
  await figure('queued').click()
  await expect.poll(() => desk.page.getByTestId('section-new').getAttribute('aria-selected')).toBe('true')
  await figure('browsing').click()
  await rows().first().waitFor()
})

test('the figures of today lead to as many chats as they say, served ones and given up ones', async () => {
  for (const name of ['Nina', 'Olga', 'Pia']) await (await startVisitor(scene, name)).say(`${name} is here`)
  await answer('Nina', 'Welcome')
  await close('Nina')
  await close('Olga')
  await desk.page.getByRole('link', { name: 'Inbox' }).click()
  const figure = (name: string) => desk.page.getByTestId(`live-${name}`)
  const listed = async () => ({ said: (await desk.rows.allInnerTexts()).length, names: await wordsOf(desk.rows) })
  for (const [name, chip, who] of [
    ['finished', 'Closed: today', 'Nina'],
    ['givenUp', 'Given up: today', 'Olga'],
  ] as const) {
    await expect.poll(() => figure(name).textContent()).toBe('1')
    await figure(name).click()
    await expect.poll(() => wordsOf(desk.page.getByTestId('filter-chip'))).toContain(chip)
    await expect.poll(listed).toEqual({ said: 1, names: expect.stringContaining(who) })
  }
  await scene.keep(desk.page, 'given up today')
  await close('Pia')
  await expect.poll(() => figure('givenUp').textContent()).toBe('2')
  await expect.poll(listed).toEqual({ said: 2, names: expect.stringContaining('Pia') })
  await figure('browsing').click()
  await rows().first().waitFor()
})

const idOf = async (name: string): Promise<string> => {
  const { filteredChats } = await ask<{ filteredChats: { edges: { node: { id: string } }[] } }>(
    ada,
    scene,
    'query($f: JSON!) { filteredChats(filter: $f, first: 2) { edges { node { id } } } }',
    { f: { all: [{ field: 'name', is: 'is', value: name }] } },
  )
  return filteredChats.edges[0]?.node.id ?? ''
}
const close = async (name: string) =>
  ask(ada, scene, 'mutation($id: ID!) { closeChat(chatId: $id) { __typename ... on Refusal { code } } }', { id: await idOf(name) })
const answer = async (name: string, text: string) =>
  ask(ada, scene, 'mutation($i: SendMessageInput!) { sendMessage(input: $i) { __typename ... on Refusal { code } } }', {
    i: { chatId: await idOf(name), clientId: crypto.randomUUID(), text },
  })

test('the columns are each operator’s own choice, and kept', async () => {
  const header = (name: string) => desk.page.getByRole('columnheader', { name })
  await desk.page.getByRole('button', { name: 'Columns' }).click()
  await desk.page.getByRole('menuitemcheckbox', { name: 'Language' }).waitFor()
  // This hub was given no database of places.
  expect(await desk.page.getByRole('menuitemcheckbox', { name: 'Country' }).count()).toBe(0)
  await desk.page.getByRole('menuitemcheckbox', { name: 'Language' }).click()
  await header('Language').waitFor()
  await desk.page.getByRole('menuitemcheckbox', { name: 'Came from' }).click()
  await header('Came from').waitFor({ state: 'detached' })
  await desk.page.keyboard.press('Escape')
  await desk.page.reload()
  await header('Language').waitFor()
  expect(await header('Came from').count()).toBe(0)
  await header('Visits').getByRole('button').click()
  await expect.poll(() => header('Visits').getAttribute('aria-sort')).toBe('ascending')
})

test('programs that read the website are not on the list', async () => {
  await openShop(await scene.visit())
  const other = await openShop(await visitor())
  await other.page.evaluate(() => history.pushState(null, '', '/demo?second'))
  await rows().nth(1).waitFor()
  expect(await rows().count()).toBe(2)
  await scene.keep(desk.page, 'visitors 1440')
})

test('on a phone the list and the visitor take turns', async () => {
  const phone = await ada.newPage()
  await phone.setViewportSize({ width: 390, height: 844 })
  await phone.goto('/w/acme/visitors')
  const row = phone.getByTestId('visitor-row').filter({ hasText: 'Maria Souza' })
  await row.click()
  await phone.getByTestId('visitor-trail').getByText('Red bikes').waitFor()
  await expect.poll(() => row.isVisible()).toBe(false)
  await expect.poll(() => phone.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
  await scene.keep(phone, 'visitors 390')
  await phone.getByRole('button', { name: 'Close' }).click()
  await row.waitFor()
  expect(scene.watch.faults).toEqual([])
})
