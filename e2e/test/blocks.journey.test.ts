import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Desk, openDesk } from '../src/desk.ts'
import { setUp } from '../src/people.ts'
import { openScene, type Scene } from '../src/scene.ts'
import { openShop, type Shop } from '../src/shop.ts'

let scene: Scene
let desk: Desk
let shop: Shop

beforeAll(async () => {
  scene = await openScene()
  desk = await openDesk(await setUp(scene))
  shop = await openShop(await scene.visit())
  await shop.open()
  await shop.introduce('Mallory', 'mallory@customer.example')
  await shop.write('You will regret this')
  await desk.tab('new')
  await desk.open('Mallory')
  await desk.take()
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterAll(() => scene?.end())

test('an operator blocks a visitor from the chat, with a reason and until a day', async () => {
  await desk.page.getByRole('button', { name: 'More actions' }).click()
  await desk.page.getByRole('menuitem', { name: 'Block …' }).click()
  const dialog = desk.page.getByTestId('block-dialog')
  await dialog.getByText('Only this person').waitFor()
  await dialog.getByTestId('block-reason').fill('Threats')
  await dialog.getByTestId('block-span').click()
  await desk.page.getByRole('option').nth(2).click()
  await scene.keep(desk.page, 'block from the chat')
  await dialog.getByTestId('block-confirm').click()
  await dialog.waitFor({ state: 'detached' })
})

test('what the blocked one writes reaches no screen, and is counted on the list with who blocked him and why', async () => {
  await shop.write('And this')
  await shop.frame.getByText('was not accepted').waitFor()
  expect(await desk.texts()).toEqual(['You will regret this'])
  await desk.page.goto('/w/acme/settings/blocks')
  const row = desk.page.getByTestId('block-row').filter({ hasText: 'Mallory' })
  await row.getByText('Threats').waitFor()
  await row.getByText('One message kept away').waitFor()
  await row.getByText('Ada').first().waitFor()
  await scene.keep(desk.page, 'blocks 1440')
})

test('once the block is lifted he is heard again', async () => {
  const row = desk.page.getByTestId('block-row').filter({ hasText: 'Mallory' })
  await row.getByTestId('block-lift').click()
  await row.waitFor({ state: 'detached' })
  await shop.write('I am sorry')
  await desk.page.goto('/w/acme/inbox')
  await desk.tab('mine')
  await desk.open('Mallory')
  await expect.poll(desk.texts).toContain('I am sorry')
  expect(scene.watch.faults).toEqual([])
})
