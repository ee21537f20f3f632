import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Desk, openDesk } from '../src/desk.ts'
import { faultsOf } from '../src/looks.ts'
import { ask, setUp } from '../src/people.ts'
import { openScene, type Scene } from '../src/scene.ts'
import { openShop, type Shop } from '../src/shop.ts'

let scene: Scene
let ada: Awaited<ReturnType<typeof setUp>>
let desk: Desk
let shop: Shop

beforeAll(async () => {
  scene = await openScene()
  ada = await setUp(scene)
  await ask(
    ada,
    scene,
    'mutation($input: RequestSettingsInput!) { updateRequestSettings(input: $input) { ... on RequestSettings { away } ... on Refusal { code message } } }',
    { input: { categories: ['Delivery', 'Invoice'], types: ['Question'], category: 'Invoice', title: 'From the chat', priority: 'high' } },
  )
  desk = await openDesk(ada)
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterEach(() => expect(scene.watch.faults).toEqual([]))
afterAll(() => scene?.end())

const write = async (name: string, text: string): Promise<Shop> => {
  const visitor = await openShop(await scene.visit())
  await visitor.open()
  await visitor.introduce(name, `${name.toLowerCase()}@customer.example`)
  await visitor.write(text)
  return visitor
}

test('a visitor leaves the site before anybody answers', async () => {
  const maria = await write('Maria', 'Is anybody there?')
  await desk.tab('new')
  await desk.rows.filter({ hasText: 'Maria' }).waitFor()
  await maria.page.context().close()
})

test('a chat is closed and becomes a request, filed as the admin set it and as the operator changes it', async () => {
  shop = await write('Nina', 'My invoice is wrong.')
  await desk.open('Nina')
  await desk.take()
  await desk.write('I will look into it.')
  await expect.poll(shop.texts).toEqual(['My invoice is wrong.', 'I will look into it.'])
  await desk.page.getByRole('button', { name: 'More actions' }).click()
  await desk.page.getByRole('menuitem', { name: 'Turn into a request' }).click()
  const dialog = desk.page.getByRole('dialog')
  await expect.poll(() => dialog.getByTestId('request-draft-title').inputValue()).toBe('From the chat')
  await expect.poll(() => dialog.getByLabel('Category').textContent()).toBe('Invoice')
  await expect.poll(() => dialog.getByLabel('Priority').textContent()).toBe('High')
  await dialog.getByTestId('request-draft-title').fill('Wrong invoice')
  await dialog.getByLabel('Category').click()
  await desk.page.getByRole('option', { name: 'Delivery' }).click()
  await desk.page.getByRole('listbox').waitFor({ state: 'detached' })
  expect(await faultsOf(desk.page)).toEqual([])
  await scene.keep(desk.page, 'request dialog 1440')
  await desk.page.setViewportSize({ width: 390, height: 844 })
  await scene.keep(desk.page, 'request dialog 390')
  await desk.page.setViewportSize({ width: 1440, height: 900 })
  await dialog.getByRole('button', { name: 'Close and create the request' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await desk.page.getByText('Request #1 created').first().waitFor()
})

test('the request has the whole conversation', async () => {
  await desk.page.getByRole('button', { name: 'Open', exact: true }).click()
  const detail = desk.page.getByTestId('request-detail')
  await detail.getByText('Wrong invoice').first().waitFor()
  await detail.getByText('My invoice is wrong.').waitFor()
  await detail.getByText('I will look into it.').waitFor()
  await expect.poll(() => detail.getByLabel('Category').textContent()).toBe('Delivery')
  await expect.poll(() => detail.getByLabel('Priority').textContent()).toBe('High')
  await detail.getByRole('link', { name: 'Open chat' }).click()
  await desk.page.getByText('Closed', { exact: true }).first().waitFor()
})

test('who left unanswered stands under Missed, until somebody takes him on', { timeout: 200_000 }, async () => {
  await desk.page.getByTestId('section-missed').click({ timeout: 150_000 })
  await desk.rows.filter({ hasText: 'Maria' }).waitFor()
  expect(await faultsOf(desk.page)).toEqual([])
  await scene.keep(desk.page, 'missed 1440')
  await desk.open('Maria')
  await desk.page.getByText('The visitor left before an answer').waitFor()
  await desk.take()
  // She is one's own chat now, and with her the last of the missed is gone.
  await desk.page.getByTestId('section-missed').waitFor({ state: 'detached' })
  await expect.poll(() => desk.page.getByTestId('section-mine').getAttribute('aria-selected')).toBe('true')
  await desk.rows.filter({ hasText: 'Maria' }).waitFor()
})
