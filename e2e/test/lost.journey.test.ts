import type { BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Desk, deskOn, openDesk, wordsOf } from '../src/desk.ts'
import { setUp } from '../src/people.ts'
import { openScene, type Scene } from '../src/scene.ts'
import { openShop, type Shop, shopOn } from '../src/shop.ts'
import { startVisitor } from '../src/visitor.ts'

let scene: Scene
let ada: BrowserContext
let maria: BrowserContext
let desk: Desk
let shop: Shop
/** Everything said so far, in order, as both sides must show it. */
const said: string[] = []

beforeAll(async () => {
  scene = await openScene()
  // Only what is near the visible part of a thread is drawn: here it is all of it.
  ada = await setUp(scene, {}, { viewport: { width: 1440, height: 2600 } })
  maria = await scene.visit()
  desk = await openDesk(ada)
  shop = await openShop(maria)
  await shop.open()
  await shop.introduce('Maria', 'maria@customer.example')
  await shop.write('Hello?')
  said.push('Hello?')
  await desk.tab('new')
  await desk.open('Maria')
  await desk.take()
  await desk.composer.waitFor()
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterAll(() => scene?.end())

/** Both sides show all of it once and in order, now and after a reload: as shown is as stored. */
async function bothShowAll(): Promise<void> {
  await expect.poll(desk.texts).toEqual(said)
  await expect.poll(shop.allTexts).toEqual(said)
  await Promise.all([desk.page.reload(), shop.page.reload()])
  await expect.poll(desk.texts).toEqual(said)
  await expect.poll(shop.allTexts).toEqual(said)
}

test('pressing send twice makes one message', async () => {
  await desk.composer.fill('Good morning')
  await desk.page.getByTestId('send').dblclick()
  await desk.composer.fill('How can I help?')
  await Promise.all([desk.composer.press('Enter'), desk.composer.press('Enter')])
  await shop.composer.fill('A question')
  await shop.frame.getByRole('button', { name: 'Send' }).dblclick()
  await shop.composer.fill('about the red one')
  await Promise.all([shop.composer.press('Enter'), shop.composer.press('Enter')])
  await expect
    .poll(async () => (await desk.arrived()).toSorted())
    .toEqual([...said, 'Good morning', 'How can I help?', 'A question', 'about the red one'].toSorted())
  // Two people write at once: which of them comes first is for the hub to say, and both see the same.
  said.splice(0, said.length, ...(await desk.arrived()))
  await bothShowAll()
})

test('a page that is reloaded right after sending loses and doubles nothing, on either side', async () => {
  await desk.composer.fill('Sent and reloaded')
  await desk.composer.press('Enter')
  await desk.page.reload()
  await expect.poll(desk.arrived).toEqual([...said, 'Sent and reloaded'])
  await shop.composer.fill('So was this')
  await shop.composer.press('Enter')
  await shop.page.reload()
  said.push('Sent and reloaded', 'So was this')
  await bothShowAll()
})

test('what is begun to be written is still there after a reload, on either side', async () => {
  await desk.composer.fill('Half a sen')
  await shop.composer.fill('Half a que')
  await Promise.all([desk.page.reload(), shop.page.reload()])
  await expect.poll(() => desk.composer.inputValue()).toBe('Half a sen')
  await expect.poll(() => shop.composer.inputValue()).toBe('Half a que')
  await desk.composer.fill('')
  await shop.composer.fill('')
})

test('two tabs of one operator and of one visitor show the same, whichever of them writes', async () => {
  const otherDesk = deskOn(await ada.newPage())
  await otherDesk.page.goto(desk.page.url())
  const otherShop = shopOn(await maria.newPage())
  await otherShop.page.goto('/demo')
  await otherShop.open()
  for (const [write, text] of [
    [desk.write, 'one'],
    [otherDesk.write, 'two'],
    [shop.write, 'three'],
    [otherShop.write, 'four'],
  ] as const) {
    await write(text)
    said.push(text)
    await expect.poll(desk.arrived).toEqual(said)
  }
  await expect.poll(otherDesk.texts).toEqual(said)
  await expect.poll(otherShop.texts).toEqual(said)
  await otherDesk.page.close()
  await otherShop.page.close()
  await bothShowAll()
})

/** A part of the desk that is not on the first screen has been fetched, as all are while it rests. */
const isHere = (part: string) =>
  expect
    .poll(() => desk.page.evaluate((name) => performance.getEntriesByType('resource').some((one) => one.name.includes(name)), `/${part}-`))
    .toBe(true)

test('dialogs, pickers and pages that were never opened before open when the line has been cut, in words and with icons', async () => {
  for (const part of ['ChatTransfer', 'ChatSnooze', 'TeamPage', 'CustomersPage', 'SettingsPage']) await isHere(part)
  scene.watch.outage = true
  await ada.setOffline(true)
  await desk.page.getByTestId('transfer').click()
  const transfer = desk.page.getByRole('dialog', { name: 'Transfer the chat' })
  await transfer.getByText('To a colleague, or to a group where someone takes it.').waitFor()
  await desk.page.keyboard.press('Escape')
  await transfer.waitFor({ state: 'hidden' })
  await desk.page.getByTestId('chat-more').click()
  await desk.page.getByRole('menuitem', { name: 'Put off' }).click()
  const hour = desk.page.getByTestId('snooze-hour')
  await expect.poll(() => wordsOf(hour)).toBe('In one hour')
  expect(await hour.locator('svg path, svg circle').count()).toBeGreaterThan(0)
  await desk.page.keyboard.press('Escape')
  await hour.waitFor({ state: 'hidden' })
  await desk.page.getByRole('link', { name: 'Team' }).click()
  await expect.poll(() => wordsOf(desk.page.getByRole('heading', { level: 1 }))).toBe('Team')
  await desk.page.getByRole('link', { name: 'Customers' }).click()
  await expect.poll(() => new URL(desk.page.url()).pathname).toBe('/w/acme/customers')
  await desk.page.getByRole('link', { name: /^Inbox/ }).click()
  await desk.open('Maria')
  await desk.composer.waitFor()
  await ada.setOffline(false)
  await desk.page.getByTestId('connection-bar').waitFor({ state: 'hidden' })
  scene.watch.outage = false
})

test('of what could not be asked nothing is said, and all of it is there once the line is back', async () => {
  await (await startVisitor(scene, 'Jo')).say('Is anybody there?')
  await desk.tab('new')
  await desk.rows.filter({ hasText: 'Jo' }).waitFor()
  scene.watch.outage = true
  await ada.setOffline(true)
  await desk.page.getByTestId('connection-bar').waitFor()
  await desk.open('Jo')
  await desk.page.getByText('The chat could not be loaded').waitFor()
  const context = desk.page.getByTestId('context')
  await expect.poll(() => wordsOf(context)).toContain('The profile could not be loaded.')
  expect(await wordsOf(context)).not.toContain('This is the first chat.')
  await ada.setOffline(false)
  await expect.poll(desk.texts).toEqual(['Is anybody there?'])
  await expect.poll(() => wordsOf(context)).toContain('This is the first chat.')
  expect(await wordsOf(context)).not.toContain('could not be loaded')
  scene.watch.outage = false
  await desk.tab('mine')
  await desk.open('Maria')
  await expect.poll(desk.texts).toEqual(said)
})

test('what an operator writes without a connection waits in sight and arrives once and in order', async () => {
  scene.watch.outage = true
  await ada.setOffline(true)
  const words = ['written offline 1', 'written offline 2', 'written offline 3']
  for (const text of words) await desk.write(text)
  await desk.page.getByTestId('connection-bar').waitFor()
  await expect.poll(() => wordsOf(desk.page.getByTestId('connection-bar'))).toContain('3 messages wait')
  await expect.poll(desk.texts).toEqual([...said, ...words])
  await shop.write('Are you there?')
  await expect.poll(shop.texts).toEqual([...said, 'Are you there?'])
  await expect.poll(shop.delivery).toBe('Sent')
  await ada.setOffline(false)
  said.push('Are you there?', ...words)
  await expect.poll(desk.texts).toEqual(said)
  await desk.page.getByTestId('connection-bar').waitFor({ state: 'hidden' })
  await bothShowAll()
  scene.watch.outage = false
})

test('what a visitor writes without a connection waits in sight and arrives once and in order', async () => {
  scene.watch.outage = true
  await maria.setOffline(true)
  const words = ['from the tunnel 1', 'from the tunnel 2', 'from the tunnel 3']
  for (const text of words) await shop.write(text)
  await shop.frame.getByText('No connection. What you send goes out as soon as it is back.').waitFor()
  await desk.write('Hello? Hello?')
  await expect.poll(desk.delivery).toBe('Sent')
  await maria.setOffline(false)
  said.push('Hello? Hello?', ...words)
  await bothShowAll()
  scene.watch.outage = false
})

test('a hub that is killed and started again is noticed and caught up with, without a reload', async () => {
  scene.watch.outage = true
  await scene.kill()
  await desk.page.getByTestId('connection-bar').waitFor()
  await desk.write('while you were away')
  await shop.frame.getByText('No connection. What you send goes out as soon as it is back.').waitFor()
  await shop.write('me too')
  await scene.startAgain()
  await desk.page.getByTestId('connection-bar').waitFor({ state: 'hidden' })
  await expect.poll(async () => (await desk.arrived()).toSorted()).toEqual([...said, 'while you were away', 'me too'].toSorted())
  said.splice(0, said.length, ...(await desk.arrived()))
  await expect.poll(shop.allTexts).toEqual(said)
  await desk.write('Back again')
  said.push('Back again')
  await expect.poll(shop.allTexts).toEqual(said)
  await bothShowAll()
  scene.watch.outage = false
})

test('a visitor who left finds the answer on return, once, and is told of it before opening the chat', async () => {
  await shop.page.locator('parley-chat button').first().click()
  await expect.poll(() => shop.launcher.getAttribute('aria-expanded')).toBe('false')
  await shop.page.close()
  await desk.write('We have found it')
  said.push('We have found it')
  await expect.poll(desk.delivery).toBe('Sent')
  shop = await openShop(maria)
  await expect.poll(() => wordsOf(shop.launcher)).toMatch(/1$/)
  await shop.open()
  await expect.poll(shop.allTexts).toEqual(said)
  await expect.poll(desk.delivery).toBe('Read')
  await bothShowAll()
})

test('no page had an error but for what a browser says of a hub that is away', () => {
  expect(scene.watch.faults).toEqual([])
})
