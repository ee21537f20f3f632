import { startTelegramStandIn, type TelegramStandIn } from '@parley/conformance/telegram'
import type { BrowserContext, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Desk, openDesk, wordsOf } from '../src/desk.ts'
import { faultsOf } from '../src/looks.ts'
import { ask, setUp } from '../src/people.ts'
import { openScene, type Scene } from '../src/scene.ts'
import { openShop, type Shop } from '../src/shop.ts'

const joao = { id: 501, firstName: 'João', lastName: 'Lima' }
const soundlessMachine = [
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
]

let telegram: TelegramStandIn
let scene: Scene
let ada: BrowserContext
let desk: Desk
let page: Page
let shop: Shop

beforeAll(async () => {
  telegram = await startTelegramStandIn()
  scene = await openScene({ PARLEY_ALLOW_PRIVATE_FETCH: new URL(telegram.apiRoot).host }, soundlessMachine)
  ada = await setUp(scene, {}, { permissions: ['microphone', 'clipboard-read', 'clipboard-write'] })
  await ask(ada, scene, connect, {
    input: { kind: 'telegram', name: 'Bot', options: { botToken: telegram.token(), apiRoot: telegram.apiRoot } },
  })
  // Once the desk is open somebody is there.
  desk = await openDesk(ada)
  shop = await openShop(await scene.visit({ permissions: ['microphone'] }))
  await shop.open()
  await shop.introduce('Maria Souza', 'maria@customer.example')
  await shop.write('When are you open?')
  await shop.frame.locator('article.own').waitFor()
  page = desk.page
  await desk.tab('new')
  await desk.open('Maria Souza')
  await desk.take()
  await desk.composer.waitFor()
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterAll(async () => {
  await scene?.end()
  await telegram?.stop()
})

const connect =
  'mutation($input: CreateChannelInput!) { createChannel(input: $input) { ... on Channel { id } ... on Refusal { code message } } }'
const messageWith = (text: string): Locator => desk.messages.filter({ hasText: text })
async function choose(text: string, action: string): Promise<void> {
  const message = messageWith(text)
  await message.hover()
  await message.getByTestId('message-menu').click()
  await page.getByRole('menuitem', { name: action }).click()
}

test('what an operator wrote is changed by the arrow up, and the visitor sees the new text at once', async () => {
  await desk.write('We open at eigth.')
  await expect.poll(shop.texts).toEqual(['When are you open?', 'We open at eigth.'])
  // The arrow brings back what the hub has.
  await expect.poll(desk.arrived).toEqual(['When are you open?', 'We open at eigth.'])
  await desk.composer.press('ArrowUp')
  await page.getByTestId('editing').waitFor()
  await expect.poll(() => desk.composer.inputValue()).toBe('We open at eigth.')
  await desk.composer.fill('We open at eight.')
  await desk.composer.press('Enter')
  await expect.poll(shop.texts).toEqual(['When are you open?', 'We open at eight.'])
  await expect.poll(() => wordsOf(shop.frame.locator('article.their').last())).toContain('edited')
  await expect.poll(() => desk.composer.inputValue()).toBe('')
  await page.getByTestId('edited').click()
  await expect.poll(() => wordsOf(page.getByTestId('versions'))).toContain('We open at eigth.')
  expect(await wordsOf(page.getByTestId('versions'))).toContain('Changed by Ada')
  await page.keyboard.press('Escape')
})

test('a change that is given up leaves the draft of the next message where it was', async () => {
  await desk.composer.fill('A draft')
  await choose('We open at eight.', 'Edit')
  await desk.composer.fill('Something else')
  await desk.composer.press('Escape')
  await expect.poll(() => desk.composer.inputValue()).toBe('A draft')
  await desk.composer.fill('')
})

test('a reaction is seen on both sides with who put it, and taken away again', async () => {
  const said = messageWith('When are you open?')
  await said.hover()
  await said.getByTestId('react').click()
  await page.getByTestId('reaction-picker').getByRole('button', { name: '👍' }).click()
  await expect.poll(() => wordsOf(said.getByTestId('reactions'))).toContain('Ada')
  await expect.poll(() => wordsOf(shop.frame.locator('article.own .reactions'))).toContain('👍')
  await scene.keep(page, 'messages-reaction')
  await scene.keep(shop.page, 'messages-widget')
  await said.getByTestId('reactions').getByRole('button').click()
  await expect.poll(() => shop.frame.locator('.reactions').count()).toBe(0)
})

test('the visitor quotes, the operator quotes back, and each sees what was meant', async () => {
  const theirs = shop.frame.locator('article.their').filter({ hasText: 'We open at eight.' })
  await theirs.hover()
  await theirs.getByRole('button', { name: 'Reply' }).click()
  await shop.write('On Sunday too?')
  await expect.poll(() => wordsOf(messageWith('On Sunday too?').locator('blockquote'))).toContain('We open at eight.')
  await choose('On Sunday too?', 'Reply')
  await desk.write('No, on Sunday we rest.')
  await expect.poll(() => wordsOf(shop.frame.locator('article.their blockquote'))).toContain('On Sunday too?')
})

test('a deleted message is gone for the visitor; its author can still read it', async () => {
  await desk.write('This was for somebody else.')
  await expect.poll(async () => (await shop.texts()).at(-1)).toBe('This was for somebody else.')
  await choose('This was for somebody else.', 'Delete')
  await page.getByTestId('confirm-remove').click()
  await expect.poll(async () => (await shop.texts()).at(-1)).toBe('Message removed')
  expect(await shop.frame.locator('body').textContent()).not.toContain('somebody else')
  await choose('Message removed', 'Earlier text')
  await expect.poll(() => wordsOf(page.getByTestId('versions'))).toContain('This was for somebody else.')
  await page.keyboard.press('Escape')
})

test('an emoji is found by its name behind a colon, and in the picker', async () => {
  await desk.composer.fill('')
  await desk.composer.pressSequentially('See you :smile')
  await page.getByTestId('emoji-found').waitFor()
  await desk.composer.press('Enter')
  await expect.poll(() => desk.composer.inputValue()).toMatch(/^See you \p{Extended_Pictographic}/u)
  await page.getByTestId('emoji').click()
  const picker = page.getByTestId('emoji-picker')
  await picker.getByRole('combobox').fill('bicycle')
  await picker
    .getByRole('option', { name: /bicycle/ })
    .first()
    .click()
  await expect.poll(() => desk.composer.inputValue()).toContain('🚲')
  await desk.composer.press('Enter')
  await expect.poll(async () => (await shop.texts()).at(-1)).toContain('🚲')
})

test('the field takes the height its operator gives it, and keeps it', async () => {
  const height = () => desk.composer.evaluate((field) => (field as HTMLElement).offsetHeight)
  const before = await height()
  await page.getByTestId('composer-resize').focus()
  for (let n = 0; n < 4; n++) await page.keyboard.press('ArrowUp')
  await expect.poll(height).toBeGreaterThan(before + 60)
  const grown = await height()
  await page.reload()
  await desk.composer.waitFor()
  await expect.poll(height).toBe(grown)
  await page.getByTestId('composer-resize').dblclick()
  await expect.poll(height).toBeLessThan(grown)
})

test('a voice note is recorded, heard before it goes, sent, and played at another speed', async () => {
  await page.getByTestId('record').click()
  const recorder = page.getByTestId('recorder')
  await expect.poll(() => recorder.getAttribute('data-state')).toBe('recording')
  await expect.poll(() => wordsOf(page.getByTestId('recorder-time'))).toMatch(/^0:0[1-9]$/)
  await scene.keep(page, 'messages-recording')
  await page.getByTestId('recorder-finish').click()
  await recorder.getByTestId('audio-player').waitFor()
  await page.getByTestId('recorder-send').click()
  await recorder.waitFor({ state: 'hidden' })
  const player = desk.messages.last().getByTestId('audio-player')
  await player.waitFor()
  await player.getByTestId('speed').click()
  await expect.poll(() => wordsOf(player.getByTestId('speed'))).toBe('1.5×')
  await player.getByTestId('play').click()
  await expect.poll(() => player.locator('audio').evaluate((audio: HTMLAudioElement) => audio.playbackRate)).toBe(1.5)
  await expect.poll(() => player.locator('audio').evaluate((audio: HTMLAudioElement) => audio.duration)).toBeGreaterThan(0.5)
  await shop.frame.locator('audio').waitFor()
})

test('a recording that was left for something else waits with the draft, as a file that can be sent or taken off', async () => {
  await page.getByTestId('record').click()
  await expect.poll(() => wordsOf(page.getByTestId('recorder-time'))).toMatch(/^0:0[1-9]$/)
  await page.getByRole('link', { name: 'Team' }).click()
  await page.getByTestId('colleague').first().waitFor()
  await page.goBack()
  const staged = page.getByRole('list', { name: 'Attached files' }).getByRole('listitem')
  await expect.poll(() => wordsOf(staged)).toMatch(/voice-.*\.ogg/)
  await staged.getByRole('button').click()
  await expect.poll(() => staged.count()).toBe(0)
  await page.getByTestId('record').click()
  await expect.poll(() => wordsOf(page.getByTestId('recorder-time'))).toMatch(/^0:0[1-9]$/)
  await page.keyboard.press('Escape')
  await page.getByTestId('record').waitFor()
  expect(await staged.count()).toBe(0)
})

test('the visitor finds an emoji, and says something in a voice note that is heard on the desk', async () => {
  const { frame, composer } = shop
  await composer.fill('Thank you')
  await frame.getByRole('button', { name: 'Emoji' }).click()
  await frame.getByRole('group', { name: 'Emoji' }).getByRole('button', { name: '🙏' }).click()
  await composer.press('Enter')
  await expect.poll(() => desk.texts()).toContain('Thank you🙏')
  await frame.getByRole('button', { name: 'Record a voice message' }).click()
  await frame.getByText(/\b0:0[1-9]\b/).waitFor()
  await scene.keep(shop.page, 'visitor speaks')
  await frame.getByRole('button', { name: 'Finish recording' }).click()
  await frame.getByText(/^voice\./).waitFor()
  await frame.getByRole('button', { name: 'Send' }).click()
  await frame.locator('article.own audio').waitFor()
  const player = desk.messages.last().getByTestId('audio-player')
  await player.getByTestId('play').click()
  await expect.poll(() => player.locator('audio').evaluate((audio: HTMLAudioElement) => audio.currentTime)).toBeGreaterThan(0)
  // What he thinks better of goes nowhere.
  await frame.getByRole('button', { name: 'Record a voice message' }).click()
  await frame.getByRole('button', { name: 'Discard' }).click()
  await composer.waitFor()
  expect(await frame.locator('.staged li').count()).toBe(0)
})

test('nothing of it stands in the way of who cannot see or use a mouse', async () => {
  const message = messageWith('No, on Sunday we rest.')
  await message.hover()
  await message.getByTestId('message-menu').click()
  await page.getByRole('menuitem', { name: 'Edit' }).waitFor()
  expect(await faultsOf(page)).toEqual([])
  await page.keyboard.press('Escape')
  await page.getByTestId('emoji').click()
  await page.getByTestId('emoji-picker').getByRole('combobox').waitFor()
  expect(await faultsOf(page)).toEqual([])
  await page.keyboard.press('Escape')
})

test('on Telegram the customer gets the change, the reaction and the deletion, and what the platform refuses is said', async () => {
  telegram.say('Is the blue one in stock?', { from: joao })
  await desk.tab('new')
  await desk.open('João Lima')
  await desk.take()
  await desk.composer.waitFor()
  const there = () => telegram.ledger.accepted.filter(({ removed }) => !removed).map(({ text }) => text)
  await desk.write('Yes, it si.')
  await expect.poll(there).toEqual(['Yes, it si.'])
  await choose('Yes, it si.', 'Edit')
  await desk.composer.fill('Yes, it is.')
  await desk.composer.press('Enter')
  await expect.poll(there).toEqual(['Yes, it is.'])
  await expect.poll(desk.texts).toEqual(['Is the blue one in stock?', 'Yes, it is.'])

  const said = messageWith('Is the blue one in stock?')
  await said.hover()
  await said.getByTestId('react').click()
  await page.getByTestId('reaction-picker').getByRole('button', { name: '🙏' }).waitFor()
  expect(await page.getByTestId('reaction-picker').getByRole('button', { name: 'More emoji' }).count()).toBe(0)
  await page.getByTestId('reaction-picker').getByRole('button', { name: '🔥', exact: true }).click()
  await expect.poll(() => telegram.ledger.reactions.map(({ emoji }) => emoji)).toEqual(['🔥'])
  await expect.poll(() => wordsOf(said.getByTestId('reactions'))).toContain('🔥')

  telegram.fault({ kind: 'answer', code: 400, description: "Bad Request: message can't be deleted for everyone", method: 'deleteMessage' })
  await choose('Yes, it is.', 'Delete')
  await page.getByTestId('confirm-remove').click()
  await expect.poll(() => wordsOf(page.getByTestId('message-change'))).toContain("message can't be deleted for everyone")
  expect(there()).toEqual(['Yes, it is.'])
  await scene.keep(page, 'messages-telegram')
  await choose('Yes, it is.', 'Delete')
  await page.getByTestId('confirm-remove').click()
  await expect.poll(there).toEqual([])
})

test('a voice note reaches Telegram as one', async () => {
  await page.getByTestId('record').click()
  await expect.poll(() => wordsOf(page.getByTestId('recorder-time'))).toMatch(/^0:0[1-9]$/)
  await page.getByTestId('recorder-send').click()
  await expect.poll(() => telegram.ledger.accepted.at(-1)?.method).toBe('sendVoice')
  expect(telegram.ledger.accepted.at(-1)?.file?.name).toMatch(/\.ogg$/)
})

test('no page asked another host or had an error', () => {
  expect(scene.watch.faults).toEqual([])
})
