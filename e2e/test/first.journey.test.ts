import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Desk, deskOn, wordsOf } from '../src/desk.ts'
import { openScene, type Scene } from '../src/scene.ts'
import { openShop, type Shop } from '../src/shop.ts'

let scene: Scene
let first: Page
let desk: Desk
let shop: Shop

beforeAll(async () => {
  scene = await openScene()
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterAll(() => scene?.end())

test('a newcomer opens the printed link, makes a workspace and its admin, and is shown the way to the demo page and the desk', async () => {
  first = await (await scene.visit()).newPage()
  await first.goto(scene.setupLink)
  await first.getByLabel('Company').fill('Acme')
  expect(await first.getByLabel('Address').inputValue()).toBe('acme')
  await first.getByRole('button', { name: 'Continue' }).click()
  await first.getByLabel('Your name').fill('Ada Lovelace')
  await first.getByLabel('E-mail').fill('ada@acme.example')
  await first.getByLabel('Password', { exact: true }).fill('correct horse battery')
  await first.getByRole('button', { name: 'Create the workspace' }).click()
  await first.getByRole('heading', { name: 'Your workspace is ready' }).waitFor()
  expect(await first.getByRole('link', { name: 'Test it now on the demo page' }).getAttribute('href')).toBe('/demo')
  await first.getByTestId('to-desk').click()
  await expect.poll(() => new URL(first.url()).pathname).toBe('/w/acme/inbox')
  desk = deskOn(first)
})

test('the link is good for one time only', async () => {
  const late = await (await scene.visit()).newPage()
  await late.goto(scene.setupLink)
  await late.getByText('This hub has been set up already.').waitFor()
  await late.close()
})

test('a visitor is asked for name and e-mail, told what is wrong with them, and writes', async () => {
  shop = await openShop(await scene.visit())
  await expect.poll(() => wordsOf(shop.launcher)).toContain('Chat with us')
  await shop.open()
  await shop.frame.getByRole('button', { name: 'Start chat' }).click()
  await shop.frame.getByText('Please fill this in.').nth(1).waitFor()
  await shop.introduce('Maria Souza', 'maria@customer.example')
  await shop.write('Is the red one in stock?')
  await expect.poll(shop.texts).toEqual(['Is the red one in stock?'])
})

test('the message is on the desk, and its name and e-mail are in the profile', async () => {
  await desk.tab('new')
  await expect.poll(() => desk.rows.allInnerTexts()).toEqual([expect.stringContaining('Is the red one in stock?')])
  await desk.open('Maria Souza')
  await expect.poll(desk.texts).toEqual(['Is the red one in stock?'])
  await expect.poll(() => wordsOf(first.getByTestId('context'))).toContain('maria@customer.example')
})

test('the operator takes the chat, and the visitor is told who is there', async () => {
  await desk.take()
  await expect.poll(() => wordsOf(first.getByTestId('holder'))).toContain('Ada Lovelace (you)')
  await shop.frame.getByText('Ada Lovelace is with you').waitFor()
})

test('each sees the other typing', async () => {
  await shop.composer.pressSequentially('And the bl')
  await expect.poll(() => wordsOf(first.getByTestId('typing'))).toBe('Maria Souza is typing…')
  await desk.composer.pressSequentially('Yes,')
  await shop.frame.getByText('Ada Lovelace is typing…').waitFor()
})

test('an answer is read by the visitor, and the operator sees that it was delivered and then read', async () => {
  await shop.page.locator('parley-chat button').first().press('Escape')
  await expect.poll(() => shop.launcher.getAttribute('aria-expanded')).toBe('false')
  await desk.write('Yes, two are left.')
  await expect.poll(desk.texts).toEqual(['Is the red one in stock?', 'Yes, two are left.'])
  await expect.poll(desk.delivery).toBe('Delivered')
  await expect.poll(() => wordsOf(shop.launcher)).toContain('1')
  await shop.open()
  await expect.poll(shop.texts).toEqual(['Is the red one in stock?', 'Yes, two are left.'])
  await expect.poll(desk.delivery).toBe('Read')
})

test('a picture goes both ways and is shown small; what is written beside it stays with it', async () => {
  const picture = { name: 'bicycle.png', mimeType: 'image/png', buffer: await shop.page.locator('.goods article').first().screenshot() }
  await shop.frame.locator('input[type=file]').setInputFiles(picture)
  await shop.write('This one')
  await expect.poll(() => widthOf(first, 'bicycle.png')).toBeGreaterThan(0)
  await first.getByTestId('file-input').setInputFiles({ ...picture, name: 'answer.png' })
  await first.getByText('answer.png').waitFor()
  await desk.write('Like this?')
  await shop.frame.getByRole('img', { name: 'Picture answer.png' }).waitFor()
  await expect
    .poll(() => shop.frame.getByRole('img', { name: 'Picture answer.png' }).evaluate((image) => (image as HTMLImageElement).naturalWidth))
    .toBeGreaterThan(0)
  await expect.poll(desk.texts).toEqual(['Is the red one in stock?', 'Yes, two are left.', 'This one', 'Like this?'])
})

test('a file that is too large or of a kind that visitors may not send is refused in words, and the rest goes on', async () => {
  const files = shop.frame.locator('input[type=file]')
  await files.setInputFiles({ name: 'film.bin', mimeType: 'application/octet-stream', buffer: Buffer.alloc(3 * 1024 * 1024, 1) })
  await shop.frame.getByText(/“film.bin” is larger than 2\sMB. Choose a smaller file./).waitFor()
  await files.setInputFiles({ name: 'page.html', mimeType: 'text/html', buffer: Buffer.from('<!doctype html><script>alert(1)</script>') })
  await shop.frame.getByText('“page.html” was not accepted.').waitFor()
  expect(await wordsOf(shop.frame.getByText('“page.html” was not accepted.'))).toMatch(/accepted\. \S.{10,}/)
  await files.setInputFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('Two bicycles, please.') })
  await shop.write('My list')
  await expect.poll(() => wordsOf(desk.messages.last())).toContain('notes.txt')
})

test('the operator closes the chat; what the visitor writes next opens a new one', async () => {
  await first.getByTestId('close').click()
  await shop.frame.getByText('This chat is closed. Write again to start a new one.').waitFor()
  await shop.write('One more thing')
  await desk.tab('new')
  await expect.poll(() => desk.rows.allInnerTexts()).toEqual([expect.stringContaining('One more thing')])
})

test('no page asked another host, broke the content policy or had an error but for the one refused file', () => {
  expect(scene.watch.faults).toEqual([expect.stringMatching(/415 .*\/widget\/files/)])
})

/** Pixels of a picture's thumbnail as loaded, 0 while it is not. */
function widthOf(page: Page, name: string): Promise<number> {
  const image = page.locator(`img[alt="${name}"]`)
  return image.count().then((count) => (count === 0 ? 0 : image.first().evaluate((element) => (element as HTMLImageElement).naturalWidth)))
}
