import { startTelegramStandIn, type TelegramStandIn } from '@parley/conformance/telegram'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Desk, openDesk, wordsOf } from '../src/desk.ts'
import { setUp } from '../src/people.ts'
import { openScene, type Scene } from '../src/scene.ts'

const maria = { id: 77, firstName: 'Maria', lastName: 'Souza', username: 'maria' }

let telegram: TelegramStandIn
let scene: Scene
let settings: Page
let desk: Desk

beforeAll(async () => {
  telegram = await startTelegramStandIn()
  scene = await openScene({ PARLEY_ALLOW_PRIVATE_FETCH: new URL(telegram.apiRoot).host })
  const ada = await setUp(scene)
  settings = await ada.newPage()
  desk = await openDesk(ada)
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterAll(async () => {
  await scene?.end()
  await telegram?.stop()
})

const accepted = () => telegram.ledger.accepted.map(({ method, text, caption }) => [method, text ?? caption])

test('an admin connects a bot by its token and an own Bot API server, and sees that it works', async () => {
  await settings.goto('/w/acme/settings/channels')
  await settings.getByTestId('channel-add').click()
  await settings.getByRole('button', { name: 'Telegram' }).click()
  await settings.getByLabel('Bot token').fill('not a token')
  await settings.getByText('Advanced').click()
  await settings.getByLabel('Bot API server').fill(telegram.apiRoot)
  await settings.getByTestId('channel-save').click()
  await settings.getByText('A bot token looks like 123456789:AAE…; @BotFather gives it.').waitFor()
  await settings.getByLabel('Bot token').fill(telegram.token())
  await settings.getByTestId('channel-save').click()
  const card = settings.getByTestId('channel').filter({ hasText: 'Telegram' })
  await expect.poll(() => wordsOf(card.getByTestId('channel-state'))).toBe('Connected')
  expect(await settings.content()).not.toContain(telegram.token())
})

test("a customer's message and picture are shown on the desk, with the name the customer uses there", async () => {
  const picture = await settings.screenshot({ clip: { x: 0, y: 0, width: 320, height: 200 } })
  telegram.say('Is the blue one in stock?', { from: maria })
  await desk.tab('new')
  await expect.poll(() => wordsOf(desk.rows)).toContain('Is the blue one in stock?')
  await desk.open('Maria Souza')
  telegram.send('photo', picture, { from: maria, caption: 'This one', name: 'photo.png' })
  await expect.poll(desk.texts).toEqual(['Is the blue one in stock?', 'This one'])
  const image = desk.messages.last().locator('img')
  await expect.poll(async () => (await image.count()) > 0 && image.evaluate((element: HTMLImageElement) => element.naturalWidth)).toBe(320)
})

test('the answer of the operator reaches the customer exactly once', async () => {
  await desk.take()
  await desk.composer.waitFor()
  await desk.write('Yes, it is.')
  await expect.poll(desk.delivery).toBe('Sent')
  await expect.poll(accepted).toEqual([['sendMessage', 'Yes, it is.']])
})

test('a file goes to the customer with the words written beside it', async () => {
  const page = desk.page
  await page.getByTestId('file-input').setInputFiles({ name: 'offer.txt', mimeType: 'text/plain', buffer: Buffer.from('Blue, € 840') })
  await desk.write('Our offer')
  await expect.poll(accepted).toEqual([
    ['sendMessage', 'Yes, it is.'],
    ['sendDocument', 'Our offer'],
  ])
  expect(telegram.ledger.accepted.at(-1)?.file).toMatchObject({ name: 'offer.txt', size: 13 })
})

test('what the customer edits or marks with an emoji is seen as such', async () => {
  const said = telegram.ledger.injected[0]?.messageId ?? 0
  telegram.edit(said, 'Is the green one in stock?', { from: maria })
  await expect.poll(desk.texts).toEqual(['Is the green one in stock?', 'This one', 'Yes, it is.', 'Our offer'])
  await expect.poll(() => wordsOf(desk.messages.first())).toContain('edited')
  telegram.react(telegram.ledger.accepted[0]?.messageId ?? 0, '👍', { from: maria })
  await expect
    .poll(() => wordsOf(desk.messages.filter({ hasText: 'Yes, it is.' }).getByRole('list', { name: 'Reactions' })))
    .toContain('👍')
})

test('an answer to a message is shown as one to the customer', async () => {
  telegram.say('And in size 54?', { from: maria })
  const asked = desk.messages.filter({ hasText: 'And in size 54?' })
  await asked.hover()
  await asked.getByRole('button', { name: 'Reply to Maria Souza' }).click()
  await desk.write('That too.')
  await expect
    .poll(() => telegram.ledger.accepted.at(-1))
    .toMatchObject({ text: 'That too.', replyTo: telegram.ledger.injected.at(-1)?.messageId })
})

test('a customer who has blocked the bot is named as the reason, and the message can be sent again', async () => {
  telegram.block(maria.id)
  await desk.write('Are you still there?')
  const last = desk.messages.last()
  await expect.poll(() => wordsOf(last)).toMatch(/Not delivered/)
  await expect.poll(() => wordsOf(last)).toMatch(/bot was blocked by the user/)
  telegram.block(maria.id, false)
  await last.getByTestId('send-again').click()
  await expect.poll(() => accepted().at(-1)).toEqual(['sendMessage', 'Are you still there?'])
  await expect.poll(desk.delivery).toBe('Sent')
  expect(accepted()).toHaveLength(4)
})

test('a file that Telegram no longer has is said to be gone and why, and is there once it was asked for again', async () => {
  telegram.fault({ kind: 'slow', ms: 500, method: 'getFile' })
  telegram.send('document', Buffer.from('The bill'), { from: maria, caption: 'My bill', name: 'bill.txt' })
  const file = telegram.fileIds().at(-1) ?? ''
  telegram.loseFile(file)
  const said = desk.messages.filter({ hasText: 'My bill' })
  await expect.poll(() => wordsOf(said)).toMatch(/No longer available · .*temporarily unavailable/)
  telegram.findFile(file)
  await said.getByTestId('fetch-again').click()
  await said.getByRole('button', { name: 'bill.txt' }).waitFor()
  expect(await said.getByTestId('fetch-again').count()).toBe(0)
})

test('whatever a customer can send is shown as what it is', async () => {
  const nina = { id: 78, firstName: 'Nina', lastName: 'Prado' }
  telegram.say('/start spring_sale', { from: nina })
  await desk.page.goto('/w/acme/inbox')
  await desk.tab('new')
  await desk.open('Nina Prado')
  await expect.poll(() => wordsOf(desk.messages)).toContain('spring_sale')
  telegram.location(-23.55, -46.63, { from: nina })
  await expect.poll(() => wordsOf(desk.messages.last())).toContain('-23.55000, -46.63000')
  telegram.contact('Rui Costa', '+351 911 222 333', { from: nina })
  await expect.poll(() => wordsOf(desk.messages.last())).toMatch(/Rui Costa[\s\S]*911/)
  const picture = await desk.page.screenshot({ clip: { x: 0, y: 0, width: 200, height: 200 } })
  telegram.send('sticker', picture, { from: nina, name: 'wave.webp' })
  await desk.messages.last().locator('img').waitFor()
  for (const n of [1, 2, 3]) telegram.send('photo', picture, { from: nina, albumId: 'holiday', name: `photo${n}.png` })
  await expect.poll(() => desk.messages.locator('img').count()).toBe(4)
  telegram.other({ dice: { emoji: '🎲', value: 3 } }, { from: nina })
  await expect.poll(() => wordsOf(desk.messages.last())).toContain('dice')
  telegram.say('Not for the company', { from: nina, group: { id: -1009, title: 'Neighbours' } })
  telegram.press(telegram.ledger.injected.at(-1)?.messageId ?? 0, 'yes', { from: nina })
  await expect.poll(() => wordsOf(desk.messages.last())).toContain('yes')
  expect(await desk.texts()).not.toContain('Not for the company')
  await scene.keep(desk.page, 'telegram-content')
})

test('the hub asked nothing of Telegram that it does not know, and no page had an error', () => {
  expect(telegram.ledger.unknownMethods).toEqual([])
  expect(scene.watch.faults).toEqual([])
})
