import type { BrowserContext, Page, Route } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Desk, openDesk, wordsOf } from '../src/desk.ts'
import { addColleague, ask, setUp } from '../src/people.ts'
import { openScene, type Scene } from '../src/scene.ts'
import { startVisitor, type Visitor } from '../src/visitor.ts'

let scene: Scene
let ada: BrowserContext
let bea: BrowserContext
let desk: Desk
let page: Page
let maria: Visitor

/** Before and behind what is looked for there is more than a page of the timeline. */
const lines = 130
const found = 20

beforeAll(async () => {
  scene = await openScene()
  ada = await setUp(scene)
  bea = await addColleague(scene, ada, 'Bea', {})
  maria = await startVisitor(scene, 'Maria')
  await maria.say('Onde está a minha bicicleta elétrica?')
  await (await startVisitor(scene, 'João')).say('Quero pagar as bicicletas')
  desk = await openDesk(ada)
  page = desk.page
  await desk.tab('new')
  await desk.open('Maria')
  await desk.take()
  const id = new URL(page.url()).pathname.split('/').at(-1) ?? ''
  for (let n = 0; n < lines; n += 1)
    await ask(ada, scene, 'mutation($i: SendMessageInput!) { sendMessage(input: $i) { __typename ... on Refusal { code } } }', {
      i: {
        chatId: id,
        clientId: crypto.randomUUID(),
        text: n === found ? 'The parcel stands beside the xylophone' : n % 40 === 0 ? `A parcel, number ${n}` : `Line ${n}`,
      },
    })
  await ask(ada, scene, 'mutation($i: AddCommentInput!) { addComment(input: $i) { __typename ... on Refusal { code } } }', {
    i: { chatId: id, clientId: crypto.randomUUID(), text: 'She pays for the parcel by card' },
  })
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterAll(() => scene?.end())

const field = () => page.getByTestId('search-field')
const hits = () => page.getByTestId('hit').allInnerTexts()
const marked = () => page.locator('[data-hit] mark').allInnerTexts()
const here = () => wordsOf(page.locator('[data-found]'))
const count = () => wordsOf(page.getByTestId('chat-search-count'))
/** Opens the chat that is shown anew, at its end, and looks for something in it. */
async function lookInChatFor(words: string): Promise<void> {
  await page.goto(page.url().split('?')[0] ?? '')
  await page.getByTestId('composer').waitFor()
  await page.keyboard.press('Escape')
  await page.getByTestId('timeline').click({ position: { x: 5, y: 5 } })
  await page.keyboard.press('s')
  await page.getByTestId('chat-search').fill(words)
}
const isInView = () =>
  page.locator('[data-found]').evaluate((row) => {
    const [box, frame] = [row.getBoundingClientRect(), row.closest('[role=log]')?.getBoundingClientRect()]
    return frame !== undefined && box.top >= frame.top && box.bottom <= frame.bottom
  })

test('/ opens the search, which finds while one types: in other forms, without accents, with the words marked', async () => {
  await page.keyboard.press('Escape')
  await page.locator('body').click({ position: { x: 2, y: 300 } })
  await page.keyboard.press('/')
  await expect.poll(() => field().evaluate((input) => input === document.activeElement)).toBe(true)
  await page.keyboard.type('bicicleta')
  await expect.poll(async () => (await hits()).length).toBe(2)
  await expect.poll(async () => (await marked()).toSorted()).toEqual(['bicicleta', 'bicicletas'])
  await field().fill('ELETRICA')
  await expect.poll(marked).toEqual(['elétrica'])
  await field().fill('nowhere to be found')
  await page.getByText('Nothing found').first().waitFor()
})

test('customers stand above what was said, and a find in them leads to the customer', async () => {
  await field().fill('maria')
  await page.getByTestId('person-hit').first().waitFor()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect.poll(() => new URL(page.url()).pathname).toMatch(/\/customers\/.+/)
  await page.goBack()
  await expect.poll(() => field().inputValue()).toBe('maria')
})

test('a find opens its chat at the message, however old it is, and the timeline goes on in both directions', async () => {
  await field().fill('xylo')
  await expect.poll(marked).toEqual(['xylo'])
  await page.getByTestId('hit').click()
  await expect.poll(here).toContain('The parcel stands beside the xylophone')
  await expect.poll(isInView).toBe(true)
  expect(await wordsOf(page.getByTestId('timeline'))).not.toContain(`Line ${lines - 1}`)
  const scrollTo = (end: 'top' | 'bottom') =>
    page.getByTestId('timeline').evaluate((log, to) => log.scrollTo({ top: to === 'top' ? 0 : log.scrollHeight }), end)
  await expect
    .poll(async () => {
      await scrollTo('bottom')
      return wordsOf(page.getByTestId('timeline'))
    })
    .toContain(`Line ${lines - 1}`)
  await expect
    .poll(async () => {
      await scrollTo('top')
      return wordsOf(page.getByTestId('timeline'))
    })
    .toContain('Onde está a minha bicicleta elétrica?')
  // Nothing stands twice and nothing is missing.
  const texts = await ask<{ chat: { timeline: { edges: unknown[] } } }>(
    ada,
    scene,
    'query($id: ID!) { chat(id: $id) { timeline(first: 100) { edges { cursor } } } }',
    {
      id: new URL(page.url()).pathname.split('/').at(-1),
    },
  )
  expect(texts.chat.timeline.edges.length).toBe(100)
})

test('what comes while one looks at the past waits at the end, and the way there is one click', async () => {
  await page.goto('/w/acme/search?q=xylophone')
  await page.getByTestId('hit').click()
  await expect.poll(isInView).toBe(true)
  await maria.say('Are you still there?')
  await page.getByTestId('timeline').evaluate((log) => log.scrollTo({ top: log.scrollHeight / 2 }))
  expect(await wordsOf(page.getByTestId('timeline'))).not.toContain('Are you still there?')
  await page.getByRole('button', { name: 'Latest' }).click()
  await expect.poll(() => wordsOf(page.getByTestId('timeline'))).toContain('Are you still there?')
  await expect.poll(() => desk.texts().then((all) => all.at(-1))).toBe('Are you still there?')
})

test('in the open chat one goes from find to find, comments among them, and back', async () => {
  await lookInChatFor('parcel')
  await expect.poll(count).toBe('1 of 6')
  await expect.poll(here).toContain('She pays for the parcel by card')
  await page.keyboard.press('Enter')
  await expect.poll(count).toBe('2 of 6')
  await expect.poll(here).toContain('A parcel, number 120')
  await page.getByTestId('chat-search-older').click()
  await page.getByTestId('chat-search-older').click()
  await page.getByTestId('chat-search-older').click()
  await expect.poll(count).toBe('5 of 6')
  await expect.poll(here).toContain('The parcel stands beside the xylophone')
  await expect.poll(isInView).toBe(true)
  await page.getByTestId('chat-search-newer').click()
  await expect.poll(here).toContain('A parcel, number 40')
  await page.getByTestId('chat-search').press('Escape')
  await page.getByTestId('chat-search').waitFor({ state: 'hidden' })
})

test('a find stays in view when older pages come in above it just as it is gone to', async () => {
  const held: Route[] = []
  const isOlderPage = (body: string) => /"last":60\b/.test(body) && /"before":"/.test(body)
  const hold = (route: Route) => (isOlderPage(route.request().postData() ?? '') ? void held.push(route) : route.continue())
  await page.route('**/graphql', hold)
  await lookInChatFor('parcel')
  await expect.poll(here).toContain('She pays')
  await page.getByTestId('chat-search-older').click()
  await expect.poll(here).toContain('number 120')
  await expect.poll(() => held.length).toBe(1)
  const response = await held[0]?.fetch()
  await page.getByTestId('chat-search-older').click()
  await held[0]?.fulfill({ response })
  await expect.poll(here).toContain('number 80')
  await expect.poll(() => page.getByTestId('timeline').evaluate((log) => log.scrollHeight)).toBeGreaterThan(4_000)
  await expect.poll(isInView).toBe(true)
  await page.unroute('**/graphql', hold)
  await page.getByTestId('chat-search').press('Escape')
})

test('a number calls its chat, from the search and from the palette, and none that one may not see', async () => {
  await page.goto('/w/acme/search')
  await field().fill('#1')
  await expect.poll(() => wordsOf(page.getByTestId('number-hit'))).toContain('Go to chat #1')
  await field().press('Enter')
  await expect.poll(() => wordsOf(page.getByRole('heading', { name: 'Maria' }))).toContain('Maria')
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder('Chat, #number, customer, command…').fill('2')
  await page.getByRole('option', { name: 'Go to chat #2' }).click()
  await expect.poll(desk.texts).toEqual(['Quero pagar as bicicletas'])
  const hers = await openDesk(bea)
  await hers.page.goto('/w/acme/search')
  await hers.page.getByTestId('search-field').fill('#1')
  await hers.page.getByText('Nothing found').first().waitFor()
  expect(await hers.page.getByTestId('number-hit').count()).toBe(0)
  await hers.page.close()
})

test('a customer is gone to from the palette by name, and none that one may not see', async () => {
  await page.goto('/w/acme/inbox')
  await page.getByTestId('section-new').waitFor()
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder('Chat, #number, customer, command…').fill('Mari')
  await scene.keep(page, 'palette customers')
  await page.getByRole('option', { name: 'Maria' }).filter({ hasNotText: '#' }).click()
  await expect.poll(() => new URL(page.url()).pathname).toMatch(/^\/w\/acme\/customers\/[0-9a-f-]{36}$/)
  await page.getByRole('heading', { name: 'Maria' }).first().waitFor()
  const hers = await openDesk(bea)
  const asked = hers.page.waitForResponse((response) => response.request().postData()?.includes('query Customers') ?? false)
  await hers.page.keyboard.press('Control+k')
  await hers.page.getByPlaceholder('Chat, #number, customer, command…').fill('Mari')
  await asked
  expect(await hers.page.getByRole('option', { name: 'Maria' }).count()).toBe(0)
  await hers.page.close()
})

test('what a colleague may not see he does not find', async () => {
  const hers = await openDesk(bea)
  await hers.page.goto('/w/acme/search?q=parcel')
  await hers.page.getByText('Nothing found').first().waitFor()
  await hers.page.getByTestId('search-field').fill('xylophone')
  await hers.page.getByText('Nothing found').first().waitFor()
  expect(await hers.page.getByTestId('hit').count()).toBe(0)
})

test('on a telephone a find is read and opened as well', async () => {
  const phone = await scene.visit({ viewport: { width: 390, height: 844 }, storageState: await ada.storageState() })
  const small = await phone.newPage()
  await small.goto('/w/acme/search?q=xylophone')
  await small.getByTestId('hit').waitFor()
  await expect.poll(() => small.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  await small.getByTestId('hit').click()
  await small.locator('[data-found]').waitFor()
  await expect.poll(() => wordsOf(small.getByTestId('chat-search-count'))).toBe('1 of 1')
  await expect.poll(() => small.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  await phone.close()
})

test('nothing of it asked another host, broke the content policy or had an error', () => {
  expect(scene.watch.faults).toEqual([])
})
