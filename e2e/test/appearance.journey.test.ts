import type { FrameLocator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { setUp } from '../src/people.ts'
import { openScene, type Scene } from '../src/scene.ts'
import { openShop } from '../src/shop.ts'

let scene: Scene
let ada: Awaited<ReturnType<typeof setUp>>
let page: Page
let preview: FrameLocator

beforeAll(async () => {
  scene = await openScene()
  ada = await setUp(scene)
  page = await ada.newPage()
  preview = page.frameLocator('[data-testid=look-preview]')
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterEach(() => expect(scene.watch.faults).toEqual([]))
afterAll(() => scene?.end())

const colour = (name: string) => page.getByTestId(`colour-${name}`).getByRole('textbox', { name: '' }).last()
const chat = () => preview.frameLocator('parley-chat iframe')
const styleOf = (frame: FrameLocator, what: string) =>
  frame
    .locator(what)
    .first()
    .evaluate((element) => getComputedStyle(element).backgroundColor)
const greens = 'rgb(15, 118, 110)'

test('an admin sees each change in the real chat beside it, before anybody else does', async () => {
  await page.goto('/w/acme/settings/channels')
  await page.getByRole('link', { name: 'Health' }).click()
  await page.getByTestId('open-look').click()
  await chat().getByText('Yes, until noon.').waitFor()
  await colour('accent').fill('#0f766e')
  await expect.poll(() => styleOf(chat(), '.head')).toBe(greens)
  await page.getByTestId('text-welcome').fill('Somebody answers in a moment.')
  await chat().getByText('Somebody answers in a moment.').waitFor()
  await page.getByTestId('preview-online').click()
  await chat().getByText('We are away').waitFor()
  await page.getByTestId('preview-online').click()
  await scene.keep(page, 'appearance 1440')
})

test('what cannot be read is refused with a colour that can be taken at once', async () => {
  await colour('backColour').fill('#ffffff')
  await colour('fontColour').fill('#111111')
  await colour('welcomeColour').fill('#bbbbbb')
  await page.getByTestId('better').waitFor()
  await page.getByText('it takes 4.5 to be read').waitFor()
  expect(await page.getByTestId('look-publish').isDisabled()).toBe(true)
  await page.getByTestId('better').click()
  await page.getByTestId('better').waitFor({ state: 'detached' })
})

test('visitors see what is published, and are greeted in its words', async () => {
  await page.getByTestId('text-online').fill('Ask the workshop')
  await page.getByTestId('hide-on').fill('/nowhere*')
  await page.getByTestId('look-publish').click()
  await page.getByTestId('look-version').filter({ hasText: 'Version 1' }).waitFor()
  const visitor = await scene.visit()
  const shop = await openShop(visitor)
  await shop.launcher.filter({ hasText: 'Ask the workshop' }).waitFor()
  await shop.open()
  expect(await styleOf(shop.frame, '.head')).toBe(greens)
  await shop.introduce('Vera', 'vera@customer.example')
  await shop.write('Is my bicycle ready?')
  const greeting = shop.frame.locator('.bubble', { hasText: 'Somebody answers in a moment.' })
  await greeting.waitFor()
  expect(await greeting.evaluate((element) => element.style.color)).toBe('var(--welcome)')
})

test('an earlier look is brought back, and the page fits a phone', async () => {
  await colour('accent').fill('#7c2d12')
  await page.getByTestId('look-publish').click()
  await page.getByTestId('look-version').filter({ hasText: 'Version 2' }).waitFor()
  await page.getByRole('button', { name: 'Bring back: Version 1' }).click()
  await page.getByTestId('look-version').filter({ hasText: 'again version 1' }).waitFor()
  await expect.poll(() => colour('accent').inputValue()).toBe('#0f766e')
  await expect.poll(() => styleOf(chat(), '.head')).toBe(greens)
  await page.setViewportSize({ width: 390, height: 844 })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  await scene.keep(page, 'appearance 390')
})
