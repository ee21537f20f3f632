import type { BrowserContext } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Desk, openDesk, wordsOf } from '../src/desk.ts'
import { faultsOf } from '../src/looks.ts'
import { setUp } from '../src/people.ts'
import { openScene, type Scene } from '../src/scene.ts'
import { openShop, type Shop } from '../src/shop.ts'

let scene: Scene
let ada: BrowserContext
let desk: Desk
let shop: Shop

beforeAll(async () => {
  scene = await openScene()
  ada = await setUp(scene)
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterEach(() => expect(scene.watch.faults).toEqual([]))
afterAll(() => scene?.end())

test('when a chat is closed its visitor is asked what he thinks, and says it by keyboard alone', async () => {
  desk = await openDesk(ada)
  shop = await openShop(await scene.visit())
  await shop.open()
  await shop.introduce('Nina', 'nina@customer.example')
  await shop.write('Is it in stock?')
  await desk.tab('new')
  await desk.open('Nina')
  await desk.take()
  expect(await shop.frame.getByText('How was this chat?').count()).toBe(0)
  await desk.page.getByTestId('close').click()
  await shop.frame.getByText('How was this chat?').waitFor()
  expect(await shop.frame.getByRole('button', { name: 'Send rating' }).count()).toBe(0)
  const { keyboard } = shop.page
  await shop.frame.getByRole('radio', { name: '1 of 5 stars' }).focus()
  await keyboard.press('Space')
  for (let star = 1; star < 4; star++) await keyboard.press('ArrowRight')
  expect(await shop.frame.getByRole('radio', { name: '4 of 5 stars' }).isChecked()).toBe(true)
  await keyboard.press('Tab')
  await keyboard.type('Quick and kind.')
  await scene.keep(shop.page, 'rating')
  expect(await faultsOf(shop.page)).toEqual([])
  await keyboard.press('Tab')
  await keyboard.press('Enter')
  await shop.frame.getByText('Thank you for your rating.').waitFor()
})

test('the desk reads it in the timeline of the chat', async () => {
  const told = desk.page.getByTestId('activity').filter({ hasText: 'The customer rated the chat' })
  await told.waitFor()
  expect(await told.getByRole('img').getAttribute('aria-label')).toBe('4 of 5 stars')
  expect(await told.textContent()).toContain('Quick and kind.')
  await scene.keep(desk.page, 'rating on the desk')
})

test('within the hour he may think again, also after the page was loaded anew', async () => {
  await shop.page.reload()
  await shop.open()
  await shop.frame.getByRole('button', { name: 'Change it' }).click()
  await shop.frame.getByRole('radio', { name: '5 of 5 stars' }).check({ force: true })
  await shop.frame.getByRole('button', { name: 'Send rating' }).click()
  await shop.frame.getByRole('status').filter({ hasText: '5 of 5 stars' }).waitFor()
  await expect.poll(() => desk.page.getByTestId('activity').filter({ hasText: 'The customer rated the chat' }).count()).toBe(2)
})

test('chats are found by their rating, and stand in the list as soon as it is given', async () => {
  const { page } = desk
  await page.keyboard.press('Escape')
  await page.keyboard.press('Shift+F')
  await page.getByTestId('filter-add').click()
  await page.getByRole('menuitem', { name: 'Rating' }).click()
  await expect.poll(() => desk.rows.count()).toBe(0)
  await page.getByTestId('condition-most').fill('')
  await page.getByTestId('condition-least').fill('4')
  await expect.poll(() => wordsOf(desk.rows)).toContain('Nina')
  await page.getByTestId('condition-least').press('Enter')
  await expect.poll(() => wordsOf(page.getByTestId('filter-chip'))).toContain('Rating: at least 4')
  await shop.frame.getByRole('button', { name: 'Change it' }).click()
  await shop.frame.getByRole('radio', { name: '3 of 5 stars' }).check({ force: true })
  await shop.frame.getByRole('button', { name: 'Send rating' }).click()
  await expect.poll(() => desk.rows.count()).toBe(0)
  await shop.frame.getByRole('button', { name: 'Change it' }).click()
  await shop.frame.getByRole('radio', { name: '5 of 5 stars' }).check({ force: true })
  await shop.frame.getByRole('button', { name: 'Send rating' }).click()
  await expect.poll(() => wordsOf(desk.rows)).toContain('Nina')
})

test('his other chats show it beside the customer, and a new chat is not asked about before it is over', async () => {
  await shop.write('One more thing')
  await expect.poll(() => shop.frame.getByText('Thank you for your rating.').count()).toBe(0)
  await desk.tab('new')
  await desk.open('Nina')
  await desk.page.getByTestId('earlier-chat').getByRole('img', { name: '5 of 5 stars' }).waitFor()
})
