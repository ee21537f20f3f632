import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { openPostbox, type Postbox } from '../../apps/hub/test/support/mail.ts'
import { faultsOf } from '../src/looks.ts'
import { ask, setUp } from '../src/people.ts'
import { openScene, type Scene } from '../src/scene.ts'
import { openShop, type Shop } from '../src/shop.ts'

let scene: Scene
let post: Postbox
let ada: BrowserContext
let shop: Shop
/** Where the mail is read: a browser that was never on the company's site. */
let reader: Page
let link: string

beforeAll(async () => {
  post = await openPostbox()
  scene = await openScene({ SMTP_URL: post.url, SMTP_FROM: 'chat@acme.example' })
  ada = await setUp(scene)
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterEach(() => expect(scene.watch.faults).toEqual([]))
afterAll(async () => {
  await scene?.end()
  await post?.close()
})

/** The way back in the newest mail that says this. */
const linkIn = (words: string): string => {
  const mail = post.taken.findLast((each) => each.includes(words)) ?? ''
  const text = mail.replace(/=\r?\n/g, '').replace(/=3D/g, '=')
  return /http\S+\/chat\/\S+/.exec(text)?.[0] ?? ''
}
const settings = (input: Record<string, unknown>) =>
  ask(
    ada,
    scene,
    'mutation($input: RequestSettingsInput!) { updateRequestSettings(input: $input) { ... on RequestSettings { away } ... on Refusal { code message } } }',
    { input: { categories: [], types: [], priority: 'normal', ...input } },
  )

test('while nobody is there a visitor is asked for a request, says what is missing, and leaves it by keyboard alone', async () => {
  await settings({ categories: ['Delivery', 'Invoice'], fields: [{ label: 'Order number', kind: 'line', required: true }], away: true })
  shop = await openShop(await scene.visit())
  const { page, frame } = shop
  const { keyboard } = page
  await shop.launcher.focus()
  await keyboard.press('Enter')
  await frame.getByText('Leave us a message: you will find the answer here').waitFor()
  await frame.getByLabel('Order number').waitFor()
  expect(await frame.getByRole('button', { name: 'Start chat' }).count()).toBe(0)
  expect(await faultsOf(page)).toEqual([])
  await frame.getByLabel('Name').focus()
  await keyboard.press('Enter')
  await frame.getByText('Please fill this in.').first().waitFor()
  expect(await frame.getByText('Please fill this in.').count()).toBe(5)
  for (const [text, key] of [
    ['Nina', 'Tab'],
    ['nina@customer.example', 'Tab'],
    ['D', 'Tab'],
    ['Where is my parcel?', 'Tab'],
    ['It should have come on Monday.', 'Tab'],
    ['4711', 'Enter'],
  ] as const) {
    await keyboard.type(text)
    await keyboard.press(key)
  }
  await frame.getByText('Request #1 is with us. The answer comes to nina@customer.example and here.').waitFor()
  await expect.poll(shop.texts).toEqual(['It should have come on Monday.'])
  expect(await faultsOf(page)).toEqual([])
})

test('whoever is known is asked for no name, and may go back to what was said', async () => {
  const { frame } = shop
  await frame.getByRole('button', { name: 'Leave a request' }).press('Enter')
  await frame.getByLabel('Subject').waitFor()
  expect(await frame.getByLabel('E-mail').count()).toBe(0)
  await frame.getByRole('button', { name: 'Back to the conversation' }).click()
  await expect.poll(shop.texts).toEqual(['It should have come on Monday.'])
})

test('the answer comes by mail, and its link opens the chat in any browser, without staying in the address', async () => {
  const { requests } = await ask<{ requests: { edges: { node: { id: string } }[] } }>(ada, scene, '{ requests { edges { node { id } } } }')
  await ask(
    ada,
    scene,
    'mutation($id: ID!, $input: RequestAnswerInput!) { answerRequest(requestId: $id, input: $input) { ... on Request { id } ... on Refusal { code message } } }',
    { id: requests.edges[0]?.node.id, input: { clientId: crypto.randomUUID(), text: 'It left today.', mail: true } },
  )
  await expect.poll(() => linkIn('It left today.')).not.toBe('')
  link = linkIn('It left today.')
  reader = await (await scene.visit({ viewport: { width: 390, height: 844 } })).newPage()
  await reader.goto(link)
  const said = reader.locator('article .bubble')
  await expect.poll(() => said.allInnerTexts()).toEqual(['It should have come on Monday.', 'It left today.'])
  expect(await reader.title()).toBe('Acme')
  expect(reader.url()).not.toContain('#')
  expect(await faultsOf(reader)).toEqual([])
  await reader.reload()
  await expect.poll(() => said.allInnerTexts()).toEqual(['It should have come on Monday.', 'It left today.'])
  // The same on the site itself, and it is read there.
  await expect.poll(shop.texts).toEqual(['It should have come on Monday.', 'It left today.'])
})

test('a link that was changed, or that too many have used, lets nobody in and says what to do instead', async () => {
  const forged = `${link.slice(0, -3)}xyz`
  const stranger = await (await scene.visit()).newPage()
  await stranger.goto(forged)
  await stranger.getByText('This link has expired or was used too often.').waitFor()
  await stranger.getByLabel('Subject').waitFor()
  expect(await stranger.locator('article').count()).toBe(0)
  // The reader's browser was the first of five.
  for (let n = 0; n < 4; n += 1) {
    const page = await (await scene.visit()).newPage()
    await page.goto(link)
    await page.getByText('It left today.').first().waitFor()
    await page.context().close()
  }
  const late = await (await scene.visit()).newPage()
  await late.goto(link)
  await late.getByText('This link has expired or was used too often.').waitFor()
  expect(await late.locator('article').count()).toBe(0)
  await late.context().close()
  // Whoever came in by it stays in.
  await reader.goto(link)
  await reader.getByText('It left today.').first().waitFor()
})

test('once somebody is there, the form gives way to the chat', async () => {
  const desk = await ada.newPage()
  await desk.goto('/w/acme/inbox')
  await ask(ada, scene, 'mutation { setPresence(presence: online) { ... on Operator { presence } ... on Refusal { code message } } }')
  await shop.composer.waitFor()
  await shop.write('Thank you!')
  await expect.poll(shop.texts).toEqual(['It should have come on Monday.', 'It left today.', 'Thank you!'])
  await reader.getByRole('textbox', { name: 'Message' }).waitFor()
  await expect.poll(() => reader.locator('article .bubble').last().allInnerTexts()).toEqual(['Thank you!'])
})

test('the page that a mail leads to speaks the language of its reader', async () => {
  const page = await (await scene.visit({ locale: 'pt-BR' })).newPage()
  await page.goto(link)
  await page.getByText('Este link expirou ou foi usado vezes demais.').waitFor()
  expect(await page.locator('html').getAttribute('lang')).toBe('pt-BR')
  await page.context().close()
})
