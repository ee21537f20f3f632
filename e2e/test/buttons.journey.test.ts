import { startTelegramStandIn, type TelegramStandIn } from '@parley/conformance/telegram'
import type { BrowserContext, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Desk, openDesk, wordsOf } from '../src/desk.ts'
import { ask, setUp } from '../src/people.ts'
import { openScene, type Scene } from '../src/scene.ts'
import { openShop, type Shop } from '../src/shop.ts'

const maria = { id: 77, firstName: 'Maria', lastName: 'Souza' }

let telegram: TelegramStandIn
let scene: Scene
let ada: BrowserContext
let desk: Desk
let page: Page
let shop: Shop

beforeAll(async () => {
  telegram = await startTelegramStandIn()
  scene = await openScene({ PARLEY_ALLOW_PRIVATE_FETCH: new URL(telegram.apiRoot).host })
  ada = await setUp(scene)
  await ask(ada, scene, connect, {
    input: { kind: 'telegram', name: 'Bot', options: { botToken: telegram.token(), apiRoot: telegram.apiRoot } },
  })
  desk = await openDesk(ada)
  page = desk.page
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterAll(async () => {
  await scene?.end()
  await telegram?.stop()
})

const connect =
  'mutation($input: CreateChannelInput!) { createChannel(input: $input) { ... on Channel { id } ... on Refusal { code message } } }'
const labelOf = (n: number): Locator => page.getByTestId('composer-buttons').getByRole('textbox', { name: `Button ${n}` })
const buttonsBelow = (text: string): Locator => desk.messages.filter({ hasText: text }).getByTestId('message-buttons').getByRole('listitem')
const chosenBelow = async (text: string) =>
  (await buttonsBelow(text).all()).length === 0 ? [] : page.locator('[data-chosen="true"]').allInnerTexts()
const onTelegram = () => (telegram.ledger.accepted.at(-1)?.buttons ?? []).flat().map(({ text }) => text)
/** Writes a question with buttons, by the keyboard alone once their list is there. */
async function offer(text: string, first: string, ...more: string[]): Promise<void> {
  await desk.composer.fill(text)
  await page.getByTestId('buttons').click()
  await labelOf(1).fill(first)
  for (const [n, label] of more.entries()) {
    await page.keyboard.press('Enter')
    await labelOf(n + 2).fill(label)
  }
  await page.keyboard.press('Escape')
  await desk.composer.press('Enter')
}

test('an operator offers answers, the customer presses one on Telegram, and the desk shows which', async () => {
  telegram.say('Is the shirt in stock?', { from: maria })
  await desk.tab('new')
  await desk.open('Maria Souza')
  await desk.take()
  await desk.composer.waitFor()
  await offer('Which size?', 'Small', 'Large')
  await expect.poll(onTelegram).toEqual(['Small', 'Large'])
  await expect.poll(() => buttonsBelow('Which size?').allInnerTexts()).toEqual(['Small', 'Large'])
  expect(await page.getByTestId('composer-buttons').count()).toBe(0)
  const sent = telegram.ledger.accepted.at(-1)
  telegram.press(sent?.messageId ?? 0, sent?.buttons?.[1]?.[0]?.callback_data ?? '', { from: maria.id })
  await expect.poll(async () => (await desk.texts()).at(-1)).toBe('Large')
  await expect.poll(() => chosenBelow('Which size?')).toEqual([expect.stringContaining('Large')])
})

test('what could not be sent is said before, and a draft keeps its buttons over a reload', async () => {
  await desk.composer.fill('Which colour?')
  await page.getByTestId('buttons').click()
  await labelOf(1).fill('Red')
  await page.keyboard.press('Enter')
  await labelOf(2).fill('red')
  await page.getByText('Two buttons say the same').waitFor()
  expect(await page.getByTestId('send').isDisabled()).toBe(true)
  await labelOf(2).fill('Blue')
  await desk.composer.fill('')
  await page.getByText('Buttons need a text above them').waitFor()
  expect(await page.getByTestId('send').isDisabled()).toBe(true)
  await desk.composer.fill('Which colour?')
  await page.reload()
  await labelOf(2).waitFor()
  await expect.poll(() => labelOf(2).inputValue()).toBe('Blue')
  await page.getByRole('button', { name: 'Remove button 2' }).click()
  await page.getByRole('button', { name: 'Remove button 1' }).click()
  await page.getByTestId('composer-buttons').waitFor({ state: 'detached' })
  await desk.composer.fill('')
})

test('a template brings its buttons along, and leaves the caret in the text', async () => {
  await page.getByTestId('templates').click()
  await page.getByTestId('template-new').click()
  const form = page.getByTestId('template-form')
  await form.getByTestId('template-title').fill('Did it help?')
  await form.getByTestId('template-shortcut').fill('helped')
  await form.getByTestId('template-body').fill('Does it work now?')
  await form.getByTestId('template-buttons').click()
  await form.getByRole('textbox', { name: 'Button 1' }).fill('Yes')
  await page.keyboard.press('Enter')
  await form.getByRole('textbox', { name: 'Button 2' }).fill('Not yet')
  await form.getByTestId('template-save').click()
  await page.getByTestId('template-match').filter({ hasText: 'Did it help?' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByTestId('template-window').waitFor({ state: 'detached' })
  await desk.composer.fill('/helped')
  await page.getByTestId('template-match').filter({ hasText: 'Did it help?' }).waitFor()
  await desk.composer.press('Enter')
  await labelOf(2).waitFor()
  await expect.poll(() => desk.composer.inputValue()).toBe('Does it work now?')
  await page.keyboard.type(' Tell us!')
  await desk.composer.press('Enter')
  await expect.poll(() => buttonsBelow('Does it work now? Tell us!').allInnerTexts()).toEqual(['Yes', 'Not yet'])
  await expect.poll(onTelegram).toEqual(['Yes', 'Not yet'])
})

test('a visitor of the website presses one once, in his window and without writing', async () => {
  shop = await openShop(await scene.visit())
  await shop.open()
  await shop.introduce('João Lima', 'joao@customer.example')
  await shop.write('Has my order been sent?')
  await shop.frame.locator('article.own').waitFor()
  await desk.tab('new')
  await desk.open('João Lima')
  await desk.take()
  await desk.composer.waitFor()
  await offer('Has the letter come?', 'It has', 'Not yet')
  const offered = shop.frame.locator('article.their', { hasText: 'Has the letter come?' })
  await offered.getByRole('button', { name: 'Not yet' }).click()
  await expect.poll(shop.texts).toEqual(['Has my order been sent?', 'Has the letter come?', 'Not yet'])
  await expect.poll(() => offered.getByRole('button', { name: 'Not yet' }).getAttribute('aria-pressed')).toBe('true')
  await expect.poll(() => offered.getByRole('button', { name: 'It has' }).isDisabled()).toBe(true)
  await expect.poll(() => chosenBelow('Has the letter come?')).toEqual([expect.stringContaining('Not yet')])
  await expect.poll(() => wordsOf(desk.messages.last())).toContain('Has the letter come?')
})
