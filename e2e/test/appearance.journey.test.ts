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
  await page.getByTestId('preview-view').click()
  await page.getByRole('option', { name: 'Form before the chat' }).click()
  await chat().getByLabel('Subject').waitFor()
  await scene.keep(page, 'appearance away 1440')
  await page.getByTestId('preview-online').click()
  await chat().getByRole('button', { name: 'Start chat' }).waitFor()
  await page.getByTestId('preview-view').click()
  await page.getByRole('option', { name: 'Button' }).click()
  // The button is in sight without scrolling, above the lower edge of an ordinary screen.
  await expect
    .poll(async () => {
      const box = await preview.locator('parley-chat button').boundingBox()
      return box !== null && box.y + box.height <= 900
    })
    .toBe(true)
  await scene.keep(page, 'appearance button 1440')
  await page.getByTestId('preview-view').click()
  await page.getByRole('option', { name: 'Conversation' }).click()
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
  await expect.poll(() => styleOf(shop.frame, '.head')).toBe(greens)
  await shop.introduce('Vera', 'vera@customer.example')
  await shop.write('Is my bicycle ready?')
  const greeting = shop.frame.locator('.bubble', { hasText: 'Somebody answers in a moment.' })
  await greeting.waitFor()
  expect(await greeting.evaluate((element) => element.style.color)).toBe('var(--welcome)')
})

test('pictures take the place of the button, one while somebody is there and one while nobody is', async () => {
  const buffer = await page.screenshot({ clip: { x: 0, y: 0, width: 160, height: 60 } })
  for (const place of ['online', 'offline']) {
    const chosen = page.waitForEvent('filechooser')
    await page.getByTestId(`picture-${place}`).getByRole('button').first().click()
    await (await chosen).setFiles({ name: 'button.png', mimeType: 'image/png', buffer })
    await page.getByTestId(`picture-${place}`).getByText('There is a picture.').waitFor()
  }
  await page.getByTestId('preview-view').click()
  await page.getByRole('option', { name: 'Button' }).click()
  const button = preview.locator('parley-chat button')
  const drawn = () => button.evaluate((element) => getComputedStyle(element).backgroundImage)
  await expect.poll(drawn).toContain('url(')
  const whileThere = await drawn()
  await page.getByTestId('preview-online').click()
  await expect.poll(drawn).not.toBe(whileThere)
  await page.getByTestId('preview-online').click()
  await scene.keep(page, 'appearance picture 1440')
  await page.getByTestId('look-publish').click()
  await page.getByTestId('look-version').filter({ hasText: 'Version 2' }).waitFor()
  const shop = await openShop(await scene.visit())
  // Its words are there for whoever does not see it.
  await shop.page.getByRole('button', { name: 'Ask the workshop' }).waitFor()
  await expect.poll(() => shop.launcher.evaluate((element) => getComputedStyle(element).backgroundImage)).toContain('url(')
  await scene.keep(shop.page, 'picture button')
  await shop.open()
  await shop.frame.getByRole('button', { name: 'Start chat' }).waitFor()
  for (const place of ['online', 'offline']) {
    await page.getByTestId(`picture-${place}`).getByRole('button', { name: 'Remove' }).click()
    await page.getByTestId(`picture-${place}`).getByText('None.').waitFor()
  }
})

test('the company’s logo stands at the top of the chat, and its picture behind what is said', async () => {
  await page.getByTestId('preview-view').click()
  await page.getByRole('option', { name: 'Conversation' }).click()
  const buffer = await page.screenshot({ clip: { x: 0, y: 0, width: 160, height: 60 } })
  for (const place of ['logo', 'back']) {
    const chosen = page.waitForEvent('filechooser')
    await page.getByTestId(`picture-${place}`).getByRole('button').first().click()
    await (await chosen).setFiles({ name: 'picture.png', mimeType: 'image/png', buffer })
    await page.getByTestId(`picture-${place}`).getByText('There is a picture.').waitFor()
  }
  await chat().locator('.logo').waitFor()
  const behind = () =>
    chat()
      .locator('.thread')
      .evaluate((element) => getComputedStyle(element).backgroundImage)
  await expect.poll(behind).toContain('url(')
  await scene.keep(page, 'appearance logo and background 1440')
  for (const place of ['logo', 'back']) {
    await page.getByTestId(`picture-${place}`).getByRole('button', { name: 'Remove' }).click()
    await page.getByTestId(`picture-${place}`).getByText('None.').waitFor()
  }
  await expect.poll(behind).not.toContain('url(')
})

test('an earlier look is brought back, and the page fits a phone', async () => {
  await colour('accent').fill('#7c2d12')
  await page.getByTestId('look-publish').click()
  await page.getByTestId('look-version').filter({ hasText: 'Version 3' }).waitFor()
  await page.getByRole('button', { name: 'Bring back: Version 1' }).click()
  await page.getByTestId('look-version').filter({ hasText: 'again version 1' }).waitFor()
  await expect.poll(() => colour('accent').inputValue()).toBe('#0f766e')
  await expect.poll(() => styleOf(chat(), '.head')).toBe(greens)
  await page.setViewportSize({ width: 390, height: 844 })
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  await scene.keep(page, 'appearance 390')
})
